#include "rpc/methods/subscriptions.hpp"

#include "rpc/methods/log_query.hpp"
#include "rpc/methods/render.hpp"

#include <algorithm>

namespace farthing::rpc {
namespace {

/// Pooled transactions waiting to be told; older ones are dropped, as a burst may outrun any reader.
constexpr std::size_t pooled_max = 20'000;

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

}  // namespace

Subscriptions::Subscriptions(const Backend& backend)
    : backend_(backend), told_(backend.chain().head()->header.number), thread_([this] { loop(); }) {}

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
    const std::lock_guard lock(mutex_);
    const bool wanted =
        std::ranges::any_of(subscriptions_, [](const auto& s) { return s->kind == Kind::pending; });
    if (!wanted) return;
    pooled_.push_back(tx);
    if (pooled_.size() > pooled_max) pooled_.pop_front();
    bell_.notify_one();
}

std::vector<Subscriptions::Subscribed> Subscriptions::active() {
    const std::lock_guard lock(mutex_);
    std::erase_if(subscriptions_, [](const auto& s) { return s->subscriber.expired(); });
    std::vector<Subscribed> out;
    std::ranges::copy_if(subscriptions_, std::back_inserter(out), [](const auto& s) { return s->is_active; });
    return out;
}

void Subscriptions::loop() {
    while (true) {
        std::unique_lock lock(mutex_);
        bell_.wait(lock, [&] { return is_stopping_ || has_head_ || !pooled_.empty(); });
        if (is_stopping_) return;
        const bool has_head = std::exchange(has_head_, false);
        const auto pooled = std::exchange(pooled_, {});
        lock.unlock();
        const auto to = active();
        for (const auto& tx : pooled) tell_pending(*tx, to);
        if (!has_head) continue;
        while (const auto block = next_to_tell())
            if (!to.empty()) tell_block(*block, to);
    }
}

chain::BlockPtr Subscriptions::next_to_tell() {
    const std::lock_guard lock(mutex_);
    auto block = told_ < backend_.chain().head()->header.number ? backend_.chain().block(told_ + 1) : nullptr;
    if (block) ++told_;
    return block;
}

void Subscriptions::on_rewind(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    told_ = std::min(told_, number);
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

void Subscriptions::tell_pending(const chain::SignedTx& tx, const std::vector<Subscribed>& to) const {
    for (const auto& one : to) {
        if (one->kind != Kind::pending) continue;
        Writer w;
        one->full ? write_pending_transaction(w, tx) : static_cast<void>(w.data(tx.hash));
        tell(*one, w.take().text);
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
    const auto added = std::make_shared<Subscription>(std::move(parsed));
    {
        const std::lock_guard lock(mutex_);
        const auto mine = std::ranges::count_if(
            subscriptions_, [&](const auto& s) { return s->subscriber.lock() == call.subscriber; });
        if (static_cast<std::size_t>(mine) >= backend_.options().subscriptions_max)
            return rpc_fail(code::limit_exceeded, "too many subscriptions on this connection (max " +
                                                      std::to_string(backend_.options().subscriptions_max) +
                                                      ")");
        U256 id = 0;
        for (int i = 0; i < 4; ++i) id = id << 32 | random_();
        added->id = quantity(U256(id | U256(1) << 127));
        subscriptions_.push_back(added);
    }
    call.after_answer->emplace_back([this, added] {
        const std::lock_guard lock(mutex_);
        added->is_active = true;
    });
    return added->id;
}

RpcResult<bool> Subscriptions::unsubscribe(const Call& call, const std::string& id) {
    if (!call.subscriber) return rpc_fail(code::method_not_found, "notifications not supported");
    const std::lock_guard lock(mutex_);
    return std::erase_if(subscriptions_, [&](const auto& s) {
               return s->id == id && s->subscriber.lock() == call.subscriber;
           }) == 1;
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
