#pragma once
// The block journal: append-only segments of checksummed records. FORMAT.md describes the bytes.
//
// 1. append() returns after fdatasync: its records are acknowledged. They are one group: after a crash all of
//    them are there, or none.
// 2. Only the last group can be torn by a crash, since a group is written after the one before was synced.
//    Damage before it, or in what something proves to have been acknowledged, refuses to open.
// 3. Nothing is read without its CRCs being checked.
//
// Threads: one writer; reads from any thread beside it.
#include "chain/files.hpp"
#include "chain/journal_format.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace farthing::chain {

/// A record to append. For a rewind: number and hash of the block that becomes the head; no body.
struct JournalRecord {
    RecordKind kind = RecordKind::block;
    std::uint64_t number = 0;
    Hash hash;
    Bytes body;
};

struct JournalOptions {
    FileSystem* files = nullptr;
    std::filesystem::path directory;
    std::uint64_t segment_size_max = 256u << 20;
    /// An end of the journal that somebody (a database) remembers to have seen synced.
    JournalPosition acknowledged;
    std::function<void(const std::string&)> log;  ///< One line each time something was cut or ignored.
};

class Journal {
 public:
    /// Scans all record headers, checks the last group whole, cuts a torn tail. Throws StorageFailure.
    static std::unique_ptr<Journal> open(JournalOptions options);

    /// Appends one group with one sync. Blocks must follow the head; a rewind must name a block of the chain.
    void append(std::span<const JournalRecord> group);

    struct Head {
        std::uint64_t number = 0;
        Hash hash;
    };
    std::optional<Head> head() const;
    /// Number of the first block.
    std::uint64_t base() const;
    /// Everything before this is acknowledged.
    JournalPosition end() const;

    /// Body of a block of the chain; nothing when there is no such block. Throws when it is damaged.
    std::optional<Bytes> read(std::uint64_t number) const;
    std::optional<Hash> hash_at(std::uint64_t number) const;
    /// Body of a block that a rewind took out of the chain.
    std::optional<Bytes> read_abandoned(const Hash& hash) const;

    /// Re-reads every record of every segment, rewound ones included.
    void check_all(
        const std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>& progress) const;

 private:
    struct Segment {
        std::filesystem::path path;
        std::unique_ptr<File> file;
        std::uint64_t size = 0;
    };
    class Scan;
    friend class Scan;

    explicit Journal(JournalOptions options) : options_(std::move(options)) {}
    void start_segment();
    void write_mark();
    bool follows(const JournalRecordHeader& header) const;
    const Segment& segment_at(std::uint32_t index) const;
    void accept(const JournalRecordHeader& header, JournalPosition at);
    JournalRecordHeader header_at(JournalPosition at) const;
    Bytes body_at(JournalPosition at, const JournalRecordHeader& header) const;
    std::optional<JournalPosition> position_of(std::uint64_t number) const;

    JournalOptions options_;
    std::unique_ptr<File> mark_;
    bool failed_ = false;  ///< A write failed: only a restart can tell what is on disk.

    mutable std::mutex mutex_;  ///< Guards what follows; held for look-ups, never for reading from disk.
    std::vector<std::unique_ptr<Segment>> segments_;
    std::vector<std::uint64_t> positions_;  ///< Of block base_ + i: segment << 40 | offset.
    std::map<Hash, JournalPosition> abandoned_;
    std::uint64_t base_ = 0;  ///< Genesis; room for a checkpoint.
    std::optional<Head> head_;
};

}  // namespace farthing::chain
