#include "core/base/u256.hpp"

#include "core/base/check.hpp"
#include "core/base/wide.hpp"

#include <bit>
#include <ostream>

namespace farthing {

namespace mp = boost::multiprecision;

namespace {

__extension__ using Double = unsigned __int128;

/// All eight limbs of a · b.
std::array<std::uint64_t, 8> full_product(const U256& a, const U256& b) {
    std::array<std::uint64_t, 8> out{};
    for (std::size_t i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const Double sum = Double{a.limbs()[i]} * b.limbs()[j] + out[i + j] + carry;
            out[i + j] = static_cast<std::uint64_t>(sum);
            carry = static_cast<std::uint64_t>(sum >> 64);
        }
        out[i + 4] = carry;
    }
    return out;
}

bool fits_double(const U256& v) {
    return (v.limbs()[2] | v.limbs()[3]) == 0;
}
Double to_double(const U256& v) {
    return Double{v.limbs()[1]} << 64 | v.limbs()[0];
}
U256 from_double(Double v) {
    return U256::from_limbs({static_cast<std::uint64_t>(v), static_cast<std::uint64_t>(v >> 64), 0, 0});
}

/// Divides in place; gives the remainder. Limbs: the least significant first.
std::uint64_t divide_limbs(std::span<std::uint64_t> limbs, std::uint64_t by) {
    Double rest = 0;
    for (std::size_t i = limbs.size(); i-- > 0;) {
        rest = rest << 64 | limbs[i];
        limbs[i] = static_cast<std::uint64_t>(rest / by);
        rest %= by;
    }
    return static_cast<std::uint64_t>(rest);
}

struct Divided {
    U256 quotient;
    U256 remainder;
};

Divided divide(const U256& a, const U256& b) {
    if (!b) throw std::overflow_error("U256: division by zero");
    // Nearly every amount fits here, and the processor divides it.
    if (fits_double(a) && fits_double(b))
        return {from_double(to_double(a) / to_double(b)), from_double(to_double(a) % to_double(b))};
    if (b.fits_u64()) {
        auto limbs = a.limbs();
        const auto remainder = divide_limbs(limbs, b.limbs()[0]);
        return {U256::from_limbs(limbs), remainder};
    }
    mp::uint256_t quotient, remainder;
    mp::divide_qr(to_wide<mp::uint256_t>(a), to_wide<mp::uint256_t>(b), quotient, remainder);
    return {to_narrow(quotient), to_narrow(remainder)};
}

}  // namespace

void U256::overflowed() {
    throw std::overflow_error("U256: overflow");
}
void U256::underflowed() {
    throw std::range_error("U256: below zero");
}

U256::U256(const char* digits) {
    const auto parsed = parse_u256(digits);
    if (!parsed) throw std::invalid_argument(parsed.error().message);
    *this = *parsed;
}

U256& U256::operator*=(const U256& b) {
    const auto product = full_product(*this, b);
    if ((product[4] | product[5] | product[6] | product[7]) != 0) overflowed();
    std::copy_n(product.begin(), 4, limbs_.begin());
    return *this;
}
U256& U256::operator/=(const U256& b) {
    return *this = divide(*this, b).quotient;
}
U256& U256::operator%=(const U256& b) {
    return *this = divide(*this, b).remainder;
}

U256& U256::operator<<=(std::size_t bits) {
    if (bits >= 256 ? static_cast<bool>(*this) : bits != 0 && static_cast<bool>(*this >> (256 - bits)))
        overflowed();
    const auto whole = std::min<std::size_t>(bits / 64, 4);
    const auto part = bits % 64;
    for (std::size_t i = 4; i-- > 0;) {
        const auto high = i >= whole ? limbs_[i - whole] : 0;
        const auto low = i >= whole + 1 ? limbs_[i - whole - 1] : 0;
        limbs_[i] = part == 0 ? high : high << part | low >> (64 - part);
    }
    return *this;
}
U256& U256::operator>>=(std::size_t bits) {
    const auto whole = std::min<std::size_t>(bits / 64, 4);
    const auto part = bits % 64;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto low = i + whole < 4 ? limbs_[i + whole] : 0;
        const auto high = i + whole + 1 < 4 ? limbs_[i + whole + 1] : 0;
        limbs_[i] = part == 0 ? low : low >> part | high << (64 - part);
    }
    return *this;
}

std::ostream& operator<<(std::ostream& out, const U256& v) {
    return out << to_decimal(v);
}

U256 mul_div(const U256& a, const U256& b, const U256& d, Rounding rounding) {
    FARTHING_CHECK(d != 0);
    auto product = full_product(a, b);
    if ((product[4] | product[5] | product[6] | product[7]) == 0) {
        const auto [quotient, remainder] =
            divide(U256::from_limbs({product[0], product[1], product[2], product[3]}), d);
        return rounding == Rounding::up && remainder != 0 ? quotient + 1 : quotient;
    }
    mp::uint512_t wide = 0, quotient, remainder;
    for (std::size_t i = product.size(); i-- > 0;) wide = wide << 64 | product[i];
    mp::divide_qr(wide, to_wide<mp::uint512_t>(d), quotient, remainder);
    if (rounding == Rounding::up && remainder != 0) ++quotient;
    if (quotient > to_wide<mp::uint512_t>(u256_max))
        throw std::overflow_error("mul_div: result exceeds 256 bits");
    return to_narrow(quotient);
}

U256 isqrt(const U256& v) {
    return to_narrow(mp::uint256_t(mp::sqrt(to_wide<mp::uint256_t>(v))));
}

U256 pow(U256 base, unsigned exponent) {
    U256 out = 1;
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) out *= base;
        if (exponent > 1) base *= base;
    }
    return out;
}

Word to_word(const U256& v) {
    Word out;
    for (std::size_t i = 0; i < 32; ++i)
        out[31 - i] = static_cast<std::uint8_t>(v.limbs()[i / 8] >> (8 * (i % 8)));
    return out;
}

U256 to_u256(ByteView big_endian) {
    FARTHING_CHECK(big_endian.size() <= 32);
    U256::Limbs limbs{};
    for (std::size_t i = 0; i < big_endian.size(); ++i)
        limbs[i / 8] |= std::uint64_t{big_endian[big_endian.size() - 1 - i]} << (8 * (i % 8));
    return U256::from_limbs(limbs);
}

Bytes to_minimal_bytes(const U256& v) {
    const auto word = to_word(v);
    const auto first = std::ranges::find_if(word, [](std::uint8_t b) { return b != 0; });
    return {first, word.end()};
}

std::string to_decimal(const U256& v) {
    if (v.fits_u64()) return std::to_string(v.limbs()[0]);
    return to_wide<mp::uint256_t>(v).str();
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
    if (wide > to_wide<mp::cpp_int>(u256_max)) return fail("number exceeds 256 bits");
    return to_narrow(wide);
}

}  // namespace farthing
