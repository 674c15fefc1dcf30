#pragma once
// A block as readers hold it: decoded once, shared, never changed.
#include "core/types/header.hpp"
#include "core/types/transaction.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace farthing::chain {

/// A decoded transaction with what it cost to learn: hash, sender, wire form.
struct SignedTx {
    Transaction tx;
    Hash hash;
    Address sender;
    Bytes encoded;
};
using SignedTxPtr = std::shared_ptr<const SignedTx>;

/// gas limit × fee cap + value, wei: what the sender must hold. Nothing: 2^256 or more, which nobody holds.
std::optional<U256> most_it_can_cost(const Transaction& tx);

struct Block {
    Header header;
    Hash hash;
    std::uint64_t size = 0;  ///< Bytes of Ethereum's block RLP: [header, txs, ommers, withdrawals].
    std::vector<SignedTxPtr> transactions;
    std::vector<Receipt> receipts;
    Bytes seal;  ///< Solo: the sequencer's signature over `hash` (r ‖ s ‖ y parity); empty for block 0.

    std::uint64_t gas_used(std::size_t tx_index) const;
    /// Index in the block of the transaction's first log.
    std::uint64_t first_log_index(std::size_t tx_index) const;
};
using BlockPtr = std::shared_ptr<const Block>;

/// Where a transaction stands in the chain.
struct TxLocation {
    BlockPtr block;  ///< Never null.
    std::uint32_t index = 0;
};

}  // namespace farthing::chain
