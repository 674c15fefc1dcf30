// Opening a journal: which of its bytes are acknowledged, which are the torn end of a write that a crash cut
// short, and which are damage.
//
// A group is written only after the one before was synced. So damage with a later group behind it is damage
// to acknowledged data. The last group alone can be torn; what tells a torn one from one that was
// acknowledged and then rotted is evidence written after its sync: the mark file and the databases. A power
// cut can take the newest mark with it, so without evidence a broken last group is cut, and that is reported.
#include "chain/crc32c.hpp"
#include "chain/journal.hpp"
#include "chain/journal_damage.hpp"
#include "core/base/check.hpp"

#include <utility>

namespace farthing::chain {

void journal_damaged(const std::filesystem::path& path, std::uint64_t offset, const std::string& what,
                     const std::string& advice) {
    throw StorageFailure(
        path.string() + " is damaged at byte " + std::to_string(offset) + ": " + what +
        ". Acknowledged blocks may be affected, so nothing was changed. Restore this file from "
        "a backup or another copy of this chain, and check the disk." +
        advice);
}

std::string copy_advice() {
    return " If this directory is a copy of a running node's, copy it again with the node stopped, or take "
           "`farthing db export` and `db import`. To read what the journal here does hold, remove state/, "
           "index/ and journal/mark. It lacks the newest blocks, whose seeds are published: make none on it "
           "while the original can be had.";
}

std::string segment_name(std::uint32_t sequence) {
    const auto digits = std::to_string(sequence);
    return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits + ".log";
}

class Journal::Scan {
 public:
    Scan(Journal& journal, JournalPosition acknowledged) : journal_(journal), acknowledged_(acknowledged) {}

    /// Requires: segments are scanned in order.
    void segment(std::uint32_t index, bool last);
    /// Looks at the last group once more, whole, and makes sure that it is on the disk.
    void finish();

 private:
    struct Placed {
        JournalRecordHeader header;
        JournalPosition at;
    };

    bool read_segment_header(std::uint32_t index, bool last);
    std::optional<JournalRecordHeader> parse(const Segment& segment, JournalPosition at) const;
    static bool fits(const Segment& segment, const Placed& record) {
        return record.at.offset + JournalRecordHeader::size + record.header.body_size <= segment.size;
    }
    void broken(std::uint32_t index, std::uint64_t group_start, std::uint64_t record, bool cut_short,
                bool last);
    bool later_group_exists(std::uint32_t index, std::uint64_t after) const;
    void cut(std::uint32_t index, std::uint64_t size);
    static void in_pieces(const Segment& segment, std::uint64_t from, std::uint64_t size,
                          const std::function<void(std::uint64_t at, ByteView)>& visit);
    static bool body_is_whole(const Segment& segment, const JournalRecordHeader& header, JournalPosition at);
    void accept_group();
    void log(const std::string& line) const {
        if (journal_.options_.log) journal_.options_.log(line);
    }

    Journal& journal_;
    JournalPosition acknowledged_;
    std::vector<Placed> group_;       ///< The group being read.
    std::vector<Placed> last_group_;  ///< The last one that was complete, accepted unless `undecided_`.
    bool undecided_ = false;          ///< last_group_ ends the journal and awaits finish().
};

/// False: the segment was a torn new file and is gone.
bool Journal::Scan::read_segment_header(std::uint32_t index, bool last) {
    auto& segment = *journal_.segment_at(index);
    Bytes bytes(SegmentHeader::size);
    bytes.resize(segment.file->read_at(0, bytes));
    const auto header = parse_segment_header(bytes);
    if (!header) {
        const bool torn = last && segment.size <= SegmentHeader::size &&
                          acknowledged_ < JournalPosition{index, SegmentHeader::size};
        if (!torn) journal_damaged(segment.path, 0, "this is no journal segment of a version that we know");
        log("removed " + segment.path.string() + ", begun but not finished before the last stop (" +
            std::to_string(segment.size) + " bytes)");
        const auto path = segment.path;
        journal_.segments_.pop_back();
        journal_.options_.files->remove(path);
        journal_.options_.files->sync_directory(journal_.options_.directory);
        return false;
    }
    const auto& head = journal_.head_;
    const bool first = index == journal_.first_sequence_;
    // What came before the first segment is known from it alone; its blocks must lead on from there.
    if (first && index > 0) journal_.base_ = header->first_number;
    const bool fits = header->sequence == index &&
                      header->first_number == (head ? head->number + 1 : journal_.base_) &&
                      ((first && index > 0) || header->previous_hash == (head ? head->hash : Hash{}));
    const auto& pruned = journal_.pruned_;
    if (pruned && index == pruned->segment && header->first_number != pruned->first_number)
        journal_damaged(segment.path, 0, "this segment does not begin where the file `base` says");
    segment.first_number = header->first_number;
    segment.previous_hash = header->previous_hash;
    if (!fits) journal_damaged(segment.path, 0, "this segment does not follow the one before it");
    return true;
}

/// The header that belongs at this place, whether or not the file has the whole body.
std::optional<JournalRecordHeader> Journal::Scan::parse(const Segment& segment, JournalPosition at) const {
    std::array<std::uint8_t, JournalRecordHeader::size> bytes = {};
    if (segment.file->read_at(at.offset, bytes) != bytes.size()) return std::nullopt;
    auto header = parse_record_header(bytes, at.segment);
    if (!header) return std::nullopt;
    const bool in_group = group_.empty() ? header->group_start == at.offset
                                         : header->group_start == group_.front().at.offset &&
                                               header->group_left + 1 == group_.back().header.group_left;
    return in_group ? header : std::nullopt;
}

void Journal::Scan::segment(std::uint32_t index, bool last) {
    if (!read_segment_header(index, last)) return;
    auto& segment = *journal_.segment_at(index);
    JournalPosition at = {index, SegmentHeader::size};
    bool cut_short = false;
    while (at.offset < segment.size) {
        const auto header = parse(segment, at);
        cut_short = header && !fits(segment, {*header, at});
        if (!header || cut_short) break;
        // A complete group with something behind it had been synced.
        if (undecided_) accept_group();
        group_.push_back({*header, at});
        at.offset += JournalRecordHeader::size + header->body_size;
        if (header->group_left == 0) {
            last_group_ = std::exchange(group_, {});
            undecided_ = true;
        }
    }
    const auto whole = group_.empty() ? at.offset : group_.front().at.offset;
    group_.clear();
    if (whole < segment.size) broken(index, whole, at.offset, cut_short, last);
    if (!last && undecided_) accept_group();
}

void Journal::Scan::accept_group() {
    undecided_ = false;
    for (const auto& [header, at] : last_group_) {
        if (!journal_.follows(header))
            journal_damaged(journal_.segment_at(at.segment)->path, at.offset,
                            "record " + std::to_string(header.number) + " does not follow the one before it");
        journal_.accept(header, at);
    }
}

/// What begins at `group_start` of a segment is not a whole group: it breaks at `record`, whose header is
/// whole where the file ends in its body (`cut_short`).
void Journal::Scan::broken(std::uint32_t index, std::uint64_t group_start, std::uint64_t record,
                           bool cut_short, bool last) {
    const auto& segment = *journal_.segment_at(index);
    if (!last) journal_damaged(segment.path, group_start, "a record is broken and more segments follow");
    if (acknowledged_ > JournalPosition{index, group_start})
        journal_damaged(segment.path, group_start,
                        "a record that had been synced to disk is broken or missing", copy_advice());
    // Transactions choose the bytes of bodies: what lies in one whose extent is known is no later group.
    if (!cut_short && later_group_exists(index, record))
        journal_damaged(segment.path, group_start, "a record is broken and whole ones follow it");
    if (undecided_) accept_group();
    cut(index, group_start);
}

void Journal::Scan::cut(std::uint32_t index, std::uint64_t size) {
    auto& segment = *journal_.segment_at(index);
    log("cut " + std::to_string(segment.size - size) + " bytes from the end of " + segment.path.string() +
        ": a write that the last stop interrupted, never acknowledged");
    segment.file->truncate(size);
    segment.file->sync();
    segment.size = size;
}

bool Journal::Scan::later_group_exists(std::uint32_t index, std::uint64_t after) const {
    constexpr std::size_t step = 1 << 20;
    const auto& segment = *journal_.segment_at(index);
    Bytes window(step + JournalRecordHeader::size);
    for (std::uint64_t from = after + 1; from < segment.size; from += step) {
        const auto n = segment.file->read_at(from, window);
        for (std::size_t i = 0; i < step && i + JournalRecordHeader::size <= n; ++i) {
            // The first record of a group names its own place: cheap to test before the checksum.
            const ByteView candidate(window.data() + i, JournalRecordHeader::size);
            if (!std::ranges::equal(candidate.subspan(48, 8), be64(from + i))) continue;
            if (parse_record_header(candidate, index)) return true;
        }
    }
    return false;
}

void Journal::Scan::finish() {
    if (!undecided_ || last_group_.empty()) return;
    const auto first = last_group_.front().at;
    auto& segment = *journal_.segment_at(first.segment);
    const bool proven = acknowledged_ > first;
    for (const auto& [header, at] : last_group_) {
        if (body_is_whole(segment, header, at)) continue;
        if (proven)
            journal_damaged(segment.path, at.offset, "a record that had been synced fails its checksum");
        undecided_ = false;
        cut(first.segment, first.offset);
        return;
    }
    // A group that nobody is known to have synced may live in the page cache only, and after a failed sync
    // the kernel counts its pages as clean: writing the same bytes again gives the next sync work to do.
    if (!proven)
        in_pieces(segment, first.offset, segment.size - first.offset,
                  [&](std::uint64_t at, ByteView bytes) { segment.file->write_at(at, bytes); });
    accept_group();
}

/// Reads a range in pieces, since block 0 of a large state is too large for one.
void Journal::Scan::in_pieces(const Segment& segment, std::uint64_t from, std::uint64_t size,
                              const std::function<void(std::uint64_t at, ByteView)>& visit) {
    constexpr std::uint64_t piece = 1 << 20;
    Bytes bytes(std::min(size, piece));
    for (const auto end = from + size; from < end; from += bytes.size()) {
        bytes.resize(std::min(end - from, piece));
        FARTHING_CHECK(segment.file->read_at(from, bytes) == bytes.size());
        visit(from, bytes);
    }
}

bool Journal::Scan::body_is_whole(const Segment& segment, const JournalRecordHeader& header,
                                  JournalPosition at) {
    std::uint32_t crc = 0;
    in_pieces(segment, at.offset + JournalRecordHeader::size, header.body_size,
              [&crc](std::uint64_t, ByteView bytes) { crc = crc32c(bytes, crc); });
    return crc == header.body_crc;
}

/// Opens the mark to be overwritten and gives what it says. It only adds to what is known: one that says
/// nothing is ignored, one that cannot be read makes room for a new one.
JournalPosition Journal::open_mark() {
    auto& files = *options_.files;
    const auto path = options_.directory / "mark";
    const auto log = [this](const std::string& line) {
        if (options_.log) options_.log(line);
    };
    Bytes mark(mark_size);
    const auto open_and_read = [&] {
        mark_ = files.open(path, OpenMode::create);
        mark.resize(mark_->read_at(0, mark));
    };
    try {
        open_and_read();
    } catch (const StorageFailure& failure) {
        if (!files.exists(path)) throw;
        mark_.reset();
        const auto aside = move_aside(files, path);
        log("ignored " + path.string() + ", which is not needed: " + failure.what() + " Moved it to " +
            aside.string() + ", which can be deleted");
        open_and_read();
    }
    const auto marked = parse_mark(mark);
    if (!marked && !mark.empty()) log("ignored " + path.string() + ": damaged, and not needed");
    return marked.value_or(JournalPosition{});
}

std::unique_ptr<Journal> Journal::open(JournalOptions options) {
    FARTHING_CHECK(options.files != nullptr && options.segment_size_max > SegmentHeader::size);
    auto& files = *options.files;
    const auto directory = options.directory;
    files.create_directories(directory);
    files.sync_directory(directory.parent_path());

    std::unique_ptr<Journal> journal(new Journal(std::move(options)));
    const auto acknowledged = std::max(journal->options_.acknowledged, journal->open_mark());
    journal->read_base();
    journal->open_segments();
    Scan scan(*journal, acknowledged);
    const auto count = static_cast<std::uint32_t>(journal->segments_.size());
    for (std::uint32_t i = 0; i < count; ++i) scan.segment(journal->first_sequence_ + i, i + 1 == count);
    scan.finish();
    const auto end = journal->segments_.empty() ? JournalPosition{} : journal->end();
    if (acknowledged > end)
        throw StorageFailure(
            "the journal in " + directory.string() + " ends at byte " + std::to_string(end.offset) +
            " of segment " + std::to_string(end.segment) + ", but blocks up to byte " +
            std::to_string(acknowledged.offset) + " of segment " + std::to_string(acknowledged.segment) +
            " had been acknowledged. Restore the journal from a backup; nothing was changed." +
            copy_advice());
    if (journal->segments_.empty()) journal->start_segment();
    // As the last group: a header that nobody is known to have synced may be in the page cache only, counted
    // as clean after a sync that failed, and its file's name not on the disk at all.
    auto& last = *journal->segments_.back();
    if (acknowledged <= JournalPosition{journal->end().segment, SegmentHeader::size}) {
        Bytes header(SegmentHeader::size);
        FARTHING_CHECK(last.file->read_at(0, header) == header.size());
        last.file->write_at(0, header);
    }
    last.file->sync();
    files.sync_directory(directory);
    journal->write_mark();
    journal->mark_->sync();
    return journal;
}

}  // namespace farthing::chain
