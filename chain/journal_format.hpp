#pragma once
// The bytes of a journal segment: its header and the headers of its records. Integers are big-endian.
#include "core/base/bytes.hpp"

#include <optional>

namespace farthing::chain {

enum class RecordKind : std::uint32_t { block = 1, rewind = 2 };

/// A place between two records. Later places are greater; the end only moves forward.
struct JournalPosition {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;
    auto operator<=>(const JournalPosition&) const = default;
};

struct SegmentHeader {
    std::uint32_t sequence = 0;      ///< Also the file's name.
    std::uint64_t first_number = 0;  ///< Of the block that would follow what came before this segment.
    Hash previous_hash;              ///< Of the head before this segment; zero when there was none.

    static constexpr std::size_t size = 60;
    Bytes encode() const;
};
/// Nothing when magic, version or checksum are not ours.
std::optional<SegmentHeader> parse_segment_header(ByteView bytes);

struct JournalRecordHeader {
    RecordKind kind = RecordKind::block;
    std::uint32_t body_size = 0;
    std::uint64_t number = 0;
    Hash hash;
    std::uint64_t group_start = 0;  ///< Offset of the first record of the same append.
    std::uint32_t group_left = 0;   ///< Records of the same append that follow.
    std::uint32_t body_crc = 0;

    static constexpr std::size_t size = 68;
    /// The checksum starts from the segment's number, so that a block of another segment that a disk put
    /// here by mistake does not pass.
    Bytes encode(std::uint32_t segment) const;
    bool operator==(const JournalRecordHeader&) const = default;
};
/// Nothing when the kind is unknown or the checksum wrong. Requires: `bytes` holds a header.
std::optional<JournalRecordHeader> parse_record_header(ByteView bytes, std::uint32_t segment);

/// The base file, there once segments were dropped: from which segment on none may be missing.
struct JournalBase {
    std::uint32_t segment = 0;
    std::uint64_t first_number = 0;  ///< As in that segment's header.
    Bytes origin;                    ///< The owner's, who asks for it when block 0 is gone.
};
Bytes encode_base(const JournalBase& base);
std::optional<JournalBase> parse_base(ByteView bytes);

/// The mark file: how far the journal is known to have been synced. It is written after each sync, not synced
/// itself, and only adds to what is known; so a lost or damaged one is no error.
constexpr std::size_t mark_size = 16;
Bytes encode_mark(JournalPosition end);
std::optional<JournalPosition> parse_mark(ByteView bytes);

}  // namespace farthing::chain
