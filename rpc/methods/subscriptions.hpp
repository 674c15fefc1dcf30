#pragma once
// eth_subscribe: heads, logs and pooled transactions, told as they come.
//
// The chain's callbacks only ring a bell. One thread of our own walks from the last block told to the head,
// writes each message once and queues it at every subscriber; a peer that does not read is closed by its
// connection. So the chain never waits, whatever the number of subscribers.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"
#include "rpc/shares.hpp"

#include <atomic>
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
        chain::BloomQuery bloom;       ///< Of `filter`.
        std::size_t alternatives = 0;  ///< Of `filter`.
        std::weak_ptr<Subscriber> subscriber;
        Client client{};
        bool is_active = false;  ///< Set once the answer with the id is queued.
    };
    using Subscribed = std::shared_ptr<Subscription>;
    /// Each connection's, oldest first; none is empty.
    using Connections = std::map<std::weak_ptr<Subscriber>, std::vector<Subscribed>, std::owner_less<>>;

    RpcResult<std::string> subscribe(const Call& call, const std::string& kind,
                                     const std::optional<AnyJson>& argument);
    RpcResult<bool> unsubscribe(const Call& call, const std::string& id);
    RpcResult<Subscription> parse(const std::string& kind, const std::optional<AnyJson>& argument) const;

    // All four require that `mutex_` is held.
    /// -32005 where the connection, its client or all have as many already.
    RpcResult<void> add(const Subscribed& added);
    RpcResult<void> check_connection(const Subscription& added) const;
    void give_back(const Subscription& ended);
    void forget_closed();

    void loop();
    /// Pooled transactions to be told at this turn. Requires: `mutex_` is held.
    std::vector<chain::SignedTxPtr> take_pooled();
    /// Tells all blocks up to the head.
    void tell_heads();
    /// The block after the newest told one, which counts as told from now on; null when there is none yet.
    chain::BlockPtr next_to_tell();
    void tell_block(const chain::Block& block, const std::vector<Subscribed>& to) const;
    void tell_logs(const chain::Block& block, const Subscription& to) const;
    void tell_pooled(const std::vector<chain::SignedTxPtr>& pooled);
    std::vector<Subscribed> active();

    const Backend& backend_;
    /// Kept right under `mutex_`; read without it for each pooled transaction, mostly to find that nobody
    /// asks.
    std::atomic<std::size_t> pending_count_ = 0;
    std::mutex mutex_;
    std::condition_variable bell_;
    Connections connections_;  ///< Guarded by `mutex_`, so are the next seven.
    FilterShares shares_;      ///< What those in `connections_` take.
    std::deque<chain::SignedTxPtr> pooled_;
    bool has_head_ = false;
    bool is_stopping_ = false;
    std::random_device random_;
    std::uint64_t told_ = 0;  ///< Newest block told.
    std::uint64_t rewinds_ = 0;
    std::thread thread_;
};

}  // namespace farthing::rpc
