// Compiled for AVX2 (see core/CMakeLists.txt): nothing here may be used before the processor was asked, and
// no function may be shared with other files, or the linker could give them this one.
#include "core/crypto/keccak_constexpr.hpp"
#include "core/crypto/keccak_lanes.hpp"

namespace farthing::keccak {
namespace {

using Lane = std::uint64_t __attribute__((vector_size(32)));

[[gnu::flatten]] void permute_lanes(StateOf<Lane>& a) {
    permute<Lane>(a);
}

}  // namespace

void permute_4_avx2(std::uint64_t* states) {
    auto* const lanes = reinterpret_cast<Lane*>(states);
    StateOf<Lane> a;
    for (std::size_t i = 0; i < 25; ++i) a[i] = lanes[i];
    permute_lanes(a);
    for (std::size_t i = 0; i < 25; ++i) lanes[i] = a[i];
}

}  // namespace farthing::keccak
