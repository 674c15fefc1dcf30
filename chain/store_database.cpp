#include "chain/store_database.hpp"

#include "core/base/check.hpp"

#include <leveldb/db.h>
#include <leveldb/env.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

namespace farthing::chain {
namespace {

constexpr std::uint8_t batch_prefix = 'm';

leveldb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
ByteView view(const leveldb::Slice& s) {
    return as_bytes({s.data(), s.size()});
}

void check(const leveldb::Status& status, const std::string& what, const std::filesystem::path& path) {
    if (status.ok()) return;
    const auto text = "cannot " + what + " " + path.string() + ": " + status.ToString();
    // LevelDB's word for a read beyond the end of a file that it maps: the file was cut.
    const bool is_cut = text.contains("Invalid argument");
    if (!status.IsIOError() || is_cut) throw DatabaseDamaged(text);
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
    if (env != nullptr) options.env = env;
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
}

void Database::write(const Changes& changes, const Applied& applied) {
    leveldb::WriteBatch batch;
    for (const auto& [key, value] : changes) {
        FARTHING_CHECK(key.size() != batch_row_size || key[0] != batch_prefix);
        if (value)
            batch.Put(slice(key), slice(*value));
        else
            batch.Delete(slice(key));
    }
    batch.Put(slice(batch_key(batches_ + 1)), slice(encode_applied(applied)));
    leveldb::WriteOptions options;
    options.sync = true;
    const auto status = db_->Write(options, &batch);
    // A write that fails for whatever reason stops the node: the next start decides what reached the disk.
    if (!status.ok())
        throw StorageFailure("cannot write " + path_.string() + ": " + status.ToString() +
                             ". Make sure that this disk has space and works, and start again; every "
                             "acknowledged block is in the journal.");
    ++batches_;
    applied_ = applied;
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
    auto options = checked_reads();
    options.fill_cache = false;
    const std::unique_ptr<leveldb::Iterator> it(db_->NewIterator(options));
    for (it->Seek(slice(prefix)); it->Valid(); it->Next()) {
        // LevelDB passes over a block that it cannot read and goes on behind it.
        check(it->status(), "read", path_);
        const auto key = view(it->key());
        if (!it->key().starts_with(slice(prefix))) break;
        if (key.size() == batch_row_size && key[0] == batch_prefix) continue;
        if (!visit(key, view(it->value()))) break;
    }
    check(it->status(), "read", path_);
}

}  // namespace farthing::chain
