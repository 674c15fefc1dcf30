#pragma once
// The Games contract through a node's JSON-RPC.
#include "contracts/games/games.hpp"
#include "node/rpc_client.hpp"

namespace farthing::node {

using contracts::games_address;

class GamesClient {
 public:
    explicit GamesClient(RpcClient& node) : node_(node) {}

    /// A house's record; the error says so when there is no such house.
    Result<contracts::House> house(std::uint64_t id);
    /// All zero when the round is settled.
    Result<contracts::Round> round(std::uint64_t house, std::uint64_t round);
    Result<std::uint64_t> house_count();
    /// Whether somebody has registered the tip.
    Result<bool> used_tip(const Hash& tip);

    static Bytes register_house(const Address& asset, const U256& bond, const Hash& tip,
                                const contracts::Limits& limits);
    static Bytes fund(std::uint64_t house, const U256& amount);
    static Bytes set_next_tip(std::uint64_t house, const Hash& tip);
    static Bytes reveal(std::uint64_t house, std::uint64_t round, const Hash& seed);
    static Bytes settle(std::uint64_t house, std::uint64_t round, std::uint32_t bets_max);

 private:
    RpcClient& node_;
};

}  // namespace farthing::node
