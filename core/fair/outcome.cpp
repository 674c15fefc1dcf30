#include "core/fair/outcome.hpp"

#include "core/base/check.hpp"
#include "core/base/wide.hpp"

namespace farthing::fair {
namespace {

using HalfRow = std::array<std::uint16_t, 9>;

// Stake's tables, from the middle outward, in tenths; every row is symmetric. At 16 rows, high risk, four
// published verifiers say 26x where one says 27x; 26x gives the return of 0.9898 that its neighbours have.
constexpr std::array<std::array<HalfRow, 3>, 9> half_rows{{
    {{{5, 10, 11, 21, 56}, {4, 7, 13, 30, 130}, {2, 3, 15, 40, 290}}},
    {{{7, 10, 16, 20, 56}, {5, 9, 17, 40, 180}, {2, 6, 20, 70, 430}}},
    {{{5, 10, 11, 14, 30, 89}, {4, 6, 14, 20, 50, 220}, {2, 3, 9, 30, 100, 760}}},
    {{{7, 10, 13, 19, 30, 84}, {5, 7, 18, 30, 60, 240}, {2, 4, 14, 52, 140, 1200}}},
    {{{5, 10, 11, 14, 16, 30, 100}, {3, 6, 11, 20, 40, 110, 330}, {2, 2, 7, 20, 81, 240, 1700}}},
    {{{7, 9, 12, 19, 30, 40, 81}, {4, 7, 13, 30, 60, 130, 430}, {2, 2, 10, 40, 110, 370, 2600}}},
    {{{5, 10, 11, 13, 14, 19, 40, 71}, {2, 5, 10, 19, 40, 70, 150, 580}, {2, 2, 3, 19, 50, 180, 560, 4200}}},
    {{{7, 10, 11, 15, 20, 30, 80, 150},
      {3, 5, 13, 30, 50, 110, 180, 880},
      {2, 2, 5, 30, 80, 270, 830, 6200}}},
    {{{5, 10, 11, 12, 14, 14, 20, 90, 160},
      {3, 5, 10, 15, 30, 50, 100, 410, 1100},
      {2, 2, 2, 20, 40, 90, 260, 1300, 10000}}},
}};

const HalfRow& half_row(PlinkoBet bet) {
    FARTHING_CHECK(bet.is_valid());
    return half_rows[bet.rows - 8U][static_cast<std::size_t>(bet.risk)];
}

// ⌊100·e^(numerator/denominator)⌋ by the Taylor series in steps of 2^-256: the terms it drops are below
// 2^-240 of the sum, and no argument in use comes that close to a whole hundredth (shown by the vectors).
std::uint64_t exp_hundredths(std::uint64_t numerator, std::uint64_t denominator) {
    FARTHING_CHECK(numerator <= 60 * denominator);
    using Fixed = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<
        512, 512, boost::multiprecision::unsigned_magnitude, boost::multiprecision::checked>>;
    Fixed sum = 1, term = Fixed(1) << 256;
    sum <<= 256;
    for (std::uint64_t k = 1; term != 0; ++k) {
        term = term * numerator / (Fixed(denominator) * k);
        sum += term;
    }
    return static_cast<std::uint64_t>(Fixed(sum * 100) >> 256);
}

}  // namespace

U256 dice_payout_max(const U256& stake, DiceBet bet) {
    FARTHING_CHECK(bet.is_valid());
    return mul_div(stake, 9900, bet.winning_rolls(), Rounding::down);
}

U256 multiplier_payout(const U256& stake, std::uint64_t target) {
    return mul_div(stake, target, 100, Rounding::down);
}

std::uint64_t growth_at_tick(std::uint64_t tick) {
    FARTHING_CHECK(tick <= 1000);
    return exp_hundredths(6 * tick, 100);
}

std::uint64_t growth_at_ms(std::uint64_t ms) {
    FARTHING_CHECK(ms <= 1'000'000);
    return exp_hundredths(6 * ms, 100'000);
}

std::uint32_t plinko_multiplier(PlinkoBet bet, std::uint32_t bucket) {
    const auto& half = half_row(bet);
    FARTHING_CHECK(bucket <= bet.rows);
    // Odd rows have two middle buckets, both at the half row's first entry.
    const std::uint32_t right_of_middle = std::max<std::uint32_t>(bucket, bet.rows - bucket);
    return half[right_of_middle - (bet.rows + 1U) / 2];
}

std::uint32_t plinko_multiplier_max(PlinkoBet bet) {
    const auto& half = half_row(bet);
    return *std::ranges::max_element(half);
}

U256 plinko_payout(const U256& stake, std::uint32_t multiplier) {
    return mul_div(stake, multiplier, 10, Rounding::down);
}

}  // namespace farthing::fair
