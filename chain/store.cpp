#include "chain/store_impl.hpp"
#include "chain/store_rows.hpp"
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::chain {
namespace {

std::vector<IndexRow> no_rows(const BlockRecord&) {
    return {};
}

[[noreturn]] void not_a_record(std::uint64_t number, const Error& error) {
    throw StorageFailure("block " + std::to_string(number) +
                         " in the journal is not a block of this version: " + error.message +
                         ". Run the version that wrote it, or restore the journal from a backup.");
}

BlockRecord decode(std::uint64_t number, ByteView body) {
    auto record = decode_record(body);
    if (!record) not_a_record(number, record.error());
    return *std::move(record);
}

BlockRecord decode_without_diff(std::uint64_t number, ByteView body) {
    auto record = decode_record_without_diff(body);
    if (!record) not_a_record(number, record.error());
    return *std::move(record);
}

/// More than any header takes, and its list's prefix.
constexpr std::size_t header_front = 1024;

}  // namespace

std::unique_ptr<Store> Store::open(StoreOptions options) {
    if (options.files == nullptr) options.files = &posix_files();
    if (!options.rows_of) options.rows_of = no_rows;
    if (!options.log) options.log = [](const std::string&) {};
    auto store = std::make_unique<LevelStore>(std::move(options));
    store->start();
    return store;
}

LevelStore::LevelStore(StoreOptions options)
    : options_(std::move(options)),
      state_({.path = options_.directory / "state",
              .files = options_.files,
              .env = options_.env,
              .log = options_.log,
              .to_rows = hash_state_keys}),
      index_({.path = options_.directory / "index",
              .files = options_.files,
              .env = options_.env,
              .log = options_.log}),
      checkpoints_(
          {.files = options_.files, .directory = options_.directory / "checkpoints", .log = options_.log}),
      background_(options_.background) {}

LevelStore::~LevelStore() {
    background_.stop();
}

std::optional<BlockId> LevelStore::head() const {
    const auto head = journal_->head();
    if (!head) return std::nullopt;
    return BlockId{head->number, head->hash};
}

Changes LevelStore::changes(const Follower& follower, const BlockRecord& record, const Hash& hash,
                            Direction direction) const {
    if (&follower == &state_) return state_changes(record, direction);
    return index_changes(record, hash, hash_transactions(record), options_.rows_of, direction);
}

/// Brings a database to the journal's head, from before it or from blocks that a rewind took away.
void LevelStore::catch_up(Follower& follower) {
    step_back(follower);
    const auto head = journal_->head();
    if (!head) return;
    if (&follower == &state_ && !follower.reached()) begin_state();
    const auto reached = follower.reached();
    for (auto n = reached ? reached->number + 1 : journal_->base(); n <= head->number; ++n) {
        const auto body = *journal_->read(n);
        const auto record = &follower == &state_ ? decode(n, body) : decode_without_diff(n, body);
        const auto hash = *journal_->hash_at(n);
        follower.fold(changes(follower, record, hash, Direction::apply), {n, hash, {}});
        if (follower.pending_bytes() >= options_.flush_bytes) follower.flush(journal_->end());
    }
    if (follower.pending_blocks() >= options_.flush_blocks) follower.flush(journal_->end());
}

/// Undoes the blocks that a database has and the chain has no longer.
void LevelStore::step_back(Follower& follower) {
    while (follower.reached()) {
        const auto reached = *follower.reached();
        if (journal_->hash_at(reached.number) == reached.hash) return;
        const auto body = journal_->read_abandoned(reached.hash);
        if (!body || reached.number == journal_->base()) {
            follower.replace("the database follows block " + std::to_string(reached.number) +
                             ", which this journal does not have");
            return;
        }
        const auto record = decode(reached.number, *body);
        follower.fold(changes(follower, record, reached.hash, Direction::undo),
                      {reached.number - 1, record.header.parent_hash, {}});
    }
}

void LevelStore::commit(std::span<const BlockCommit> blocks) {
    std::vector<JournalRecord> group;
    group.reserve(blocks.size());
    if (failed_) refuse();
    auto parent = journal_->head();
    for (const auto& block : blocks) {
        const auto& header = block.record.header;
        FARTHING_CHECK(header.hash() == block.hash);
        FARTHING_CHECK(header.parent_hash == (parent ? parent->hash : Hash{}));
        group.push_back({RecordKind::block, header.number, block.hash, encode_record(block.record)});
        parent = Journal::Head{header.number, block.hash};
    }
    writing([&] {
        journal_->append(group);
        for (const auto& block : blocks) {
            const auto& [record, hash, tx_hashes] = block;
            const Applied reached = {record.header.number, hash, {}};
            if (record.header.number == 0) {
                origin_ = record.header;
                mark_begun();
                fill_state_of_block_0(record, hash);
            } else {
                state_.fold(state_changes(record, Direction::apply), reached);
            }
            index_.fold(index_changes(record, hash, tx_hashes, options_.rows_of, Direction::apply), reached);
        }
        flush_when_due();
        make_checkpoint_when_due();
    });
}

void LevelStore::rewind(std::uint64_t target) {
    const auto hash = journal_->hash_at(target);
    FARTHING_CHECK(hash.has_value() && target >= rewind_floor());
    if (target == journal_->head()->number) return;
    const JournalRecord record = {RecordKind::rewind, target, *hash, {}};
    writing([&] {
        journal_->append({&record, 1});
        step_back(state_);
        step_back(index_);
        flush_when_due();
        checkpoints_.keep_only([target](const BlockId& id) { return id.number <= target; });
        tried_checkpoint_at_ = std::min(tried_checkpoint_at_, target);
    });
}

void LevelStore::flush_when_due() {
    const auto bytes = state_.pending_bytes() + index_.pending_bytes();
    if (state_.pending_blocks() >= options_.flush_blocks || bytes >= options_.flush_bytes) write_databases();
}

void LevelStore::write_databases() {
    state_.flush(journal_->end());
    index_.flush(journal_->end());
}

void LevelStore::refuse() const {
    throw StorageFailure("an earlier write to " + options_.directory.string() +
                         " failed. Stop this process; the next start finds out what reached the disk.");
}

/// Runs what writes; once it has failed, nothing writes any more.
void LevelStore::writing(const std::function<void()>& write) {
    if (failed_) refuse();
    try {
        write();
    } catch (...) {
        failed_ = true;
        throw;
    }
}

void LevelStore::flush() {
    writing([this] { write_databases(); });
}

void LevelStore::close() {
    background_.stop();
    if (!failed_) flush();
    state_.close();
    index_.close();
    journal_.reset();
    lock_.reset();
}

std::optional<BlockRecord> LevelStore::read(std::uint64_t number) const {
    const auto body = journal_->read(number);
    if (!body) return std::nullopt;
    return decode(number, *body);
}

std::optional<BlockRecord> LevelStore::read_without_diff(std::uint64_t number) const {
    const auto body = journal_->read(number);
    if (!body) return std::nullopt;
    return decode_without_diff(number, *body);
}

std::optional<Header> LevelStore::read_header(std::uint64_t number) const {
    const auto front = journal_->read_front(number, header_front);
    if (!front) return number == 0 ? origin_ : std::nullopt;
    const auto& [hash, bytes] = *front;
    auto header = decode_front_header(bytes);
    if (!header || header->hash() != hash) journal_->damaged_front(number);
    return *std::move(header);
}

std::optional<Hash> LevelStore::hash_at(std::uint64_t number) const {
    if (auto hash = journal_->hash_at(number)) return hash;
    if (number == 0 && origin_) return origin_->hash();
    return std::nullopt;
}

std::optional<std::uint64_t> LevelStore::number_of(const Hash& block_hash) const {
    for (const auto& key : index_.keys(block_prefix(block_hash))) {
        const auto number = parse_block_key(key);
        if (number && journal_->hash_at(*number) == block_hash) return number;
    }
    if (origin_ && origin_->hash() == block_hash) return 0;
    return std::nullopt;
}

std::vector<TransactionPosition> LevelStore::transaction_positions(const Hash& tx_hash) const {
    std::vector<TransactionPosition> out;
    for (const auto& key : index_.keys(tx_prefix(tx_hash)))
        if (const auto position = parse_tx_key(key)) out.push_back(*position);
    return out;
}

std::optional<Bytes> LevelStore::row(ByteView key) const {
    return index_.get(other_key(key));
}

}  // namespace farthing::chain
