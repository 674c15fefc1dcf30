#pragma once
// Where the native coin's ERC-20 form is.
#include "core/base/hex.hpp"

namespace farthing::contracts {

inline constexpr Address wrapped_coin_address = literals::address("fa0001");

}  // namespace farthing::contracts
