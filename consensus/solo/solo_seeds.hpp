#pragma once
// What the engine's transactions about its seed chains use at most.
#include <cstdint>

namespace farthing::consensus {

/// More than setNextTip uses at flat prices: four writes, one log.
inline constexpr std::uint64_t registration_gas = 200'000;
/// More than replaceTip uses. As little as can be: a chain whose sequencer cannot pay it is at its end.
inline constexpr std::uint64_t replacement_gas = 60'000;

}  // namespace farthing::consensus
