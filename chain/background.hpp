#pragma once
// One piece of work at a time beside its owner, which it can tell to end early.
#include <atomic>
#include <functional>
#include <thread>

namespace farthing::chain {

class Background {
 public:
    /// False: run() does the work itself, for a process that is to have one thread.
    explicit Background(bool in_thread) : in_thread_(in_thread) {}
    ~Background() { stop(); }
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// Requires: not busy; the work throws nothing.
    void run(std::function<void()> work);
    bool busy() const { return busy_.load(std::memory_order_acquire); }
    /// What the work asks between two steps.
    bool go_on() const { return !stopping_.load(std::memory_order_relaxed); }
    /// Waits for the work to be done.
    void wait();
    /// Tells it to end, and waits.
    void stop();

 private:
    bool in_thread_;
    std::thread thread_;
    std::atomic<bool> busy_ = false;
    std::atomic<bool> stopping_ = false;
};

}  // namespace farthing::chain
