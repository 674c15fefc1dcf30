#pragma once
// Gathers what decides a bet from a node's plain eth_ methods: events and headers, which anyone can read.
#include "core/fair/verify.hpp"
#include "node/rpc_client.hpp"

#include <optional>
#include <string>
#include <vector>

namespace farthing::node {

struct FoundBet {
    fair::BetFacts facts;
    std::uint64_t house = 0;
    std::uint64_t round = 0;
    std::uint64_t bet = 0;
    std::uint64_t count = 1;          ///< Bets alike that the same event placed.
    std::uint64_t block = 0;          ///< Of the bet.
    std::uint64_t entropy_block = 0;  ///< Whose mixHash is the randomness.
    U256 payout_max;                  ///< As the chain reserved it.
    std::string committed_by;         ///< What showed the committed link before the reveal; empty: not found.
    struct Settled {
        std::uint64_t result = 0;
        U256 payout;
    };
    std::optional<Settled> settled;
};

/// The `index`-th bet that a transaction placed, counted through its events. Errors: no such bet, its round
/// is not revealed yet, or what the node says contradicts itself.
Result<FoundBet> find_bet(RpcClient& node, const Hash& tx_hash, std::uint64_t index);

}  // namespace farthing::node
