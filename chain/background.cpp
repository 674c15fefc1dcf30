#include "chain/background.hpp"

#include "core/base/check.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace farthing::chain {

void Background::run(std::function<void()> work) {
    FARTHING_CHECK(!busy());
    wait();
    stopping_.store(false, std::memory_order_relaxed);
    if (!in_thread_) {
        work();
        return;
    }
    busy_.store(true, std::memory_order_release);
    thread_ = std::thread([this, work = std::move(work)] {
        pthread_setname_np(pthread_self(), "checkpoint");
        // Linux gives each thread a priority of its own; whether this one is granted does not matter.
        static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10));
        work();
        busy_.store(false, std::memory_order_release);
    });
}

void Background::wait() {
    if (thread_.joinable()) thread_.join();
}

void Background::stop() {
    stopping_.store(true, std::memory_order_relaxed);
    wait();
}

}  // namespace farthing::chain
