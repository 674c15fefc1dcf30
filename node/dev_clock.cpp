#include "node/dev_clock.hpp"

#include <algorithm>

namespace farthing::node {

std::uint64_t DevClock::now() const {
    const std::lock_guard lock(mutex_);
    return stands_at_.value_or(running());
}

std::uint64_t DevClock::advance(std::uint64_t seconds) {
    const std::lock_guard lock(mutex_);
    ahead_s_ += static_cast<std::int64_t>(seconds);
    if (stands_at_) *stands_at_ += seconds;
    return advanced_s_ += seconds;
}

void DevClock::stand_at(std::uint64_t time) {
    const std::lock_guard lock(mutex_);
    ahead_s_ = static_cast<std::int64_t>(time - machine_());
    stands_at_ = time;
}

void DevClock::reach(std::uint64_t block_time) {
    const std::lock_guard lock(mutex_);
    const auto from = std::max(stands_at_.value_or(running()), block_time);
    ahead_s_ = static_cast<std::int64_t>(from - machine_());
    stands_at_.reset();
}

}  // namespace farthing::node
