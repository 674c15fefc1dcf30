// Compiled for AVX-512F (see core/CMakeLists.txt): nothing here may be used before the processor was asked.
#include "core/crypto/keccak_lanes.hpp"
#include "core/crypto/keccak_wide.hpp"

namespace farthing::keccak {
namespace {

struct Avx512 {
    using Lane = std::uint64_t __attribute__((vector_size(64)));
};

}  // namespace

void permute_8_avx512(std::uint64_t* states) {
    permute_interleaved<Avx512>(states);
}

}  // namespace farthing::keccak
