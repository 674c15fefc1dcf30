#pragma once
// Executes the transactions of one block and seals the result into a header: roots, bloom, base fee.
#include "chain/block.hpp"
#include "chain/diff.hpp"
#include "chain/executor.hpp"
#include "chain/genesis.hpp"
#include "chain/mempool.hpp"
#include "chain/state_tree.hpp"

namespace farthing::chain {

/// What the engine decides about a block before its transactions.
struct BlockInputs {
    std::uint64_t timestamp = 0;  ///< Unix seconds; not below the parent's.
    Hash preimage;                ///< c_h.
    Address miner;
    /// When the first transaction is the sequencer's replaceTip(tip): that tip. Only for a lost chain.
    std::optional<Hash> replacement;
};

/// EIP-1559 with elasticity 2 and denominator 8; never below `floor`.
U256 next_base_fee(const Header& parent, const U256& floor);

/// Bytes of Ethereum's RLP of the block.
std::uint64_t block_size(const Header& header, std::span<const SignedTxPtr> transactions);

class BlockBuilder {
 public:
    /// Starts a block on `parent`: makes the silent system writes. An error when the engine's inputs do not
    /// fit the parent (time, preimage) or this binary lacks a contract version that the block needs.
    static Result<BlockBuilder> start(const Header& parent, StateView state, const BlockInputs& inputs,
                                      const Genesis& genesis);

    /// Executes the transaction as the block's next, or refuses it and changes nothing.
    TxResult<void> add(const SignedTxPtr& tx);
    std::uint64_t gas_left() const { return info_.gas_limit - gas_used_; }
    /// Reads the accounts that these will touch, all at once.
    void preload(std::span<const SignedTxPtr> transactions);
    /// A sender after the transactions so far.
    SenderState sender(const Address& who) { return {state_->nonce(who), state_->balance(who)}; }
    const U256& base_fee() const { return info_.base_fee; }

    struct Built {
        Block block;  ///< Without seal.
        std::vector<Diff> diff;
        StateVersionPtr version;
    };
    /// Computes every root on top of `parent_version` (null: the tree's newest). Ends the builder.
    Built finish(StateTree& tree, const StateVersion* parent_version);

 private:
    BlockBuilder(const Header& parent, StateView state);
    U256 share_base_fees();

    Hash parent_hash_;
    Rules rules_;
    contracts::BlockInfo info_;
    std::unique_ptr<WorldState> state_;
    std::vector<SignedTxPtr> transactions_;
    std::vector<Receipt> receipts_;
    std::uint64_t gas_used_ = 0;
    U256 base_fees_;  ///< Wei; shared out when the block ends.
};

/// Block 0: allocations and the contracts' own beginnings. `tree` then holds the allocations, and the version
/// is for its adopt_first. Throws std::invalid_argument with a sentence when
/// a contract refuses its parameters.
BlockBuilder::Built build_genesis(const Genesis& genesis, StateTree& tree);

}  // namespace farthing::chain
