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
    auto next = head_ ? head_->number + 1 : base_;
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
        auto& segment = *segments_[at.segment];
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

void Journal::start_segment() {
    auto segment = std::make_unique<Segment>();
    SegmentHeader header;
    header.sequence = static_cast<std::uint32_t>(segments_.size());
    header.first_number = head_ ? head_->number + 1 : base_;
    if (head_) header.previous_hash = head_->hash;
    segment->path = options_.directory / segment_name(header.sequence);
    segment->file = options_.files->open(segment->path, OpenMode::create);
    segment->file->append(header.encode());
    segment->file->sync();
    options_.files->sync_directory(options_.directory);
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
        const auto position = *position_of(number);
        dropped.emplace_back(header_at(position).hash, position);
    }
    const std::lock_guard lock(mutex_);
    abandoned_.insert(dropped.begin(), dropped.end());
    positions_.resize(header.number + 1 - base_);
    head_ = Head{header.number, header.hash};
}

bool Journal::follows(const JournalRecordHeader& header) const {
    if (header.kind == RecordKind::block) return header.number == (head_ ? head_->number + 1 : base_);
    return head_ && header.number <= head_->number && hash_at(header.number) == header.hash &&
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
    return {static_cast<std::uint32_t>(segments_.size() - 1), segments_.back()->size};
}

std::optional<JournalPosition> Journal::position_of(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    if (number < base_ || number - base_ >= positions_.size()) return std::nullopt;
    return unpack(positions_[number - base_]);
}

const Journal::Segment& Journal::segment_at(std::uint32_t index) const {
    const std::lock_guard lock(mutex_);
    FARTHING_CHECK(index < segments_.size());
    return *segments_[index];
}

JournalRecordHeader Journal::header_at(JournalPosition at) const {
    const auto& segment = segment_at(at.segment);
    std::array<std::uint8_t, JournalRecordHeader::size> bytes = {};
    const bool whole = segment.file->read_at(at.offset, bytes) == bytes.size();
    const auto header = whole ? parse_record_header(bytes, at.segment) : std::nullopt;
    if (!header) journal_damaged(segment.path, at.offset, "a record header has changed since it was written");
    return *header;
}

Bytes Journal::body_at(JournalPosition at, const JournalRecordHeader& header) const {
    const auto& segment = segment_at(at.segment);
    Bytes body(header.body_size);
    const bool whole = segment.file->read_at(at.offset + JournalRecordHeader::size, body) == body.size();
    if (!whole || crc32c(body) != header.body_crc)
        journal_damaged(segment.path, at.offset,
                        "the body of record " + std::to_string(header.number) + " fails its checksum");
    return body;
}

std::optional<Bytes> Journal::read(std::uint64_t number) const {
    const auto at = position_of(number);
    if (!at) return std::nullopt;
    const auto header = header_at(*at);
    FARTHING_CHECK(header.kind == RecordKind::block && header.number == number);
    return body_at(*at, header);
}

std::optional<Hash> Journal::hash_at(std::uint64_t number) const {
    const auto at = position_of(number);
    if (!at) return std::nullopt;
    return header_at(*at).hash;
}

std::optional<Bytes> Journal::read_abandoned(const Hash& hash) const {
    JournalPosition at;
    {
        const std::lock_guard lock(mutex_);
        const auto found = abandoned_.find(hash);
        if (found == abandoned_.end()) return std::nullopt;
        at = found->second;
    }
    return body_at(at, header_at(at));
}

void Journal::check_all(
    const std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>& progress) const {
    const auto last = end();
    std::uint64_t total = 0;
    for (std::uint32_t i = 0; i <= last.segment; ++i)
        total += i == last.segment ? last.offset : segment_at(i).size;
    std::uint64_t done = 0;
    for (std::uint32_t i = 0; i <= last.segment; ++i) {
        const auto size = i == last.segment ? last.offset : segment_at(i).size;
        done += SegmentHeader::size;
        for (JournalPosition at = {i, SegmentHeader::size}; at.offset < size;) {
            const auto header = header_at(at);
            body_at(at, header);
            at.offset += JournalRecordHeader::size + header.body_size;
            done += JournalRecordHeader::size + header.body_size;
            progress(done, total);
        }
    }
}

}  // namespace farthing::chain
