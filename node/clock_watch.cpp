#include "node/clock_watch.hpp"

#include <utility>

namespace farthing::node {
namespace {

constexpr std::uint64_t ahead_max_s = 60;
constexpr std::uint64_t jump_max_s = 86'400;

}  // namespace

std::optional<std::string> time_ahead(std::uint64_t head_time, std::uint64_t clock_time) {
    if (head_time <= clock_time || head_time - clock_time <= ahead_max_s) return std::nullopt;
    return "the last block's time is " + std::to_string(head_time - clock_time) +
           " seconds ahead of this machine's clock: blocks go on, but all with that time, and locks, votes "
           "and "
           "emission stand still until the clock is there; check the clock";
}

std::optional<std::string> ClockWatch::look(std::uint64_t unix_s,
                                            std::chrono::steady_clock::time_point steady) {
    const auto before = std::exchange(last_, Seen{unix_s, steady});
    if (!before || unix_s <= before->unix_s) return std::nullopt;
    const auto passed = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(steady - before->steady).count());
    const auto moved = unix_s - before->unix_s;
    if (moved <= passed || moved - passed <= jump_max_s) return std::nullopt;
    return "this machine's clock jumped ahead by " + std::to_string(moved - passed) +
           " seconds between two blocks, and a block has that time now: the chain's time never goes back, so "
           "if the clock is wrong, locks, votes and emission will stand still until the right time is there";
}

}  // namespace farthing::node
