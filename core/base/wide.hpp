#pragma once
// The few sums and products that need more than 256 bits, or a sign, in Boost's integers. For source files,
// not headers: it costs the compiler two seconds.
#include "core/base/u256.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace farthing {

/// The same number in one of Boost's types of at least 256 bits.
template <class Number>
Number to_wide(const U256& v) {
    Number out = v.limbs()[3];
    for (std::size_t i = 3; i-- > 0;) {
        out <<= 64;
        out |= v.limbs()[i];
    }
    return out;
}

/// Throws std::overflow_error for 2^256 and more, std::range_error for less than 0.
template <class Number>
U256 to_narrow(const Number& wide) {
    if (wide < 0) throw std::range_error("a negative number");
    if (wide != 0 && boost::multiprecision::msb(wide) >= 256) throw std::overflow_error("more than 256 bits");
    U256::Limbs limbs{};
    Number rest = wide;
    for (auto& limb : limbs) {
        limb = static_cast<std::uint64_t>(Number(rest & ~std::uint64_t{0}));
        rest >>= 64;
    }
    return U256::from_limbs(limbs);
}

}  // namespace farthing
