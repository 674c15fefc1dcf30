#pragma once
// The seed of a random test: another one in each run, and the same again when a run is to be repeated.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace farthing {

/// What FARTHING_SEED says, or a seed that nobody chose; printed at once, for a test that ends the program.
inline std::uint64_t test_seed() {
    const char* given = std::getenv("FARTHING_SEED");  // NOLINT(concurrency-mt-unsafe): nobody sets one.
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "FARTHING_SEED=" << seed << std::endl;
    return seed;
}

}  // namespace farthing
