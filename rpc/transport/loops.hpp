#pragma once
// The threads of a server. A loop is one thread with the connections that were given to it, so that a request
// wakes no other thread: with one queue for all threads, waking them cost more than answering. While a call
// keeps a loop's thread longer than a moment, a stand-in thread serves the loop's other connections.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace farthing::rpc {

class Loops;

class Loop {
 public:
    explicit Loop(Loops& loops) : loops_(loops) {}
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    boost::asio::io_context& io() { return io_; }

    /// Stands around what may take long: a stand-in may come while one lives.
    class Busy {
     public:
        explicit Busy(Loop& loop);
        ~Busy();
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

     private:
        Loop& loop_;
    };

 private:
    friend class Loops;

    Loops& loops_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::atomic<std::size_t> threads_ = 1;  ///< That serve it now, its own included.
    std::atomic<std::size_t> busy_ = 0;     ///< Of them, within a call.
    std::atomic<std::uint64_t> begun_ = 0;  ///< Calls so far.
    std::uint64_t seen_ = 0;                ///< `begun_` at the watch's last look.
};

class Loops {
 public:
    /// At least one loop, at most `threads` of them and one a core; and `threads` stand-ins.
    explicit Loops(std::size_t threads);
    ~Loops();  ///< Stops.
    Loops(const Loops&) = delete;
    Loops& operator=(const Loops&) = delete;

    void start();
    /// Waits for handlers that run. Those that wait are dropped with the object.
    void stop();

    Loop& first() { return loops_.front(); }
    /// For a new connection: by turns.
    Loop& next();

 private:
    friend class Loop;

    /// Sends a stand-in to each loop all of whose threads have been within the same calls since the last
    /// look.
    void watch();
    /// Gives whether a loop was within a call.
    bool look();
    void stand_in();
    void serve_in_place(Loop& loop);
    void wake_watch();

    std::deque<Loop> loops_;
    std::size_t stand_ins_;
    std::atomic<std::size_t> turn_ = 0;
    std::vector<std::thread> threads_;
    std::atomic<bool> is_watch_asleep_ = false;
    std::mutex mutex_;
    std::condition_variable watch_changed_;
    std::condition_variable help_wanted_;
    bool is_stopping_ = false;  ///< Guarded by `mutex_`, as are the next two.
    std::deque<Loop*> calls_for_help_;
    std::size_t free_stand_ins_ = 0;  ///< Not counting those that a call for help is for.
};

}  // namespace farthing::rpc
