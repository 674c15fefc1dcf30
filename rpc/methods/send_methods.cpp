#include "rpc/methods/send_methods.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/eip55.hpp"
#include "rpc/methods/render.hpp"

#include <algorithm>
#include <map>

namespace farthing::rpc {
namespace {

template <class WriteTx>
void write_queue(Writer& w, const std::vector<chain::SignedTxPtr>& queue, const WriteTx& write_tx) {
    w.begin_object();
    for (const auto& tx : queue) {
        w.key(std::to_string(tx->tx.nonce));
        write_tx(w, *tx);
    }
    w.end_object();
}

template <class WriteTx>
Json pool_json(const chain::Mempool::Content& content, const WriteTx& write_tx) {
    Writer w;
    w.begin_object();
    for (const auto& [name, queues] :
         {std::pair{"pending", &content.pending}, std::pair{"queued", &content.queued}}) {
        w.key(name).begin_object();
        for (const auto& [sender, queue] : *queues) {
            w.key(checksummed(sender));  // As geth writes addresses that are keys or stand in a text.
            write_queue(w, queue, write_tx);
        }
        w.end_object();
    }
    return w.end_object().take();
}

/// geth's one-line form.
void write_summary(Writer& w, const chain::SignedTx& tx) {
    w.string((tx.tx.to ? checksummed(*tx.tx.to) : "contract creation") + ": " + to_decimal(tx.tx.value) +
             " wei + " + std::to_string(tx.tx.gas_limit) + " gas × " + to_decimal(tx.tx.max_fee_per_gas) +
             " wei");
}

}  // namespace

SendMethods::SendMethods(const Backend& backend)
    : backend_(backend),
      // Who finds none is refused at once: a send that waits to wait would hold a thread as well.
      sync_slots_({.running = backend.options().sync_sends_max, .waiting = 0, .patience = {}}) {}

void SendMethods::on_head() {
    const std::lock_guard lock(mutex_);
    ++heads_;
    changed_.notify_all();
}

void SendMethods::stop() {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
}

RpcResult<Hash> SendMethods::submit(const Bytes& tx) {
    const auto sent = backend_.chain().submit(tx);
    if (!sent) return std::unexpected(refused(sent.error()));
    return *sent;
}

RpcResult<Hash> SendMethods::send_raw(const Bytes& tx) {
    TRY(const auto hash, submit(tx));
    const auto patience = backend_.options().send_patience;
    if (patience.count() > 0 && is_next(hash))
        wait_for_block(hash, std::chrono::steady_clock::now() + patience);
    return hash;
}

/// False behind a gap, and where a block has it already.
bool SendMethods::is_next(const Hash& tx) const {
    const auto waiting = backend_.chain().mempool().find(tx);
    return waiting && waiting->tx.nonce < backend_.chain().pending_nonce(waiting->sender);
}

std::optional<chain::TxLocation> SendMethods::wait_for_block(const Hash& tx,
                                                             std::chrono::steady_clock::time_point until) {
    while (true) {
        // The count is taken before the look, so a block in between ends the wait at once.
        std::unique_lock lock(mutex_);
        const auto seen = heads_;
        const bool is_last_look = is_stopping_;
        lock.unlock();
        if (auto location = backend_.chain().locate(tx); location || is_last_look) return location;
        lock.lock();
        if (!changed_.wait_until(lock, until, [&] { return heads_ != seen || is_stopping_; }))
            return std::nullopt;
    }
}

std::vector<RpcResult<std::string>> SendMethods::send_all(const std::vector<boost::json::array>& arguments) {
    std::vector<RpcResult<std::string>> out(arguments.size());
    std::vector<Bytes> encoded;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].size() > 1) {
            out[i] = std::unexpected(too_many_arguments(1));
        } else if (arguments[i].empty() || arguments[i][0].is_null()) {
            out[i] = std::unexpected(argument_error(0, ""));
        } else if (auto read = Codec<Bytes>::read(arguments[i][0])) {
            encoded.push_back(*std::move(read));
            places.push_back(i);
        } else {
            out[i] = std::unexpected(argument_error(0, read.error().message));
        }
    }
    const auto sent = backend_.chain().submit_all(encoded);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (sent[i])
            out[places[i]] = "\"" + hex0x(*sent[i]) + "\"";
        else
            out[places[i]] = std::unexpected(refused(sent[i].error()));
    }
    return out;
}

/// EIP-7966.
RpcResult<Json> SendMethods::send_raw_sync(const Call& call, const Bytes& tx,
                                           const std::optional<Count>& timeout_ms) {
    const auto& options = backend_.options();
    const auto asked =
        timeout_ms ? std::min<std::uint64_t>(timeout_ms->value,
                                             static_cast<std::uint64_t>(options.sync_timeout_max.count()))
                   : static_cast<std::uint64_t>(options.sync_timeout.count());
    const std::chrono::milliseconds timeout(asked);
    const auto until = std::chrono::steady_clock::now() + timeout;
    const auto slot = sync_slots_.take(call.client);
    if (!slot) return rpc_fail(code::limit_exceeded, "too many synchronous sends are waiting");
    TRY(const auto hash, submit(tx));
    if (const auto location = wait_for_block(hash, until)) {
        Writer w;
        write_receipt(w, *location->block, location->index);
        return w.take();
    }
    return rpc_fail(code::sync_timeout,
                    "The transaction was added to the transaction pool but wasn't processed in " +
                        std::to_string(timeout.count()) + "ms.",
                    "\"" + hex0x(hash) + "\"");
}

RpcResult<Json> SendMethods::status(const Call& call) {
    TRY(const auto slot, backend_.searches().take(call.client));
    const auto counts = backend_.chain().mempool_counts();
    Writer w;
    w.begin_object().key("pending").quantity(counts.pending).key("queued").quantity(counts.queued);
    return w.end_object().take();
}

RpcResult<Json> SendMethods::content(const Call& call) {
    TRY(const auto slot, backend_.searches().take(call.client));
    return pool_json(backend_.chain().mempool_content(), write_pending_transaction);
}

RpcResult<Json> SendMethods::inspect(const Call& call) {
    TRY(const auto slot, backend_.searches().take(call.client));
    return pool_json(backend_.chain().mempool_content(), write_summary);
}

Json SendMethods::content_from(const Address& who) {
    const auto content = backend_.chain().mempool_content_of(who);
    Writer w;
    w.begin_object();
    for (const auto& [name, queues] :
         {std::pair{"pending", &content.pending}, std::pair{"queued", &content.queued}}) {
        w.key(name);
        write_queue(w, queues->empty() ? std::vector<chain::SignedTxPtr>{} : queues->begin()->second,
                    write_pending_transaction);
    }
    return w.end_object().take();
}

void SendMethods::add_to(Dispatcher& dispatcher) {
    using Self = SendMethods;
    static constexpr auto rows = methods(
        method<"eth_sendRawTransaction(data tx) returns (hash)", &Self::send_raw>(
            "Checks and pools a signed transaction."),
        method<"eth_sendRawTransactionSync(data tx, count timeoutMs?) returns (receipt)",
               &Self::send_raw_sync>("The same, and waits for the receipt (20 s, at most 60 s)."),
        method<"txpool_status() returns (object)", &Self::status>("How many transactions wait."),
        method<"txpool_content() returns (object)", &Self::content>("All that wait, by sender and nonce."),
        method<"txpool_contentFrom(address who) returns (object)", &Self::content_from>(
            "What one sender has waiting."),
        method<"txpool_inspect() returns (object)", &Self::inspect>("All that wait, one line each."));
    dispatcher.add(rows, *this);
    dispatcher.add_bulk("eth_sendRawTransaction",
                        [this](const auto& arguments) { return send_all(arguments); });
}

}  // namespace farthing::rpc
