#pragma once
// One LevelDB that follows the journal in atomic batches, and the only place that knows LevelDB.
//
// Every batch leaves a numbered row that says which block it reached. LevelDB can lose a batch without an
// error (a truncated MANIFEST is the measured case); then a number is missing, and the database is damaged.
#include "chain/files.hpp"
#include "chain/journal_format.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace leveldb {
class DB;
class Env;
class FilterPolicy;
class Iterator;
class WriteBatch;
}  // namespace leveldb

namespace farthing::chain {

/// The database cannot be trusted; it can be rebuilt. Never leaves the store.
class DatabaseDamaged : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Up to where a database follows the journal.
struct Applied {
    std::uint64_t number = 0;
    Hash hash;
    JournalPosition end;  ///< Of the journal when the batch was written.
    bool operator==(const Applied&) const = default;
};

/// Rows to write; no value: delete.
using Change = std::pair<Bytes, std::optional<Bytes>>;
/// By key ascending, no key twice.
using Changes = std::vector<Change>;
/// Brings changes into their order. Requires: no key twice.
void sort_changes(Changes& changes);

class Database {
 public:
    /// Makes a new one when there is nothing at `path`. Throws DatabaseDamaged, or StorageFailure when the
    /// disk fails.
    Database(const std::filesystem::path& path, leveldb::Env* env, bool create);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const std::optional<Applied>& applied() const { return applied_; }
    /// One synced batch. Requires: no key looks like a batch row's. This and the writes below throw
    /// DatabaseDamaged also for what LevelDB has met since the last one, while it merged tables on a thread
    /// of its own.
    void write(const Changes& changes, const Applied& applied);
    /// Rows of a state that is too large for one batch, into a database that has none yet: a `write` must end
    /// it, and one that is found without it is taken for damaged.
    void write_part(const Changes& changes);
    /// Deletes rows that mean nothing any more, without saying so in a batch row: it matters to nobody
    /// whether they are still there after a crash. Any thread, beside the writer.
    void forget(std::span<const Bytes> keys);
    std::optional<Bytes> get(ByteView key) const;
    /// Visits the rows whose keys begin with `prefix`, in order, until `visit` says false; batch rows not.
    void for_each(ByteView prefix, const std::function<bool(ByteView key, ByteView value)>& visit) const;

    /// Visits the rows from `begin` to before `end` (empty: all that follow), as for_each does.
    void for_each_between(ByteView begin, ByteView end,
                          const std::function<bool(ByteView key, ByteView value)>& visit) const;
    /// The rows as they are now, to be visited later, in any thread, whatever is written meanwhile.
    class Snapshot {
     public:
        explicit Snapshot(std::shared_ptr<const Database> database);
        ~Snapshot();
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;
        void for_each(const std::function<bool(ByteView key, ByteView value)>& visit) const;

     private:
        std::shared_ptr<const Database> database_;
        std::unique_ptr<leveldb::Iterator> rows_;
    };

    static constexpr std::size_t batch_row_size = 9;  ///< 'm' ‖ u64 number.

 private:
    void read_batches();
    static void put(leveldb::WriteBatch& batch, const Changes& changes);
    void commit(leveldb::WriteBatch& batch, bool sync);
    void visit_rows(leveldb::Iterator& rows, ByteView begin, ByteView end,
                    const std::function<bool(ByteView, ByteView)>& visit) const;

    std::filesystem::path path_;
    std::unique_ptr<const leveldb::FilterPolicy> filter_;
    std::unique_ptr<leveldb::DB> db_;
    std::optional<Applied> applied_;
    std::uint64_t batches_ = 0;
};

}  // namespace farthing::chain
