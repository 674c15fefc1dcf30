#pragma once
// Voting power of the native coin: the units that its forms (wrapped, staked, locked) give their holders.
#include "contracts/storage.hpp"
#include "core/base/hex.hpp"

namespace farthing::contracts {

inline constexpr Address voting_units_address = literals::address("fa0007");

/// What a source reports after each of its moves; zero for made and destroyed units. Only a source may.
using MoveUnits = abi::Function<"function moveUnits(address from, address to, uint256 units)">;
/// Lets a contract report units. Only PoolFactory and the owner may.
using RegisterSource = abi::Function<"function registerSource(address source)">;

}  // namespace farthing::contracts
