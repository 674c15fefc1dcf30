#include "chain/store_database.hpp"

#include "chain/store_env.hpp"
#include "core/base/check.hpp"

#include <leveldb/db.h>
#include <leveldb/env.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

namespace farthing::chain {
namespace {

constexpr std::uint8_t batch_prefix = 'm';
/// Each is a file descriptor, and clients need theirs; of 32 MB, so more are there only from 8 GB on.
constexpr int tables_open_max = 256;

leveldb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
ByteView view(const leveldb::Slice& s) {
    return as_bytes({s.data(), s.size()});
}

void check(const leveldb::Status& status, const std::string& what, const std::filesystem::path& path) {
    if (status.ok()) return;
    const auto text = "cannot " + what + " " + path.string() + ": " + status.ToString();
    if (!status.IsIOError()) throw DatabaseDamaged(text);
    throw StorageFailure(
        text +
        ". Make sure that this disk has space and works, and start again; every acknowledged "
        "block is in the journal.");
}

Bytes batch_key(std::uint64_t batch) {
    return concat(Bytes{batch_prefix}, be64(batch));
}

Bytes encode_applied(const Applied& applied) {
    return concat(be64(applied.number), applied.hash, encode_mark(applied.end));
}

std::optional<Applied> parse_applied(ByteView in) {
    if (in.size() != 8 + Hash::size() + mark_size) return std::nullopt;
    Applied applied;
    for (const auto b : in.first(8)) applied.number = applied.number << 8 | b;
    applied.hash = Hash::from(in.subspan(8, Hash::size()));
    const auto end = parse_mark(in.last(mark_size));
    if (!end) return std::nullopt;
    applied.end = *end;
    return applied;
}

leveldb::ReadOptions checked_reads() {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    return options;
}

}  // namespace

Database::Database(const std::filesystem::path& path, leveldb::Env* env, bool create)
    : path_(path), filter_(leveldb::NewBloomFilterPolicy(10)) {
    leveldb::Options options;
    options.create_if_missing = create;
    options.error_if_exists = create;
    options.paranoid_checks = true;
    options.write_buffer_size = 32u << 20;
    options.max_file_size = 32u << 20;
    options.compression = leveldb::kNoCompression;  // Hashes and balances do not compress.
    options.filter_policy = filter_.get();
    options.max_open_files = tables_open_max;
    options.env = env != nullptr ? env : reading_env();
    leveldb::DB* db = nullptr;
    const auto status = leveldb::DB::Open(options, path.string(), &db);
    db_.reset(db);
    check(status, "open", path_);
    read_batches();
}

Database::~Database() = default;

void Database::read_batches() {
    const std::unique_ptr<leveldb::Iterator> it(db_->NewIterator(checked_reads()));
    for (it->Seek(slice(batch_key(0))); it->Valid(); it->Next()) {
        check(it->status(), "read", path_);
        const auto key = view(it->key());
        if (key[0] != batch_prefix) break;
        if (key.size() != batch_row_size) continue;  // A row of state whose hash begins with the same byte.
        const auto applied = parse_applied(view(it->value()));
        if (!std::ranges::equal(key, batch_key(batches_ + 1)) || !applied)
            throw DatabaseDamaged("batch " + std::to_string(batches_ + 1) + " is missing from " +
                                  path_.string());
        ++batches_;
        applied_ = applied;
    }
    check(it->status(), "read", path_);
    if (applied_) return;
    it->SeekToFirst();
    if (it->Valid())
        throw DatabaseDamaged("filling " + path_.string() +
                              " was interrupted, so it holds a part of what it should");
}

void sort_changes(Changes& changes) {
    std::ranges::sort(changes, {}, &Change::first);
}

void Database::put(leveldb::WriteBatch& batch, const Changes& changes) {
    for (const auto& [key, value] : changes) {
        FARTHING_CHECK(key.size() != batch_row_size || key[0] != batch_prefix);
        if (value)
            batch.Put(slice(key), slice(*value));
        else
            batch.Delete(slice(key));
    }
}

void Database::commit(leveldb::WriteBatch& batch, bool sync) {
    leveldb::WriteOptions options;
    options.sync = sync;
    // A write that fails for whatever reason stops the node: the next start decides what reached the disk.
    check(db_->Write(options, &batch), "write", path_);
}

void Database::write(const Changes& changes, const Applied& applied) {
    leveldb::WriteBatch batch;
    put(batch, changes);
    batch.Put(slice(batch_key(batches_ + 1)), slice(encode_applied(applied)));
    commit(batch, /*sync=*/true);
    ++batches_;
    applied_ = applied;
}

void Database::write_part(const Changes& changes) {
    FARTHING_CHECK(!applied_);
    leveldb::WriteBatch batch;
    put(batch, changes);
    commit(batch, /*sync=*/false);
}

void Database::forget(std::span<const Bytes> keys) {
    leveldb::WriteBatch batch;
    for (const auto& key : keys) batch.Delete(slice(key));
    commit(batch, /*sync=*/false);
}

std::optional<Bytes> Database::get(ByteView key) const {
    std::string value;
    const auto status = db_->Get(checked_reads(), slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    check(status, "read", path_);
    const auto bytes = as_bytes(value);
    return Bytes(bytes.begin(), bytes.end());
}

void Database::for_each(ByteView prefix, const std::function<bool(ByteView, ByteView)>& visit) const {
    for_each_between(prefix, {}, [&](ByteView key, ByteView value) {
        return as_text(key).starts_with(as_text(prefix)) && visit(key, value);
    });
}

void Database::for_each_between(ByteView begin, ByteView end,
                                const std::function<bool(ByteView, ByteView)>& visit) const {
    auto options = checked_reads();
    options.fill_cache = false;
    const std::unique_ptr<leveldb::Iterator> rows(db_->NewIterator(options));
    visit_rows(*rows, begin, end, visit);
}

void Database::visit_rows(leveldb::Iterator& rows, ByteView begin, ByteView end,
                          const std::function<bool(ByteView, ByteView)>& visit) const {
    for (rows.Seek(slice(begin)); rows.Valid(); rows.Next()) {
        // LevelDB passes over a block that it cannot read and goes on behind it.
        check(rows.status(), "read", path_);
        const auto key = view(rows.key());
        if (!end.empty() && !std::ranges::lexicographical_compare(key, end)) break;
        if (key.size() == batch_row_size && key[0] == batch_prefix) continue;
        if (!visit(key, view(rows.value()))) break;
    }
    check(rows.status(), "read", path_);
}

Database::Snapshot::Snapshot(std::shared_ptr<const Database> database) : database_(std::move(database)) {
    auto options = checked_reads();
    options.fill_cache = false;
    rows_.reset(database_->db_->NewIterator(options));
}

Database::Snapshot::~Snapshot() = default;

void Database::Snapshot::for_each(const std::function<bool(ByteView, ByteView)>& visit) const {
    database_->visit_rows(*rows_, {}, {}, visit);
}

}  // namespace farthing::chain
