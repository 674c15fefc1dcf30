#pragma once
// Sentences about a system clock that blocks should not have been made by.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace farthing::node {

/// What to tell when the head's time lies more than a minute ahead of the clock's, both unix seconds.
std::optional<std::string> time_ahead(std::uint64_t head_time, std::uint64_t clock_time);

/// Compares the system's clock with one that nobody sets.
class ClockWatch {
 public:
    /// What to tell when the system's clock went on by a day more than time did since the last call.
    std::optional<std::string> look(std::uint64_t unix_s, std::chrono::steady_clock::time_point steady);

 private:
    struct Seen {
        std::uint64_t unix_s = 0;
        std::chrono::steady_clock::time_point steady;
    };
    std::optional<Seen> last_;
};

}  // namespace farthing::node
