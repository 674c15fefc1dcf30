#pragma once
// The one implementation of Blockchain. Its functions stand in three files: blockchain.cpp (opening, the
// engine's side, callbacks), blockchain_readers.cpp and blockchain_admission.cpp.
#include "chain/block_cache.hpp"
#include "chain/blockchain.hpp"
#include "chain/state_tree.hpp"
#include "chain/store.hpp"
#include "chain/worker_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

namespace farthing::chain {

/// A house's reveal, which goes first in a block: until it comes all bets of its round wait, and past its
/// deadline the house pays the most of each, so nobody may keep it out by offering more.
bool is_reveal(const Transaction& tx);

class BuiltProposal final : public Proposal {
 public:
    explicit BuiltProposal(BlockBuilder::Built from) : built(std::move(from)) {}
    ~BuiltProposal() override {
        if (built.version) StateTree::discard(std::move(built.version));
    }
    const Block& block() const override { return built.block; }

    BlockBuilder::Built built;
};

class BlockchainImpl final : public Blockchain {
 public:
    BlockchainImpl(const Genesis& genesis, const BlockchainOptions& options);
    ~BlockchainImpl() override;

    const Genesis& genesis() const override { return genesis_; }
    Rules rules() const override {
        const std::lock_guard lock(rules_mutex_);
        return rules_;
    }
    BlockPtr head() const override { return blocks_.head(); }
    BlockPtr block(std::uint64_t number) const override;
    BlockPtr block(const Hash& hash) const override;
    std::optional<Header> header(std::uint64_t number) const override;
    std::optional<TxLocation> locate(const Hash& tx_hash) const override;
    std::uint64_t blocks_decoded() const override { return blocks_decoded_; }
    std::optional<std::uint64_t> block_of_event(const Hash& event_topic,
                                                std::span<const Hash> subject) const override;
    StateView head_state() const override { return tree_.newest(); }
    std::optional<StateView> state(std::uint64_t number) const override { return tree_.at(number); }
    std::uint64_t oldest_block() const override { return store_->base(); }
    BlockRange state_range() const override { return {tree_.oldest_block(), head()->header.number}; }
    LogPage logs(const LogFilter& filter, const LogLimits& limits) const override;

    contracts::BlockInfo info_of(const Header& header) const override;
    contracts::BlockInfo pending_info() const override;
    TxResult<TxOutcome> call(const StateView& state, const contracts::BlockInfo& info,
                             const CallRequest& request) const override;
    void inspect(const std::function<void(contracts::Host&)>& read, const Proposal* after) const override;

    TxResult<Hash> submit(ByteView encoded) override;
    std::vector<TxResult<Hash>> submit_all(std::span<const Bytes> encoded) override;
    const Mempool& mempool() const override { return mempool_; }
    std::uint64_t pending_nonce(const Address& who) const override;
    Mempool::Content mempool_content() const override { return mempool_.content(sender_lookup()); }
    Mempool::Content mempool_content_of(const Address& who) const override;
    Mempool::Counts mempool_counts() const override { return mempool_.counts(sender_lookup()); }
    std::vector<SignedTxPtr> pending_transactions() const override;

    std::uint64_t on_head(std::function<void(const BlockPtr&)> callback) override;
    std::uint64_t on_pending(std::function<void(const SignedTxPtr&)> callback) override;
    std::uint64_t on_rewind(std::function<void(std::uint64_t)> callback) override;
    void unsubscribe(std::uint64_t token) override;

    Result<ProposalPtr> propose(const BlockInputs& inputs, const Proposal* parent,
                                const BlockFill& how) override;
    Result<ProposalPtr> process(const BlockInputs& inputs, std::span<const SignedTxPtr> transactions,
                                const Proposal* parent) override;
    void commit(std::vector<ProposalPtr> proposals, std::vector<Bytes> seals) override;
    void rewind(std::uint64_t number) override;
    void wait_for_work(std::chrono::milliseconds timeout) override;
    void wake() override;

 private:
    void begin_chain();
    /// After each head: what Parameters says now, and a warning of upgrades that this binary will lack.
    void refresh_rules();
    void check_genesis(const Header& origin) const;
    void resume_chain();
    BlockPtr read_block(std::uint64_t number) const;

    /// What takes the head's state back to that after block `number`.
    std::vector<Diff> changes_back_to(std::uint64_t number) const;

    /// What a transaction itself shows to be wrong with it.
    TxResult<Transaction> decode_to_admit(ByteView encoded, const Rules& rules) const;
    /// `out[i]`: the transaction of `encoded[i]` and its sender. As many outputs as inputs.
    void recover(std::span<const Bytes> encoded, const Rules& rules,
                 std::span<TxResult<SignedTxPtr>> out) const;
    /// `account`: the sender's, read after the pool's `blocks`.
    TxResult<Hash> pool(const SignedTxPtr& tx, const Rules& rules, const Account& account,
                        std::uint64_t blocks);
    /// Senders at the head that there is at its first call.
    SenderLookup sender_lookup() const;
    Result<BlockBuilder> start(const BlockInputs& inputs, const Proposal* parent);
    /// Executes exactly these as the block's next; one that is not executable is an error.
    static Result<void> add_all(BlockBuilder& builder, std::span<const SignedTxPtr> transactions);
    /// Puts waiting transactions into the block, the best first, until `is_over`.
    void fill(BlockBuilder& builder, const std::function<bool()>& is_over);
    ProposalPtr finish(BlockBuilder& builder, const Proposal* parent);

    Genesis genesis_;
    BlockchainOptions options_;
    mutable std::mutex rules_mutex_;
    Rules rules_;
    std::optional<contracts::Upgrade> warned_of_;
    std::unique_ptr<Store> store_;
    StateTree tree_;
    BlockCache blocks_;
    mutable ReadBlocks read_blocks_;
    mutable std::atomic<std::uint64_t> blocks_decoded_ = 0;
    Mempool mempool_;
    WorkerPool recoverers_;

    std::mutex work_mutex_;
    std::condition_variable work_arrived_;
    bool has_work_ = false;

    /// Shared while callbacks run, so that unsubscribing waits for them.
    std::shared_mutex callbacks_mutex_;
    std::uint64_t next_token_ = 1;
    std::map<std::uint64_t, std::function<void(const BlockPtr&)>> head_callbacks_;
    std::map<std::uint64_t, std::function<void(const SignedTxPtr&)>> pending_callbacks_;
    std::map<std::uint64_t, std::function<void(std::uint64_t)>> rewind_callbacks_;
};

/// A block as readers hold it, from its journal record. Throws StorageFailure when it cannot be decoded.
BlockPtr to_block(BlockRecord record);

}  // namespace farthing::chain
