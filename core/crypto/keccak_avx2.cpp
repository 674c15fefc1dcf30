// Compiled for AVX2 (see core/CMakeLists.txt): nothing here may be used before the processor was asked.
#include "core/crypto/keccak_lanes.hpp"
#include "core/crypto/keccak_wide.hpp"

namespace farthing::keccak {
namespace {

struct Avx2 {
    using Lane = std::uint64_t __attribute__((vector_size(32)));
};

}  // namespace

void permute_4_avx2(std::uint64_t* states) {
    permute_interleaved<Avx2>(states);
}

}  // namespace farthing::keccak
