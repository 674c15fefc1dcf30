#include "core/base/hex.hpp"

namespace farthing {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void append_hex(std::string& to, ByteView bytes) {
    for (const auto b : bytes) {
        to += digits[b >> 4];
        to += digits[b & 15];
    }
}

}  // namespace

std::string hex(ByteView bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    append_hex(out, bytes);
    return out;
}

std::string hex0x(ByteView bytes) {
    std::string out = "0x";
    out.reserve(2 + 2 * bytes.size());
    append_hex(out, bytes);
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    if (text.size() % 2 != 0) return fail("hex string of odd length");
    Bytes out(text.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = digit_value(text[2 * i]);
        const int low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return fail("invalid hex string");
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return out;
}

}  // namespace farthing
