#pragma once
// Transactions that wait: per-sender nonce order, +10 % replacement, bounded in count and bytes. Thread-safe.
#include "chain/block.hpp"
#include "chain/tx_error.hpp"

#include <functional>
#include <map>
#include <mutex>

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
using SenderLookup = std::function<SenderState(const Address&)>;

class Mempool {
 public:
    explicit Mempool(MempoolLimits limits) : limits_(limits) {}

    /// Admits a transaction that passed the static checks. Refuses: already_known, nonce_too_low,
    /// insufficient_funds (for all the sender has waiting), replacement_underpriced, account_limit,
    /// oversized, underpriced when the pool is full and it pays no more than the cheapest.
    TxResult<void> add(const SignedTxPtr& tx, const SenderState& sender);

    /// Executable transactions in the order a block takes them: best effective tip first, ties by arrival,
    /// a sender's in nonce order; stops when gas limits sum to `gas_max`.
    std::vector<SignedTxPtr> best(const U256& base_fee, std::uint64_t gas_max,
                                  const SenderLookup& lookup) const;

    /// After a block: drops what it included or made stale. `lookup` reads the new head.
    void on_block(const Block& block, const SenderLookup& lookup);
    /// Drops a transaction that turned out not to be executable.
    void remove(const Hash& hash);
    void clear();

    SignedTxPtr find(const Hash& hash) const;
    /// The nonce after the sender's last gapless waiting transaction, or `account_nonce`.
    std::uint64_t next_nonce(const Address& sender, std::uint64_t account_nonce) const;
    std::size_t size() const;

    struct Content {
        std::map<Address, std::vector<SignedTxPtr>> pending;  ///< Executable now, by nonce.
        std::map<Address, std::vector<SignedTxPtr>> queued;   ///< Behind a gap.
    };
    Content content(const SenderLookup& lookup) const;

 private:
    struct Entry {
        SignedTxPtr tx;
        std::uint64_t arrival = 0;
    };
    using Queue = std::map<std::uint64_t, Entry>;  // by nonce
    using Senders = std::map<Address, Queue>;

    TxResult<void> check_funds(const Queue& queue, const SignedTx& incoming, const SenderState& sender) const;
    /// Evicts the cheapest last-in-line transactions until `incoming` fits; false when it pays no more.
    bool make_room(const SignedTx& incoming);
    void erase(const SignedTx& tx);

    MempoolLimits limits_;
    mutable std::mutex mutex_;
    Senders senders_;
    std::map<Hash, SignedTxPtr> by_hash_;
    std::uint64_t arrivals_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace farthing::chain
