#include "node/stop_signal.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace farthing::node {
namespace {

sigset_t stop_signals() {
    sigset_t out;
    sigemptyset(&out);
    sigaddset(&out, SIGINT);
    sigaddset(&out, SIGTERM);
    return out;
}

}  // namespace

StopSignal::StopSignal() {
    const auto signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // A peer that hangs up, or a file that may grow no more, is an error of one write, not the end of the
    // process.
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
}

std::optional<std::string> StopSignal::wait() {
    const auto signals = stop_signals();
    int taken = 0;
    while (::sigwait(&signals, &taken) == EINTR) {
    }
    return failure();
}

std::optional<std::string> StopSignal::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void StopSignal::fail(std::string sentence) {
    {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::move(sentence);
    }
    ::kill(::getpid(), SIGTERM);
}

}  // namespace farthing::node
