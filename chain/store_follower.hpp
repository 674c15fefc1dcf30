#pragma once
// A database and the changes it still lacks: together they say what holds at the journal's head.
#include "chain/journal.hpp"
#include "chain/store_database.hpp"

#include <mutex>

namespace farthing::chain {

/// Threads: one writer (fold, flush, open); lookups from any thread beside it.
class Follower {
 public:
    /// Where LevelDB lives and how rows are written down at a flush.
    struct Place {
        std::filesystem::path path;
        FileSystem* files = nullptr;
        leveldb::Env* env = nullptr;
        std::function<void(const std::string&)> log;
        Changes (*to_rows)(const Changes&) = nullptr;  ///< Null: as they are.
    };

    explicit Follower(Place place) : place_(std::move(place)) {}

    /// Opens the database; a damaged one is moved aside and an empty one made.
    void open();
    /// Moves the database aside for this reason and makes an empty one.
    void replace(const std::string& reason);
    void close();

    /// The block that database and unwritten changes reach.
    std::optional<Applied> reached() const { return reached_; }
    /// The block that the database reaches.
    std::optional<Applied> written() const { return database_->applied(); }
    void fold(Changes changes, const Applied& reached);
    std::uint64_t pending_bytes() const { return pending_bytes_; }
    std::uint64_t pending_blocks() const { return pending_blocks_; }
    void flush(JournalPosition end);

    std::optional<Bytes> get(const Bytes& key) const;
    /// Keys that begin with `prefix`, unwritten changes included.
    std::vector<Bytes> keys(const Bytes& prefix) const;
    /// The written rows in key order, those from `begin` to before `end` (empty: to the last). Requires:
    /// flushed.
    void for_each(const std::function<void(ByteView key, ByteView value)>& visit, ByteView begin = {},
                  ByteView end = {}) const;

    /// Fills an empty database with rows that are too many to hold: parts in any number, then the last.
    /// Requires: nothing reached.
    void fill(const Changes& part);
    void filled(const Changes& last, const Applied& reached);

    /// For threads beside the writer.
    std::shared_ptr<Database> database() const;
    /// Has the next start rebuild the database, and throws a StorageFailure that says so.
    [[noreturn]] void found_damaged(const DatabaseDamaged& damaged) const;

 private:
    Changes merged() const;
    std::string unreadable_mark() const;
    template <class Write>
    void write_to_database(const Write& write) const;

    Place place_;
    std::shared_ptr<Database> database_;
    std::optional<Applied> reached_;
    mutable std::mutex mutex_;      ///< Guards pending_ and database_ against lookups.
    std::vector<Changes> pending_;  ///< One for each folded block, the oldest first.
    std::uint64_t pending_bytes_ = 0;
    std::uint64_t pending_blocks_ = 0;
};

}  // namespace farthing::chain
