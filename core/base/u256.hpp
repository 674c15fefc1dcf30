#pragma once
// 256-bit unsigned integers. Overflow, underflow and narrowing throw, so money cannot wrap.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace farthing {

/// Checked: `+` and `*` past 2^256 throw std::overflow_error, `-` below 0 throws std::range_error; the call
/// frame turns both into Panic(0x11). Division by zero must be ruled out by the caller (Panic 0x12): the
/// library reports it as an overflow.
using U256 = boost::multiprecision::checked_uint256_t;

enum class Rounding { down, up };

extern const U256 u256_max;

/// floor or ceil of a·b/d with a 512-bit product. Throws std::overflow_error when the result needs more than
/// 256 bits. Requires: d != 0.
U256 mul_div(const U256& a, const U256& b, const U256& d, Rounding rounding);
/// floor(sqrt(v)).
U256 isqrt(const U256& v);

/// Big-endian, 32 bytes.
Word to_word(const U256& v);
U256 to_u256(ByteView big_endian);  ///< Requires: at most 32 bytes.
/// Big-endian without leading zeros; empty for 0 (RLP's scalar form).
Bytes to_minimal_bytes(const U256& v);

std::uint64_t low_u64(const U256& v);  ///< The low 64 bits, silently.
bool fits_u64(const U256& v);

std::string to_decimal(const U256& v);
/// Decimal digits, or hex behind "0x".
Result<U256> parse_u256(std::string_view text);

}  // namespace farthing
