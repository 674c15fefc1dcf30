#pragma once
// Threads that share one loop's iterations: signature recovery uses every core.
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace farthing::chain {

class WorkerPool {
 public:
    /// `threads` counts the caller of `for_each`, which works too.
    explicit WorkerPool(std::size_t threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Runs `task(i)` for every i < count and returns when all are done. May be called from several threads;
    /// their loops take turns at the workers. `task` must not throw.
    void for_each(std::size_t count, const std::function<void(std::size_t)>& task);

 private:
    struct Loop;
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Loop*> loops_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace farthing::chain
