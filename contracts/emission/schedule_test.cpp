// The schedules' arithmetic against published examples, and what must hold for every schedule.
#include "contracts/emission/schedule.hpp"

#include "contracts/testing/economy_vectors.hpp"
#include "core/abi/codec.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <random>

namespace farthing::contracts {
namespace {

using testing::economy_vector;
using testing::number;

std::uint64_t small(const boost::json::value& text) {
    return low_u64(number(text));
}

const U256 no_cap = U256(1) << 127;
const auto no_step = [] {};

Schedule halving(const U256& rate, std::uint64_t epoch_s) {
    return Schedule::parse(1, abi::encode(rate, epoch_s)).value();
}
Schedule target(std::uint64_t epoch_s, std::uint64_t inflation) {
    return Schedule::parse(
               3, abi::encode(epoch_s, inflation, std::uint64_t{70'000'000'000'000'000},
                              std::uint64_t{200'000'000'000'000'000}, std::uint64_t{130'000'000'000'000'000},
                              std::uint64_t{670'000'000'000'000'000}))
        .value();
}
Progress from_zero(const Schedule& s, const U256& cap = no_cap, const U256& supply = 0) {
    Progress p;
    p.pace = first_pace(s, 0, supply);
    p.made = supply;
    p.cap = cap;
    return p;
}
U256 until(const Schedule& s, std::uint64_t to, std::uint64_t* steps = nullptr) {
    Progress p = from_zero(s);
    return advance(s, p, to, 0, [&] {
        if (steps != nullptr) ++*steps;
    });
}

TEST(EmissionVectors, halving_totals) {
    const auto& v = economy_vector("halving_totals");
    const auto interval = small(v.at("inputs").at("interval"));
    const auto coarse = halving(number(v.at("inputs").at("initial_8_decimals")), interval);
    const auto fine = halving(number(v.at("inputs").at("initial_18_decimals")), interval);
    const auto& out = v.at("outputs");
    std::uint64_t steps = 0;
    EXPECT_EQ(until(coarse, std::uint64_t{1} << 62, &steps), number(out.at("total_8_decimals")));
    EXPECT_EQ(steps, small(out.at("eras_8")) + 1) << "and one step for the rest of time";
    EXPECT_EQ(until(fine, std::uint64_t{1} << 62), number(out.at("total_18_decimals")));
    for (const auto& [height, sum] : out.at("cumulative_18").as_object())
        EXPECT_EQ(until(fine, low_u64(parse_u256(std::string(height)).value())), number(sum)) << height;
}

TEST(EmissionVectors, decaying_yearly) {
    const auto& v = economy_vector("decaying_emission_yearly");
    const auto year = small(v.at("inputs").at("year"));
    const auto s = Schedule::parse(2, abi::encode(number(v.at("inputs").at("initial_rate")), year, U256(e18),
                                                  number(v.at("inputs").at("coefficient_e18"))))
                       .value();
    const U256 initial = number(v.at("inputs").at("initial_supply"));
    for (const auto& epoch : v.at("outputs").at("epochs").as_array()) {
        Progress p = from_zero(s);
        const auto start = year * small(epoch.at("epoch"));
        EXPECT_EQ(initial + advance(s, p, start, 0, no_step), number(epoch.at("start_supply")));
        EXPECT_EQ(p.pace.rate_e18, number(epoch.at("rate")) * e18);
    }
    std::uint64_t steps = 0;
    EXPECT_EQ(initial + until(s, std::uint64_t{1} << 62, &steps),
              number(v.at("outputs").at("eventual_supply")));
    EXPECT_EQ(steps, small(v.at("outputs").at("epochs_until_rate_zero")) + 1);
}

// The original steps once a block of 5 seconds; its epoch here is 5 seconds, shorter than a chain may choose.
TEST(EmissionVectors, mint_steering) {
    const auto& v = economy_vector("cosmos_mint_target_stake_ratio");
    auto s = target(3600, 130'000'000'000'000'000);
    s.epoch_s = 5;
    ASSERT_EQ(year_s / 5, small(v.at("inputs").at("blocks_per_year")));
    const U256 bonded = number(v.at("inputs").at("bonded"));
    auto inflation = small(v.at("inputs").at("inflation_e18"));
    U256 supply = number(v.at("inputs").at("supply"));
    U256 fractions = 0;
    Progress p = from_zero(s, no_cap, supply);
    p.pace.rate_e18 = 0;  // The original steers before its first block.
    advance(s, p, 5, bonded, no_step);
    for (const auto& block : v.at("outputs").at("blocks").as_array()) {
        inflation = steered_inflation(s, inflation, supply, bonded);
        EXPECT_EQ(inflation, small(block.at("inflation_e18")));
        EXPECT_EQ(U256(inflation) * supply, number(block.at("annual_e18")));
        // Without the carried fraction ours is the original's; with it, at most a wei more.
        const U256 rate = mul_div(inflation, supply, year_s, Rounding::down);
        EXPECT_EQ(rate * 5 / e18, number(block.at("minted")));
        fractions += rate * 5 % e18;
        supply += number(block.at("minted"));
        EXPECT_EQ(supply, number(block.at("supply")));
    }
    const U256 minted = advance(s, p, 20, bonded, no_step);
    const U256 theirs = supply - number(v.at("inputs").at("supply"));
    EXPECT_GE(minted, theirs);
    EXPECT_LE(minted, theirs + fractions / e18 + 1) << "the fraction is carried, not dropped";
    EXPECT_EQ(steered_inflation(s, 70'000'000'000'000'000, 100, 90),
              small(v.at("outputs").at("inflation_when_90pct_bonded_and_at_floor_e18")));
}

TEST(EmissionVectors, split_under_cap) {
    const auto& v = economy_vector("emission_split_under_cap");
    const auto& in = v.at("inputs");
    SplitBps bps{};
    constexpr std::array<std::string_view, emission_sinks> names{"stakers", "liquidity", "treasury", "games",
                                                                 "dev"};
    for (std::size_t i = 0; i < names.size(); ++i)
        bps[i] = static_cast<std::uint16_t>(small(in.at("bps").at(names[i])));
    const auto s = Schedule::parse(0, abi::encode(U256(number(in.at("per_block")) * e18))).value();
    Progress p = from_zero(s, number(in.at("cap")), number(in.at("supply")));
    std::uint64_t time = 0;
    for (const auto& block : v.at("outputs").at("blocks").as_array()) {
        const U256 minted = advance(s, p, ++time, 0, no_step);
        EXPECT_EQ(minted, number(block.at("minted")));
        const auto parts = split(minted, bps);
        U256 sum = 0;
        for (std::size_t i = 0; i < names.size(); ++i) {
            EXPECT_EQ(parts[i], number(block.at("split").at(names[i]))) << names[i];
            sum += parts[i];
        }
        EXPECT_EQ(sum, minted);
    }
    EXPECT_EQ(p.made, number(v.at("outputs").at("final_supply")));
}

TEST(Schedule, parameters_out_of_bounds_are_refused) {
    const U256 top = U256(1) << 128;
    const std::uint64_t hour = 3600, day = 86'400, zero = 0, one = 1, half = e18 / 2;
    EXPECT_FALSE(Schedule::parse(4, abi::encode(U256(1))));
    EXPECT_FALSE(Schedule::parse(0, {}));
    EXPECT_FALSE(Schedule::parse(0, abi::encode(U256(top * e18))));
    EXPECT_TRUE(Schedule::parse(0, abi::encode(U256(top * e18 - 1))));
    EXPECT_FALSE(Schedule::parse(0, abi::encode(U256(1), U256(1))));
    EXPECT_TRUE(Schedule::parse(1, abi::encode(U256(top - 1), hour)));
    EXPECT_FALSE(Schedule::parse(1, abi::encode(top, hour)));
    EXPECT_FALSE(Schedule::parse(1, abi::encode(U256(1), hour - 1)));
    EXPECT_FALSE(Schedule::parse(1, abi::encode(U256(1), ~zero)));
    EXPECT_TRUE(Schedule::parse(2, abi::encode(U256(1), day, U256(0), U256(1))));
    EXPECT_FALSE(Schedule::parse(2, abi::encode(U256(1), day, U256(1), U256(1))));
    EXPECT_FALSE(Schedule::parse(2, abi::encode(U256(1), day, U256(0), U256(0))));
    EXPECT_FALSE(Schedule::parse(2, abi::encode(U256(1), zero, U256(1), U256(2))));
    EXPECT_TRUE(Schedule::parse(3, abi::encode(hour, half, zero, half, half, half)));
    EXPECT_FALSE(Schedule::parse(3, abi::encode(hour, half, half + one, half, half, half))) << "least";
    EXPECT_FALSE(Schedule::parse(3, abi::encode(hour, half, zero, half - one, half, half))) << "most";
    EXPECT_FALSE(Schedule::parse(3, abi::encode(hour, half, zero, half, half, zero))) << "goal";
    EXPECT_FALSE(Schedule::parse(3, abi::encode(hour, half, zero, half, half, e18 + one))) << "goal";
    EXPECT_FALSE(Schedule::parse(3, abi::encode(hour, half, zero, 10 * e18 + one, half, half))) << "most";
    EXPECT_FALSE(Schedule::parse(3, abi::encode(hour, half, zero, half, 10 * e18 + one, half))) << "change";
    EXPECT_FALSE(Schedule::parse(3, abi::encode(zero, half, zero, half, half, half)));
}

TEST(Schedule, the_fastest_schedule_does_not_overflow) {
    const U256 top = (U256(1) << 128) * e18 - 1;
    const auto s = Schedule::parse(0, abi::encode(top)).value();
    Progress p = from_zero(s, pow(U256(2), 127));
    EXPECT_EQ(advance(s, p, std::uint64_t{1} << 62, 0, no_step), pow(U256(2), 127));
    EXPECT_EQ(advance(s, p, (std::uint64_t{1} << 62) + 5, 0, no_step), 0);
    EXPECT_EQ(p.carry_e18, 0u);
}

TEST(Schedule, steering_goes_up_below_the_goal_and_down_above_it_within_its_bounds) {
    const auto s = target(3600, 100'000'000'000'000'000);
    EXPECT_GT(steered_inflation(s, s.inflation_e18, 1000, 669), s.inflation_e18);
    EXPECT_LT(steered_inflation(s, s.inflation_e18, 1000, 671), s.inflation_e18);
    EXPECT_EQ(steered_inflation(s, s.inflation_e18, 1000, 670), s.inflation_e18);
    EXPECT_EQ(steered_inflation(s, s.most_e18, 1000, 0), s.most_e18);
    EXPECT_EQ(steered_inflation(s, s.least_e18, 1000, 1000), s.least_e18);
    EXPECT_GT(steered_inflation(s, s.inflation_e18, 0, 0), s.inflation_e18) << "no supply: nothing is staked";
}

Schedule random_schedule(std::mt19937_64& random) {
    const U256 rate = random() >> (random() % 60);
    const std::uint64_t epoch_s = 3600 + random() % 1'000'000;
    switch (random() % 4) {
        case 0:
            return Schedule::parse(0, abi::encode(U256(rate * (random() % e18)))).value();
        case 1:
            return halving(rate, epoch_s);
        case 2: {
            const U256 denominator = 2 + random() % 1000;
            return Schedule::parse(2, abi::encode(rate, epoch_s, U256(denominator - 1), denominator)).value();
        }
        default:
            return target(epoch_s, 70'000'000'000'000'000 + random() % 130'000'000'000'000'000);
    }
}

// minted(a, b) + minted(b, c) = minted(a, c): looking more often changes nothing, at every cap.
TEST(Schedule, what_is_minted_does_not_depend_on_who_looked_when) {
    std::mt19937_64 random(test_seed());
    const int count = std::getenv("FARTHING_LONG") != nullptr ? 20'000 : 1'000;
    for (int i = 0; i < count; ++i) {
        const auto s = random_schedule(random);
        const U256 supply = U256(random()) << (random() % 30), bonded = supply / (1 + random() % 5);
        const U256 cap = random() % 2 == 0 ? no_cap : U256(supply + (U256(random()) << (random() % 20)));
        Progress often = from_zero(s, cap, supply), once = often;
        const std::uint64_t end = random() % 40'000'000;
        U256 sum = 0;
        for (std::uint64_t at = 0; at < end;) {
            at = std::min(end, at + random() % (1 + end / 8) + 1);
            sum += advance(s, often, at, bonded, no_step);
            ASSERT_LE(often.made, cap);
            ASSERT_LT(often.carry_e18, e18);
        }
        ASSERT_EQ(sum, advance(s, once, end, bonded, no_step));
        ASSERT_EQ(often.made, once.made);
        ASSERT_EQ(often.carry_e18, once.carry_e18);
        if (once.made < cap) {
            ASSERT_EQ(often.pace.rate_e18, once.pace.rate_e18);
        }
    }
}

TEST(Split, parts_sum_and_the_largest_remainders_come_first) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 1000; ++i) {
        SplitBps bps{};
        std::uint64_t left = split_all;
        for (std::size_t k = 0; k + 1 < bps.size(); ++k)
            left -= bps[k] = static_cast<std::uint16_t>(random() % (left + 1));
        bps[4] = static_cast<std::uint16_t>(left);
        const U256 amount = U256(random()) << (random() % 60);
        const auto parts = split(amount, bps);
        U256 sum = 0;
        for (std::size_t k = 0; k < parts.size(); ++k) {
            sum += parts[k];
            ASSERT_LE(parts[k] * split_all, amount * bps[k] + split_all);
            ASSERT_GE(parts[k] * split_all + split_all, amount * bps[k]);
            if (bps[k] == 0) {
                ASSERT_EQ(parts[k], 0);
            }
        }
        ASSERT_EQ(sum, amount);
    }
    EXPECT_EQ(split(3, {5000, 5000, 0, 0, 0}), (SplitParts{2, 1, 0, 0, 0})) << "a tie: the first";
}

}  // namespace
}  // namespace farthing::contracts
