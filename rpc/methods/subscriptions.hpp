#pragma once
// eth_subscribe: heads, logs and pooled transactions, told as they come.
//
// The chain's callbacks only ring a bell. One thread of our own walks from the last block told to the head,
// writes each message once and queues it at every subscriber; a peer that does not read is closed by its
// connection. So the chain never waits, whatever the number of subscribers.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

namespace farthing::rpc {

class Subscriptions {
 public:
    explicit Subscriptions(const Backend& backend);
    ~Subscriptions();
    Subscriptions(const Subscriptions&) = delete;
    Subscriptions& operator=(const Subscriptions&) = delete;

    void add_to(Dispatcher& dispatcher);
    /// Both return at once; from any thread.
    void on_head();
    void on_pending(const chain::SignedTxPtr& tx);
    /// The chain went back: blocks after `number` are to be told anew.
    void on_rewind(std::uint64_t number);
    void stop();

 private:
    enum class Kind { heads, logs, pending, syncing };
    struct Subscription {
        std::string id;
        Kind kind = Kind::heads;
        bool full = false;  ///< Whole pending transactions.
        chain::LogFilter filter;
        std::weak_ptr<Subscriber> subscriber;
        bool is_active = false;  ///< Set once the answer with the id is queued.
    };
    using Subscribed = std::shared_ptr<Subscription>;

    RpcResult<std::string> subscribe(const Call& call, const std::string& kind,
                                     const std::optional<AnyJson>& argument);
    RpcResult<bool> unsubscribe(const Call& call, const std::string& id);

    RpcResult<Subscription> parse(const std::string& kind, const std::optional<AnyJson>& argument) const;
    void loop();
    /// The block after the newest told one, which counts as told from now on; null when there is none yet.
    chain::BlockPtr next_to_tell();
    void tell_block(const chain::Block& block, const std::vector<Subscribed>& to) const;
    void tell_logs(const chain::Block& block, const Subscription& to) const;
    void tell_pending(const chain::SignedTx& tx, const std::vector<Subscribed>& to) const;
    std::vector<Subscribed> active();

    const Backend& backend_;
    std::mutex mutex_;
    std::condition_variable bell_;
    std::vector<Subscribed> subscriptions_;  ///< Guarded by `mutex_`, so are the next five.
    std::deque<chain::SignedTxPtr> pooled_;
    bool has_head_ = false;
    bool is_stopping_ = false;
    std::random_device random_;
    std::uint64_t told_ = 0;  ///< Newest block told.
    std::thread thread_;
};

}  // namespace farthing::rpc
