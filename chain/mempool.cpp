#include "chain/mempool.hpp"

#include "core/base/hex.hpp"

#include <queue>

namespace farthing::chain {
namespace {

// EIP-1559's effective tip; a transaction that cannot pay the base fee has none.
std::optional<U256> effective_tip(const Transaction& tx, const U256& base_fee) {
    if (tx.max_fee_per_gas < base_fee) return std::nullopt;
    return tx.priority_fee(base_fee);
}

boost::multiprecision::uint512_t most_it_can_cost(const Transaction& tx) {
    using Wide = boost::multiprecision::uint512_t;
    return Wide(tx.max_fee_per_gas) * tx.gas_limit + Wide(tx.value);
}

/// A replacement raises both fees by a tenth at least, rounded up (geth's price bump).
bool pays_enough_more(const Transaction& incoming, const Transaction& waiting) {
    const auto bumped = [](const U256& fee) { return mul_div(fee, 110, 100, Rounding::up); };
    return incoming.max_fee_per_gas >= bumped(waiting.max_fee_per_gas) &&
           incoming.max_priority_fee_per_gas >= bumped(waiting.max_priority_fee_per_gas) &&
           incoming.max_fee_per_gas > waiting.max_fee_per_gas;
}

}  // namespace

TxResult<void> Mempool::check_funds(const Queue& queue, const SignedTx& incoming,
                                    const SenderState& sender) const {
    auto cost = most_it_can_cost(incoming.tx);
    for (const auto& [nonce, entry] : queue)
        if (nonce < incoming.tx.nonce) cost += most_it_can_cost(entry.tx->tx);
    if (cost <= boost::multiprecision::uint512_t(sender.balance)) return {};
    return reject(TxError::insufficient_funds, "address " + hex0x(incoming.sender) + " have " +
                                                   to_decimal(sender.balance) + " want " + cost.str());
}

TxResult<void> Mempool::add(const SignedTxPtr& tx, const SenderState& sender) {
    const std::lock_guard lock(mutex_);
    if (tx->encoded.size() > limits_.tx_bytes_max)
        return reject(TxError::oversized, "transaction size " + std::to_string(tx->encoded.size()) +
                                              ", limit " + std::to_string(limits_.tx_bytes_max));
    if (by_hash_.contains(tx->hash)) return reject(TxError::already_known);
    if (tx->tx.nonce < sender.nonce)
        return reject(TxError::nonce_too_low, "next nonce " + std::to_string(sender.nonce) + ", tx nonce " +
                                                  std::to_string(tx->tx.nonce));
    static const Queue nothing_waiting;
    const auto found = senders_.find(tx->sender);
    const auto& queue = found == senders_.end() ? nothing_waiting : found->second;
    if (auto ok = check_funds(queue, *tx, sender); !ok) return ok;

    if (const auto same = queue.find(tx->tx.nonce); same != queue.end()) {
        if (!pays_enough_more(tx->tx, same->second.tx->tx)) return reject(TxError::replacement_underpriced);
        const auto replaced = same->second.tx;
        erase(*replaced);
    } else if (queue.size() >= limits_.per_sender_max) {
        return reject(TxError::account_limit,
                      std::to_string(limits_.per_sender_max) + " transactions waiting");
    }
    if (!make_room(*tx)) return reject(TxError::underpriced, "the pool is full");
    senders_[tx->sender].emplace(tx->tx.nonce, Entry{tx, arrivals_++});
    by_hash_.emplace(tx->hash, tx);
    bytes_ += tx->encoded.size();
    return {};
}

bool Mempool::make_room(const SignedTx& incoming) {
    while (by_hash_.size() >= limits_.count_max || bytes_ + incoming.encoded.size() > limits_.bytes_max) {
        // Only a sender's last transaction may go: the ones before it still count on nothing after them.
        SignedTxPtr cheapest;
        for (const auto& [sender, queue] : senders_) {
            const auto& last = queue.rbegin()->second.tx;
            if (!cheapest || last->tx.max_fee_per_gas < cheapest->tx.max_fee_per_gas) cheapest = last;
        }
        if (!cheapest || cheapest->sender == incoming.sender ||
            cheapest->tx.max_fee_per_gas >= incoming.tx.max_fee_per_gas)
            return false;
        erase(*cheapest);
    }
    return true;
}

void Mempool::erase(const SignedTx& tx) {
    const auto sender = senders_.find(tx.sender);
    if (sender == senders_.end()) return;
    const auto entry = sender->second.find(tx.tx.nonce);
    if (entry == sender->second.end()) return;
    bytes_ -= entry->second.tx->encoded.size();
    by_hash_.erase(entry->second.tx->hash);
    sender->second.erase(entry);
    if (sender->second.empty()) senders_.erase(sender);
}

std::vector<SignedTxPtr> Mempool::best(const U256& base_fee, std::uint64_t gas_max,
                                       const SenderLookup& lookup) const {
    struct Candidate {
        U256 tip;
        std::uint64_t arrival;
        const Queue* queue;
        Queue::const_iterator at;
        bool operator<(const Candidate& other) const {
            return tip != other.tip ? tip < other.tip : arrival > other.arrival;
        }
    };
    const std::lock_guard lock(mutex_);
    std::priority_queue<Candidate> heads;
    const auto push = [&](const Queue& queue, Queue::const_iterator at) {
        if (const auto tip = effective_tip(at->second.tx->tx, base_fee))
            heads.push({*tip, at->second.arrival, &queue, at});
    };
    for (const auto& [sender, queue] : senders_)
        if (const auto first = queue.find(lookup(sender).nonce); first != queue.end()) push(queue, first);

    std::vector<SignedTxPtr> out;
    std::uint64_t gas = 0;
    while (!heads.empty()) {
        const auto next = heads.top();
        heads.pop();
        const auto& tx = next.at->second.tx;
        if (gas + tx->tx.gas_limit > gas_max) continue;  // A smaller one of another sender may still fit.
        gas += tx->tx.gas_limit;
        out.push_back(tx);
        const auto following = std::next(next.at);
        if (following != next.queue->end() && following->first == next.at->first + 1)
            push(*next.queue, following);
    }
    return out;
}

void Mempool::on_block(const Block& block, const SenderLookup& lookup) {
    const std::lock_guard lock(mutex_);
    for (const auto& tx : block.transactions) {
        const auto sender = senders_.find(tx->sender);
        if (sender == senders_.end()) continue;
        const auto nonce = lookup(tx->sender).nonce;
        while (sender->second.begin()->first < nonce) {
            const auto stale = sender->second.begin()->second.tx;
            const bool was_last = sender->second.size() == 1;
            erase(*stale);
            if (was_last) break;
        }
    }
}

void Mempool::clear() {
    const std::lock_guard lock(mutex_);
    senders_.clear();
    by_hash_.clear();
    bytes_ = 0;
}

void Mempool::remove(const Hash& hash) {
    const std::lock_guard lock(mutex_);
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return;
    const auto tx = found->second;
    erase(*tx);
}

SignedTxPtr Mempool::find(const Hash& hash) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_hash_.find(hash);
    return found == by_hash_.end() ? nullptr : found->second;
}

std::uint64_t Mempool::next_nonce(const Address& sender, std::uint64_t account_nonce) const {
    const std::lock_guard lock(mutex_);
    const auto found = senders_.find(sender);
    if (found == senders_.end()) return account_nonce;
    auto nonce = account_nonce;
    while (found->second.contains(nonce)) ++nonce;
    return nonce;
}

std::size_t Mempool::size() const {
    const std::lock_guard lock(mutex_);
    return by_hash_.size();
}

Mempool::Content Mempool::content(const SenderLookup& lookup) const {
    const std::lock_guard lock(mutex_);
    Content out;
    for (const auto& [sender, queue] : senders_) {
        auto next = lookup(sender).nonce;
        for (const auto& [nonce, entry] : queue) {
            const bool executable = nonce == next;
            if (executable) ++next;
            (executable ? out.pending : out.queued)[sender].push_back(entry.tx);
        }
    }
    return out;
}

}  // namespace farthing::chain
