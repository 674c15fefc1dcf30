#pragma once
// FARTHING_CHECK: a broken invariant of our own stops the process before anything is committed.
#include <source_location>
#include <string_view>

namespace farthing {

/// Prints the condition and where it stood to stderr, then aborts. By name where no condition is left.
[[noreturn]] void check_failed(std::string_view condition,
                               std::source_location where = std::source_location::current());

}  // namespace farthing

/// Stays on in release builds: a node that guesses would fork.
#define FARTHING_CHECK(condition)                 \
    do {                                          \
        if (!(condition)) [[unlikely]]            \
            ::farthing::check_failed(#condition); \
    } while (false)
