#include "core/base/hex.hpp"

#include <array>

namespace farthing {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// The value of each character as a digit; -1: it is none.
constexpr auto digit_values = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const auto c = static_cast<unsigned char>(digits[i]);
        values[c] = static_cast<std::int8_t>(i);
        if (i > 9) values[c - 'a' + 'A'] = static_cast<std::int8_t>(i);
    }
    return values;
}();

int digit_value(char c) {
    return digit_values[static_cast<unsigned char>(c)];
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
        if ((high | low) < 0) return fail("invalid hex string");
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return out;
}

}  // namespace farthing
