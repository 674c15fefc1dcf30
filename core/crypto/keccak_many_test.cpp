#include "core/crypto/keccak_many.hpp"

#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_constexpr.hpp"
#include "core/crypto/keccak_lanes.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace farthing {
namespace {

Bytes random_bytes(std::mt19937_64& random, std::size_t size) {
    Bytes out(size);
    for (auto& b : out) b = static_cast<std::uint8_t>(random());
    return out;
}

TEST(KeccakMany, gives_every_input_the_hash_it_has_alone) {
    std::mt19937_64 random(71);
    // Every length around the block's edges, in order and mixed.
    std::vector<Bytes> inputs;
    for (std::size_t size = 0; size <= 900; ++size) inputs.push_back(random_bytes(random, size));
    for (int i = 0; i < 2'000; ++i) inputs.push_back(random_bytes(random, random() % 700));
    for (const std::size_t count : {0u, 1u, 2u, 3u, 7u, 8u, 9u, 100u, 2'901u}) {
        std::vector<ByteView> views(inputs.end() - static_cast<std::ptrdiff_t>(count), inputs.end());
        std::vector<Hash> hashes(count);
        keccak256_many(views, hashes);
        for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(hashes[i], keccak256(views[i])) << views[i].size();
    }
}

/// Each state permuted together is what it is permuted alone.
template <std::size_t Lanes>
void expect_lanes(void (*permute)(std::uint64_t*)) {
    std::mt19937_64 random(72);
    std::array<keccak::State, Lanes> states{};
    alignas(64) std::uint64_t interleaved[25 * Lanes];
    for (std::size_t i = 0; i < 25; ++i)
        for (std::size_t lane = 0; lane < Lanes; ++lane)
            interleaved[i * Lanes + lane] = states[lane][i] = random();
    permute(interleaved);
    for (auto& state : states) keccak::permute<std::uint64_t>(state);
    for (std::size_t i = 0; i < 25; ++i)
        for (std::size_t lane = 0; lane < Lanes; ++lane)
            EXPECT_EQ(interleaved[i * Lanes + lane], states[lane][i]) << i << " of lane " << lane;
}

#if defined(__x86_64__)
TEST(KeccakMany, the_kernels_for_wide_registers_permute_each_lane_like_the_plain_one) {
    if (__builtin_cpu_supports("avx2") == 0) GTEST_SKIP() << "this processor has no AVX2";
    expect_lanes<4>(keccak::permute_4_avx2);
    if (__builtin_cpu_supports("avx512f") == 0) GTEST_SKIP() << "this processor has no AVX-512";
    expect_lanes<8>(keccak::permute_8_avx512);
}
#endif

}  // namespace
}  // namespace farthing
