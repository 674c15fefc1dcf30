#include "chain/worker_pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>

namespace farthing::chain {

struct WorkerPool::Loop {
    std::size_t count;
    const std::function<void(std::size_t)>& task;
    std::atomic<std::size_t> next = 0;
    std::size_t helpers = 0;  // Guarded by mutex_.

    void run() {
        for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) task(i);
    }
    bool exhausted() const { return next.load() >= count; }
};

WorkerPool::WorkerPool(std::size_t threads) {
    for (std::size_t i = 1; i < threads; ++i)
        threads_.emplace_back([this] {
            pthread_setname_np(pthread_self(), "recover");
            work();
        });
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto open = std::ranges::find_if(loops_, [](const Loop* loop) { return !loop->exhausted(); });
        if (open == loops_.end()) {
            changed_.wait(lock);
            continue;
        }
        auto& loop = **open;
        ++loop.helpers;
        lock.unlock();
        loop.run();
        lock.lock();
        --loop.helpers;
        changed_.notify_all();
    }
}

void WorkerPool::for_each(std::size_t count, const std::function<void(std::size_t)>& task) {
    Loop loop{.count = count, .task = task};
    if (count > 1 && !threads_.empty()) {
        {
            const std::lock_guard lock(mutex_);
            loops_.push_back(&loop);
        }
        changed_.notify_all();
        loop.run();
        std::unique_lock lock(mutex_);
        std::erase(loops_, &loop);
        changed_.wait(lock, [&] { return loop.helpers == 0; });
        return;
    }
    loop.run();
}

}  // namespace farthing::chain
