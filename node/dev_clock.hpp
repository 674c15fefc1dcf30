#pragma once
// The clock of a development chain: the machine's, moved by those who test schedules.
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

namespace farthing::node {

/// Thread-safe.
class DevClock {
 public:
    /// `machine` gives unix seconds.
    explicit DevClock(std::function<std::uint64_t()> machine) : machine_(std::move(machine)) {}

    /// Unix seconds as the chain is to see them.
    std::uint64_t now() const;
    /// Moves the clock on; gives by how much all such moves have moved it.
    std::uint64_t advance(std::uint64_t seconds);
    /// Stops the clock at `time` until the next block; it goes on from there. Also sets it back.
    void stand_at(std::uint64_t time);
    /// A block of that time was made, or is the head again: a clock that stands goes on from where it stands,
    /// one that lies behind goes on from the block, since blocks that follow quickly run ahead of the
    /// machine.
    void reach(std::uint64_t block_time);

 private:
    std::uint64_t running() const { return machine_() + static_cast<std::uint64_t>(ahead_s_); }

    std::function<std::uint64_t()> machine_;
    mutable std::mutex mutex_;
    std::int64_t ahead_s_ = 0;
    std::uint64_t advanced_s_ = 0;
    std::optional<std::uint64_t> stands_at_;
};

}  // namespace farthing::node
