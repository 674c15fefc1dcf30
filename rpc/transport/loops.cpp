#include "rpc/transport/loops.hpp"

#include <boost/asio/post.hpp>
#include <pthread.h>

#include <algorithm>

namespace farthing::rpc {
namespace {

/// How often the watch looks: a call that keeps a loop is noticed after one to two of these.
constexpr std::chrono::milliseconds watch_interval{2};
/// Looks without a call before the watch sleeps until there is one. Few enough to rest soon, many enough that
/// a steady client does not wake it with every call.
constexpr int idle_looks_max = 100;
/// How long a stand-in waits for work on a loop before it sees whether it is still needed there.
constexpr std::chrono::milliseconds stand_in_patience{20};

}  // namespace

Loop::Busy::Busy(Loop& loop, const Client& client) : loop_(loop), client_(client) {
    ++loop_.begun_;
    ++loop_.busy_;
    if (loop_.loops_.is_watch_asleep_) loop_.loops_.wake_watch();
}

Loop::Busy::~Busy() {
    --loop_.busy_;
    loop_.loops_.end_call(client_);
}

Loops::Loops(std::size_t threads) : stand_ins_(std::max<std::size_t>(1, threads)) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(stand_ins_, cores); ++i) loops_.emplace_back(*this);
    calls_max_ = stand_ins_ + loops_.size();
    stand_ins_ += loops_.size();
}

Loops::~Loops() {
    stop();
}

void Loops::start() {
    const auto run = [this](const char* name, auto work) {
        threads_.emplace_back([name, work] {
            pthread_setname_np(pthread_self(), name);
            work();
        });
    };
    for (auto& loop : loops_) run("rpc", [&loop] { loop.io_.run(); });
    for (std::size_t i = 0; i < stand_ins_; ++i) run("rpc", [this] { stand_in(); });
    run("rpc watch", [this] { watch(); });
}

void Loops::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    watch_changed_.notify_all();
    help_wanted_.notify_all();
    for (auto& loop : loops_) loop.io_.stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    const std::lock_guard lock(calls_mutex_);
    calls_waiting_.clear();
}

Loop& Loops::next() {
    return loops_[turn_++ % loops_.size()];
}

bool Loops::may_begin(const Client& client) const {
    if (calls_running_ == calls_max_) return false;
    if (!client.is_counted) return true;
    const auto own = counted_running_.find(client);
    return own == counted_running_.end() || own->second < std::max<std::size_t>(1, calls_max_ / 2);
}

void Loops::count_begun(const Client& client) {
    ++calls_running_;
    if (client.is_counted) ++counted_running_[client];
}

void Loops::count_ended(const Client& client) {
    --calls_running_;
    if (!client.is_counted) return;
    const auto own = counted_running_.find(client);
    if (--own->second == 0) counted_running_.erase(own);
}

// Who may begin now passes none that waits and might: see `calls_waiting_`.
bool Loops::try_begin_call(const Client& client) {
    const std::lock_guard lock(calls_mutex_);
    if (!may_begin(client)) return false;
    count_begun(client);
    return true;
}

void Loops::begin_call(Loop& loop, const Client& client, std::function<void()> call) {
    {
        const std::lock_guard lock(calls_mutex_);
        if (!may_begin(client)) {
            calls_waiting_.push_back({&loop, client, std::move(call)});
            return;
        }
        count_begun(client);
    }
    boost::asio::post(loop.io(), std::move(call));
}

// One that ends makes room for one: either all calls were running, or only its own client waited for it.
void Loops::end_call(const Client& client) {
    WaitingCall next;
    {
        const std::lock_guard lock(calls_mutex_);
        count_ended(client);
        const auto found = std::ranges::find_if(
            calls_waiting_, [this](const WaitingCall& waiting) { return may_begin(waiting.client); });
        if (found == calls_waiting_.end()) return;
        count_begun(found->client);
        next = std::move(*found);
        calls_waiting_.erase(found);
    }
    boost::asio::post(next.loop->io(), std::move(next.run));
}

void Loops::wake_watch() {
    if (!is_watch_asleep_.exchange(false)) return;
    // The lock, so that the watch is either before its look or waits for the notification.
    {
        const std::lock_guard lock(mutex_);
    }
    watch_changed_.notify_all();
}

void Loops::watch() {
    int idle_looks = 0;
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
        idle_looks = look() ? 0 : idle_looks + 1;
        if (idle_looks < idle_looks_max) {
            watch_changed_.wait_for(lock, watch_interval, [&] { return is_stopping_; });
            continue;
        }
        is_watch_asleep_ = true;
        // A call that begins now sees the flag, or is seen here.
        if (std::ranges::any_of(loops_, [](const Loop& loop) { return loop.busy_ > 0; }))
            is_watch_asleep_ = false;
        watch_changed_.wait(lock, [&] { return is_stopping_ || !is_watch_asleep_; });
        idle_looks = 0;
    }
}

bool Loops::look() {
    bool any = false;
    for (auto& loop : loops_) {
        const auto begun = loop.begun_.load();
        const bool is_held = loop.busy_ > 0 && loop.busy_ >= loop.threads_ && begun == loop.seen_;
        any = any || loop.busy_ > 0 || begun != loop.seen_;
        loop.seen_ = begun;
        if (!is_held || free_stand_ins_ == 0) continue;
        --free_stand_ins_;
        ++loop.threads_;
        calls_for_help_.push_back(&loop);
        help_wanted_.notify_one();
    }
    return any;
}

void Loops::stand_in() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++free_stand_ins_;
        help_wanted_.wait(lock, [&] { return is_stopping_ || !calls_for_help_.empty(); });
        if (is_stopping_) return;
        auto& loop = *calls_for_help_.front();
        calls_for_help_.pop_front();
        lock.unlock();
        serve_in_place(loop);
        lock.lock();
    }
}

/// Until another of the loop's threads has come out of its call.
void Loops::serve_in_place(Loop& loop) {
    do {
        loop.io_.run_one_for(stand_in_patience);
    } while (!loop.io_.stopped() && loop.busy_ + 1 >= loop.threads_);
    --loop.threads_;
    // What the last handler left to be done next stands in the queue, and nobody was woken for it: a
    // `run_one` counts on the next. Without this the loop's own thread would sleep until something else
    // comes.
    boost::asio::post(loop.io_, [] {});
}

}  // namespace farthing::rpc
