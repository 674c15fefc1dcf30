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

/// Nothing stands for 2^256 and more.
std::optional<U256> plus(const std::optional<U256>& a, const U256& b) {
    if (!a || *a > u256_max - b) return std::nullopt;
    return *a + b;
}

/// A replacement raises both fees by a tenth at least, rounded up (geth's price bump).
bool pays_enough_more(const Transaction& incoming, const Transaction& waiting) {
    const auto bumped = [](const U256& fee) { return mul_div(fee, 110, 100, Rounding::up); };
    return incoming.max_fee_per_gas >= bumped(waiting.max_fee_per_gas) &&
           incoming.max_priority_fee_per_gas >= bumped(waiting.max_priority_fee_per_gas) &&
           incoming.max_fee_per_gas > waiting.max_fee_per_gas;
}

}  // namespace

TxResult<void> Mempool::check_funds(const Queue* queue, const SignedTx& incoming,
                                    const std::optional<U256>& own, const SenderState& sender) {
    auto cost = own;
    if (queue != nullptr && queue->entries.rbegin()->first < incoming.tx.nonce) {
        cost = plus(cost, queue->cost);
    } else if (queue != nullptr) {
        for (const auto& [nonce, entry] : queue->entries) {
            if (nonce >= incoming.tx.nonce) break;
            cost = plus(cost, entry.cost);
        }
    }
    // What all that wait would cost must be a number, too.
    if (cost && *cost <= sender.balance && plus(own, queue != nullptr ? queue->cost : 0)) return {};
    return reject(TxError::insufficient_funds, "address " + hex0x(incoming.sender) + " have " +
                                                   to_decimal(sender.balance) + " want " +
                                                   to_decimal(cost.value_or(u256_max)));
}

TxResult<void> Mempool::add(const SignedTxPtr& tx, const SenderState& sender) {
    const std::lock_guard lock(mutex_);
    return add_locked(tx, sender);
}

TxResult<void> Mempool::add(const SignedTxPtr& tx, const SenderState& sender, std::uint64_t blocks,
                            const SenderLookup& newest) {
    const std::lock_guard lock(mutex_);
    return add_locked(tx, blocks == blocks_ ? sender : newest(tx->sender));
}

std::uint64_t Mempool::blocks() const {
    const std::lock_guard lock(mutex_);
    return blocks_;
}

TxResult<void> Mempool::add_locked(const SignedTxPtr& tx, const SenderState& sender) {
    if (tx->encoded.size() > limits_.tx_bytes_max)
        return reject(TxError::oversized, "transaction size " + std::to_string(tx->encoded.size()) +
                                              ", limit " + std::to_string(limits_.tx_bytes_max));
    if (by_hash_.contains(tx->hash)) return reject(TxError::already_known);
    if (tx->tx.nonce < sender.nonce)
        return reject(TxError::nonce_too_low, "next nonce " + std::to_string(sender.nonce) + ", tx nonce " +
                                                  std::to_string(tx->tx.nonce));
    const auto found = senders_.find(tx->sender);
    const auto* queue = found == senders_.end() ? nullptr : &found->second;
    const auto cost = most_it_can_cost(tx->tx);
    if (auto ok = check_funds(queue, *tx, cost, sender); !ok) return ok;

    const auto nonce = queue == nullptr ? sender.nonce : std::max(queue->nonce, sender.nonce);
    std::vector<Taken> gone;
    const auto same = queue != nullptr ? queue->entries.find(tx->tx.nonce) : Entries::const_iterator{};
    if (queue != nullptr && same != queue->entries.end()) {
        if (!pays_enough_more(tx->tx, same->second.tx->tx)) return reject(TxError::replacement_underpriced);
        gone.push_back(take(tx->sender, tx->tx.nonce));
    } else if (queue != nullptr && queue->entries.size() >= limits_.per_sender_max) {
        return reject(TxError::account_limit,
                      std::to_string(limits_.per_sender_max) + " transactions waiting");
    }
    if (!make_room(*tx, nonce, gone)) {
        // A refusal changes nothing.
        for (const auto& [entry, known_nonce] : gone) insert(entry, known_nonce);
        return reject(TxError::underpriced, "the pool is full");
    }
    insert({tx, *cost, arrivals_++}, nonce);
    return {};
}

bool Mempool::has_room_for(const SignedTx& tx) const {
    return by_hash_.size() < limits_.count_max && bytes_ + tx.encoded.size() <= limits_.bytes_max;
}

bool Mempool::is_half_empty() const {
    return by_hash_.size() < limits_.count_max / 2 && bytes_ < limits_.bytes_max / 2;
}

bool Mempool::make_room(const SignedTx& incoming, std::uint64_t sender_nonce, std::vector<Taken>& evicted) {
    if (last_in_line_ && is_half_empty()) last_in_line_.reset();
    if (has_room_for(incoming)) return true;
    if (!last_in_line_) order_last_in_line();
    const auto own = senders_.find(incoming.sender);
    const auto ready = own == senders_.end() ? sender_nonce : gapless_end(own->second.entries, sender_nonce);
    const bool executable = incoming.tx.nonce <= ready;
    while (!has_room_for(incoming)) {
        auto cheapest = last_in_line_->begin();
        if (cheapest != last_in_line_->end() && cheapest->sender == incoming.sender) ++cheapest;
        if (cheapest == last_in_line_->end()) return false;
        const bool may_go =
            cheapest->executable == executable ? cheapest->fee < incoming.tx.max_fee_per_gas : executable;
        if (!may_go) return false;
        const auto sender = cheapest->sender;
        const auto last = senders_.find(sender)->second.entries.rbegin()->first;
        evicted.push_back(take(sender, last));
    }
    return true;
}

Mempool::LastInLine Mempool::last_of(const Queue& queue) {
    const auto& [nonce, last] = *queue.entries.rbegin();
    // Nothing below the account's nonce waits, except between a block's state and the pool's hearing of it.
    const bool executable = queue.entries.begin()->first < queue.nonce
                                ? nonce < gapless_end(queue.entries, queue.nonce)
                                : nonce - queue.nonce + 1 == queue.entries.size();
    return {executable, last.tx->tx.max_fee_per_gas, last.arrival, last.tx->sender};
}

void Mempool::order_last_in_line() {
    last_in_line_.emplace();
    for (const auto& [sender, queue] : senders_)  // tidy: allow unordered_iteration: the set orders them
        last_in_line_->insert(last_of(queue));
}

template <class Change>
void Mempool::change(Queue& queue, const Change& change) {
    if (last_in_line_ && !queue.entries.empty()) last_in_line_->erase(last_of(queue));
    change();
    if (last_in_line_ && !queue.entries.empty()) last_in_line_->insert(last_of(queue));
}

void Mempool::insert(const Entry& entry, std::uint64_t sender_nonce) {
    const auto& tx = *entry.tx;
    auto& queue = senders_[tx.sender];
    change(queue, [&] {
        queue.nonce = std::max(queue.nonce, sender_nonce);
        queue.entries.emplace(tx.tx.nonce, entry);
        queue.cost += entry.cost;
    });
    by_hash_.emplace(tx.hash, entry.tx);
    bytes_ += tx.encoded.size();
}

Mempool::Entry Mempool::pull(Queue& queue, Entries::iterator at) {
    auto out = std::move(at->second);
    queue.entries.erase(at);
    queue.cost -= out.cost;
    bytes_ -= out.tx->encoded.size();
    by_hash_.erase(out.tx->hash);
    return out;
}

Mempool::Taken Mempool::take(const Address& sender, std::uint64_t nonce) {
    const auto found = senders_.find(sender);
    auto& queue = found->second;
    Taken out{.entry = {}, .sender_nonce = queue.nonce};
    change(queue, [&] { out.entry = pull(queue, queue.entries.find(nonce)); });
    if (queue.entries.empty()) senders_.erase(found);
    return out;
}

void Mempool::erase(const SignedTx& tx) {
    const auto found = senders_.find(tx.sender);
    if (found != senders_.end() && found->second.entries.contains(tx.tx.nonce)) take(tx.sender, tx.tx.nonce);
}

std::uint64_t Mempool::arrivals() const {
    const std::lock_guard lock(mutex_);
    return arrivals_;
}

std::vector<SignedTxPtr> Mempool::best(const U256& base_fee, std::uint64_t gas_max,
                                       const SenderLookup& lookup, const Urgency& is_urgent,
                                       std::uint64_t arrived_before) const {
    struct Candidate {
        bool urgent;
        U256 tip;
        std::uint64_t arrival;
        const Entries* entries;
        Entries::const_iterator at;
        bool operator<(const Candidate& other) const {
            if (urgent != other.urgent) return other.urgent;
            return tip != other.tip ? tip < other.tip : arrival > other.arrival;
        }
    };
    const std::lock_guard lock(mutex_);
    std::priority_queue<Candidate> heads;
    const auto push = [&](const Entries& entries, Entries::const_iterator at) {
        if (at->second.arrival >= arrived_before) return;
        const auto& tx = at->second.tx->tx;
        if (const auto tip = effective_tip(tx, base_fee))
            heads.push({is_urgent && is_urgent(tx), *tip, at->second.arrival, &entries, at});
    };
    for (const auto& [sender, queue] : senders_)  // tidy: allow unordered_iteration: the heap orders them
        if (const auto first = queue.entries.find(lookup(sender).nonce); first != queue.entries.end())
            push(queue.entries, first);

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
        if (following != next.entries->end() && following->first == next.at->first + 1)
            push(*next.entries, following);
    }
    return out;
}

void Mempool::on_block(const Block& block) {
    const std::lock_guard lock(mutex_);
    ++blocks_;
    for (const auto& tx : block.transactions) {
        // After this transaction its sender's nonce is above its own, and only the next ones of the block
        // raise it further.
        const auto found = senders_.find(tx->sender);
        if (found == senders_.end()) continue;
        auto& queue = found->second;
        change(queue, [&] {
            queue.nonce = std::max(queue.nonce, tx->tx.nonce + 1);
            while (!queue.entries.empty() && queue.entries.begin()->first <= tx->tx.nonce)
                pull(queue, queue.entries.begin());
        });
        if (queue.entries.empty()) senders_.erase(found);
    }
}

void Mempool::clear() {
    const std::lock_guard lock(mutex_);
    ++blocks_;
    senders_.clear();
    by_hash_.clear();
    last_in_line_.reset();
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

std::uint64_t Mempool::gapless_end(const Entries& entries, std::uint64_t account_nonce) {
    auto end = account_nonce;
    for (auto at = entries.find(end); at != entries.end() && at->first == end; ++at) ++end;
    return end;
}

std::uint64_t Mempool::next_nonce(const Address& sender, const SenderLookup& newest) const {
    const std::lock_guard lock(mutex_);
    const auto account_nonce = newest(sender).nonce;
    const auto found = senders_.find(sender);
    return found == senders_.end() ? account_nonce : gapless_end(found->second.entries, account_nonce);
}

std::size_t Mempool::size() const {
    const std::lock_guard lock(mutex_);
    return by_hash_.size();
}

void Mempool::add_content(Content& out, const Address& sender, const Entries& entries,
                          std::uint64_t account_nonce) {
    const auto end = gapless_end(entries, account_nonce);
    for (const auto& [nonce, entry] : entries)
        (account_nonce <= nonce && nonce < end ? out.pending : out.queued)[sender].push_back(entry.tx);
}

Mempool::Content Mempool::content(const SenderLookup& lookup) const {
    const std::lock_guard lock(mutex_);
    Content out;
    for (const auto& [sender, queue] : senders_)  // tidy: allow unordered_iteration: the maps order them
        add_content(out, sender, queue.entries, lookup(sender).nonce);
    return out;
}

Mempool::Content Mempool::content_of(const Address& sender, const SenderLookup& lookup) const {
    const std::lock_guard lock(mutex_);
    Content out;
    if (const auto found = senders_.find(sender); found != senders_.end())
        add_content(out, sender, found->second.entries, lookup(sender).nonce);
    return out;
}

Mempool::Counts Mempool::counts(const SenderLookup& lookup) const {
    const std::lock_guard lock(mutex_);
    Counts out;
    for (const auto& [sender, queue] : senders_) {  // tidy: allow unordered_iteration: a sum has no order
        const auto nonce = lookup(sender).nonce;
        const auto now = gapless_end(queue.entries, nonce) - nonce;
        out.pending += now;
        out.queued += queue.entries.size() - now;
    }
    return out;
}

}  // namespace farthing::chain
