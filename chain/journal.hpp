#pragma once
// The block journal: append-only segments of checksummed records. FORMAT.md describes the bytes.
//
// 1. append() returns after fdatasync: its records are acknowledged. They are one group: after a crash all of
//    them are there, or none.
// 2. Only the last group can be torn by a crash, since a group is written after the one before was synced.
//    Damage before it, or in what something proves to have been acknowledged, refuses to open.
// 3. Nothing is read without its CRCs being checked; read_front leaves that to its caller.
// 4. Old segments may be dropped. `base` says durably from which one on they must be there before the first
// of them goes, so that a segment that is missing for any other reason is noticed.
//
// Threads: one writer; reads from any thread beside it, and drop_before from one.
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
    /// Whether a folder holds any segment.
    static bool exists(FileSystem& files, const std::filesystem::path& directory);

    /// Scans all record headers, checks the last group whole, cuts a torn tail. Throws StorageFailure.
    static std::unique_ptr<Journal> open(JournalOptions options);

    /// Makes a journal whose first block will be `first_number`, after one of that hash, in a folder that has
    /// none; `origin` is kept as if earlier blocks had been dropped. To be opened afterwards.
    static void begin_at(FileSystem& files, const std::filesystem::path& directory,
                         std::uint64_t first_number, const Hash& previous_hash, ByteView origin);

    /// Appends one group with one sync. Blocks must follow the head; a rewind must name a block of the chain.
    void append(std::span<const JournalRecord> group);

    struct Head {
        std::uint64_t number = 0;
        Hash hash;
    };
    std::optional<Head> head() const;
    /// Number of the first block; of the first that may come when there is none.
    std::uint64_t base() const;
    /// Hash of the block before it; zero when there is none.
    Hash base_parent() const;
    /// What drop_before was given when blocks were dropped for the first time; nothing when none were, or
    /// when the file that says so is damaged.
    std::optional<Bytes> origin() const;
    /// Some segments were dropped, now or before.
    bool is_pruned() const;
    /// Everything before this is acknowledged.
    JournalPosition end() const;

    /// Body of a block of the chain; nothing when there is no such block. Throws when it is damaged.
    std::optional<Bytes> read(std::uint64_t number) const;
    /// At most the first `size` bytes of a body, unchecked, with the block's hash to check them by.
    std::optional<std::pair<Hash, Bytes>> read_front(std::uint64_t number, std::size_t size) const;
    /// Throws what a damaged body throws: for a front that is not what the hash says.
    [[noreturn]] void damaged_front(std::uint64_t number) const;
    std::optional<Hash> hash_at(std::uint64_t number) const;
    /// Body of a block that a rewind took out of the chain.
    std::optional<Bytes> read_abandoned(const Hash& hash) const;

    /// Drops the segments that hold nothing of the chain from block `number` on; `origin` is kept for it.
    /// Gives their paths. A file that cannot be removed is logged and tried again the next time; throws where
    /// it is the newest of them.
    std::vector<std::filesystem::path> drop_before(std::uint64_t number, ByteView origin);

    /// Re-reads every record of every segment, rewound ones included.
    void check_all(
        const std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>& progress) const;

 private:
    struct Segment {
        std::filesystem::path path;
        std::unique_ptr<File> file;
        std::uint64_t size = 0;
        std::uint64_t first_number = 0;  ///< As in its header.
        Hash previous_hash;
        std::uint64_t rewound_to = ~std::uint64_t{0};  ///< The lowest target of the rewinds in it.
    };
    using SegmentPtr = std::shared_ptr<Segment>;  ///< Readers may hold one that is being dropped.
    class Scan;
    friend class Scan;

    explicit Journal(JournalOptions options) : options_(std::move(options)) {}
    static std::unique_ptr<File> make_segment(FileSystem& files, const std::filesystem::path& path,
                                              const SegmentHeader& header);
    static void write_base(FileSystem& files, const std::filesystem::path& directory,
                           const JournalBase& base);
    void start_segment();
    JournalPosition open_mark();
    void write_mark();
    bool follows(const JournalRecordHeader& header) const;
    SegmentPtr segment_at(std::uint32_t sequence) const;
    void read_base();
    std::uint32_t first_of(std::span<const std::uint32_t> sequences) const;
    void open_segments();
    void remove_dropped();
    void accept(const JournalRecordHeader& header, JournalPosition at);
    struct Place {
        SegmentPtr segment;
        JournalPosition at;
    };
    JournalRecordHeader header_at(const Place& place) const;
    Bytes body_at(const Place& place, const JournalRecordHeader& header) const;
    std::optional<Place> place_of(std::uint64_t number) const;

    JournalOptions options_;
    std::unique_ptr<File> mark_;
    bool failed_ = false;  ///< A write failed: only a restart can tell what is on disk.

    mutable std::mutex mutex_;  ///< Guards what follows; held for look-ups, never for reading from disk.
    std::vector<SegmentPtr> segments_;      ///< Without gaps.
    std::uint32_t first_sequence_ = 0;      ///< Of segments_.front().
    std::vector<std::uint64_t> positions_;  ///< Of block base_ + i: segment << 40 | offset.
    std::map<Hash, JournalPosition> abandoned_;
    std::uint64_t base_ = 0;
    std::optional<JournalBase> pruned_;  ///< What the file `base` says.
    bool pruned_unreadable_ = false;     ///< It is there and says nothing.
    std::optional<Head> head_;
};

}  // namespace farthing::chain
