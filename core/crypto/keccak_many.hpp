#pragma once
// Keccak-256 of many inputs, several at a time where the processor can.
#include "core/base/bytes.hpp"

namespace farthing {

/// `out[i] = keccak256(in[i])`. Fastest when many inputs take the same number of 136-byte blocks. Requires:
/// as many outputs as inputs.
void keccak256_many(std::span<const ByteView> in, std::span<Hash> out);

/// What the running processor offers, for reports: 1, 4 or 8 states at once.
std::size_t keccak_lane_count();

}  // namespace farthing
