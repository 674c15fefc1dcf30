#include "node/dev_clock.hpp"

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

void DevClock::go_on() {
    const std::lock_guard lock(mutex_);
    if (!stands_at_) return;
    // From the block's second on, however long ago that was asked for.
    ahead_s_ = static_cast<std::int64_t>(*stands_at_ - machine_());
    stands_at_.reset();
}

}  // namespace farthing::node
