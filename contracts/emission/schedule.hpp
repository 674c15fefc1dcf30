#pragma once
// How much coin is made when: pure arithmetic. A schedule is a constant rate within each of its epochs, so
// what is made between two moments does not depend on how often anybody looked in between.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"

#include <array>
#include <functional>
#include <optional>

namespace farthing::contracts {

/// 10^18: shares and fractions of a wei are counted in it.
inline constexpr std::uint64_t e18 = 1'000'000'000'000'000'000;
/// A year of 365.25 days, to which inflation refers.
inline constexpr std::uint64_t year_s = 31'557'600;
inline constexpr std::uint64_t epoch_never = ~std::uint64_t{0};

enum class ScheduleKind : std::uint8_t {
    fixed = 0,     ///< One rate for ever.
    halving = 1,   ///< rate >> epoch, in whole wei.
    decaying = 2,  ///< rate × numerator / denominator at each epoch, rounded down to whole wei.
    target = 3,    ///< Inflation steered towards a share of staked coin, as Cosmos' x/mint does.
};

struct Schedule {
    ScheduleKind kind = ScheduleKind::fixed;
    U256 rate_e18;                    ///< Wei × 10^18 a second at the start; not of `target`.
    std::uint64_t epoch_s = 0;        ///< Not of `fixed`.
    U256 numerator{}, denominator{};  ///< Of `decaying`.
    // Of `target`, × 10^18 a year.
    std::uint64_t inflation_e18 = 0;  ///< At the start.
    std::uint64_t least_e18 = 0;
    std::uint64_t most_e18 = 0;
    std::uint64_t change_e18 = 0;  ///< Largest change a year.
    std::uint64_t goal_e18 = 0;    ///< The share of coin that shall be staked.

    /// Reads setSchedule's arguments. Nothing when the kind is unknown or a number is out of bounds: rates
    /// below 2^128 wei a second, epochs from an hour to 2^40 s, a fraction below 1, inflation at most 10.
    static std::optional<Schedule> parse(std::uint8_t kind, ByteView params);
};

/// The rate that holds until `epoch_end` (emission time).
struct Pace {
    U256 rate_e18;
    std::uint64_t inflation_e18 = 0;
    std::uint64_t epoch_end = epoch_never;
};

/// How far the minting has come.
struct Progress {
    Pace pace;
    std::uint64_t accrued = 0;    ///< Emission time up to which coin is made.
    std::uint64_t carry_e18 = 0;  ///< The fraction of a wei made but not paid out yet.
    U256 made;                    ///< Wei that ever existed.
    U256 burnt;                   ///< Of these, wei that do not any more.
    U256 cap;                     ///< `made` never exceeds it.
};

/// The pace with which a schedule starts at emission time `start`. `supply` is wei in existence.
Pace first_pace(const Schedule& schedule, std::uint64_t start, const U256& supply);

/// Makes what is due until emission time `to` and returns it in wei; nothing when that is past. `bonded` is
/// the staked coin, `step` is called before each epoch's arithmetic. Requires: made <= cap.
U256 advance(const Schedule& schedule, Progress& progress, std::uint64_t to, const U256& bonded,
             const std::function<void()>& step);

/// Next epoch's inflation by x/mint's formula and roundings, from a share of `bonded` in `supply`.
std::uint64_t steered_inflation(const Schedule& schedule, std::uint64_t inflation_e18, const U256& supply,
                                const U256& bonded);

inline constexpr std::size_t emission_sinks = 5;
inline constexpr std::uint16_t split_all = 10'000;
using SplitBps = std::array<std::uint16_t, emission_sinks>;
using SplitParts = std::array<U256, emission_sinks>;
/// Splits by shares of 10,000: each rounded down, then one wei each to the largest remainders, of equal ones
/// to the first. Requires: the shares sum to 10,000. The parts sum to the amount.
SplitParts split(const U256& amount, const SplitBps& bps);

}  // namespace farthing::contracts
