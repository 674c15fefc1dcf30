#include "core/rlp/rlp.hpp"

#include "core/base/check.hpp"

#include <bit>

namespace farthing::rlp {

namespace {

constexpr std::uint8_t string_base = 0x80;
constexpr std::uint8_t list_base = 0xc0;
constexpr std::size_t short_max = 55;  // Longer payloads spell their length out.

/// The bytes of a prefix: at most one byte and an eight-byte length.
struct Prefix {
    std::array<std::uint8_t, 9> bytes{};
    std::size_t size = 0;
    ByteView view() const { return ByteView(bytes).first(size); }
};

std::size_t significant_bytes(std::uint64_t v) {
    return (static_cast<std::size_t>(std::bit_width(v)) + 7) / 8;
}

Prefix make_prefix(std::uint8_t base, std::size_t length) {
    Prefix out;
    if (length <= short_max) {
        out.bytes[0] = static_cast<std::uint8_t>(base + length);
        out.size = 1;
        return out;
    }
    const auto width = significant_bytes(length);
    out.bytes[0] = static_cast<std::uint8_t>(base + short_max + width);
    std::ranges::copy(ByteView(be64(length)).last(width), out.bytes.begin() + 1);
    out.size = 1 + width;
    return out;
}

/// Where the next item lies in what is left.
struct Item {
    bool is_list = false;
    std::size_t payload_at = 0;
    std::size_t payload_size = 0;
    std::size_t size() const { return payload_at + payload_size; }
};

Result<Item> with_long_length(ByteView in, bool is_list, std::size_t width) {
    if (in.size() - 1 < width) return fail("rlp: length is cut off");
    if (in[1] == 0) return fail("rlp: length has leading zeros");
    std::uint64_t length = 0;
    for (const auto byte : in.subspan(1, width)) length = length << 8 | byte;
    if (length <= short_max) return fail("rlp: length of a short item is spelt long");
    // Compared by subtraction: a length near 2^64 must not wrap.
    if (length > in.size() - 1 - width) return fail("rlp: item is longer than its input");
    return Item{is_list, 1 + width, length};
}

Result<Item> next_item(ByteView in) {
    if (in.empty()) return fail("rlp: input ends where an item is expected");
    const auto prefix = in[0];
    if (prefix < string_base) return Item{false, 0, 1};
    const bool is_list = prefix >= list_base;
    const auto length = static_cast<std::size_t>(prefix - (is_list ? list_base : string_base));
    if (length > short_max) return with_long_length(in, is_list, length - short_max);
    if (length > in.size() - 1) return fail("rlp: item is longer than its input");
    if (!is_list && length == 1 && in[1] < string_base)
        return fail("rlp: a byte below 0x80 must stand for itself");
    return Item{is_list, 1, length};
}

/// The bytes of a scalar of at most `max_size` bytes.
Result<ByteView> scalar(Decoder& from, std::size_t max_size) {
    TRY(const auto bytes, from.string());
    if (!bytes.empty() && bytes[0] == 0) return fail("rlp: scalar has leading zeros");
    if (bytes.size() > max_size) return fail("rlp: scalar exceeds " + std::to_string(8 * max_size) + " bits");
    return bytes;
}

}  // namespace

std::size_t string_size(ByteView string) {
    if (string.size() == 1 && string[0] < string_base) return 1;
    return make_prefix(string_base, string.size()).size + string.size();
}

std::size_t list_size(std::size_t payload) {
    return make_prefix(list_base, payload).size + payload;
}

void Encoder::add(ByteView string) {
    if (string.size() != 1 || string[0] >= string_base)
        append(out_, make_prefix(string_base, string.size()).view());
    append(out_, string);
}

void Encoder::add(std::uint64_t value) {
    add(ByteView(be64(value)).last(significant_bytes(value)));
}

void Encoder::add(const U256& value) {
    if (fits_u64(value)) return add(low_u64(value));
    add(ByteView(to_minimal_bytes(value)));
}

void Encoder::add_raw(ByteView encoded) {
    append(out_, encoded);
}

std::size_t Encoder::begin_list() {
    return out_.size();
}

void Encoder::end_list(std::size_t begun) {
    FARTHING_CHECK(begun <= out_.size());
    const auto prefix = make_prefix(list_base, out_.size() - begun);
    const auto bytes = prefix.view();
    out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(begun), bytes.begin(), bytes.end());
}

Result<ByteView> Decoder::string() {
    TRY(const auto item, next_item(rest_));
    if (item.is_list) return fail("rlp: expected a string, found a list");
    const auto payload = rest_.subspan(item.payload_at, item.payload_size);
    rest_ = rest_.subspan(item.size());
    return payload;
}

Result<std::uint64_t> Decoder::u64() {
    TRY(const auto bytes, scalar(*this, 8));
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
}

Result<U256> Decoder::u256() {
    TRY(const auto bytes, scalar(*this, 32));
    if (bytes.size() > 8) return to_u256(bytes);
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return U256(value);
}

Result<Decoder> Decoder::list() {
    TRY(const auto item, next_item(rest_));
    if (!item.is_list) return fail("rlp: expected a list, found a string");
    const Decoder payload(rest_.subspan(item.payload_at, item.payload_size));
    rest_ = rest_.subspan(item.size());
    return payload;
}

Result<ByteView> Decoder::raw() {
    TRY(const auto item, next_item(rest_));
    const auto whole = rest_.first(item.size());
    rest_ = rest_.subspan(item.size());
    return whole;
}

bool Decoder::next_is_list() const {
    return !rest_.empty() && rest_[0] >= list_base;
}

Result<void> Decoder::finish() const {
    if (!rest_.empty()) return fail("rlp: " + std::to_string(rest_.size()) + " bytes left over");
    return {};
}

}  // namespace farthing::rlp
