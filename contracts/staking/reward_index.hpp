#pragma once
// Sharing by weight in O(1), exact to 2^-128 of a unit: an index grows by reward / weight, a member's due is
// its weight times the growth since it last looked. Amounts here are in Q128: units × 2^128.
#include "core/base/u256.hpp"

#include <stdexcept>

namespace farthing::contracts {

constexpr unsigned q128_bits = 128;

/// Units in Q128. Throws std::overflow_error from 2^128 units on.
inline U256 to_q128(const U256& units) {
    if ((units >> q128_bits) != 0) throw std::overflow_error("reward exceeds 128 bits");
    return units << q128_bits;
}
/// Whole units, rounded down; what is left of one is q128_fraction.
inline U256 q128_floor(const U256& amount) {
    return amount >> q128_bits;
}
inline U256 q128_fraction(const U256& amount) {
    return amount & ((U256(1) << q128_bits) - 1);
}

/// Invariant: everything ever added = Σ over members of what they became due + carry, with no rounding.
/// Nothing overflows while all that is ever added stays below 2^128 units: then weight × index < 2^256 for
/// every weight, because a member's share is at most the whole.
struct RewardIndex {
    U256 value;  ///< Q128 per unit of weight; only grows.
    U256 carry;  ///< Q128 that did not divide by the weight, below it; goes first into the next amount.

    /// Shares `amount` (Q128) among `weight`. Requires: weight > 0.
    void add(const U256& amount, const U256& weight) {
        const U256 sum = amount + carry;
        value += sum / weight;
        carry = sum % weight;
    }
    /// What `weight` became due (Q128) since the index stood at `seen`.
    U256 due(const U256& weight, const U256& seen) const { return weight * (value - seen); }
};

}  // namespace farthing::contracts
