#pragma once
// What keeps calls that take long from taking every thread of the server.
#include "rpc/error.hpp"
#include "rpc/method.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

namespace farthing::rpc {

/// A bounded number of calls of one kind at the same time. Those that wait for a slot hold a thread each, so
/// they are bounded too. A counted client gets half of either at most.
class Slots {
 public:
    struct Limits {
        std::size_t running = 4;
        std::size_t waiting = 8;
        std::chrono::milliseconds patience{5'000};  ///< Of one that waits.
    };

    /// A slot, given back when this ends.
    class Held {
     public:
        Held(Held&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), client_(other.client_) {}
        Held& operator=(Held&&) = delete;
        ~Held() {
            if (slots_) slots_->give_back(client_);
        }

     private:
        friend class Slots;
        Held(Slots& slots, const Client& client) : slots_(&slots), client_(client) {}

        Slots* slots_;
        Client client_;
    };

    explicit Slots(const Limits& limits) : limits_(limits) {}
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;

    /// -32005 at once where too many wait already; -32002 after the patience.
    RpcResult<Held> take(const Client& client);
    /// Ends all waits, those to come too.
    void stop();

 private:
    struct Share {
        std::size_t running = 0;
        std::size_t waiting = 0;
    };

    bool may_run(const Client& client, const Share& own) const;
    bool may_wait(const Client& client, const Share& own) const;
    /// Waits until a slot is free; false: none was in time.
    bool wait(std::unique_lock<std::mutex>& lock, const Client& client, Share& own);
    void forget_if_idle(const Client& client);
    void give_back(const Client& client);

    Limits limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Client, Share> shares_;  ///< Guarded by `mutex_`, as are the next two.
    Share all_;
    bool is_stopping_ = false;
};

}  // namespace farthing::rpc
