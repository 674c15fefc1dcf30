#pragma once
// Unsigned integers of the widths that Solidity has and C++ lacks.
#include "core/base/u256.hpp"

#include <stdexcept>
#include <type_traits>

namespace farthing::abi {

/// An unsigned integer of `Bits` bits. Holds a std::uint64_t up to 64 bits and a U256 above; computes as that
/// type does. Assigning a value that does not fit throws std::overflow_error (Panic 0x11 in a contract).
template <unsigned Bits>
    requires(Bits % 8 == 0 && Bits > 0 && Bits < 256)
class Uint {
 public:
    using Value = std::conditional_t<(Bits <= 64), std::uint64_t, U256>;

    Uint() = default;
    // Implicit both ways: it is a number; only its range differs.
    Uint(const Value& v) : value_(v) {
        if constexpr (Bits > 64) {
            if ((v >> Bits) != 0) overflow();
        } else if constexpr (Bits < 64) {
            if (v >> Bits != 0) overflow();
        }
    }
    operator const Value&() const { return value_; }
    const Value& value() const { return value_; }

    friend bool operator==(const Uint& a, const Uint& b) { return a.value_ == b.value_; }

 private:
    [[noreturn]] static void overflow() { throw std::overflow_error("value does not fit its Solidity type"); }

    Value value_ = 0;
};

}  // namespace farthing::abi
