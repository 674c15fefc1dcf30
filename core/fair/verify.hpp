#pragma once
// The offline verifier: everything from the pasted inputs of a bet to its payout, as steps a reader can redo
// with any other tool.
#include "core/fair/bet.hpp"

#include <optional>
#include <string>
#include <vector>

namespace farthing::fair {

/// What decides a bet. All of it is in BetPlaced, SeedRevealed and block headers.
struct BetFacts {
    Hash server_seed;  ///< The revealed link s_r.
    /// As the player set it, without address and randomness. Crash, one point for all bets of a round, does
    /// without it, the player and the nonce; there it may be empty.
    std::string client_seed;
    Address player;
    Hash randomness;  ///< R_{N+k}: mixHash of the round's entropy block.
    std::uint64_t nonce = 0;
    std::uint8_t game = 0;
    Bytes params;  ///< As placeBet took them.
    U256 stake;    ///< In the asset's smallest unit.
    /// The link committed before (head or tip), when known: then the commitment is checked, too.
    std::optional<Hash> committed;
};

struct Step {
    std::string name;
    std::string value;
    bool operator==(const Step&) const = default;
};

struct Recomputation {
    std::vector<Step> steps;  ///< In order; the last two are result and payout.
    std::string client_seed;  ///< What goes in a public verifier's "client seed" box; crash: "salt".
    std::uint64_t result = 0;
    U256 payout;
    U256 payout_max;
};

/// Fails on facts that no accepted bet can have, and when the seed does not hash to the committed link.
Result<Recomputation> recompute(const BetFacts& facts);

}  // namespace farthing::fair
