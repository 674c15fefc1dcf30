#pragma once
// The threads of a server. A loop is one thread with the connections that were given to it, so that a request
// wakes no other thread: with one queue for all threads, waking them cost more than answering. While a call
// keeps a loop's thread longer than a moment, a stand-in thread serves the loop's other connections. There
// are always fewer calls than threads, by one for each loop: what is no call (probes, notifications,
// deadlines) never waits for one, and a call waits for its turn without a thread. A counted Client has half
// of the calls at most; what it asks for beyond waits while others pass it.
#include "rpc/method.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
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

    /// Stands around a call that has begun for that client (see Loops::try_begin_call), and ends it: a
    /// stand-in may come while one lives.
    class Busy {
     public:
        Busy(Loop& loop, const Client& client);
        ~Busy();
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

     private:
        Loop& loop_;
        Client client_;
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
    /// At least one loop, at most `threads` of them and one a core. `threads` calls and one more for each
    /// loop run at the same time.
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

    /// Whether a call of that client may begin now; then a Busy for it must come and go.
    bool try_begin_call(const Client& client);
    /// Posts `call`, which makes a Busy for that client, to the loop as soon as one may begin; in the order
    /// of asking, but for those whose client has its share already.
    void begin_call(Loop& loop, const Client& client, std::function<void()> call);

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
    /// Lets the first begin that may.
    void end_call(const Client& client);
    // With the lock held.
    bool may_begin(const Client& client) const;
    void count_begun(const Client& client);
    void count_ended(const Client& client);

    struct WaitingCall {
        Loop* loop = nullptr;
        Client client{};
        std::function<void()> run;
    };

    std::deque<Loop> loops_;
    std::mutex calls_mutex_;
    std::size_t calls_max_ = 0;
    std::size_t calls_running_ = 0;                  ///< Guarded by `calls_mutex_`, as are the next two.
    std::map<Client, std::size_t> counted_running_;  ///< Of them, those of each counted client.
    /// None of them may begin, or it would have. After the loops: it goes before them, with its sessions.
    std::deque<WaitingCall> calls_waiting_;
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
