#pragma once
// 256-bit unsigned integers. Overflow, underflow and narrowing throw, so money cannot wrap.
//
// Why not Boost.Multiprecision's type itself: it costs every source file that sees it two seconds of the
// compiler and cannot be copied as plain bytes. Boost does the divisions, roots and decimals, in u256.cpp.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <concepts>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <utility>

namespace farthing {

/// Checked: `+` and `*` past 2^256 and `<<` that loses a bit throw std::overflow_error, `-` below 0 and a
/// negative operand throw std::range_error; the call frame turns both into Panic(0x11). Division by zero must
/// be ruled out by the caller (Panic 0x12): here it is a std::overflow_error.
class U256 {
 public:
    /// 64 bits each, the least significant first.
    using Limbs = std::array<std::uint64_t, 4>;

    constexpr U256() = default;
    template <std::integral T>
    constexpr U256(T v) : limbs_{static_cast<std::uint64_t>(v)} {
        if constexpr (std::signed_integral<T>)
            if (v < 0) throw std::range_error("U256: a negative number");
    }
    /// Decimal digits, or hex behind "0x". Throws std::invalid_argument otherwise: for constants.
    explicit U256(const char* digits);
    static constexpr U256 from_limbs(const Limbs& limbs) {
        U256 out;
        out.limbs_ = limbs;
        return out;
    }

    constexpr const Limbs& limbs() const { return limbs_; }
    constexpr bool fits_u64() const { return (limbs_[1] | limbs_[2] | limbs_[3]) == 0; }
    constexpr explicit operator bool() const { return (limbs_[0] | limbs_[1] | limbs_[2] | limbs_[3]) != 0; }
    /// Throws std::range_error when the value does not fit.
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    constexpr explicit operator T() const {
        if (!fits_u64() || !std::in_range<T>(limbs_[0]))
            throw std::range_error("U256: the value is too large");
        return static_cast<T>(limbs_[0]);
    }

    constexpr U256& operator+=(const U256& b) {
        bool carry = false;
        for (std::size_t i = 0; i < 4; ++i) {
            bool first = false, second = false;
            first = __builtin_add_overflow(limbs_[i], b.limbs_[i], &limbs_[i]);
            second = __builtin_add_overflow(limbs_[i], std::uint64_t{carry}, &limbs_[i]);
            carry = first || second;
        }
        if (carry) overflowed();
        return *this;
    }
    constexpr U256& operator-=(const U256& b) {
        bool borrow = false;
        for (std::size_t i = 0; i < 4; ++i) {
            bool first = false, second = false;
            first = __builtin_sub_overflow(limbs_[i], b.limbs_[i], &limbs_[i]);
            second = __builtin_sub_overflow(limbs_[i], std::uint64_t{borrow}, &limbs_[i]);
            borrow = first || second;
        }
        if (borrow) underflowed();
        return *this;
    }
    U256& operator*=(const U256& b);
    U256& operator/=(const U256& b);
    U256& operator%=(const U256& b);
    U256& operator<<=(std::size_t bits);
    U256& operator>>=(std::size_t bits);
    constexpr U256& operator&=(const U256& b) {
        for (std::size_t i = 0; i < 4; ++i) limbs_[i] &= b.limbs_[i];
        return *this;
    }
    constexpr U256& operator|=(const U256& b) {
        for (std::size_t i = 0; i < 4; ++i) limbs_[i] |= b.limbs_[i];
        return *this;
    }
    constexpr U256& operator^=(const U256& b) {
        for (std::size_t i = 0; i < 4; ++i) limbs_[i] ^= b.limbs_[i];
        return *this;
    }
    constexpr U256& operator++() { return *this += 1; }
    constexpr U256& operator--() { return *this -= 1; }

    friend constexpr U256 operator+(U256 a, const U256& b) { return a += b; }
    friend constexpr U256 operator-(U256 a, const U256& b) { return a -= b; }
    friend U256 operator*(U256 a, const U256& b) { return a *= b; }
    friend U256 operator/(U256 a, const U256& b) { return a /= b; }
    friend U256 operator%(U256 a, const U256& b) { return a %= b; }
    friend U256 operator<<(U256 a, std::size_t bits) { return a <<= bits; }
    friend U256 operator>>(U256 a, std::size_t bits) { return a >>= bits; }
    friend constexpr U256 operator&(U256 a, const U256& b) { return a &= b; }
    friend constexpr U256 operator|(U256 a, const U256& b) { return a |= b; }
    friend constexpr U256 operator^(U256 a, const U256& b) { return a ^= b; }

    friend constexpr bool operator==(const U256& a, const U256& b) = default;
    friend constexpr std::strong_ordering operator<=>(const U256& a, const U256& b) {
        for (std::size_t i = 4; i-- > 0;)
            if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] <=> b.limbs_[i];
        return std::strong_ordering::equal;
    }
    /// In decimal.
    friend std::ostream& operator<<(std::ostream& out, const U256& v);

 private:
    [[noreturn]] static void overflowed();
    [[noreturn]] static void underflowed();

    Limbs limbs_{};
};

inline constexpr U256 u256_max = U256::from_limbs({~0ULL, ~0ULL, ~0ULL, ~0ULL});

enum class Rounding { down, up };

/// floor or ceil of a·b/d with a 512-bit product. Throws std::overflow_error when the result needs more than
/// 256 bits. Requires: d != 0.
U256 mul_div(const U256& a, const U256& b, const U256& d, Rounding rounding);
/// floor(sqrt(v)).
U256 isqrt(const U256& v);
U256 pow(U256 base, unsigned exponent);

/// Big-endian, 32 bytes.
Word to_word(const U256& v);
U256 to_u256(ByteView big_endian);  ///< Requires: at most 32 bytes.
/// Big-endian without leading zeros; empty for 0 (RLP's scalar form).
Bytes to_minimal_bytes(const U256& v);

/// The low 64 bits, silently.
constexpr std::uint64_t low_u64(const U256& v) {
    return v.limbs()[0];
}
constexpr bool fits_u64(const U256& v) {
    return v.fits_u64();
}

std::string to_decimal(const U256& v);
/// Decimal digits, or hex behind "0x".
Result<U256> parse_u256(std::string_view text);

}  // namespace farthing
