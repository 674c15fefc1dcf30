#include "rpc/methods/subscriptions.hpp"

#include "rpc/methods/log_query.hpp"
#include "rpc/methods/render.hpp"

#include <algorithm>
#include <array>

namespace farthing::rpc {
namespace {

/// Pooled transactions waiting to be told; older ones are dropped, as a burst may outrun any reader.
constexpr std::size_t pooled_max = 20'000;
/// Of them, told before it is asked whether there is a new head, which must not wait for all.
constexpr std::size_t pooled_in_turn_max = 256;

std::string notification(std::string_view id, std::string_view result) {
    std::string out = R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":")";
    out += id;
    out += R"(","result":)";
    out += result;
    out += "}}";
    return out;
}

template <class S>
void tell(const S& subscription, std::string_view result) {
    if (const auto peer = subscription.subscriber.lock())
        peer->notify(std::make_shared<const std::string>(notification(subscription.id, result)));
}

std::string pooled_text(const chain::SignedTx& tx, bool full) {
    Writer w;
    full ? write_pending_transaction(w, tx) : static_cast<void>(w.data(tx.hash));
    return w.take().text;
}

}  // namespace

Subscriptions::Subscriptions(const Backend& backend)
    : backend_(backend),
      shares_({"subscriptions",
               {.all = backend.options().subscriptions_max,
                .client = backend.options().client_subscriptions_max,
                .reserve = backend.options().own_subscriptions_reserve}},
              {"addresses and topics in subscriptions",
               {.all = backend.options().alternatives_max,
                .client = backend.options().client_alternatives_max,
                .reserve = backend.options().own_alternatives_reserve}}),
      told_(backend.chain().head()->header.number),
      thread_([this] { loop(); }) {}

Subscriptions::~Subscriptions() {
    stop();
}

void Subscriptions::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        bell_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Subscriptions::on_head() {
    const std::lock_guard lock(mutex_);
    has_head_ = true;
    bell_.notify_one();
}

void Subscriptions::on_pending(const chain::SignedTxPtr& tx) {
    if (pending_count_ == 0) return;
    const std::lock_guard lock(mutex_);
    pooled_.push_back(tx);
    if (pooled_.size() > pooled_max) pooled_.pop_front();
    bell_.notify_one();
}

void Subscriptions::on_rewind(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    told_ = std::min(told_, number);
    ++rewinds_;
}

std::vector<Subscriptions::Subscribed> Subscriptions::active() {
    const std::lock_guard lock(mutex_);
    forget_closed();
    std::vector<Subscribed> out;
    for (const auto& [connection, own] : connections_)
        std::ranges::copy_if(own, std::back_inserter(out), [](const auto& s) { return s->is_active; });
    return out;
}

void Subscriptions::loop() {
    while (true) {
        std::unique_lock lock(mutex_);
        bell_.wait(lock, [&] { return is_stopping_ || has_head_ || !pooled_.empty(); });
        if (is_stopping_) return;
        const bool has_head = std::exchange(has_head_, false);
        const auto pooled = take_pooled();
        lock.unlock();
        tell_pooled(pooled);
        if (has_head) tell_heads();
    }
}

std::vector<chain::SignedTxPtr> Subscriptions::take_pooled() {
    const auto count = std::min(pooled_.size(), pooled_in_turn_max);
    const auto end = pooled_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<chain::SignedTxPtr> out(pooled_.begin(), end);
    pooled_.erase(pooled_.begin(), end);
    return out;
}

void Subscriptions::tell_heads() {
    // Who is to be told is asked for each block: who came while one was told wants the next.
    while (const auto block = next_to_tell())
        if (const auto to = active(); !to.empty()) tell_block(*block, to);
}

chain::BlockPtr Subscriptions::next_to_tell() {
    while (true) {
        std::unique_lock lock(mutex_);
        if (is_stopping_) return nullptr;
        const auto number = told_ + 1;
        const auto rewinds = rewinds_;
        lock.unlock();
        if (number > backend_.chain().head()->header.number) return nullptr;
        // Not under the lock, for which the chain's engine waits: it may have to come from the disk.
        auto block = backend_.chain().block(number);
        lock.lock();
        if (rewinds != rewinds_) continue;  // It may have left the chain, and the next to tell be another.
        if (block) told_ = number;
        return block;
    }
}

void Subscriptions::tell_block(const chain::Block& block, const std::vector<Subscribed>& to) const {
    std::string head;
    for (const auto& one : to) {
        if (one->kind == Kind::heads) {
            if (head.empty()) {
                Writer w;
                write_head(w, block);
                head = w.take().text;
            }
            tell(*one, head);
        }
        if (one->kind == Kind::logs) tell_logs(block, *one);
    }
}

void Subscriptions::tell_logs(const chain::Block& block, const Subscription& to) const {
    if (!to.bloom.may_match(block.header.logs_bloom)) return;
    std::uint64_t log_index = 0;
    for (std::size_t i = 0; i < block.receipts.size(); ++i) {
        for (const auto& log : block.receipts[i].logs) {
            const auto place = log_index++;
            if (!chain::matches(to.filter, log)) continue;
            Writer w;
            write_log(w, chain::log_entry(block, static_cast<std::uint32_t>(i), place, log));
            tell(to, w.take().text);
        }
    }
}

void Subscriptions::tell_pooled(const std::vector<chain::SignedTxPtr>& pooled) {
    if (pooled.empty()) return;
    auto to = active();
    std::erase_if(to, [](const auto& one) { return one->kind != Kind::pending; });
    for (const auto& tx : pooled) {
        std::array<std::string, 2> texts;  // The hash and the whole, each written when the first wants it.
        for (const auto& one : to) {
            auto& text = texts[one->full];
            if (text.empty()) text = pooled_text(*tx, one->full);
            tell(*one, text);
        }
    }
}

RpcResult<Subscriptions::Subscription> Subscriptions::parse(const std::string& kind,
                                                            const std::optional<AnyJson>& argument) const {
    Subscription out;
    if (kind == "newHeads") return out;
    if (kind == "syncing") {
        out.kind = Kind::syncing;  // Never told: a node here is always in step with itself.
        return out;
    }
    if (kind == "logs") {
        out.kind = Kind::logs;
        if (!argument) return out;
        auto filter = Codec<LogFilter>::read(argument->value);
        if (!filter) return std::unexpected(argument_error(1, filter.error().message));
        out.filter = place_free(*filter);
        out.bloom = chain::BloomQuery(out.filter);
        out.alternatives = count_alternatives(*filter);
        return out;
    }
    if (kind == "newPendingTransactions") {
        out.kind = Kind::pending;
        if (!argument) return out;
        const auto full = Codec<bool>::read(argument->value);
        if (!full) return std::unexpected(argument_error(1, full.error().message));
        out.full = *full;
        return out;
    }
    return rpc_fail(code::invalid_params, "no \"" + kind.substr(0, 64) + "\" subscription in eth namespace");
}

RpcResult<std::string> Subscriptions::subscribe(const Call& call, const std::string& kind,
                                                const std::optional<AnyJson>& argument) {
    if (!call.subscriber || !call.after_answer)
        return rpc_fail(code::method_not_found, "notifications not supported");
    TRY(auto parsed, parse(kind, argument));
    parsed.subscriber = call.subscriber;
    parsed.client = call.client;
    const auto added = std::make_shared<Subscription>(std::move(parsed));
    {
        const std::lock_guard lock(mutex_);
        TRY(add(added));
    }
    call.after_answer->emplace_back([this, added] {
        const std::lock_guard lock(mutex_);
        added->is_active = true;
    });
    return added->id;
}

RpcResult<void> Subscriptions::add(const Subscribed& added) {
    forget_closed();
    TRY(check_connection(*added));
    TRY(shares_.take(added->client, added->alternatives));
    U256 id = 0;
    for (int i = 0; i < 4; ++i) id = id << 32 | random_();
    added->id = quantity(U256(id | U256(1) << 127));
    connections_[added->subscriber].push_back(added);
    if (added->kind == Kind::pending) ++pending_count_;
    return {};
}

RpcResult<void> Subscriptions::check_connection(const Subscription& added) const {
    const auto own = connections_.find(added.subscriber);
    if (own == connections_.end()) return {};
    const auto refuse = [](const std::string& what, std::size_t max) {
        return rpc_fail(code::limit_exceeded,
                        "too many " + what + " on this connection (max " + std::to_string(max) + ")");
    };
    const auto& options = backend_.options();
    if (own->second.size() >= options.connection_subscriptions_max)
        return refuse("subscriptions", options.connection_subscriptions_max);
    auto alternatives = added.alternatives;
    for (const auto& one : own->second) alternatives += one->alternatives;
    if (alternatives > options.client_alternatives_max)
        return refuse("addresses and topics in subscriptions", options.client_alternatives_max);
    return {};
}

void Subscriptions::give_back(const Subscription& ended) {
    shares_.give_back(ended.client, ended.alternatives);
    if (ended.kind == Kind::pending) --pending_count_;
}

void Subscriptions::forget_closed() {
    std::erase_if(connections_, [&](const auto& connection) {
        const auto& [subscriber, own] = connection;
        if (!subscriber.expired()) return false;
        for (const auto& one : own) give_back(*one);
        return true;
    });
}

RpcResult<bool> Subscriptions::unsubscribe(const Call& call, const std::string& id) {
    if (!call.subscriber) return rpc_fail(code::method_not_found, "notifications not supported");
    const std::lock_guard lock(mutex_);
    const auto connection = connections_.find(call.subscriber);
    if (connection == connections_.end()) return false;
    auto& own = connection->second;
    const auto found = std::ranges::find_if(own, [&](const auto& one) { return one->id == id; });
    if (found == own.end()) return false;
    give_back(**found);
    own.erase(found);
    if (own.empty()) connections_.erase(connection);
    return true;
}

void Subscriptions::add_to(Dispatcher& dispatcher) {
    using Self = Subscriptions;
    static constexpr auto rows = methods(
        method<"eth_subscribe(string kind, any argument?) returns (string)", &Self::subscribe>(
            "WebSocket only: newHeads, logs (with a filter), newPendingTransactions (true: whole), syncing."),
        method<"eth_unsubscribe(string id) returns (bool)", &Self::unsubscribe>(
            "Ends a subscription; false if unknown."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
