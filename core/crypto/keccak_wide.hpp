#pragma once
// The body of the kernels in keccak_lanes.hpp, for the files that are each compiled for another processor.
#include "core/crypto/keccak_constexpr.hpp"

namespace farthing::keccak {

/// Permutes the states that lie interleaved in vectors of type `Unit::Lane`. `Unit` must be a type of the
/// including file's unnamed namespace: then this function is that file's alone, and the linker can hand no
/// other file one whose instructions its processor lacks. Flat for the same reason: nothing of what is shared
/// (`permute`, std::array) is left as a function of its own.
template <class Unit>
[[gnu::flatten]] void permute_interleaved(std::uint64_t* states) {
    using Lane = typename Unit::Lane;
    auto* const lanes = reinterpret_cast<Lane*>(states);
    StateOf<Lane> a;
    for (std::size_t i = 0; i < 25; ++i) a[i] = lanes[i];
    permute<Lane>(a);
    for (std::size_t i = 0; i < 25; ++i) lanes[i] = a[i];
}

}  // namespace farthing::keccak
