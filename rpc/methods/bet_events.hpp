#pragma once
// What Games says of a bet in its logs, read as any client would read them.
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

/// One bet; an event may stand for several alike.
struct BetPlaced {
    std::uint64_t house = 0;
    std::uint64_t round = 0;
    std::uint64_t bet = 0;
    Address player;
    std::uint64_t nonce = 0;
    std::uint64_t count = 1;  ///< Bets that the event stands for from this one on.
    std::uint8_t game = 0;
    Bytes params;
    U256 stake;
    U256 payout_max;
    std::string client_seed;
    chain::LogEntry at;
};
struct SeedRevealed {
    Hash seed;
    Hash randomness;
    chain::LogEntry at;
};
struct BetSettled {
    std::uint64_t result = 0;
    U256 payout;
    chain::LogEntry at;
};

/// Events about one bet or round come from the chain's index. The search for a tip walks backward and ends
/// when found, at the chain's beginning, or with an error after the call limit.
class BetEvents {
 public:
    explicit BetEvents(const Backend& backend);

    /// The i-th bet that a transaction placed, counted through its events.
    RpcResult<std::optional<BetPlaced>> placed_in(const Hash& tx_hash, std::uint64_t i) const;
    RpcResult<std::optional<BetPlaced>> placed(std::uint64_t bet) const;
    RpcResult<std::optional<SeedRevealed>> revealed(const BetPlaced& bet) const;
    RpcResult<std::optional<BetSettled>> settled(const BetPlaced& bet) const;
    /// Whether the round was forfeited at some block: then every bet of it gets its maximum.
    RpcResult<bool> forfeited(const BetPlaced& bet) const;
    /// The link that the house had committed to before it revealed: the seed of the round before, or the tip
    /// of a chain that begins here. Nothing when genesis committed it.
    RpcResult<std::optional<Hash>> committed(const BetPlaced& bet, const SeedRevealed& revealed) const;

 private:
    using Topics = std::vector<std::vector<Hash>>;
    /// The one event about this subject, found by the chain's index; its topics stand from `first_topic` on.
    RpcResult<std::optional<chain::LogEntry>> only(const Hash& event, const std::vector<Hash>& subject,
                                                   std::size_t first_topic) const;
    RpcResult<std::optional<chain::LogEntry>> last_until(std::uint64_t block, Topics topics) const;
    RpcResult<std::optional<chain::LogEntry>> look(std::uint64_t from, std::uint64_t to, const Topics& topics,
                                                   bool last) const;

    const Backend& backend_;
    std::chrono::steady_clock::time_point until_;
};

}  // namespace farthing::rpc
