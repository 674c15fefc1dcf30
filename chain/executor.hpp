#pragma once
// Runs transactions and calls: the state transition function (Yellow Paper 6, EIP-1559), pure in
// (state, block info, transaction).
#include "chain/block.hpp"
#include "chain/genesis.hpp"
#include "chain/tx_error.hpp"
#include "chain/world_state.hpp"
#include "contracts/host.hpp"
#include "contracts/upgrades/upgrades.hpp"

namespace farthing::chain {

/// What every block and transaction is held to: the genesis file's numbers, or what Parameters says since.
struct Rules {
    std::uint64_t chain_id = 0;
    std::uint64_t tx_gas_max = 0;
    std::uint64_t block_gas_limit = 0;
    U256 base_fee_floor;  ///< Wei.
    // Shares of a block's base fees, of 10,000; the rest is burnt.
    std::uint64_t fee_stakers_bps = 0;
    std::uint64_t fee_treasury_bps = 0;  ///< Of what the stakers leave, at most all.
};

/// The rules of the block that follows the state of `host`.
Rules rules_after(contracts::Host& host, const Genesis& genesis);

/// The first contract that this binary lacks the version of which a block of `timestamp` would run; nothing
/// when it has all. Such a block must not be made or accepted.
std::optional<contracts::Upgrade> missing_upgrade(contracts::Host& host, std::uint64_t timestamp);

struct TxOutcome {
    bool success = false;
    bool out_of_gas = false;
    bool call_too_deep = false;
    std::uint64_t gas_used = 0;
    Bytes output;  ///< Return or revert data.
    std::vector<Log> logs;
    U256 base_fee;  ///< Wei taken from the sender and given to nobody yet.
};

/// The checks that do not depend on state: type, chain id, creation, fees, intrinsic gas, caps.
TxResult<void> check_static(const Transaction& tx, const Rules& rules);

/// Executes a signed transaction on `state`, or refuses it and changes nothing.
TxResult<TxOutcome> execute_transaction(WorldState& state, const contracts::BlockInfo& block,
                                        const Rules& rules, const Transaction& tx, const Address& sender,
                                        std::uint64_t block_gas_left);

/// An unsigned call as eth_call and eth_estimateGas make it.
struct CallRequest {
    Address from;
    std::optional<Address> to;
    U256 value;  ///< Wei.
    Bytes data;
    std::uint64_t gas_limit = 0;  ///< At most Rules::tx_gas_max counts.
    U256 gas_price;               ///< Wei; 0 skips every fee check, as geth does.
    std::vector<AccessListEntry> access_list;
};

/// Runs a call on a scratch `state`. Nonces are not checked; funds are (value, and gas × price when priced).
TxResult<TxOutcome> execute_call(WorldState& state, const contracts::BlockInfo& block,
                                 const CallRequest& call);

}  // namespace farthing::chain
