#include "chain/journal_format.hpp"

#include "chain/crc32c.hpp"
#include "core/base/check.hpp"

namespace farthing::chain {
namespace {

constexpr std::string_view magic = "FARTHJNL";
constexpr std::string_view base_magic = "FARTHBAS";
constexpr std::uint32_t version = 1;

void put_u32(Bytes& out, std::uint32_t v) {
    append(out, ByteView(be64(v)).subspan(4));
}
void put_u64(Bytes& out, std::uint64_t v) {
    append(out, be64(v));
}

/// Takes integers off the front of a view that is long enough.
class Reader {
 public:
    explicit Reader(ByteView in) : in_(in) {}
    std::uint64_t number(std::size_t bytes) {
        std::uint64_t v = 0;
        for (const auto b : take(bytes)) v = v << 8 | b;
        return v;
    }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    ByteView take(std::size_t bytes) {
        FARTHING_CHECK(bytes <= in_.size());
        const auto out = in_.first(bytes);
        in_ = in_.subspan(bytes);
        return out;
    }

 private:
    ByteView in_;
};

bool checksum_matches(ByteView bytes, std::uint32_t seed) {
    const auto body = bytes.first(bytes.size() - 4);
    return crc32c(body, seed) == Reader(bytes.last(4)).u32();
}

}  // namespace

Bytes SegmentHeader::encode() const {
    Bytes out;
    append(out, as_bytes(magic));
    put_u32(out, version);
    put_u32(out, sequence);
    put_u64(out, first_number);
    append(out, previous_hash);
    put_u32(out, crc32c(out));
    FARTHING_CHECK(out.size() == size);
    return out;
}

std::optional<SegmentHeader> parse_segment_header(ByteView bytes) {
    if (bytes.size() != SegmentHeader::size || !checksum_matches(bytes, 0)) return std::nullopt;
    Reader in(bytes);
    if (as_text(in.take(magic.size())) != magic || in.u32() != version) return std::nullopt;
    SegmentHeader header;
    header.sequence = in.u32();
    header.first_number = in.u64();
    header.previous_hash = Hash::from(in.take(Hash::size()));
    return header;
}

Bytes JournalRecordHeader::encode(std::uint32_t segment) const {
    Bytes out;
    out.reserve(size);
    put_u32(out, static_cast<std::uint32_t>(kind));
    put_u32(out, body_size);
    put_u64(out, number);
    append(out, hash);
    put_u64(out, group_start);
    put_u32(out, group_left);
    put_u32(out, body_crc);
    put_u32(out, crc32c(out, segment));
    FARTHING_CHECK(out.size() == size);
    return out;
}

std::optional<JournalRecordHeader> parse_record_header(ByteView bytes, std::uint32_t segment) {
    bytes = bytes.first(JournalRecordHeader::size);
    if (!checksum_matches(bytes, segment)) return std::nullopt;
    Reader in(bytes);
    JournalRecordHeader header;
    const auto kind = in.u32();
    if (kind != static_cast<std::uint32_t>(RecordKind::block) &&
        kind != static_cast<std::uint32_t>(RecordKind::rewind))
        return std::nullopt;
    header.kind = static_cast<RecordKind>(kind);
    header.body_size = in.u32();
    header.number = in.u64();
    header.hash = Hash::from(in.take(Hash::size()));
    header.group_start = in.u64();
    header.group_left = in.u32();
    header.body_crc = in.u32();
    return header;
}

Bytes encode_base(const JournalBase& base) {
    Bytes out;
    append(out, as_bytes(base_magic));
    put_u32(out, version);
    put_u32(out, base.segment);
    put_u64(out, base.first_number);
    append(out, base.origin);
    put_u32(out, crc32c(out));
    return out;
}

std::optional<JournalBase> parse_base(ByteView bytes) {
    constexpr std::size_t fixed = 8 + 4 + 4 + 8;
    if (bytes.size() < fixed + 4 || !checksum_matches(bytes, 0)) return std::nullopt;
    Reader in(bytes);
    if (as_text(in.take(base_magic.size())) != base_magic || in.u32() != version) return std::nullopt;
    JournalBase base;
    base.segment = in.u32();
    base.first_number = in.u64();
    const auto origin = bytes.subspan(fixed, bytes.size() - fixed - 4);
    base.origin.assign(origin.begin(), origin.end());
    return base;
}

Bytes encode_mark(JournalPosition end) {
    Bytes out;
    put_u32(out, end.segment);
    put_u64(out, end.offset);
    put_u32(out, crc32c(out));
    FARTHING_CHECK(out.size() == mark_size);
    return out;
}

std::optional<JournalPosition> parse_mark(ByteView bytes) {
    if (bytes.size() != mark_size || !checksum_matches(bytes, 0)) return std::nullopt;
    Reader in(bytes);
    JournalPosition end;
    end.segment = in.u32();
    end.offset = in.u64();
    return end;
}

}  // namespace farthing::chain
