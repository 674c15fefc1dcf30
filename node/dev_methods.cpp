#include "node/dev_methods.hpp"

#include "chain/files.hpp"

namespace farthing::node {
namespace {

using rpc::Count;
using rpc::RpcResult;

/// Times stay far from where sums of them leave the 48 bits of a checkpoint's time.
constexpr std::uint64_t time_max = std::uint64_t{1} << 47;
constexpr std::uint64_t blocks_max = 100'000;

}  // namespace

template <class T, class Work>
RpcResult<T> DevMethods::between_blocks(const Work& work) {
    RpcResult<T> result{};
    try {
        engine_.between_blocks([&] { result = work(); });
    } catch (const chain::StorageFailure&) {
        throw;  // The disk's matter, which ends the node.
    } catch (const std::runtime_error& error) {
        return rpc::rpc_fail(rpc::code::server_error, error.what());
    }
    return result;
}

RpcResult<std::uint64_t> DevMethods::increase_time(const Count& seconds) {
    if (seconds.value > time_max || clock_.now() + seconds.value > time_max)
        return rpc::rpc_fail(rpc::code::invalid_params, "the clock cannot be moved beyond second 2^47");
    return clock_.advance(seconds.value);
}

RpcResult<void> DevMethods::stand_at(std::uint64_t time) {
    const auto head = chain_.head()->header.timestamp;
    if (time <= head)
        return rpc::rpc_fail(rpc::code::invalid_params,
                             "timestamp " + std::to_string(time) +
                                 " must be greater than the previous block's timestamp " +
                                 std::to_string(head));
    if (time > time_max)
        return rpc::rpc_fail(rpc::code::invalid_params, "the clock cannot be moved beyond second 2^47");
    clock_.stand_at(time);
    return {};
}

RpcResult<std::uint64_t> DevMethods::set_next_timestamp(const Count& time) {
    return between_blocks<std::uint64_t>([&]() -> RpcResult<std::uint64_t> {
        TRY(stand_at(time.value));
        return time.value;
    });
}

RpcResult<std::uint64_t> DevMethods::mine(const std::optional<Count>& time) {
    return between_blocks<std::uint64_t>([&]() -> RpcResult<std::uint64_t> {
        if (time) {
            TRY(stand_at(time->value));
        }
        engine_.mine(1);
        return 0;
    });
}

RpcResult<bool> DevMethods::mine_many(const std::optional<Count>& count,
                                      const std::optional<Count>& interval) {
    const auto blocks = count.value_or(Count{1}).value;
    if (blocks > blocks_max)
        return rpc::rpc_fail(rpc::code::invalid_params,
                             "at most " + std::to_string(blocks_max) + " blocks in one call");
    if (interval.value_or(Count{}).value > time_max)
        return rpc::rpc_fail(rpc::code::invalid_params, "the interval must be below 2^47 seconds");
    return between_blocks<bool>([&]() -> RpcResult<bool> {
        if (interval.value_or(Count{}).value == 0) {
            engine_.mine(blocks);
            return true;
        }
        for (std::uint64_t made = 0; made < blocks; ++made) {
            if (made > 0) {
                TRY(stand_at(chain_.head()->header.timestamp + interval->value));
            }
            engine_.mine(1);
        }
        return true;
    });
}

RpcResult<std::uint64_t> DevMethods::snapshot() {
    return between_blocks<std::uint64_t>([&]() -> RpcResult<std::uint64_t> {
        const std::lock_guard lock(mutex_);
        snapshots_.emplace(next_snapshot_, Snapshot{chain_.head()->header.number, clock_.now()});
        return next_snapshot_++;
    });
}

RpcResult<bool> DevMethods::revert(const std::uint64_t& id) {
    return between_blocks<bool>([&]() -> RpcResult<bool> {
        const std::lock_guard lock(mutex_);
        const auto found = snapshots_.find(id);
        if (found == snapshots_.end()) return false;
        const auto [block, time] = found->second;
        // Later ones are of blocks that leave the chain.
        snapshots_.erase(found, snapshots_.end());
        engine_.rewind(block);
        clock_.stand_at(time);
        clock_.reach(chain_.head()->header.timestamp);
        return true;
    });
}

void DevMethods::add_to(rpc::Dispatcher& dispatcher) {
    using Self = DevMethods;
    using rpc::method;
    static constexpr auto rows = rpc::methods(
        method<"evm_increaseTime(count seconds) returns (quantity)", &Self::increase_time>(
            "Moves the clock on; gives the seconds of all such moves."),
        method<"evm_setNextBlockTimestamp(count time) returns (quantity)", &Self::set_next_timestamp>(
            "Sets the time of the next block in unix seconds; the clock goes on from there."),
        method<"evm_mine(count time?) returns (quantity)", &Self::mine>(
            "Makes a block of what waits, or an empty one, at that time or now; gives 0."),
        method<"hardhat_mine(count blocks?, count interval?) returns (bool)", &Self::mine_many>(
            "Makes blocks, 1 unless told otherwise, `interval` seconds apart; at most 100,000."),
        method<"evm_snapshot() returns (quantity)", &Self::snapshot>(
            "Remembers the chain and the clock as they are; gives an id for evm_revert."),
        method<"evm_revert(quantity id) returns (bool)", &Self::revert>(
            "Goes back to a snapshot: later blocks, waiting transactions and later snapshots are gone, and "
            "it "
            "itself is used up. False for an unknown id."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::node
