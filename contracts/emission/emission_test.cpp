#include "contracts/testing/emission_chain.hpp"

namespace farthing::contracts {
extern const Module multicall3;

namespace {

using namespace testing;

using Stake = abi::Function<"function stake(uint256 amount)">;
using Accrue = abi::Function<"function accrue() returns (uint256 minted)">;
using Approve = abi::Function<"function approve(address spender, uint256 value) returns (bool ok)">;

Outcome<Bytes> send_nested(EmissionChain& c, const Address& target, const Bytes& data, std::uint32_t levels) {
    const auto [to, outermost] = nested(target, data, levels);
    return c.send(c.bob, to, 0, outermost);
}

class EmissionTest : public ::testing::Test {
 protected:
    void TearDown() override { c.check(); }
    EmissionChain c{with({{"kind", "0"}, {"ratePerSecondE18", to_decimal(coin_wei * 10 * e18)}})};
};

TEST_F(EmissionTest, a_touch_mints_what_is_due_and_splits_it) {
    c.next_block(100);
    EXPECT_EQ(c.minted(), coin_wei * 1000) << "a view counts what is due";
    EXPECT_EQ(c.host.minted, 0);
    const auto done = c.accrue();
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.value, coin_wei * 1000);
    EXPECT_EQ(c.host.minted, coin_wei * 1000);
    ASSERT_EQ(done.logs.size(), 1u);
    EXPECT_EQ(done.logs[0].topics.at(0),
              keccak256_constexpr("EmissionMinted(uint256,uint256,uint256[5],uint256)"));
    EXPECT_EQ(
        done.logs[0].data,
        abi::encode(U256(coin_wei * 1000),
                    SplitParts{coin_wei * 600, U256(0), coin_wei * 300, U256(0), coin_wei * 100}, U256(0)));
    EXPECT_EQ(c.accrue().value, 0) << "once";
    EXPECT_EQ(c.number<"function coinSupply() view returns (uint256)">(c.minter),
              c.initial + coin_wei * 1000);
    EXPECT_EQ(c.number<"function hardCap() view returns (uint256)">(c.minter), c.cap);
    EXPECT_EQ(c.number<"function accruedUntil() view returns (uint256 time)">(c.minter), c.clock());
}

TEST_F(EmissionTest, stakers_earn_it_second_by_second_and_nobody_earns_the_past) {
    ASSERT_TRUE(c.stake(c.stakers, c.alice, 300).success);
    c.next_block(100);
    EXPECT_EQ(c.earned(c.stakers, c.alice), coin_wei * 600);
    EXPECT_EQ(c.pending(c.stakers), coin_wei * 600);
    EXPECT_EQ(c.pending(c.alice), 0);
    ASSERT_TRUE(c.stake(c.stakers, c.bob, 900).success);
    EXPECT_EQ(c.earned(c.stakers, c.bob), 0);
    c.next_block(10);
    EXPECT_EQ(c.earned(c.stakers, c.bob), coin_wei * 45);
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.get_reward(c.stakers, c.bob); }), coin_wei * 45);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(c.stakers, c.alice); }), coin_wei * 615);
    EXPECT_EQ(c.units(c.alice), c.rich + coin_wei * 615) << "paid out, it votes";
    c.next_block(10);
    ASSERT_TRUE(c.compound(c.stakers, c.alice, c.alice).success);
    EXPECT_EQ(c.staked(c.stakers, c.alice), 300 + coin_wei * 15);
}

TEST_F(EmissionTest, nesting_calls_does_not_let_a_stake_in_before_what_is_due_is_shared) {
    // Where the pull fails the pool goes on; deep enough, the pull has fewer frames left than it needs.
    c.host.install(multicall3, multicall3_address);
    ASSERT_TRUE(c.stake(c.stakers, c.alice, 1'000).success);
    ASSERT_TRUE(c.transfer(c.coin, c.owner, multicall3_address, 1'000'000).success);
    ASSERT_TRUE(send_nested(c, c.coin, Approve::encode(c.stakers, u256_max), 1).success);
    std::uint32_t in_time = 0, too_deep = 0;
    for (std::uint32_t level = 1; level <= call_depth_max; ++level) {
        c.next_block(10);
        const auto done = send_nested(c, c.stakers, Stake::encode(U256(1)), level);
        done.success ? ++in_time : ++too_deep;
        EXPECT_NE(done.success, done.call_too_deep) << level;
        EXPECT_EQ(c.pending(c.stakers), done.success ? U256(0) : U256(coin_wei * 60 * too_deep)) << level;
    }
    EXPECT_GT(in_time, 20U);
    EXPECT_GT(too_deep, 0U);
    EXPECT_EQ(c.staked(c.stakers, multicall3_address), in_time);
}

TEST_F(EmissionTest, what_comes_while_nobody_is_staked_streams_to_those_who_come) {
    c.next_block(100);
    ASSERT_TRUE(c.stake(c.stakers, c.alice, 1).success);
    EXPECT_EQ(c.earned(c.stakers, c.alice), 0);
    c.pay_fees(0, 7);
    EXPECT_EQ(c.earned(c.stakers, c.alice), 7) << "her share of this block's fees";
    c.next_block(60);
    EXPECT_EQ(c.earned(c.stakers, c.alice), 7 + coin_wei * 360 + coin_wei * 600 * 60 / week_s);
}

TEST_F(EmissionTest, a_stranger_pulls_nothing) {
    c.next_block(100);
    const auto pulled = c.call<"function pullReward() returns (uint256 amount)">(c.alice, c.minter);
    ASSERT_TRUE(pulled.success);
    EXPECT_EQ(pulled.value, 0);
    EXPECT_EQ(c.balance(c.coin, c.alice), c.rich);
}

TEST_F(EmissionTest, other_sinks_are_paid_coin_by_anybody) {
    c.next_block(100);
    EXPECT_EQ(c.owed(2), coin_wei * 300);
    EXPECT_EQ(c.release(2).value, coin_wei * 300);
    EXPECT_EQ(c.host.balance_of(c.treasury), coin_wei * 300);
    EXPECT_EQ(c.release(2).value, 0);
    EXPECT_EQ(c.release(4).revert, Emission::SinkUnset::encode(std::uint8_t{4}));
    EXPECT_EQ(c.release(5).revert, Emission::SinkUnknown::encode(std::uint8_t{5}));
    EXPECT_EQ(
        (c.call<"function owed(uint8 sink) view returns (uint256 amount)">(c.bob, c.minter, std::uint8_t{5})
             .revert),
        Emission::SinkUnknown::encode(std::uint8_t{5}));
    EXPECT_FALSE(c.release(0).success) << "a pool takes wrapped coin by pulling, and no coin";
    EXPECT_EQ(c.set_sink(c.alice, 4, c.dev).revert, Emission::OnlyGovernance::encode(c.alice));
    EXPECT_EQ(c.set_sink(c.owner, 5, c.dev).revert, Emission::SinkUnknown::encode(std::uint8_t{5}));
    ASSERT_TRUE(c.set_sink(c.owner, 4, c.dev).success);
    EXPECT_EQ(c.release(4).value, coin_wei * 100) << "it waited";
    EXPECT_EQ((c.call<"function sink(uint8 sink) view returns (address to)">(c.bob, c.minter, std::uint8_t{4})
                   .value),
              c.dev);
}

TEST_F(EmissionTest, the_split_is_whole_and_changes_only_what_comes) {
    c.next_block(100);
    EXPECT_EQ(c.set_split(c.alice, 10'000, 0, 0, 0, 0).revert, Emission::OnlyGovernance::encode(c.alice));
    EXPECT_EQ(c.set_split(c.owner, 9'999, 0, 0, 0, 0).revert, Emission::SplitNot10000::encode(U256(9'999)));
    EXPECT_EQ(c.set_split(c.owner, 10'000, 0, 0, 0, 1).revert, Emission::SplitNot10000::encode(U256(10'001)));
    EXPECT_EQ(c.set_split(c.owner, 65'535, 10'001, 0, 0, 0).revert,
              Emission::SplitNot10000::encode(U256(75'536)));
    ASSERT_TRUE(c.set_split(c.owner, 0, 10'000, 0, 0, 0).success);
    c.next_block(1);
    EXPECT_EQ(c.owed(0), coin_wei * 600);
    EXPECT_EQ(c.owed(1), coin_wei * 10);
    EXPECT_EQ((c.call<"function splitBps() view returns (uint16 stakers, uint16 liquidity, uint16 treasury, "
                      "uint16 games, uint16 dev)">(c.bob, c.minter)
                   .value),
              (std::tuple<std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t>(
                  0, 10'000, 0, 0, 0)));
}

TEST_F(EmissionTest, a_liquidity_pool_pulls_its_share) {
    const auto farm = c.make_pool(c.token, c.coin, week_s);
    ASSERT_TRUE(c.set_sources(c.owner, farm, {c.minter}).success);
    ASSERT_TRUE(c.set_sink(c.owner, 1, farm).success);
    ASSERT_TRUE(c.set_split(c.owner, 5'000, 5'000, 0, 0, 0).success);
    ASSERT_TRUE(c.stake(farm, c.carol, 5).success);
    c.next_block(10);
    EXPECT_EQ(c.gain(c.coin, c.carol, [&] { return c.get_reward(farm, c.carol); }), coin_wei * 50);
    EXPECT_EQ(c.owed(0), coin_wei * 50);
}

TEST_F(EmissionTest, another_schedule_mints_nothing_for_the_past) {
    c.next_block(100);
    const Bytes faster = abi::encode(U256(coin_wei * 1'000'000 * e18));
    EXPECT_EQ(c.set_schedule(c.alice, 0, faster).revert, Emission::OnlyGovernance::encode(c.alice));
    EXPECT_EQ(c.set_schedule(c.owner, 9, faster).revert, Emission::ScheduleInvalid::encode(std::uint8_t{9}));
    EXPECT_EQ(c.set_schedule(c.owner, 1, faster).revert, Emission::ScheduleInvalid::encode(std::uint8_t{1}));
    const Bytes slower = abi::encode(U256(coin_wei * e18));
    ASSERT_TRUE(c.set_schedule(c.owner, 0, slower).success);
    EXPECT_EQ(c.minted(), coin_wei * 1000);
    c.next_block(5);
    EXPECT_EQ(c.minted(), coin_wei * 1005);
    EXPECT_EQ((c.call<"function schedule() view returns (uint8 kind, bytes params)">(c.bob, c.minter).value),
              std::tuple(std::uint8_t{0}, slower));
}

TEST_F(EmissionTest, nothing_is_minted_beyond_the_cap_which_only_falls) {
    c.next_block(100);
    EXPECT_EQ(c.lower_cap(c.alice, c.cap).revert, Emission::OnlyGovernance::encode(c.alice));
    EXPECT_EQ(c.lower_cap(c.owner, c.cap + 1).revert, Emission::CapRaised::encode(U256(c.cap + 1), c.cap));
    const U256 exists = c.initial + coin_wei * 1000;
    EXPECT_EQ(c.lower_cap(c.owner, exists - 1).revert,
              Emission::CapBelowSupply::encode(U256(exists - 1), exists));
    ASSERT_TRUE(c.lower_cap(c.owner, exists + 7).success);
    EXPECT_EQ(c.number<"function annualInflation() view returns (uint256 e18)">(c.minter),
              mul_div(coin_wei * 10, U256(year_s) * e18, exists, Rounding::down));
    c.next_block(50);
    EXPECT_EQ(c.accrue().value, 7);
    c.next_block(50);
    EXPECT_EQ(c.accrue().value, 0);
    EXPECT_EQ(c.minted(), coin_wei * 1000 + 7);
    EXPECT_EQ(c.rate_at(c.clock()).value, 0);
    EXPECT_EQ(c.number<"function annualInflation() view returns (uint256 e18)">(c.minter), 0);
    ASSERT_TRUE(c.set_schedule(c.owner, 1, abi::encode(U256(1'000), std::uint64_t{3600})).success);
    c.next_block(max_step_s);
    EXPECT_EQ(c.minted(), coin_wei * 1000 + 7);
}

TEST_F(EmissionTest, a_chain_that_slept_mints_for_one_step) {
    const U256 before = c.clock();
    c.next_block(100'000'000);
    EXPECT_EQ(c.clock(), before + max_step_s);
    EXPECT_EQ(c.accrue().value, coin_wei * 10 * max_step_s);
    c.next_block(0);
    EXPECT_EQ(c.accrue().value, 0);
    EXPECT_EQ(c.number<"function maxStep() view returns (uint256 interval)">(c.minter), max_step_s);
}

TEST_F(EmissionTest, a_call_at_the_time_of_a_block_to_come_sees_what_will_be_due) {
    ASSERT_TRUE(c.stake(c.stakers, c.alice, 1).success);
    c.host.head.timestamp += 30;  // The clock's own write comes with the block.
    EXPECT_EQ(c.earned(c.stakers, c.alice), coin_wei * 180);
    c.host.head.timestamp += 30'000'000;
    EXPECT_EQ(c.earned(c.stakers, c.alice), coin_wei * 6 * max_step_s);
    c.next_block(0);
    EXPECT_EQ(c.earned(c.stakers, c.alice), coin_wei * 6 * max_step_s);
}

TEST_F(EmissionTest, the_future_can_be_asked_and_the_past_cannot) {
    c.next_block(100);
    ASSERT_TRUE(c.accrue().success);
    EXPECT_EQ(c.cumulative(c.clock() + 50).value, coin_wei * 1500);
    EXPECT_EQ(c.cumulative(u256_max).value, c.cap - c.initial);
    EXPECT_EQ(c.rate_at(c.clock() + 50).value, coin_wei * 10 * e18);
    const U256 now = c.clock(), past = now - 1;
    EXPECT_EQ(c.cumulative(past).revert, Emission::TimePast::encode(past, now));
    EXPECT_EQ(c.rate_at(past).revert, Emission::TimePast::encode(past, now));
}

TEST_F(EmissionTest, fees_are_kept_for_the_stakers_and_burnt_coin_leaves_the_supply) {
    ASSERT_TRUE(c.stake(c.stakers, c.alice, 1).success);
    c.pay_fees(50, 8);
    c.pay_fees(0, 0);
    EXPECT_EQ(c.number<"function burntTotal() view returns (uint256)">(c.minter), 50);
    EXPECT_EQ(c.number<"function coinSupply() view returns (uint256)">(c.minter), c.initial - 50);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(c.stakers, c.alice); }), 8);
}

// An estimate is for a later second; a call that comes in the same one after all must not cost more.
TEST_F(EmissionTest, no_call_costs_more_in_the_second_of_a_touch_than_in_the_next) {
    for (const auto& who : {c.alice, c.bob}) {
        ASSERT_TRUE(c.stake(c.stakers, who, 1000).success);
    }
    c.next_block(10);
    ASSERT_TRUE(c.stake(c.stakers, c.bob, 7).success);
    const auto compare = [&](const auto& does) {
        const auto state = c.host.state;
        const auto minted = c.host.minted;
        const auto now = does().gas;
        c.host.state = state;
        c.host.minted = minted;
        c.next_block(1);
        const auto later = does().gas;
        EXPECT_LT(now, later);
    };
    compare([&] { return c.stake(c.stakers, c.alice, 10); });
    compare([&] { return c.withdraw(c.stakers, c.alice, 10); });
    compare([&] { return c.stake(c.stakers, c.bob, 10); });
    compare([&] { return c.get_reward(c.stakers, c.alice); });
    compare([&] { return c.get_reward(c.stakers, c.bob); });
}

TEST_F(EmissionTest, ownership_is_handed_over) {
    const auto hand_over = [&](const Address& by, const Address& to) {
        return c.call<"function transferOwnership(address newOwner)">(by, c.minter, to);
    };
    EXPECT_EQ(hand_over(c.owner, Address{}).revert, OwnableInvalidOwner::encode(Address{}));
    EXPECT_EQ(hand_over(c.alice, c.alice).revert, OwnableUnauthorizedAccount::encode(c.alice));
    ASSERT_TRUE(hand_over(c.owner, c.alice).success);
    EXPECT_TRUE(c.set_sink(c.alice, 4, c.dev).success);
}

TEST(EmissionGenesis, without_parameters_nothing_can_be_minted) {
    TestChain chain;
    chain.host.install(emission, emission_address, with({{"supply", "1000"}}));
    chain.host.head.timestamp += 1000;
    EXPECT_EQ((chain.call<"function accrue() returns (uint256 minted)">(account(1), emission_address).value),
              0);
    EXPECT_EQ((chain.call<"function hardCap() view returns (uint256)">(account(1), emission_address).value),
              1000);
}

TEST(EmissionGenesis, impossible_terms_are_refused) {
    TestChain chain;
    const auto install = [&](const GenesisParams& params) {
        chain.host.state = {};
        chain.host.install(emission, emission_address, params);
    };
    EXPECT_THROW(install(with({{"supply", "1000"}, {"hardCap", "999"}})), Revert);
    GenesisParams p;
    p.members["split"] = with({{"stakers", "9999"}});
    EXPECT_THROW(install(p), Revert);
    p.members["split"] = with({{"stakers", "75536"}});
    EXPECT_THROW(install(p), std::invalid_argument);
    GenesisParams q;
    q.members["schedule"] = with({{"kind", "4"}});
    EXPECT_THROW(install(q), std::invalid_argument);
    q.members["schedule"] = with({{"kind", "1"}, {"ratePerSecond", "5"}});
    EXPECT_THROW(install(q), std::invalid_argument);
    q.members["schedule"] = with({{"kind", "1"}, {"ratePerSecond", "5"}, {"epochSeconds", "5"}});
    EXPECT_THROW(install(q), Revert);
}

TEST(EmissionSchedules, halving_and_decaying_come_from_the_genesis_file) {
    EmissionChain halving(with({{"kind", "1"}, {"ratePerSecond", "1000"}, {"epochSeconds", "3600"}}));
    const U256 start = halving.clock();
    EXPECT_EQ(halving.rate_at(start + 3599).value, U256(1000) * e18);
    EXPECT_EQ(halving.rate_at(start + 3600).value, U256(500) * e18);
    EXPECT_EQ(halving.cumulative(start + 3 * 3600).value, 1750 * 3600);
    for (int i = 0; i < 18; ++i) halving.next_block(max_step_s);
    EXPECT_EQ(halving.accrue().value, 1750 * 3600);
    EmissionChain decaying(with({{"kind", "2"},
                                 {"ratePerSecond", "1000"},
                                 {"epochSeconds", "3600"},
                                 {"numerator", "9"},
                                 {"denominator", "10"}}));
    EXPECT_EQ(decaying.rate_at(decaying.clock() + 2 * 3600).value, U256(810) * e18);
}

TEST(EmissionSchedules, the_target_follows_what_is_staked) {
    const auto schedule = with({{"kind", "3"},
                                {"epochSeconds", "3600"},
                                {"inflationE18", "100000000000000000"},
                                {"leastE18", "70000000000000000"},
                                {"mostE18", "200000000000000000"},
                                {"changeE18", "130000000000000000"},
                                {"goalE18", "100000000000000000"}});
    EmissionChain c(schedule, U256(1) << 123);
    const auto pass_epochs = [&] {
        for (int i = 0; i < 12; ++i) c.next_block(max_step_s);
        ASSERT_TRUE(c.accrue().success);
    };
    const auto inflation = [&] {
        return c.number<"function annualInflation() view returns (uint256 e18)">(c.minter);
    };
    const U256 first = inflation();
    EXPECT_LE(first, 100'000'000'000'000'000);
    EXPECT_GE(first, 99'999'999'999'999'990);
    pass_epochs();
    const U256 higher = inflation();
    EXPECT_GT(higher, first) << "nobody staked";
    ASSERT_TRUE(c.stake(c.stakers, c.alice, c.rich).success);
    ASSERT_TRUE(c.stake(c.stakers, c.bob, c.rich).success);
    pass_epochs();
    const U256 lower = inflation();
    EXPECT_LT(lower, higher) << "a quarter staked, the goal is a tenth";
    c.host.install(multicall3, multicall3_address);
    for (int i = 0; i < 12; ++i) c.next_block(max_step_s);
    EXPECT_TRUE(send_nested(c, c.minter, Accrue::encode(), call_depth_max).call_too_deep)
        << "so deep that nobody could be asked how much is staked";
    ASSERT_TRUE(send_nested(c, c.minter, Accrue::encode(), call_depth_max - 1).success);
    EXPECT_LT(inflation(), lower);
    c.check();
}

// --- random operations ----------------------------------------------------------------------------

Bytes random_terms(Random& random, std::uint8_t kind) {
    const U256 rate = U256(random.below(1'000)) * random.below(1'000'000'000'000'000);
    const std::uint64_t epoch_s = 3000 + random.below(20'000);
    if (kind == 0) return abi::encode(U256(rate * random.below(e18)));
    if (kind == 1) return abi::encode(rate, epoch_s);
    if (kind == 2) return abi::encode(rate, epoch_s, U256(random.below(12)), U256(10));
    return abi::encode(epoch_s, e18 / 10, e18 / 20, e18 / 5, e18 / 8, random.below(e18));
}

TEST(EmissionRandom, sequences_keep_the_books) {
    EmissionChain c(with({{"kind", "0"}, {"ratePerSecondE18", to_decimal(coin_wei * 3 + 1)}}));
    Random random;
    const auto someone = [&] { return account(1 + random.below(3)); };
    U256 cap = c.cap, most_minted = 0;
    const auto count = operations(10'000);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto who = someone();
        const U256 sum = U256(random.below(1'000'000)) * random.below(1'000'000'000);
        switch (random.below(12)) {
            case 0:
                c.stake(c.stakers, who, sum);
                break;
            case 1:
                c.withdraw(c.stakers, who, sum);
                break;
            case 2:
                ASSERT_TRUE(c.get_reward(c.stakers, who).success);
                break;
            case 3:
                c.leave(c.stakers, who);
                break;
            case 4:
                ASSERT_TRUE(c.compound(c.stakers, who, who).success);
                break;
            case 5:
                ASSERT_TRUE(c.accrue().success);
                break;
            case 6:
                c.release(static_cast<std::uint8_t>(random.below(6)));
                break;
            case 7: {
                const auto first = static_cast<std::uint16_t>(random.below(10'001));
                ASSERT_TRUE(
                    c.set_split(c.owner, first, 0, static_cast<std::uint16_t>(10'000 - first), 0, 0).success);
                break;
            }
            case 8: {
                const auto kind = static_cast<std::uint8_t>(random.below(4));
                const U256 before = c.minted();
                c.set_schedule(random.one_in(5) ? who : c.owner, kind, random_terms(random, kind));
                ASSERT_EQ(c.minted(), before) << "new terms are for the future";
                break;
            }
            case 9:
                c.set_sink(random.one_in(5) ? who : c.owner, static_cast<std::uint8_t>(3 + random.below(3)),
                           random.one_in(2) ? c.dev : c.treasury);
                break;
            case 10:
                if (random.one_in(50)) {
                    const U256 lower = cap - (cap - c.initial - c.minted()) / 3;
                    if (c.lower_cap(c.owner, lower).success) cap = lower;
                }
                break;
            default:
                c.pay_fees(sum / 7, sum);
        }
        if (random.one_in(3)) c.next_block(random.one_in(20) ? random.below(1'000'000) : random.below(700));
        if (random.one_in(4)) c.host.head.timestamp += random.below(3);  // As a call for a block to come.
        ASSERT_LE(c.initial + c.minted(), cap);
        ASSERT_GE(c.minted(), most_minted);
        most_minted = c.minted();
        c.check();
        if (::testing::Test::HasFatalFailure()) FAIL() << "operation " << i;
    }
}

}  // namespace
}  // namespace farthing::contracts
