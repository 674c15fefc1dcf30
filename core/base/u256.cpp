#include "core/base/u256.hpp"

#include "core/base/check.hpp"

#include <limits>

namespace farthing {

namespace mp = boost::multiprecision;

const U256 u256_max = std::numeric_limits<U256>::max();

U256 mul_div(const U256& a, const U256& b, const U256& d, Rounding rounding) {
    FARTHING_CHECK(d != 0);
    mp::uint512_t quotient;
    mp::uint512_t remainder;
    mp::divide_qr(mp::uint512_t(a) * mp::uint512_t(b), mp::uint512_t(d), quotient, remainder);
    if (rounding == Rounding::up && remainder != 0) ++quotient;
    if (quotient > mp::uint512_t(u256_max)) throw std::overflow_error("mul_div: result exceeds 256 bits");
    return static_cast<U256>(quotient);
}

U256 isqrt(const U256& v) {
    return mp::sqrt(v);
}

Word to_word(const U256& v) {
    Word out;
    const auto& backend = v.backend();
    const auto* limbs = backend.limbs();
    constexpr std::size_t limb_size = sizeof(*limbs);
    for (std::size_t i = 0; i < backend.size(); ++i)
        for (std::size_t j = 0; j < limb_size; ++j)
            out[31 - i * limb_size - j] = static_cast<std::uint8_t>(limbs[i] >> (8 * j));
    return out;
}

U256 to_u256(ByteView big_endian) {
    FARTHING_CHECK(big_endian.size() <= 32);
    U256 out;
    if (!big_endian.empty()) mp::import_bits(out, big_endian.begin(), big_endian.end());
    return out;
}

Bytes to_minimal_bytes(const U256& v) {
    const auto word = to_word(v);
    const auto first = std::ranges::find_if(word, [](std::uint8_t b) { return b != 0; });
    return {first, word.end()};
}

std::uint64_t low_u64(const U256& v) {
    return static_cast<std::uint64_t>(v & std::numeric_limits<std::uint64_t>::max());
}

bool fits_u64(const U256& v) {
    return v <= std::numeric_limits<std::uint64_t>::max();
}

std::string to_decimal(const U256& v) {
    return v.str();
}

Result<U256> parse_u256(std::string_view text) {
    const bool is_hex = text.starts_with("0x");
    const auto digits = is_hex ? text.substr(2) : text;
    if (digits.empty()) return fail("expected a number");
    const auto valid = [is_hex](char c) {
        return (c >= '0' && c <= '9') || (is_hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    };
    if (!std::ranges::all_of(digits, valid)) return fail("not a number: " + std::string(text.substr(0, 80)));
    if (digits.size() > 80) return fail("number exceeds 256 bits");
    mp::cpp_int wide;
    // A decimal literal with leading zeros would be read as octal.
    const auto significant = digits.find_first_not_of('0');
    if (significant == std::string_view::npos) return U256(0);
    wide.assign((is_hex ? "0x" : "") + std::string(digits.substr(significant)));
    if (wide > mp::cpp_int(u256_max)) return fail("number exceeds 256 bits");
    return static_cast<U256>(wide);
}

}  // namespace farthing
