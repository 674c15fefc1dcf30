#pragma once
// Permutations of several Keccak states at once, for processors with wide registers. Each stands in a file of
// its own that is compiled for such a processor; keccak_many.cpp asks the running one before it calls.
#include <cstdint>

namespace farthing::keccak {

/// Permutes N states that lie interleaved: lane i of state j at word i · N + j, the array aligned to 8 · N
/// bytes.
void permute_4_avx2(std::uint64_t* states);
void permute_8_avx512(std::uint64_t* states);

}  // namespace farthing::keccak
