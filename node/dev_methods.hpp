#pragma once
// The methods of a development chain, as other development nodes offer them: time, blocks at will, snapshots.
// Registered by `farthing dev` alone.
#include "chain/blockchain.hpp"
#include "consensus/solo/solo.hpp"
#include "node/dev_clock.hpp"
#include "rpc/dispatcher.hpp"

#include <map>
#include <mutex>

namespace farthing::node {

/// Thread-safe. All three must outlive it; it must outlive every server that uses the dispatcher.
class DevMethods {
 public:
    DevMethods(chain::Blockchain& chain, consensus::SoloEngine& engine, DevClock& clock)
        : chain_(chain), engine_(engine), clock_(clock) {}
    void add_to(rpc::Dispatcher& dispatcher);

 private:
    struct Snapshot {
        std::uint64_t block = 0;
        std::uint64_t time = 0;  ///< What the clock said.
    };

    rpc::RpcResult<std::uint64_t> increase_time(const rpc::Count& seconds);
    rpc::RpcResult<std::uint64_t> set_next_timestamp(const rpc::Count& time);
    rpc::RpcResult<std::uint64_t> mine(const std::optional<rpc::Count>& time);
    rpc::RpcResult<bool> mine_many(const std::optional<rpc::Count>& count,
                                   const std::optional<rpc::Count>& interval);
    rpc::RpcResult<std::uint64_t> snapshot();
    rpc::RpcResult<bool> revert(const std::uint64_t& id);

    /// The clock says `time` in the next block. Not beside the engine: from `between_blocks`.
    rpc::RpcResult<void> stand_at(std::uint64_t time);
    /// Runs `work` between two blocks; a failure of the engine is an error for the caller.
    template <class T, class Work>
    rpc::RpcResult<T> between_blocks(const Work& work);

    chain::Blockchain& chain_;
    consensus::SoloEngine& engine_;
    DevClock& clock_;
    std::mutex mutex_;
    std::map<std::uint64_t, Snapshot> snapshots_;  ///< Guarded by `mutex_`, so is the next.
    std::uint64_t next_snapshot_ = 1;
};

}  // namespace farthing::node
