#include "chain/executor.hpp"

#include "chain/call_host.hpp"
#include "contracts/module.hpp"
#include "contracts/parameters/parameters.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"

namespace farthing::chain {
namespace {

using contracts::BlockInfo;
using contracts::GasMeter;

std::string checksummed_pair(const Address& sender, const U256& have, const U256& want) {
    return "address " + hex0x(sender) + " have " + to_decimal(have) + " want " + to_decimal(want);
}

TxResult<void> check_funds(const U256& balance, const Transaction& tx, const Address& sender) {
    const auto cost = most_it_can_cost(tx);
    if (!cost || *cost > balance)
        return reject(TxError::insufficient_funds,
                      checksummed_pair(sender, balance, cost.value_or(u256_max)));
    return {};
}

TxResult<void> check_in_block(WorldState& state, const BlockInfo& block, const Transaction& tx,
                              const Address& sender, std::uint64_t block_gas_left) {
    const auto nonce = state.nonce(sender);
    if (tx.nonce != nonce)
        return reject(tx.nonce < nonce ? TxError::nonce_too_low : TxError::nonce_too_high,
                      "next nonce " + std::to_string(nonce) + ", tx nonce " + std::to_string(tx.nonce));
    if (tx.max_fee_per_gas < block.base_fee)
        return reject(TxError::fee_cap_too_low, "address " + hex0x(sender) +
                                                    ", maxFeePerGas: " + to_decimal(tx.max_fee_per_gas) +
                                                    ", baseFee: " + to_decimal(block.base_fee));
    if (tx.gas_limit > block_gas_left) return reject(TxError::block_gas_limit);
    return check_funds(state.balance(sender), tx, sender);
}

/// Runs the outermost frame. The sender has paid for the gas already.
TxOutcome run(WorldState& state, const BlockInfo& block, const Address& sender, const Address& to,
              const U256& value, ByteView data, std::uint64_t gas_limit, std::uint64_t intrinsic) {
    TxOutcome outcome;
    GasMeter gas(gas_limit);
    gas.charge(intrinsic);
    CallHost host(state, block, sender);
    const auto mark = state.mark();
    try {
        auto result = host.call({.caller = sender, .self = to, .value = value, .data = data}, gas);
        outcome.success = result.success;
        outcome.output = std::move(result.output);
    } catch (const contracts::OutOfGas&) {
        state.roll_back(mark);
        outcome.out_of_gas = true;
    } catch (const contracts::CallTooDeep&) {
        state.roll_back(mark);
        outcome.call_too_deep = true;
    }
    outcome.gas_used = gas.used();
    return outcome;
}

}  // namespace

Rules rules_after(contracts::Host& host, const Genesis& genesis) {
    const auto u64 = [&](std::string_view name) { return low_u64(contracts::parameter(host, name)); };
    Rules rules;
    rules.chain_id = genesis.chain_id;
    rules.block_gas_limit = u64("blockGasLimit");
    rules.tx_gas_max = u64("txGasMax");
    rules.fee_stakers_bps = u64("feeStakersBps");
    rules.fee_treasury_bps = u64("feeTreasuryBps");
    rules.base_fee_floor = contracts::parameter(host, "baseFeeFloor");
    return rules;
}

std::optional<contracts::Upgrade> missing_upgrade(contracts::Host& host, std::uint64_t timestamp) {
    for (const auto& upgrade : contracts::scheduled_upgrades(host))
        if (upgrade.time <= timestamp &&
            contracts::find_module(upgrade.contract_id, upgrade.version) == nullptr)
            return upgrade;
    return std::nullopt;
}

TxResult<void> check_static(const Transaction& tx, const Rules& rules) {
    if (!tx.chain_id) return reject(TxError::unprotected);
    if (*tx.chain_id != rules.chain_id)
        return reject(TxError::invalid_chain_id,
                      "have " + std::to_string(*tx.chain_id) + " want " + std::to_string(rules.chain_id));
    if (!has_low_s(tx.signature)) return reject(TxError::invalid_sender);
    if (!tx.to) return reject(TxError::creation_refused);
    if (tx.max_priority_fee_per_gas > tx.max_fee_per_gas)
        return reject(TxError::tip_above_fee_cap,
                      "maxPriorityFeePerGas: " + to_decimal(tx.max_priority_fee_per_gas) +
                          ", maxFeePerGas: " + to_decimal(tx.max_fee_per_gas));
    if (tx.gas_limit > rules.tx_gas_max)
        return reject(TxError::tx_gas_limit, "(cap: " + std::to_string(rules.tx_gas_max) +
                                                 ", tx: " + std::to_string(tx.gas_limit) + ")");
    const auto needed = intrinsic_gas(tx);
    if (tx.gas_limit < needed)
        return reject(TxError::intrinsic_gas,
                      "gas " + std::to_string(tx.gas_limit) + ", minimum needed " + std::to_string(needed));
    return {};
}

TxResult<TxOutcome> execute_transaction(WorldState& state, const BlockInfo& block, const Rules& rules,
                                        const Transaction& tx, const Address& sender,
                                        std::uint64_t block_gas_left) {
    if (auto ok = check_static(tx, rules); !ok) return std::unexpected(ok.error());
    if (auto ok = check_in_block(state, block, tx, sender, block_gas_left); !ok)
        return std::unexpected(ok.error());

    // The whole gas allowance leaves the sender first and what was not used comes back, so that nothing the
    // call does can spend it twice. The funds check above proves that no step below underflows.
    const auto tip_per_gas = tx.priority_fee(block.base_fee);
    const U256 price = block.base_fee + tip_per_gas;
    state.set_balance(sender, state.balance(sender) - price * tx.gas_limit);
    state.set_nonce(sender, tx.nonce + 1);

    auto outcome = run(state, block, sender, *tx.to, tx.value, tx.data, tx.gas_limit, intrinsic_gas(tx));

    state.set_balance(sender, state.balance(sender) + price * (tx.gas_limit - outcome.gas_used));
    if (const U256 tip = tip_per_gas * outcome.gas_used; tip != 0)
        state.set_balance(block.miner, state.balance(block.miner) + tip);
    outcome.base_fee = block.base_fee * outcome.gas_used;
    outcome.logs = state.end_transaction();
    return outcome;
}

TxResult<TxOutcome> execute_call(WorldState& state, const BlockInfo& block, const CallRequest& call) {
    if (!call.to) return reject(TxError::creation_refused);
    Transaction shape;
    shape.to = call.to;
    shape.data = call.data;
    shape.access_list = call.access_list;
    shape.value = call.value;
    shape.gas_limit = call.gas_limit;
    shape.max_fee_per_gas = call.gas_price;
    const auto intrinsic = intrinsic_gas(shape);
    if (call.gas_limit < intrinsic)
        return reject(TxError::intrinsic_gas, "gas " + std::to_string(call.gas_limit) + ", minimum needed " +
                                                  std::to_string(intrinsic));
    if (call.gas_price != 0 || call.value != 0)
        if (auto ok = check_funds(state.balance(call.from), shape, call.from); !ok)
            return std::unexpected(ok.error());
    if (call.gas_price != 0)
        state.set_balance(call.from, state.balance(call.from) - call.gas_price * call.gas_limit);
    auto outcome = run(state, block, call.from, *call.to, call.value, call.data, call.gas_limit, intrinsic);
    outcome.logs = state.end_transaction();
    return outcome;
}

}  // namespace farthing::chain
