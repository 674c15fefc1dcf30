#include "chain/journal.hpp"

#include "chain/crc32c.hpp"
#include "chain/journal_damage.hpp"
#include "core/base/check.hpp"

namespace farthing::chain {
namespace {

constexpr unsigned offset_bits = 40;  // A segment of 1 TiB, 16 million segments.

std::uint64_t pack(JournalPosition at) {
    FARTHING_CHECK(at.segment < 1u << (64 - offset_bits) && at.offset >> offset_bits == 0);
    return std::uint64_t{at.segment} << offset_bits | at.offset;
}

JournalPosition unpack(std::uint64_t packed) {
    return {static_cast<std::uint32_t>(packed >> offset_bits), packed & ((1ull << offset_bits) - 1)};
}

/// One group as it goes to disk, at `start` of `segment`.
Bytes encode_group(std::span<const JournalRecord> group, JournalPosition start) {
    Bytes out;
    std::size_t size = 0;
    for (const auto& record : group) size += JournalRecordHeader::size + record.body.size();
    out.reserve(size);
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto& record = group[i];
        FARTHING_CHECK(record.body.size() <= std::numeric_limits<std::uint32_t>::max());
        const JournalRecordHeader header = {.kind = record.kind,
                                            .body_size = static_cast<std::uint32_t>(record.body.size()),
                                            .number = record.number,
                                            .hash = record.hash,
                                            .group_start = start.offset,
                                            .group_left = static_cast<std::uint32_t>(group.size() - 1 - i),
                                            .body_crc = crc32c(record.body)};
        append(out, header.encode(start.segment));
        append(out, record.body);
    }
    return out;
}

}  // namespace

void Journal::append(std::span<const JournalRecord> group) {
    FARTHING_CHECK(!group.empty() && group.size() <= std::numeric_limits<std::uint32_t>::max());
    if (failed_)
        throw StorageFailure("an earlier write to " + options_.directory.string() +
                             " failed. Stop this process; the next start finds out what reached the disk.");
    auto next = head_ ? head_->number + 1 : base();
    for (const auto& [kind, number, hash, body] : group) {
        if (kind == RecordKind::block) FARTHING_CHECK(number == next++);
        if (kind == RecordKind::rewind)
            FARTHING_CHECK(group.size() == 1 && body.empty() && number < next && hash_at(number) == hash);
    }
    try {
        auto at = end();
        auto bytes = encode_group(group, at);
        if (at.offset > SegmentHeader::size && at.offset + bytes.size() > options_.segment_size_max) {
            start_segment();
            at = end();
            bytes = encode_group(group, at);
        }
        auto& segment = *segment_at(at.segment);
        segment.file->append(bytes);
        segment.file->sync();
        std::uint64_t offset = at.offset;
        for (const auto& record : group) {
            accept({.kind = record.kind, .number = record.number, .hash = record.hash}, {at.segment, offset});
            offset += JournalRecordHeader::size + record.body.size();
        }
        {
            const std::lock_guard lock(mutex_);
            segment.size = offset;
        }
        write_mark();
    } catch (...) {
        failed_ = true;
        throw;
    }
}

std::unique_ptr<File> Journal::make_segment(FileSystem& files, const std::filesystem::path& path,
                                            const SegmentHeader& header) {
    auto file = files.open(path, OpenMode::create);
    file->append(header.encode());
    file->sync();
    files.sync_directory(path.parent_path());
    return file;
}

void Journal::start_segment() {
    auto segment = std::make_shared<Segment>();
    SegmentHeader header;
    {
        const std::lock_guard lock(mutex_);
        header.sequence = first_sequence_ + static_cast<std::uint32_t>(segments_.size());
        header.first_number = head_ ? head_->number + 1 : base_;
        if (head_) header.previous_hash = head_->hash;
    }
    segment->first_number = header.first_number;
    segment->previous_hash = header.previous_hash;
    segment->path = options_.directory / segment_name(header.sequence);
    segment->file = make_segment(*options_.files, segment->path, header);
    segment->size = SegmentHeader::size;
    const std::lock_guard lock(mutex_);
    segments_.push_back(std::move(segment));
}

void Journal::write_mark() {
    mark_->write_at(0, encode_mark(end()));
}

/// Makes a record part of the chain, written or read.
void Journal::accept(const JournalRecordHeader& header, JournalPosition at) {
    FARTHING_CHECK(follows(header));
    if (header.kind == RecordKind::block) {
        const std::lock_guard lock(mutex_);
        positions_.push_back(pack(at));
        head_ = Head{header.number, header.hash};
        return;
    }
    std::vector<std::pair<Hash, JournalPosition>> dropped;
    for (auto number = header.number + 1; number <= head_->number; ++number) {
        const auto place = *place_of(number);
        dropped.emplace_back(header_at(place).hash, place.at);
    }
    const std::lock_guard lock(mutex_);
    auto& rewound_to = segments_[at.segment - first_sequence_]->rewound_to;
    rewound_to = std::min(rewound_to, header.number);
    abandoned_.insert(dropped.begin(), dropped.end());
    positions_.resize(header.number + 1 - base_);
    head_ = Head{header.number, header.hash};
}

bool Journal::follows(const JournalRecordHeader& header) const {
    const auto head = this->head();
    if (header.kind == RecordKind::block) return header.number == (head ? head->number + 1 : base());
    return head && header.number <= head->number && hash_at(header.number) == header.hash &&
           header.body_size == 0;
}

std::optional<Journal::Head> Journal::head() const {
    const std::lock_guard lock(mutex_);
    return head_;
}

std::uint64_t Journal::base() const {
    const std::lock_guard lock(mutex_);
    return base_;
}

JournalPosition Journal::end() const {
    const std::lock_guard lock(mutex_);
    FARTHING_CHECK(!segments_.empty());
    return {first_sequence_ + static_cast<std::uint32_t>(segments_.size() - 1), segments_.back()->size};
}

std::optional<Journal::Place> Journal::place_of(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    if (number < base_ || number - base_ >= positions_.size()) return std::nullopt;
    const auto at = unpack(positions_[number - base_]);
    return Place{segments_[at.segment - first_sequence_], at};
}

Journal::SegmentPtr Journal::segment_at(std::uint32_t sequence) const {
    const std::lock_guard lock(mutex_);
    FARTHING_CHECK(sequence >= first_sequence_ && sequence - first_sequence_ < segments_.size());
    return segments_[sequence - first_sequence_];
}

JournalRecordHeader Journal::header_at(const Place& place) const {
    const auto& [segment, at] = place;
    std::array<std::uint8_t, JournalRecordHeader::size> bytes = {};
    const bool whole = segment->file->read_at(at.offset, bytes) == bytes.size();
    const auto header = whole ? parse_record_header(bytes, at.segment) : std::nullopt;
    if (!header)
        journal_damaged(segment->path, at.offset, "a record header has changed since it was written");
    return *header;
}

Bytes Journal::body_at(const Place& place, const JournalRecordHeader& header) const {
    const auto& [segment, at] = place;
    Bytes body(header.body_size);
    const bool whole = segment->file->read_at(at.offset + JournalRecordHeader::size, body) == body.size();
    if (!whole || crc32c(body) != header.body_crc)
        journal_damaged(segment->path, at.offset,
                        "the body of record " + std::to_string(header.number) + " fails its checksum");
    return body;
}

std::optional<Bytes> Journal::read(std::uint64_t number) const {
    const auto place = place_of(number);
    if (!place) return std::nullopt;
    const auto header = header_at(*place);
    FARTHING_CHECK(header.kind == RecordKind::block && header.number == number);
    return body_at(*place, header);
}

std::optional<std::pair<Hash, Bytes>> Journal::read_front(std::uint64_t number, std::size_t size) const {
    const auto place = place_of(number);
    if (!place) return std::nullopt;
    const auto header = header_at(*place);
    Bytes front(std::min<std::size_t>(size, header.body_size));
    front.resize(place->segment->file->read_at(place->at.offset + JournalRecordHeader::size, front));
    return std::pair{header.hash, std::move(front)};
}

void Journal::damaged_front(std::uint64_t number) const {
    const auto place = *place_of(number);
    journal_damaged(place.segment->path, place.at.offset,
                    "the header of block " + std::to_string(number) + " does not have the block's hash");
}

std::optional<Hash> Journal::hash_at(std::uint64_t number) const {
    const auto place = place_of(number);
    if (!place) return std::nullopt;
    return header_at(*place).hash;
}

std::optional<Bytes> Journal::read_abandoned(const Hash& hash) const {
    Place place;
    {
        const std::lock_guard lock(mutex_);
        const auto found = abandoned_.find(hash);
        if (found == abandoned_.end()) return std::nullopt;
        place = {segments_[found->second.segment - first_sequence_], found->second};
    }
    return body_at(place, header_at(place));
}

void Journal::check_all(
    const std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>& progress) const {
    std::vector<std::pair<SegmentPtr, std::uint64_t>> segments;  // With the bytes in each, by now.
    std::uint32_t sequence = 0;
    std::uint64_t total = 0;
    {
        const std::lock_guard lock(mutex_);
        sequence = first_sequence_;
        for (const auto& segment : segments_) {
            segments.emplace_back(segment, segment->size);
            total += segment->size;
        }
    }
    std::uint64_t done = 0;
    for (const auto& [segment, size] : segments) {
        done += SegmentHeader::size;
        for (JournalPosition at = {sequence, SegmentHeader::size}; at.offset < size;) {
            const Place place{segment, at};
            const auto header = header_at(place);
            body_at(place, header);
            at.offset += JournalRecordHeader::size + header.body_size;
            done += JournalRecordHeader::size + header.body_size;
            progress(done, total);
        }
        ++sequence;
    }
}

}  // namespace farthing::chain
