#include "chain/blockchain.hpp"

#include "chain/block_cache.hpp"
#include "chain/call_host.hpp"
#include "chain/event_index.hpp"
#include "chain/store.hpp"
#include "chain/worker_pool.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"

#include <atomic>
#include <condition_variable>
#include <shared_mutex>

namespace farthing::chain {
namespace {

constexpr std::size_t block_cache_bytes = 64u << 20;

class BuiltProposal final : public Proposal {
 public:
    explicit BuiltProposal(BlockBuilder::Built from) : built(std::move(from)) {}
    ~BuiltProposal() override {
        if (built.version) StateTree::discard(std::move(built.version));
    }
    const Block& block() const override { return built.block; }

    BlockBuilder::Built built;
};

BlockCommit to_commit(const Block& block, std::vector<Diff> diff) {
    BlockCommit commit;
    commit.hash = block.hash;
    commit.record = {.header = block.header,
                     .seal = block.seal,
                     .transactions = {},
                     .senders = {},
                     .receipts = block.receipts,
                     .diff = std::move(diff)};
    for (const auto& tx : block.transactions) {
        commit.record.transactions.push_back(tx->encoded);
        commit.record.senders.push_back(tx->sender);
        commit.tx_hashes.push_back(tx->hash);
    }
    return commit;
}

BlockPtr to_block(BlockRecord record) {
    auto block = std::make_shared<Block>();
    for (std::size_t i = 0; i < record.transactions.size(); ++i) {
        auto tx = decode_transaction(record.transactions[i]);
        if (!tx) throw StorageFailure("the journal holds an undecodable transaction: " + tx.error().message);
        const auto hash = keccak256(record.transactions[i]);
        block->transactions.push_back(std::make_shared<SignedTx>(
            SignedTx{*std::move(tx), hash, record.senders[i], std::move(record.transactions[i])}));
    }
    block->header = record.header;
    block->hash = record.header.hash();
    block->receipts = std::move(record.receipts);
    block->seal = std::move(record.seal);
    block->size = block_size(block->header, block->transactions);
    return block;
}

/// A refusal that can turn into acceptance by waiting keeps its place in the pool.
bool may_become_valid(TxError error) {
    return error == TxError::nonce_too_high || error == TxError::block_gas_limit ||
           error == TxError::fee_cap_too_low;
}

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
    std::optional<TxLocation> locate(const Hash& tx_hash) const override;
    std::optional<std::uint64_t> block_of_event(const Hash& event_topic,
                                                std::span<const Hash> subject) const override;
    StateView head_state() const override { return tree_.newest(); }
    std::optional<StateView> state(std::uint64_t number) const override { return tree_.at(number); }
    BlockRange state_range() const override { return {tree_.oldest_block(), head()->header.number}; }
    Result<std::vector<LogEntry>> logs(const LogFilter& filter, std::size_t max_results) const override;

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

    std::uint64_t on_head(std::function<void(const BlockPtr&)> callback) override;
    std::uint64_t on_pending(std::function<void(const SignedTxPtr&)> callback) override;
    void unsubscribe(std::uint64_t token) override;

    Result<ProposalPtr> propose(const BlockInputs& inputs, const Proposal* parent) override;
    Result<ProposalPtr> process(const BlockInputs& inputs, std::span<const SignedTxPtr> transactions,
                                const Proposal* parent) override;
    void commit(std::vector<ProposalPtr> proposals, std::vector<Bytes> seals) override;
    void wait_for_work(std::chrono::milliseconds timeout) override;
    void wake() override;

 private:
    void begin_chain();
    /// After each head: what Parameters says now, and a warning of upgrades that this binary will lack.
    void refresh_rules();
    void resume_chain();
    void load_state(std::uint64_t number, std::uint64_t timestamp);

    TxResult<SignedTxPtr> recover(ByteView encoded) const;
    TxResult<Hash> pool(const SignedTxPtr& tx);
    SenderLookup sender_lookup() const;
    Result<BlockBuilder> start(const BlockInputs& inputs, const Proposal* parent);
    ProposalPtr finish(BlockBuilder& builder, const Proposal* parent);

    Genesis genesis_;
    BlockchainOptions options_;
    mutable std::mutex rules_mutex_;
    Rules rules_;
    std::optional<contracts::Upgrade> warned_of_;
    std::unique_ptr<Store> store_;
    StateTree tree_;
    BlockCache blocks_{block_cache_bytes};
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
};

BlockchainImpl::BlockchainImpl(const Genesis& genesis, const BlockchainOptions& options)
    : genesis_(genesis),
      options_(options),
      tree_({.blocks = options.window_blocks, .seconds = options.window_s, .bytes = options.history_bytes}),
      mempool_(options.mempool),
      recoverers_(options.recover_threads) {
    StoreOptions store_options;
    store_options.directory = options.data_dir;
    store_options.log = options.log;
    store_options.rows_of = event_rows;
    store_ = Store::open(std::move(store_options));
    if (store_->head())
        resume_chain();
    else
        begin_chain();
    refresh_rules();
}

BlockchainImpl::~BlockchainImpl() {
    try {
        store_->close();
    } catch (const StorageFailure& failure) {
        // Nothing is lost: the journal holds every block, and the next start brings the databases up to it.
        if (options_.log) options_.log(failure.what());
    }
}

void BlockchainImpl::begin_chain() {
    tree_.finish_load(0, genesis_.timestamp);
    auto built = build_genesis(genesis_, tree_);
    const std::vector<BlockCommit> commits{to_commit(built.block, std::move(built.diff))};
    store_->commit(commits);
    tree_.adopt_first(std::move(built.version));
    blocks_.push(std::make_shared<const Block>(std::move(built.block)));
}

void BlockchainImpl::resume_chain() {
    const auto first = store_->read_header(0);
    if (first && first->mix_hash != fair::genesis_randomness(genesis_.file))
        throw StorageFailure("the data directory " + options_.data_dir.string() +
                             " holds a chain of another genesis file; name another directory with --data, or "
                             "start with the genesis file that made it");
    const auto head = *store_->head();
    const auto header = *store_->read_header(head.number);
    load_state(head.number, header.timestamp);
    if (tree_.newest().root() != header.state_root) {
        if (options_.log) options_.log("the state database does not match the journal; rebuilding it");
        store_->rebuild_state();
        load_state(head.number, header.timestamp);
        if (tree_.newest().root() != header.state_root)
            throw StorageFailure(
                "the journal in " + options_.data_dir.string() +
                " does not lead to the state root of its last block; run `farthing db verify` "
                "to find the first damaged block and restore the directory from a backup");
    }
    blocks_.push(to_block(*store_->read(head.number)));
}

void BlockchainImpl::refresh_rules() {
    inspect(
        [this](contracts::Host& host) {
            const auto rules = rules_after(host, genesis_);
            const auto missing = missing_upgrade(host, ~std::uint64_t{0});
            const std::lock_guard lock(rules_mutex_);
            rules_ = rules;
            if (!missing || missing == warned_of_ || !options_.log) return;
            warned_of_ = missing;
            options_.log("version " + std::to_string(missing->version) + " of contract " +
                         std::to_string(missing->contract_id) + " comes into force at time " +
                         std::to_string(missing->time) +
                         " and this binary lacks it: install a newer farthing before then");
        },
        nullptr);
}

void BlockchainImpl::load_state(std::uint64_t number, std::uint64_t timestamp) {
    store_->for_each_state([this] { tree_.restart_load(); },
                           [this](const StateEntry& entry) {
                               if (entry.slot)
                                   tree_.load_slot(entry.slot_hash, entry.word);
                               else
                                   tree_.load_account(entry.address_hash, entry.account);
                           });
    tree_.finish_load(number, timestamp);
}

// --- readers --------------------------------------------------------------------------------------

BlockPtr BlockchainImpl::block(std::uint64_t number) const {
    if (auto cached = blocks_.find(number)) return cached;
    auto record = store_->read(number);
    return record ? to_block(*std::move(record)) : nullptr;
}

BlockPtr BlockchainImpl::block(const Hash& hash) const {
    if (auto cached = blocks_.find(hash)) return cached;
    const auto number = store_->number_of(hash);
    if (!number) return nullptr;
    auto found = block(*number);
    return found && found->hash == hash ? found : nullptr;
}

std::optional<TxLocation> BlockchainImpl::locate(const Hash& tx_hash) const {
    const auto position = store_->find_transaction(tx_hash);
    // The index may be a moment ahead of what readers see.
    if (!position || position->block > head()->header.number) return std::nullopt;
    return TxLocation{position->block, position->index};
}

std::optional<std::uint64_t> BlockchainImpl::block_of_event(const Hash& event_topic,
                                                            std::span<const Hash> subject) const {
    const auto row = store_->row(event_row_key(event_topic, subject));
    const auto number = row ? read_event_row(*row) : std::nullopt;
    if (!number || *number > head()->header.number) return std::nullopt;
    return number;
}

Result<std::vector<LogEntry>> BlockchainImpl::logs(const LogFilter& filter, std::size_t max_results) const {
    const auto may_match = [&](const Bloom& bloom) {
        const auto any = [&](const auto& wanted) {
            return wanted.empty() ||
                   std::ranges::any_of(wanted, [&](const auto& item) { return may_contain(bloom, item); });
        };
        return any(filter.addresses) && std::ranges::all_of(filter.topics, any);
    };
    std::vector<LogEntry> out;
    const auto last = std::min(filter.to_block, head()->header.number);
    for (auto number = filter.from_block; number <= last; ++number) {
        auto block = blocks_.find(number);
        if (!block) {
            const auto header = store_->read_header(number);
            if (!header || !may_match(header->logs_bloom)) continue;
            block = this->block(number);
        } else if (!may_match(block->header.logs_bloom)) {
            continue;
        }
        std::uint64_t log_index = 0;
        for (std::uint32_t i = 0; i < block->receipts.size(); ++i)
            for (const auto& log : block->receipts[i].logs) {
                if (matches(filter, log)) {
                    if (out.size() == max_results)
                        return fail("query returned more than " + std::to_string(max_results) + " results");
                    out.push_back({log, block, i, log_index});
                }
                ++log_index;
            }
    }
    return out;
}

contracts::BlockInfo BlockchainImpl::info_of(const Header& header) const {
    return {.chain_id = genesis_.chain_id,
            .number = header.number,
            .timestamp = header.timestamp,
            .gas_limit = header.gas_limit,
            .base_fee = header.base_fee_per_gas,
            .miner = header.miner,
            .mix_hash = header.mix_hash,
            .extra_data = header.extra_data};
}

contracts::BlockInfo BlockchainImpl::pending_info() const {
    const auto parent = head();
    auto info = info_of(parent->header);
    ++info.number;
    if (options_.next_timestamp) info.timestamp = options_.next_timestamp(info.timestamp);
    info.gas_limit = rules().block_gas_limit;
    info.base_fee = next_base_fee(parent->header, rules().base_fee_floor);
    info.mix_hash = {};
    info.extra_data = {};
    return info;
}

TxResult<TxOutcome> BlockchainImpl::call(const StateView& state, const contracts::BlockInfo& info,
                                         const CallRequest& request) const {
    WorldState scratch(state);
    auto clamped = request;
    const auto gas_max = rules().tx_gas_max;
    if (clamped.gas_limit == 0 || clamped.gas_limit > gas_max) clamped.gas_limit = gas_max;
    if (clamped.gas_price != 0) {
        // As geth does: no more gas than the sender could pay for.
        const auto& balance = scratch.balance(request.from);
        const U256 spendable = balance > request.value ? U256(balance - request.value) : U256(0);
        const U256 affordable = spendable / clamped.gas_price;
        if (affordable < clamped.gas_limit) clamped.gas_limit = low_u64(affordable);
    }
    return execute_call(scratch, info, clamped);
}

void BlockchainImpl::inspect(const std::function<void(contracts::Host&)>& read, const Proposal* after) const {
    const auto* proposal = static_cast<const BuiltProposal*>(after);
    WorldState scratch(proposal ? tree_.view(proposal->built.version) : tree_.newest());
    const auto info = proposal ? info_of(proposal->built.block.header) : pending_info();
    CallHost host(scratch, info, Address{});
    read(host);
}

std::uint64_t BlockchainImpl::pending_nonce(const Address& who) const {
    return mempool_.next_nonce(who, tree_.newest().account(who).nonce);
}

// --- admission ------------------------------------------------------------------------------------

SenderLookup BlockchainImpl::sender_lookup() const {
    return [state = tree_.newest()](const Address& who) {
        const auto account = state.account(who);
        return SenderState{account.nonce, account.balance};
    };
}

TxResult<SignedTxPtr> BlockchainImpl::recover(ByteView encoded) const {
    if (encoded.size() > options_.mempool.tx_bytes_max)
        return reject(TxError::oversized, "transaction size " + std::to_string(encoded.size()) + ", limit " +
                                              std::to_string(options_.mempool.tx_bytes_max));
    auto tx = decode_transaction(encoded);
    if (!tx) {
        if (tx.error().message == text(TxError::type_not_supported))
            return reject(TxError::type_not_supported);
        return reject(TxError::malformed, tx.error().message);
    }
    if (auto ok = check_static(*tx, rules()); !ok) return std::unexpected(ok.error());
    const auto hash = keccak256(encoded);
    if (mempool_.find(hash)) return reject(TxError::already_known);
    const auto sender = recover_sender(*tx);
    if (!sender) return reject(TxError::invalid_sender, sender.error().message);
    return std::make_shared<const SignedTx>(
        SignedTx{*std::move(tx), hash, *sender, Bytes(encoded.begin(), encoded.end())});
}

TxResult<Hash> BlockchainImpl::pool(const SignedTxPtr& tx) {
    if (const auto floor = rules().base_fee_floor; tx->tx.max_fee_per_gas < floor)
        return reject(TxError::underpriced, "maxFeePerGas " + to_decimal(tx->tx.max_fee_per_gas) +
                                                " below the base fee floor " + to_decimal(floor));
    const auto account = tree_.newest().account(tx->sender);
    if (auto ok = mempool_.add(tx, {account.nonce, account.balance}); !ok) return std::unexpected(ok.error());
    const std::shared_lock lock(callbacks_mutex_);
    for (const auto& [token, callback] : pending_callbacks_) callback(tx);
    return tx->hash;
}

TxResult<Hash> BlockchainImpl::submit(ByteView encoded) {
    auto tx = recover(encoded);
    if (!tx) return std::unexpected(tx.error());
    auto hash = pool(*tx);
    if (hash) wake();
    return hash;
}

std::vector<TxResult<Hash>> BlockchainImpl::submit_all(std::span<const Bytes> encoded) {
    std::vector<TxResult<SignedTxPtr>> recovered(encoded.size());
    recoverers_.for_each(encoded.size(), [&](std::size_t i) { recovered[i] = recover(encoded[i]); });
    std::vector<TxResult<Hash>> out;
    out.reserve(encoded.size());
    for (const auto& tx : recovered) {
        if (tx)
            out.push_back(pool(*tx));
        else
            out.push_back(std::unexpected(tx.error()));
    }
    wake();
    return out;
}

// --- subscriptions --------------------------------------------------------------------------------

std::uint64_t BlockchainImpl::on_head(std::function<void(const BlockPtr&)> callback) {
    const std::unique_lock lock(callbacks_mutex_);
    head_callbacks_.emplace(next_token_, std::move(callback));
    return next_token_++;
}

std::uint64_t BlockchainImpl::on_pending(std::function<void(const SignedTxPtr&)> callback) {
    const std::unique_lock lock(callbacks_mutex_);
    pending_callbacks_.emplace(next_token_, std::move(callback));
    return next_token_++;
}

void BlockchainImpl::unsubscribe(std::uint64_t token) {
    const std::unique_lock lock(callbacks_mutex_);
    head_callbacks_.erase(token);
    pending_callbacks_.erase(token);
}

// --- the engine -----------------------------------------------------------------------------------

Result<BlockBuilder> BlockchainImpl::start(const BlockInputs& inputs, const Proposal* parent) {
    const auto* built = static_cast<const BuiltProposal*>(parent);
    const auto state = built ? tree_.view(built->built.version) : tree_.newest();
    const auto header = built ? built->built.block.header : head()->header;
    return BlockBuilder::start(header, state, inputs, genesis_);
}

ProposalPtr BlockchainImpl::finish(BlockBuilder& builder, const Proposal* parent) {
    const auto* built = static_cast<const BuiltProposal*>(parent);
    return std::make_unique<BuiltProposal>(
        builder.finish(tree_, built ? built->built.version.get() : nullptr));
}

Result<ProposalPtr> BlockchainImpl::propose(const BlockInputs& inputs, const Proposal* parent) {
    TRY(auto builder, start(inputs, parent));
    // Gas limits overstate what is used, so more is offered than fits; the builder stops at the true limit.
    const auto waiting = mempool_.best(builder.base_fee(), 4 * rules().block_gas_limit, sender_lookup());
    for (const auto& tx : waiting) {
        if (options_.before_transaction) options_.before_transaction(*tx);
        const auto added = builder.add(tx);
        if (!added && !may_become_valid(added.error().error)) mempool_.remove(tx->hash);
    }
    return finish(builder, parent);
}

Result<ProposalPtr> BlockchainImpl::process(const BlockInputs& inputs,
                                            std::span<const SignedTxPtr> transactions,
                                            const Proposal* parent) {
    TRY(auto builder, start(inputs, parent));
    for (const auto& tx : transactions)
        if (const auto added = builder.add(tx); !added)
            return fail("inexecutable transaction " + hex0x(tx->hash) + ": " + added.error().message);
    return finish(builder, parent);
}

void BlockchainImpl::commit(std::vector<ProposalPtr> proposals, std::vector<Bytes> seals) {
    FARTHING_CHECK(proposals.size() == seals.size());
    std::vector<BlockCommit> commits;
    for (std::size_t i = 0; i < proposals.size(); ++i) {
        auto& built = static_cast<BuiltProposal&>(*proposals[i]).built;
        built.block.seal = std::move(seals[i]);
        commits.push_back(to_commit(built.block, std::move(built.diff)));
    }
    store_->commit(commits);
    for (const auto& proposal : proposals) {
        auto& built = static_cast<BuiltProposal&>(*proposal).built;
        tree_.adopt(std::exchange(built.version, nullptr));
        const auto block = std::make_shared<const Block>(std::move(built.block));
        blocks_.push(block);
        refresh_rules();
        mempool_.on_block(*block, sender_lookup());
        const std::shared_lock lock(callbacks_mutex_);
        for (const auto& [token, callback] : head_callbacks_) callback(block);
    }
}

void BlockchainImpl::wait_for_work(std::chrono::milliseconds timeout) {
    std::unique_lock lock(work_mutex_);
    work_arrived_.wait_for(lock, timeout, [this] { return has_work_; });
    has_work_ = false;
}

void BlockchainImpl::wake() {
    {
        const std::lock_guard lock(work_mutex_);
        has_work_ = true;
    }
    work_arrived_.notify_all();
}

}  // namespace

bool matches(const LogFilter& filter, const Log& log) {
    const auto allows = [](const auto& wanted, const auto& item) {
        return wanted.empty() || std::ranges::find(wanted, item) != wanted.end();
    };
    if (!allows(filter.addresses, log.address) || filter.topics.size() > log.topics.size()) return false;
    for (std::size_t i = 0; i < filter.topics.size(); ++i)
        if (!allows(filter.topics[i], log.topics[i])) return false;
    return true;
}

std::unique_ptr<Blockchain> Blockchain::open(const Genesis& genesis, const BlockchainOptions& options) {
    return std::make_unique<BlockchainImpl>(genesis, options);
}

}  // namespace farthing::chain
