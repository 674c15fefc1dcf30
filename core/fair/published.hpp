#pragma once
// Outcome formulas that other sites published. No contract uses them; they anchor our primitives to values
// that third parties printed, and let the offline verifier speak about those games too.
#include "core/base/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace farthing::fair::published {

/// Stake limbo about 2019-2021 (crate `fair`): ⌊99·10^8 / (⌊u·10^8 / 2^32⌋ + 1)⌋ hundredths.
constexpr std::uint64_t limbo_1e8(std::uint32_t word) {
    return 99 * std::uint64_t{100'000'000} / ((std::uint64_t{word} * 100'000'000 >> 32) + 1);
}
/// As Stake's page printed it then: ⌊99·2^32 / u⌋. Requires: word != 0.
constexpr std::uint64_t limbo_page_2019(std::uint32_t word) {
    return (std::uint64_t{99} << 32) / word;
}

/// Bustabit from version 2 on: max(1.00x, ⌊99·2^52 / (2^52 - r)⌋), r the top 52 bits. Requires: r < 2^52.
constexpr std::uint64_t bust_of_52_bits(std::uint64_t r) {
    const auto bust = (std::uint64_t{99} << 52) / ((std::uint64_t{1} << 52) - r);
    return bust < 100 ? 100 : bust;
}

/// Stake crash: key = text of the game hash, message = text of the salt. Hundredths.
std::uint64_t stake_crash(std::string_view game_hash, std::string_view salt);
/// Bustabit 1: as Stake's order of key and message; 0 is the 1-in-101 instant crash. Hundredths.
std::uint64_t bustabit_v1(std::string_view game_hash, std::string_view salt);
/// Bustabit 2 and now: key = text of the salt, message = the 32 bytes of the game hash. Hundredths.
std::uint64_t bustabit_v2(const Hash& game_hash, std::string_view salt);

struct ClassicRoll {
    std::uint32_t roll = 0;    ///< 0 to 9999.
    std::uint32_t groups = 0;  ///< How many five-digit groups were read; above 1 after a refusal.
};
/// Primedice's first form: HMAC-SHA512 of "client-nonce", five-digit groups, first below 10^6, mod 10^4.
ClassicRoll primedice_classic(std::string_view server_seed, std::string_view client_seed,
                              std::uint64_t nonce);

/// drand: the randomness of a beacon is SHA-256 of its signature.
Hash drand_randomness(ByteView signature);
/// drand: when round `round` (from 1) is due, Unix seconds.
constexpr std::uint64_t drand_time(std::uint64_t genesis, std::uint64_t period, std::uint64_t round) {
    return genesis + (round - 1) * period;
}

}  // namespace farthing::fair::published
