// The fairness primitives: what a dice bet costs to settle or to audit, and a link of a seed chain.
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"
#include "core/fair/verify.hpp"

#include <benchmark/benchmark.h>

namespace farthing::fair {
namespace {

void dice_outcome(benchmark::State& state) {
    const auto seed = sha256(as_bytes("bench"));
    const auto client = effective_client_seed("bench", Address{}, seed);
    const auto play = Play{Game::dice, 4950};
    std::uint64_t nonce = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            outcome_of(play, 1'000'000, words_of_bet(hmac_sha256, play, seed, client, nonce++, seed)));
}
BENCHMARK(dice_outcome);

void chain_link(benchmark::State& state) {
    auto link = sha256(as_bytes("bench"));
    for (auto _ : state) benchmark::DoNotOptimize(link = previous_link(link));
}
BENCHMARK(chain_link);

void chain_walked_upward(benchmark::State& state) {
    const SeedChain chain(sha256(as_bytes("bench")), 1 << 16);
    std::uint64_t index = 0;
    for (auto _ : state) benchmark::DoNotOptimize(chain.link(++index & 0xffff));
}
BENCHMARK(chain_walked_upward);

}  // namespace
}  // namespace farthing::fair
