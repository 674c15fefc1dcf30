#pragma once
// The keeper of a house: reveals each round's seed once its randomness is final, settles what one reveal
// could not, and registers the next seed chain in time. It keeps no state of its own: where it stands, it
// reads from the chain, so it may be killed and started at any moment, on any machine that has the seed
// files.
#include "node/games_client.hpp"
#include "node/log.hpp"
#include "node/seed_folder.hpp"
#include "node/tx_sender.hpp"

#include <functional>
#include <stop_token>

namespace farthing::node {

struct KeeperOptions {
    std::uint64_t house = 1;
    std::uint64_t chain_length = 1 << 20;  ///< Links of each chain that it makes.
    std::function<void(LogLevel, const std::string&)> log;
};

class Keeper {
 public:
    Keeper(RpcClient& node, SeedFolder& seeds, const SecretKey& key, std::uint64_t chain_id,
           KeeperOptions options);

    /// Does what is due now. Gives whether anything was sent. Errors leave nothing half-done: call it again.
    Result<bool> step(std::stop_token stop = {});

 private:
    /// What one reveal can cover.
    struct Due {
        std::uint64_t round = 0;  ///< The last one; 0 when none is due.
        std::uint32_t bets = 0;
    };

    Result<Due> due_rounds(const contracts::House& house, std::uint64_t links_left);
    Result<void> reveal(const contracts::House& house, const fair::SeedChain& chain, const Due& due,
                        std::stop_token stop);
    /// Settles what is left of revealed rounds, newest first.
    Result<bool> settle_rest(const contracts::House& house, std::stop_token stop);
    /// Commits the next chain when half of this one is used.
    Result<bool> rotate_when_due(const contracts::House& house, const fair::SeedChain& chain,
                                 std::stop_token stop);
    Result<void> warn_when_poor();

    RpcClient& node_;
    SeedFolder& seeds_;
    GamesClient games_;
    TxSender sender_;
    KeeperOptions options_;
    SeedChainPtr fresh_;  ///< Made for a rotation that is not on the chain yet.
    U256 gas_per_settlement_;
    bool balance_checked_ = false;
    bool warned_ = false;
    std::uint64_t stuck_round_ = 0;  ///< An overdue round that was complained about.
};

}  // namespace farthing::node
