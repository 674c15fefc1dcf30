#include "chain/blockchain_impl.hpp"
#include "chain/event_index.hpp"
#include "chain/state_loader.hpp"
#include "contracts/games/games.hpp"
#include "core/abi/signature.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/fair/chain.hpp"

namespace farthing::chain {
namespace {

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

/// What a transaction uses at least.
constexpr std::uint64_t transfer_gas = 21'000;

/// A refusal that can turn into acceptance by waiting keeps its place in the pool.
bool may_become_valid(TxError error) {
    return error == TxError::nonce_too_high || error == TxError::block_gas_limit ||
           error == TxError::fee_cap_too_low;
}

}  // namespace

bool is_reveal(const Transaction& tx) {
    using Reveal = abi::Function<"function reveal(uint64 house, uint64 round, bytes32 seed)">;
    return tx.to == contracts::games_address && tx.data.size() >= Reveal::selector.size() &&
           std::ranges::equal(ByteView(tx.data).first(Reveal::selector.size()), Reveal::selector);
}

BlockchainImpl::BlockchainImpl(const Genesis& genesis, const BlockchainOptions& options)
    : genesis_(genesis),
      options_(options),
      tree_({.blocks = options.window_blocks, .seconds = options.window_s, .bytes = options.history_bytes}),
      blocks_(options.block_cache_bytes / 2),
      read_blocks_(options.block_cache_bytes / 2),
      mempool_(options.mempool),
      recoverers_(options.recover_threads) {
    auto store_options = chain_store_options(options.data_dir);
    store_options.files = options.files;
    store_options.env = options.env;
    store_options.flush_blocks = options.flush_blocks;
    store_options.log = options.log;
    store_options.checkpoint_blocks = options.checkpoint_blocks;
    store_options.retain_blocks = options.retain_blocks;
    store_options.segment_size_max = options.segment_bytes;
    store_options.background = options.background_checkpoints;
    store_options.check_origin = [this](const Header& origin) { check_genesis(origin); };
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
    auto built = build_genesis(genesis_, tree_);
    const std::vector<BlockCommit> commits{to_commit(built.block, std::move(built.diff))};
    try {
        store_->commit(commits);
    } catch (...) {
        StateTree::discard(std::move(built.version));
        throw;
    }
    tree_.adopt_first(std::move(built.version));
    blocks_.push(std::make_shared<const Block>(std::move(built.block)));
}

void BlockchainImpl::check_genesis(const Header& origin) const {
    if (origin.mix_hash == fair::genesis_randomness(genesis_.file)) return;
    throw StorageFailure("the data directory " + options_.data_dir.string() +
                         " holds a chain of another genesis file; name another directory with --data, or "
                         "start with the genesis file that made it");
}

void BlockchainImpl::resume_chain() {
    const auto head = *store_->head();
    const auto header = *store_->read_header(head.number);
    load_state(*store_, tree_, options_.load_threads, head.number, header.timestamp);
    if (tree_.newest().root() != header.state_root) {
        if (options_.log) options_.log("the state database does not match the journal; rebuilding it");
        store_->rebuild_state();
        load_state(*store_, tree_, options_.load_threads, head.number, header.timestamp);
        if (tree_.newest().root() != header.state_root)
            throw StorageFailure(
                "the journal in " + options_.data_dir.string() +
                " does not lead to the state root of its last block; run `farthing db verify` "
                "to find the first damaged block and restore the directory from a backup");
    }
    blocks_.push(read_block(head.number));
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

std::uint64_t BlockchainImpl::on_rewind(std::function<void(std::uint64_t)> callback) {
    const std::unique_lock lock(callbacks_mutex_);
    rewind_callbacks_.emplace(next_token_, std::move(callback));
    return next_token_++;
}

void BlockchainImpl::unsubscribe(std::uint64_t token) {
    const std::unique_lock lock(callbacks_mutex_);
    rewind_callbacks_.erase(token);
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

Result<ProposalPtr> BlockchainImpl::propose(const BlockInputs& inputs, const Proposal* parent,
                                            const BlockFill& how) {
    TRY(auto builder, start(inputs, parent));
    TRY(add_all(builder, how.first));
    fill(builder, how.is_over);
    return finish(builder, parent);
}

Result<void> BlockchainImpl::add_all(BlockBuilder& builder, std::span<const SignedTxPtr> transactions) {
    for (const auto& tx : transactions)
        if (const auto added = builder.add(tx); !added)
            return fail("inexecutable transaction " + hex0x(tx->hash) + ": " + added.error().message);
    return {};
}

void BlockchainImpl::fill(BlockBuilder& builder, const std::function<bool()>& is_over) {
    const auto lookup = [&](const Address& who) { return builder.sender(who); };
    // Gas limits overstate what is used. So each round offers what is left of the block, times how far the
    // last one's limits were off; a round that finds nothing ends it. What arrives meanwhile is for the next
    // block.
    const auto rules = this->rules();
    const auto begin = mempool_.arrivals();
    std::uint64_t overstated = 1;
    for (bool found = true; found && builder.gas_left() >= transfer_gas;) {
        const auto left = builder.gas_left();
        const auto offered = left > ~std::uint64_t{0} / overstated ? ~std::uint64_t{0} : left * overstated;
        std::uint64_t limits = 0;
        found = false;
        const auto waiting = mempool_.best(builder.base_fee(), offered, lookup, is_reveal, begin);
        builder.preload(waiting);
        for (const auto& tx : waiting) {
            if (builder.gas_left() < transfer_gas) break;
            if (is_over && is_over()) return;
            if (options_.before_transaction) options_.before_transaction(*tx);
            const auto added = builder.add(tx);
            if (!added && !may_become_valid(added.error().error)) mempool_.remove(tx->hash);
            if (!added) continue;
            found = true;
            limits += tx->tx.gas_limit;
        }
        const auto used = left - builder.gas_left();
        // What asks for the most and uses the least must not make a round of its own for each few.
        if (used != 0)
            overstated = std::clamp<std::uint64_t>(limits / used, 1, rules.tx_gas_max / transfer_gas);
    }
}

Result<ProposalPtr> BlockchainImpl::process(const BlockInputs& inputs,
                                            std::span<const SignedTxPtr> transactions,
                                            const Proposal* parent) {
    TRY(auto builder, start(inputs, parent));
    TRY(add_all(builder, transactions));
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
        mempool_.on_block(*block);
        const std::shared_lock lock(callbacks_mutex_);
        for (const auto& [token, callback] : head_callbacks_) callback(block);
    }
}

std::vector<Diff> BlockchainImpl::changes_back_to(std::uint64_t number) const {
    // Walking down, the last value met of a key is the one it had after the block.
    std::map<std::pair<Address, std::optional<Word>>, Diff> by_key;
    for (auto n = head()->header.number; n > number; --n) {
        auto record = *store_->read(n);
        for (auto& diff : record.diff) {
            std::swap(diff.account_before, diff.account_after);
            std::swap(diff.word_before, diff.word_after);
            by_key.insert_or_assign({diff.address, diff.slot}, std::move(diff));
        }
    }
    std::vector<Diff> out;
    out.reserve(by_key.size());
    for (auto& [key, diff] : by_key) out.push_back(std::move(diff));
    return out;
}

void BlockchainImpl::rewind(std::uint64_t number) {
    FARTHING_CHECK(number <= head()->header.number);
    if (number == head()->header.number) return;
    // Where blocks were dropped there may be none of that number.
    if (const auto floor = store_->rewind_floor(); number < floor)
        throw std::runtime_error(
            "block " + std::to_string(number) +
            " cannot become the head again: the blocks that lead to its state were dropped; the "
            "earliest that can is " +
            std::to_string(floor));
    const auto target = block(number);
    FARTHING_CHECK(target != nullptr);
    auto version = tree_.derive(nullptr, changes_back_to(number), number, target->header.timestamp);
    FARTHING_CHECK(version->root_hash == target->header.state_root);
    // Readers lose sight of the blocks before the index does.
    blocks_.rewind(target);
    store_->rewind(number);
    tree_.adopt(std::move(version));
    mempool_.clear();
    refresh_rules();
    const std::shared_lock lock(callbacks_mutex_);
    for (const auto& [token, callback] : rewind_callbacks_) callback(number);
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

std::unique_ptr<Blockchain> Blockchain::open(const Genesis& genesis, const BlockchainOptions& options) {
    return std::make_unique<BlockchainImpl>(genesis, options);
}

}  // namespace farthing::chain
