#pragma once
// From a random word to a result, and from a result to money. Integers only: a word's "float" is u / 2^32, so
// every published mapping has an exact integer form. Rolls, targets and multipliers are in hundredths, plinko
// multipliers in tenths.
#include "core/base/u256.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace farthing::fair {

/// Games by the number that placeBet and the events carry. Numbers are consensus: never reuse one.
enum class Game : std::uint8_t { dice = 1, limbo = 2, plinko = 3, crash = 4, live_crash = 5 };

// --- dice: 10,001 rolls, 0.00 to 100.00 ------------------------------------------------------------

constexpr std::uint32_t dice_roll(std::uint32_t word) {
    return static_cast<std::uint32_t>(std::uint64_t{word} * 10001 >> 32);
}

/// Under: wins with roll < target. Over: wins with roll > target.
struct DiceBet {
    std::uint16_t target = 0;
    bool over = false;
    bool operator==(const DiceBet&) const = default;

    /// How many of the 10,001 rolls win, save that over counts 10000 - target as the published game does.
    constexpr std::uint32_t winning_rolls() const {
        if (target > 10000) return 0;
        return over ? 10000U - target : target;
    }
    constexpr bool is_valid() const { return winning_rolls() >= 1 && winning_rolls() <= 9800; }
    constexpr bool wins(std::uint32_t roll) const { return over ? roll > target : roll < target; }
};

/// ⌊stake · 9900 / W⌋: what a winning bet is paid. Requires: bet.is_valid().
U256 dice_payout_max(const U256& stake, DiceBet bet);

// --- limbo and crash: a multiplier against a target ------------------------------------------------

/// 1.01x to 10,000x; the cap keeps limbo's 24 bits honest (return to player ≥ 0.9894).
constexpr std::uint32_t target_min = 101;
constexpr std::uint32_t target_max = 1'000'000;
constexpr bool is_multiplier_target(std::uint64_t target) {
    return target >= target_min && target <= target_max;
}

/// ⌊99·2^24 / n⌋, n = (u >> 8) + 1, in hundredths; values below 100 show as 1.00x on the public sites.
constexpr std::uint64_t limbo_multiplier(std::uint32_t word) {
    return (std::uint64_t{99} << 24) / ((word >> 8) + 1);
}
constexpr bool limbo_wins(std::uint32_t word, std::uint64_t target) {
    return (std::uint64_t{word >> 8} + 1) * target <= std::uint64_t{99} << 24;
}

/// max(1.00x, ⌊99·2^32 / (u + 1)⌋).
constexpr std::uint64_t crash_multiplier(std::uint32_t word) {
    const auto m = (std::uint64_t{99} << 32) / (std::uint64_t{word} + 1);
    return m < 100 ? 100 : m;
}
/// One draw of crash from multiplier `base` on (99 in the first, which is where the edge is taken).
constexpr bool crash_survives(std::uint32_t word, std::uint64_t base, std::uint64_t target) {
    return (std::uint64_t{word} + 1) * target <= base << 32;
}
/// Where that draw would have ended: ⌊base·2^32 / (u + 1)⌋.
constexpr std::uint64_t crash_point(std::uint32_t word, std::uint64_t base) {
    return (base << 32) / (std::uint64_t{word} + 1);
}

/// ⌊stake · target / 100⌋.
U256 multiplier_payout(const U256& stake, std::uint64_t target);

/// ⌊100·e^(0.06·tick)⌋: live crash at its tick-th block. Requires: tick ≤ 1000.
std::uint64_t growth_at_tick(std::uint64_t tick);
/// ⌊100·e^(0.00006·ms)⌋: what a crash site shows after `ms` milliseconds. Requires: ms ≤ 1,000,000.
std::uint64_t growth_at_ms(std::uint64_t ms);

// --- plinko ------------------------------------------------------------------------------------------

enum class Risk : std::uint8_t { low = 0, medium = 1, high = 2 };

struct PlinkoBet {
    std::uint8_t rows = 0;
    Risk risk = Risk::low;
    constexpr bool is_valid() const { return rows >= 8 && rows <= 16 && risk <= Risk::high; }
};

/// The ball goes right at a row iff the row's word has its top bit set; the bucket counts the rights.
constexpr bool plinko_right(std::uint32_t word) {
    return word >> 31 != 0;
}
/// Requires: one word a row.
constexpr std::uint32_t plinko_bucket(std::span<const std::uint32_t> words) {
    std::uint32_t rights = 0;
    for (const auto word : words) rights += word >> 31;
    return rights;
}
/// Tenths. Requires: bet.is_valid(), bucket ≤ rows.
std::uint32_t plinko_multiplier(PlinkoBet bet, std::uint32_t bucket);
/// The largest multiplier of the table, in tenths. Requires: bet.is_valid().
std::uint32_t plinko_multiplier_max(PlinkoBet bet);
/// ⌊stake · multiplier / 10⌋.
U256 plinko_payout(const U256& stake, std::uint32_t multiplier);

}  // namespace farthing::fair
