#pragma once
// How the process is told to end: SIGINT, SIGTERM, or a failure in one of its threads.
#include <mutex>
#include <optional>
#include <string>

namespace farthing::node {

/// Blocks SIGINT and SIGTERM for this thread and those it starts later, so that only `wait` takes them. Make
/// one, before any thread.
class StopSignal {
 public:
    StopSignal();
    /// Returns when a signal came; the sentence is that of the first `fail`, if any.
    std::optional<std::string> wait();
    /// Makes `wait` return from any thread.
    void fail(std::string sentence);
    /// The sentence of the first `fail` so far, if any.
    std::optional<std::string> failure() const;

 private:
    mutable std::mutex mutex_;
    std::optional<std::string> failure_;
};

}  // namespace farthing::node
