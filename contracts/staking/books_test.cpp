// The published examples of staking rewards, through the arithmetic that pools use. The originals strand
// what does not divide and what streams while nobody is staked; that is the only difference allowed.
#include "contracts/staking/books.hpp"

#include "contracts/testing/economy_vectors.hpp"

#include <gtest/gtest.h>

#include <map>

namespace farthing::contracts {
namespace {

using testing::economy_vector;
using testing::number;

/// A pool without tokens.
struct Ledger {
    std::uint64_t duration;
    Books books{};
    std::map<char, Staker> stakers{};

    void settle(std::uint64_t now) { books.settle(now, duration); }
    void stake(char who, const U256& amount, std::uint64_t now) {
        settle(now);
        books.settle(stakers[who]);
        books.stake(stakers[who], amount);
        settle(now);
    }
    void withdraw(char who, const U256& amount, std::uint64_t now) {
        settle(now);
        books.settle(stakers[who]);
        books.unstake(stakers[who], amount);
    }
    U256 earned(char who, std::uint64_t now) const {
        Books b = books;
        b.settle(now, duration);
        Staker s = stakers.at(who);
        b.settle(s);
        return q128_floor(s.due);
    }
    U256 claim(char who, std::uint64_t now) {
        settle(now);
        books.settle(stakers[who]);
        return books.take_due(stakers[who]);
    }
    void notify(const U256& reward, std::uint64_t now) {
        settle(now);
        ASSERT_TRUE(books.stream(reward, now, duration));
    }
    U256 per_token() const {
        return mul_div(books.index, 1'000'000'000'000'000'000, U256(1) << 128, Rounding::down);
    }
    void expect_exact() const {
        U256 dues = 0;
        for (auto [who, s] : stakers) {
            books.settle(s);
            dues += s.due;
        }
        EXPECT_EQ(to_q128(books.held), books.streaming + books.unallocated + books.carry.value() + dues);
    }
};

TEST(PoolVectors, three_stakers) {
    const auto& v = economy_vector("staking_rewards_three_stakers");
    const auto& out = v.at("outputs");
    const U256 reward = number(v.at("inputs").at("reward"));
    constexpr std::uint64_t t = 1010;
    const U256 coin = 1'000'000'000'000'000'000;
    Ledger pool{604'800};
    pool.stake('A', coin * 100, 1000);
    pool.notify(reward, t);
    EXPECT_EQ(pool.books.rate(t), number(out.at("rewardRate")));
    const auto& stored = out.at("rewardPerTokenStored_after").as_array();
    // The original's rate is rounded to whole wei a second, so its index lags by under one wei a second.
    const auto expect_per_token = [&](std::size_t i, std::uint64_t seconds) {
        const U256 theirs = number(stored[i].at(2));
        EXPECT_GE(pool.per_token(), theirs) << i;
        EXPECT_LE(pool.per_token(), theirs + seconds / 100 + 1) << i;
    };
    expect_per_token(0, 0);
    pool.stake('B', coin * 300, t + 86'400);
    expect_per_token(1, 86'400);
    pool.stake('C', coin * 600 + 1, t + 302'400);
    expect_per_token(2, 302'400);
    pool.withdraw('B', coin * 150, t + 432'000);
    expect_per_token(3, 432'000);

    const U256 dust = number(out.at("rate_dust")), stranded = number(out.at("left_in_contract"));
    U256 theirs_paid = 0, paid = 0;
    for (const char who : {'A', 'B', 'C'}) {
        const U256 theirs = number(out.at("earned_at_T_plus_500000").at(std::string(1, who)));
        EXPECT_GE(pool.earned(who, t + 500'000), theirs);
        EXPECT_LE(pool.earned(who, t + 500'000), theirs + dust);
    }
    std::uint64_t at = t + 604'800 + 5;
    for (const char who : {'A', 'B', 'C'}) {
        const U256 theirs = number(out.at("paid").at(std::string(1, who)));
        const U256 ours = pool.claim(who, at++);
        EXPECT_GE(ours, theirs);
        theirs_paid += theirs;
        paid += ours;
    }
    EXPECT_EQ(theirs_paid + stranded, reward);
    EXPECT_GE(paid + 2, reward) << "what three roundings down leave, and it stays due";
    EXPECT_LE(paid, reward);
    pool.expect_exact();
}

TEST(PoolVectors, idle_gap_and_top_up) {
    const auto& out = economy_vector("staking_rewards_idle_gap_and_top_up").at("outputs");
    const U256 coin = 1'000'000'000'000'000'000;
    Ledger pool{604'800};
    pool.notify(coin * 604'800, 1000);
    EXPECT_EQ(pool.books.rate(1000), number(out.at("rate_first")));
    pool.stake('A', coin * 5, 101'000);
    EXPECT_EQ(q128_floor(pool.books.unallocated), number(out.at("stranded_by_idle_gap")));
    pool.notify(coin * 1000 + 7, 301'000);
    EXPECT_EQ(pool.books.unallocated, 0) << "what nobody earned is streamed again";
    EXPECT_GT(pool.books.rate(301'000), number(out.at("rate_second")));
    const U256 all = number(out.at("paid_A")) + number(out.at("stranded"));
    EXPECT_GE(pool.claim('A', 905'801) + 1, all) << "nothing is stranded but the last wei's rounding";
    EXPECT_LE(pool.books.held.value(), 1);
    pool.expect_exact();
}

TEST(PoolVectors, scaled_rate) {
    const auto& v = economy_vector("scaled_reward_rate_keeps_dust");
    const auto& paid = v.at("outputs").at("paid");
    const U256 coin = 1'000'000'000'000'000'000;
    Ledger pool{2'592'000};
    pool.stake('A', coin * 3, 4000);
    pool.notify(number(v.at("inputs").at("reward")), 5000);
    pool.stake('B', coin * 7, 609'800);
    pool.stake('C', 11, 1'646'600);
    EXPECT_EQ(pool.claim('A', 2'597'010), number(paid.at("A")));
    EXPECT_EQ(pool.claim('B', 2'597'011), number(paid.at("B")));
    EXPECT_EQ(pool.claim('C', 2'597'012), number(paid.at("C")));
    EXPECT_EQ(pool.books.held.value(), number(v.at("outputs").at("left")));
    pool.expect_exact();
}

TEST(RewardIndex, what_does_not_divide_is_carried_and_nothing_is_lost) {
    RewardIndex index;
    U256 seen = 0, total = 0;
    for (unsigned i = 1; i <= 1000; ++i) {
        const U256 weight = U256(i) * i * 7 + 1;
        const U256 before = index.value, carry = index.carry;
        index.add(to_q128(i), weight);
        EXPECT_EQ(weight * (index.value - before) + index.carry, to_q128(i) + carry);
        EXPECT_LT(index.carry, weight);
        total += index.due(1, seen);
        seen = index.value;
    }
    EXPECT_EQ(total, index.value);
}

TEST(RewardIndex, the_largest_reward_at_the_smallest_and_largest_weight_does_not_overflow) {
    RewardIndex index;
    index.add(to_q128(pool_rewards_max), 1);
    EXPECT_EQ(q128_floor(index.due(1, 0)), pool_rewards_max);
    RewardIndex wide;
    const U256 weight = (U256(1) << 208) - 1;
    wide.add(to_q128(pool_rewards_max), weight);
    EXPECT_EQ(q128_floor(wide.due(weight, 0) + wide.carry), pool_rewards_max);
    EXPECT_THROW(to_q128(pool_rewards_max + 1), std::overflow_error);
}

}  // namespace
}  // namespace farthing::contracts
