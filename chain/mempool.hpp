#pragma once
// Transactions that wait: per-sender nonce order, +10 % replacement, bounded in count and bytes. Thread-safe.
#include "chain/block.hpp"
#include "chain/tx_error.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace farthing::chain {

struct MempoolLimits {
    std::size_t count_max = 65'536;
    std::size_t bytes_max = 64 << 20;
    std::size_t per_sender_max = 1'024;  ///< Executable and parked together.
    std::size_t tx_bytes_max = 128 << 10;
};

/// What the pool must know of a sender's account at the head.
struct SenderState {
    std::uint64_t nonce = 0;
    U256 balance;
};
/// Reads it; called while the pool is locked.
using SenderLookup = std::function<SenderState(const Address&)>;
using Urgency = std::function<bool(const Transaction&)>;

class Mempool {
 public:
    explicit Mempool(MempoolLimits limits) : limits_(limits) {}

    /// Admits a transaction that passed the static checks. Refuses: already_known, nonce_too_low,
    /// insufficient_funds (for all the sender has waiting), replacement_underpriced, account_limit,
    /// oversized, underpriced when the pool is full and it pays no more than the cheapest. In a full pool
    /// what waits behind a gap, which costs its sender nothing, makes room for any executable transaction and
    /// takes none's place.
    TxResult<void> add(const SignedTxPtr& tx, const SenderState& sender);
    /// The same for a sender that was read after `blocks()` gave `blocks`: when a block has come since, which
    /// may have taken this very nonce, `newest` reads the sender anew.
    TxResult<void> add(const SignedTxPtr& tx, const SenderState& sender, std::uint64_t blocks,
                       const SenderLookup& newest);
    /// How often the pool was told of a block or cleared so far.
    std::uint64_t blocks() const;

    /// Executable transactions in the order a block takes them: best effective tip first, ties by arrival,
    /// a sender's in nonce order; stops when gas limits sum to `gas_max`. Those that `is_urgent` says so of
    /// go before all others, whatever they tip. Only those that arrived before the moment that `arrivals`
    /// gave.
    std::vector<SignedTxPtr> best(const U256& base_fee, std::uint64_t gas_max, const SenderLookup& lookup,
                                  const Urgency& is_urgent = nullptr,
                                  std::uint64_t arrived_before = ~std::uint64_t{0}) const;
    /// How many transactions have been admitted so far: this moment, for `best`.
    std::uint64_t arrivals() const;

    /// After a block: drops what it included or made stale.
    void on_block(const Block& block);
    /// Drops a transaction that turned out not to be executable.
    void remove(const Hash& hash);
    void clear();

    SignedTxPtr find(const Hash& hash) const;
    /// The nonce after the sender's last gapless waiting transaction, or else the account's. `newest` is
    /// asked while no transaction can leave the pool: what a block took is counted there or here.
    std::uint64_t next_nonce(const Address& sender, const SenderLookup& newest) const;
    std::size_t size() const;

    struct Content {
        std::map<Address, std::vector<SignedTxPtr>> pending;  ///< Executable now, by nonce.
        std::map<Address, std::vector<SignedTxPtr>> queued;   ///< Behind a gap.
    };
    Content content(const SenderLookup& lookup) const;
    /// The same of one sender only.
    Content content_of(const Address& sender, const SenderLookup& lookup) const;
    struct Counts {
        std::uint64_t pending = 0;
        std::uint64_t queued = 0;
        bool operator==(const Counts&) const = default;
    };
    /// How many `content` would give.
    Counts counts(const SenderLookup& lookup) const;

 private:
    struct Entry {
        SignedTxPtr tx;
        U256 cost;  ///< The most it can cost, wei.
        std::uint64_t arrival = 0;
    };
    using Entries = std::map<std::uint64_t, Entry>;  // by nonce
    /// One sender's. Never empty.
    struct Queue {
        std::uint64_t nonce = 0;  ///< The account's, as last heard of.
        Entries entries;
        U256 cost;  ///< Of all entries, wei.
    };
    // Iterated only where order does not matter.
    using Senders = boost::unordered_flat_map<Address, Queue, FixedBytesHash>;

    /// A sender's last transaction, those behind a gap first, then the cheapest, and of equal ones the
    /// latest: only they may be evicted, for those before them count on nothing after them.
    struct LastInLine {
        bool executable = false;
        U256 fee;
        std::uint64_t arrival = 0;
        Address sender;
        bool operator<(const LastInLine& other) const {
            if (executable != other.executable) return other.executable;
            return fee != other.fee ? fee < other.fee : arrival > other.arrival;
        }
    };
    /// The nonce after the last of a gapless run from `account_nonce` on.
    static std::uint64_t gapless_end(const Entries& entries, std::uint64_t account_nonce);
    static void add_content(Content& out, const Address& sender, const Entries& entries,
                            std::uint64_t account_nonce);
    static LastInLine last_of(const Queue& queue);

    TxResult<void> add_locked(const SignedTxPtr& tx, const SenderState& sender);
    /// `own`: the most that `incoming` can cost; nothing when that is no number.
    static TxResult<void> check_funds(const Queue* queue, const SignedTx& incoming,
                                      const std::optional<U256>& own, const SenderState& sender);
    /// An entry that was taken out, and what was known of its sender's nonce.
    struct Taken {
        Entry entry;
        std::uint64_t sender_nonce = 0;
    };
    /// Evicts the cheapest last-in-line transactions until `incoming` fits, and adds them to `evicted`; false
    /// when it may not take the place of one that would have to go.
    bool make_room(const SignedTx& incoming, std::uint64_t sender_nonce, std::vector<Taken>& evicted);
    bool has_room_for(const SignedTx& tx) const;
    bool is_half_empty() const;
    void order_last_in_line();
    /// All that changes a queue, so that the order of those last in line follows.
    template <class Change>
    void change(Queue& queue, const Change& change);
    void insert(const Entry& entry, std::uint64_t sender_nonce);
    /// Within a change of `queue`.
    Entry pull(Queue& queue, Entries::iterator at);
    /// Requires: it is there.
    Taken take(const Address& sender, std::uint64_t nonce);
    void erase(const SignedTx& tx);

    MempoolLimits limits_;
    mutable std::mutex mutex_;
    Senders senders_;
    boost::unordered_flat_map<Hash, SignedTxPtr, FixedBytesHash> by_hash_;
    /// Of all senders; only from when the pool was full until it is half empty again, so that a pool with
    /// room pays nothing for it.
    std::optional<std::set<LastInLine>> last_in_line_;
    std::uint64_t arrivals_ = 0;
    std::uint64_t blocks_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace farthing::chain
