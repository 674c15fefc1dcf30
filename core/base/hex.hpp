#pragma once
// Hexadecimal text: DATA as JSON-RPC writes it (two digits a byte), lower case.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace farthing {

/// Lower-case digits without prefix.
std::string hex(ByteView bytes);
/// Lower-case digits behind "0x".
std::string hex0x(ByteView bytes);

/// Reads an even number of digits, either case, with or without "0x".
Result<Bytes> from_hex(std::string_view text);

/// As from_hex, and exactly N bytes.
template <std::size_t N>
Result<FixedBytes<N>> fixed_from_hex(std::string_view text) {
    TRY(const auto bytes, from_hex(text));
    if (bytes.size() != N)
        return fail("expected " + std::to_string(N) + " bytes of hex, got " + std::to_string(bytes.size()));
    return FixedBytes<N>::from(bytes);
}
inline Result<Address> address_from_hex(std::string_view text) {
    return fixed_from_hex<20>(text);
}
inline Result<Hash> hash_from_hex(std::string_view text) {
    return fixed_from_hex<32>(text);
}

namespace literals {
constexpr std::uint8_t hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    throw "not a hex digit";
}
/// Constant of known length; shorter text is padded on the left: `fixed<20>("fa0001")`.
template <std::size_t N>
consteval FixedBytes<N> fixed(std::string_view digits) {
    if (digits.size() > 2 * N) throw "too many hex digits";
    FixedBytes<N> out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const auto at = digits.size() - 1 - i;
        out[N - 1 - i / 2] =
            static_cast<std::uint8_t>(out[N - 1 - i / 2] | hex_digit(digits[at]) << (i % 2 * 4));
    }
    return out;
}
consteval Address address(std::string_view digits) {
    return fixed<20>(digits);
}
consteval Hash hash(std::string_view digits) {
    return fixed<32>(digits);
}
}  // namespace literals

}  // namespace farthing
