#include "contracts/testing/pool_chain.hpp"
#include "contracts/token/erc20.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

constexpr std::uint64_t week_s = 604'800;

/// A source as Emission is one: owes a pool what the test says, in a token that it holds; or fails.
struct Spring {
    Context& ctx;
    Slot<Address, 0, "asset"> asset{ctx};
    Slot<bool, 0, "dry", 20> dry{ctx};
    Mapping<Address, U256, 1, "owed"> owed{ctx};

    void set(const Address& of, const Address& to, const U256& amount, bool fails) {
        asset = of;
        dry = fails;
        owed[to] = amount;
    }
    U256 pending(const Address& to) {
        if (dry) throw Revert{};
        return owed[to];
    }
    U256 pull() {
        if (dry) throw Revert{};
        const U256 amount = owed[ctx.caller];
        owed[ctx.caller] = 0;
        ctx.call<abi::Function<"function transfer(address to, uint256 value) returns (bool)">>(
            asset, ctx.caller, amount);
        return amount;
    }
};
constexpr auto spring_rows = table<Row>({
    function<"function set(address of, address to, uint256 amount, bool fails)", &Spring::set>("."),
    function<"function pendingReward(address pool) view returns (uint256 amount)", &Spring::pending>("."),
    function<"function pullReward() returns (uint256 amount)", &Spring::pull>("."),
});
constexpr auto spring_slots =
    table<SlotRow>({slot<&Spring::asset>("."), slot<&Spring::dry>("."), slot<&Spring::owed>(".")});
constexpr Module spring_module =
    module<spring_rows, spring_slots>("Spring", {.id = 9998}, "A test's source.");

class PoolTest : public ::testing::Test {
 protected:
    PoolTest() {
        pool_at = c.make_pool(c.token, c.coin, week_s);
        one_asset = c.make_pool(c.coin, c.coin, week_s);
        for (const auto& at : {spring, other_spring}) c.host.install(spring_module, at);
    }
    void TearDown() override {
        for (const auto& of : {pool_at, one_asset}) c.check_books(of, {c.owner, c.alice, c.bob, c.carol});
    }
    void wait(std::uint64_t seconds) { c.host.head.timestamp += seconds; }
    std::uint64_t now() const { return c.host.head.timestamp; }
    void owe(const Address& at, const Address& to, const U256& amount, bool fails = false) {
        ASSERT_TRUE((c.transfer(c.coin, c.owner, at, amount).success));
        ASSERT_TRUE((c.call<"function set(address of, address to, uint256 amount, bool fails)">(
                          c.owner, at, c.coin, to, amount, fails)
                         .success));
    }

    PoolChain c;
    Address pool_at, one_asset;
    const Address spring = account(70), other_spring = account(71);
};

TEST_F(PoolTest, stakers_share_a_stream_pro_rata_and_leave_with_everything) {
    ASSERT_TRUE(c.stake(pool_at, c.alice, 100).success);
    ASSERT_TRUE(c.stake(pool_at, c.bob, 300).success);
    c.stream(pool_at, 4 * week_s);
    EXPECT_EQ(c.number<"function rewardRate() view returns (uint256)">(pool_at), 4);
    EXPECT_EQ(c.number<"function getRewardForDuration() view returns (uint256)">(pool_at), 4 * week_s);
    EXPECT_EQ(c.number<"function periodFinish() view returns (uint256)">(pool_at), now() + week_s);
    EXPECT_EQ(c.number<"function rewardsDuration() view returns (uint256)">(pool_at), week_s);
    wait(1000);
    EXPECT_EQ(c.earned(pool_at, c.alice), 1000);
    EXPECT_EQ(c.earned(pool_at, c.bob), 3000);
    EXPECT_EQ(c.number<"function lastTimeRewardApplicable() view returns (uint256)">(pool_at), now());
    EXPECT_EQ(c.number<"function rewardPerToken() view returns (uint256)">(pool_at),
              U256(10) * 1'000'000'000'000'000'000);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(pool_at, c.alice); }), 1000);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(pool_at, c.alice); }), 0);
    wait(week_s);
    const auto left = c.leave(pool_at, c.alice);
    ASSERT_TRUE(left.success);
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.leave(pool_at, c.bob); }), 3 * week_s);
    EXPECT_EQ(c.balance(c.token, c.alice), c.rich);
    EXPECT_EQ(c.balance(c.coin, c.alice), c.rich + week_s);
    EXPECT_EQ(c.balance(c.coin, pool_at), 0) << "nothing is stranded";
    EXPECT_EQ(c.number<"function rewardRate() view returns (uint256)">(pool_at), 0);
    EXPECT_LT(c.number<"function lastTimeRewardApplicable() view returns (uint256)">(pool_at), now());
}

TEST_F(PoolTest, events_and_views_are_those_of_staking_rewards) {
    const auto staked = c.stake(pool_at, c.alice, 128);
    ASSERT_EQ(staked.logs.size(), 2u);
    EXPECT_EQ(staked.logs[1].topics, (std::vector<Hash>{keccak256_constexpr("Staked(address,uint256)"),
                                                        Hash::from(abi::encode(c.alice))}));
    EXPECT_EQ(staked.logs[1].data, abi::encode(U256(128)));
    EXPECT_EQ(c.asset_of(pool_at), c.coin);
    EXPECT_EQ((c.call<"function stakingToken() view returns (address)">(c.bob, pool_at).value), c.token);
    EXPECT_EQ((c.call<"function rewardsDistribution() view returns (address)">(c.bob, pool_at).value),
              c.owner);
    EXPECT_EQ((c.call<"function owner() view returns (address)">(c.bob, pool_at).value), c.owner);
    EXPECT_EQ(c.number<"function totalSupply() view returns (uint256)">(pool_at), 128);
    EXPECT_EQ(c.staked(pool_at, c.alice), 128);
    ASSERT_TRUE(c.transfer(c.coin, c.owner, pool_at, 7).success);
    const auto added = c.notify(pool_at, c.owner, 7);
    EXPECT_EQ(added.logs.at(0).topics.at(0), keccak256_constexpr("RewardAdded(uint256)"));
    wait(week_s);
    const auto paid = c.get_reward(pool_at, c.alice);
    EXPECT_EQ(paid.logs.at(1).topics.at(0), keccak256_constexpr("RewardPaid(address,uint256)"));
    EXPECT_EQ(paid.logs.at(1).data, abi::encode(U256(7)));
    const auto back = c.withdraw(pool_at, c.alice, 88);
    EXPECT_EQ(back.logs.at(1).topics.at(0), keccak256_constexpr("Withdrawn(address,uint256)"));
    EXPECT_EQ(c.staked(pool_at, c.alice), 40);
}

TEST_F(PoolTest, amounts_must_be_there) {
    EXPECT_EQ(c.stake(pool_at, c.alice, 0).revert, Pool::StakeZero::encode());
    EXPECT_EQ(c.withdraw(pool_at, c.alice, 0).revert, Pool::WithdrawZero::encode());
    EXPECT_EQ(c.leave(pool_at, c.alice).revert, Pool::WithdrawZero::encode());
    EXPECT_EQ(c.add_reward(pool_at, c.alice, 0).revert, Pool::RewardZero::encode());
    ASSERT_TRUE(c.stake(pool_at, c.alice, 10).success);
    EXPECT_EQ(c.withdraw(pool_at, c.alice, 11).revert,
              Pool::InsufficientStake::encode(c.alice, U256(10), U256(11)));
    EXPECT_EQ(c.withdraw(pool_at, c.bob, 1).revert, Pool::InsufficientStake::encode(c.bob, U256(0), U256(1)));
    EXPECT_FALSE(c.stake(pool_at, c.alice, c.rich).success) << "more than she holds";
    EXPECT_FALSE(c.stake(pool_at, c.alice, u256_max).success);
    const auto asset = c.call<"function stakingToken() view returns (address)">(c.alice, pool_at).value;
    ASSERT_TRUE((c.call<"function approve(address spender, uint256 value) returns (bool)">(c.alice, asset,
                                                                                           pool_at, U256(3))
                     .success));
    EXPECT_EQ(c.stake(pool_at, c.alice, 4).revert,
              Erc20::InsufficientAllowance::encode(pool_at, U256(3), U256(4)));
    EXPECT_FALSE((c.pay<"function stake(uint256 amount)">(c.alice, pool_at, U256(1), U256(1)).success));
    EXPECT_EQ(c.staked(pool_at, c.alice), 10);
}

TEST_F(PoolTest, only_the_distributor_notifies_and_only_what_was_sent) {
    ASSERT_TRUE(c.stake(one_asset, c.alice, 1000).success);
    EXPECT_EQ(c.notify(one_asset, c.alice, 1).revert, Pool::UnauthorizedDistributor::encode(c.alice));
    EXPECT_EQ(c.notify(one_asset, c.owner, 1).revert, Pool::RewardUnfunded::encode(U256(0), U256(1)))
        << "the stake of others is no funding";
    ASSERT_TRUE(c.transfer(c.coin, c.owner, one_asset, 5).success);
    EXPECT_EQ(c.notify(one_asset, c.owner, 6).revert, Pool::RewardUnfunded::encode(U256(5), U256(6)));
    ASSERT_TRUE(c.notify(one_asset, c.owner, 5).success);
    EXPECT_EQ(c.notify(one_asset, c.owner, 1).revert, Pool::RewardUnfunded::encode(U256(0), U256(1)))
        << "nor is a reward that is promised already";
    const auto hand_over = [&](const Address& by, const Address& to) {
        return c.call<"function setRewardsDistribution(address distributor)">(by, one_asset, to);
    };
    EXPECT_EQ(hand_over(c.alice, c.alice).revert, OwnableUnauthorizedAccount::encode(c.alice));
    ASSERT_TRUE(hand_over(c.owner, c.bob).success);
    EXPECT_EQ(c.notify(one_asset, c.owner, 0).revert, Pool::UnauthorizedDistributor::encode(c.owner));
    ASSERT_TRUE(c.transfer(c.coin, c.bob, one_asset, 5).success);
    EXPECT_TRUE(c.notify(one_asset, c.bob, 5).success);
}

TEST_F(PoolTest, a_stream_of_nothing_is_refused_and_a_slow_one_loses_nothing) {
    EXPECT_EQ(c.notify(pool_at, c.owner, 0).revert, Pool::RewardRateTooLow::encode(U256(0), U256(week_s)));
    ASSERT_TRUE(c.stake(pool_at, c.alice, 4).success);
    c.stream(pool_at, 1);  // One unit in a week: the original would round its rate to zero and keep it.
    EXPECT_EQ(c.number<"function rewardRate() view returns (uint256)">(pool_at), 0);
    for (int i = 0; i < 7; ++i) {
        wait(week_s / 7 - 1);
        EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(pool_at, c.alice); }), 0);
    }
    wait(7);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(pool_at, c.alice); }), 1);
}

TEST_F(PoolTest, the_duration_changes_only_between_streams) {
    const auto set = [&](const Address& by, const U256& seconds) {
        return c.call<"function setRewardsDuration(uint256 duration)">(by, pool_at, seconds);
    };
    c.stream(pool_at, 10);
    EXPECT_EQ(set(c.owner, 5).revert, Pool::RewardPeriodActive::encode(U256(now() + week_s)));
    wait(week_s + 1);
    EXPECT_EQ(set(c.alice, 5).revert, OwnableUnauthorizedAccount::encode(c.alice));
    for (const U256& wrong : {U256(0), U256(3650 * 86'400 + 1), u256_max})
        EXPECT_EQ(set(c.owner, wrong).revert, Pool::DurationInvalid::encode(wrong));
    ASSERT_TRUE(set(c.owner, 10).success);
    EXPECT_EQ(c.number<"function rewardsDuration() view returns (uint256)">(pool_at), 10);
    ASSERT_TRUE(c.notify(pool_at, c.owner, 0).success) << "what nobody earned is notified again";
    EXPECT_EQ(c.number<"function rewardRate() view returns (uint256)">(pool_at), 1);
}

TEST_F(PoolTest, rewards_of_an_idle_time_stream_to_those_who_come) {
    c.stream(pool_at, 7 * week_s);
    wait(week_s / 2);
    ASSERT_TRUE(c.stake(pool_at, c.alice, 5).success);
    EXPECT_EQ(c.earned(pool_at, c.alice), 0) << "the first staker is not paid for the time before";
    EXPECT_EQ(c.unallocated(pool_at), 7 * week_s / 2);
    wait(week_s / 2);
    EXPECT_EQ(c.earned(pool_at, c.alice), 7 * week_s / 2);
    ASSERT_TRUE(c.get_reward(pool_at, c.alice).success);
    EXPECT_EQ(c.unallocated(pool_at), 0);
    EXPECT_EQ(c.number<"function periodFinish() view returns (uint256)">(pool_at), now() + week_s);
    wait(week_s);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.get_reward(pool_at, c.alice); }), 7 * week_s / 2);
    EXPECT_EQ(c.balance(c.coin, pool_at), 0);
}

TEST_F(PoolTest, a_reward_to_an_empty_pool_is_not_the_first_stakers) {
    ASSERT_TRUE(c.add_reward(pool_at, c.carol, 700).success);
    EXPECT_EQ(c.unallocated(pool_at), 700);
    ASSERT_TRUE(c.stake(pool_at, c.alice, 1).success);
    EXPECT_EQ(c.earned(pool_at, c.alice), 0);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.leave(pool_at, c.alice); }), 0);
    ASSERT_TRUE(c.stake(pool_at, c.bob, 1).success);
    wait(week_s * 2);
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.leave(pool_at, c.bob); }), 700);
}

TEST_F(PoolTest, staking_and_leaving_in_one_second_earns_nothing) {
    ASSERT_TRUE(c.stake(pool_at, c.alice, 1).success);
    c.stream(pool_at, week_s);
    wait(100);
    ASSERT_TRUE(c.stake(pool_at, c.bob, U256(1) << 100).success);
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.leave(pool_at, c.bob); }), 0);
    EXPECT_EQ(c.earned(pool_at, c.alice), 100);
}

TEST_F(PoolTest, a_reward_that_is_the_stakes_asset_never_pays_out_a_stake) {
    ASSERT_TRUE(c.stake(one_asset, c.alice, 1'000'000).success);
    ASSERT_TRUE(c.stake(one_asset, c.bob, 1).success);
    ASSERT_TRUE(c.add_reward(one_asset, c.carol, 500).success);
    ASSERT_TRUE(c.transfer(c.coin, c.carol, one_asset, 900).success) << "a gift is nobody's";
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.leave(one_asset, c.alice); }), 1'000'499);
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.leave(one_asset, c.bob); }), 1);
    EXPECT_EQ(c.balance(c.coin, one_asset), 901) << "the gift, and one wei due in parts";
    ASSERT_TRUE(c.notify(one_asset, c.owner, 900).success) << "which the distributor may stream";
}

TEST_F(PoolTest, compounding_moves_the_reward_into_the_stake) {
    ASSERT_TRUE(c.stake(one_asset, c.alice, 1024).success);
    ASSERT_TRUE(c.add_reward(one_asset, c.carol, 1024).success);
    const auto done = c.compound(one_asset, c.alice, c.alice);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.value, 1024);
    EXPECT_EQ(done.logs.size(), 3u);
    EXPECT_EQ(c.staked(one_asset, c.alice), 2048);
    EXPECT_EQ(c.books(one_asset).held.value(), 0);

    ASSERT_TRUE(c.add_reward(one_asset, c.carol, 1000).success);
    EXPECT_EQ(c.compound(one_asset, c.bob, c.alice).revert, Pool::CompoundNotAllowed::encode(c.alice));
    EXPECT_EQ(c.set_auto_compound(one_asset, c.alice, 1001).revert,
              Pool::TipTooHigh::encode(std::uint16_t{1001}, std::uint16_t{1000}));
    ASSERT_TRUE(c.set_auto_compound(one_asset, c.alice, 250).success);
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.compound(one_asset, c.bob, c.alice); }), 25);
    EXPECT_EQ(c.staked(one_asset, c.alice), 3023);
    EXPECT_EQ(c.compound(one_asset, c.bob, c.alice).value, 0) << "nothing due: nothing moves";
    EXPECT_EQ((c.call<"function autoCompoundTip(address account) view returns (uint16 tipBps)">(
                    c.bob, one_asset, c.alice)
                   .value),
              250);
    ASSERT_TRUE(c.set_auto_compound(one_asset, c.alice, 0).success);
    EXPECT_FALSE(c.compound(one_asset, c.bob, c.alice).success);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.leave(one_asset, c.alice); }), 3023);
}

TEST_F(PoolTest, a_compound_pays_no_tip_out_of_a_stake) {
    ASSERT_TRUE(c.stake(one_asset, c.alice, 1000).success);
    ASSERT_TRUE(c.set_auto_compound(one_asset, c.alice, 1000).success);
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(c.add_reward(one_asset, c.carol, 9).success);
        EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.compound(one_asset, c.bob, c.alice); }), 0);
    }
    EXPECT_EQ(c.staked(one_asset, c.alice) +
                  q128_floor(c.staker(one_asset, c.alice).due + c.books(one_asset).carry.value()),
              1180)
        << "all of it, but for what is not a whole unit yet";
}

TEST_F(PoolTest, compounding_needs_one_asset) {
    ASSERT_TRUE(c.stake(pool_at, c.alice, 1000).success);
    EXPECT_EQ(c.compound(pool_at, c.alice, c.alice).revert, Pool::CompoundUnsupported::encode());
    EXPECT_EQ(c.set_auto_compound(pool_at, c.alice, 1).revert, Pool::CompoundUnsupported::encode());
}

TEST_F(PoolTest, a_pool_takes_in_at_most_2_to_the_128th) {
    const Address much = c.make_token(U256(1) << 200);
    const auto of = c.make_pool(c.token, much, week_s);
    c.approve(much, c.owner, of);
    ASSERT_TRUE(c.stake(of, c.alice, 1).success);
    const U256 most = pool_rewards_max;
    EXPECT_EQ(c.add_reward(of, c.owner, most + 1).revert, Pool::RewardTooLarge::encode(U256(most + 1), most));
    ASSERT_TRUE(c.add_reward(of, c.owner, most - 5).success);
    ASSERT_TRUE(c.transfer(much, c.owner, of, 6).success);
    EXPECT_EQ(c.notify(of, c.owner, 6).revert, Pool::RewardTooLarge::encode(U256(6), U256(5)));
    EXPECT_EQ(c.add_reward(of, c.owner, 6).revert, Pool::RewardTooLarge::encode(U256(6), U256(5)));
    ASSERT_TRUE(c.notify(of, c.owner, 5).success);
    wait(week_s);
    EXPECT_EQ(c.gain(much, c.alice, [&] { return c.leave(of, c.alice); }), most);
}

// --- votes ----------------------------------------------------------------------------------------

TEST_F(PoolTest, staked_wrapped_coin_votes_for_its_staker_and_counts_once) {
    const auto total = [&] {
        return c.number<"function totalUnits() view returns (uint256)">(voting_units_address);
    };
    const U256 all = total();
    EXPECT_EQ(c.units(c.alice), c.rich);
    ASSERT_TRUE(c.stake(one_asset, c.alice, 1024).success);
    EXPECT_EQ(c.units(c.alice), c.rich);
    EXPECT_EQ(c.units(one_asset), 0);
    EXPECT_EQ(total(), all);
    ASSERT_TRUE(c.add_reward(one_asset, c.carol, 100).success);
    EXPECT_EQ(total(), all - 100) << "a reward that is not paid yet is nobody's vote";
    ASSERT_TRUE(c.set_auto_compound(one_asset, c.alice, 1000).success);
    ASSERT_TRUE(c.compound(one_asset, c.bob, c.alice).success);
    EXPECT_EQ(c.units(c.alice), c.rich + 90);
    EXPECT_EQ(c.units(c.bob), c.rich + 10);
    EXPECT_EQ(total(), all);
    ASSERT_TRUE(c.withdraw(one_asset, c.alice, 90).success);
    EXPECT_EQ(c.units(c.alice), c.rich + 90);
    ASSERT_TRUE(c.leave(one_asset, c.alice).success);
    EXPECT_EQ(c.units(c.alice), c.rich + 90);
    EXPECT_EQ(c.balance(c.coin, c.alice), c.rich + 90);
    EXPECT_EQ(total(), all);
    ASSERT_TRUE(c.stake(pool_at, c.bob, 1000).success);
    EXPECT_EQ(c.units(c.bob), c.rich + 10) << "another asset's stake has no voice in the coin";
}

// --- sources --------------------------------------------------------------------------------------

TEST_F(PoolTest, sources_are_pulled_before_a_stake_changes) {
    ASSERT_TRUE(c.set_sources(c.owner, pool_at, {spring, other_spring}).success);
    ASSERT_TRUE(c.stake(pool_at, c.alice, 1).success);
    owe(spring, pool_at, 1000);
    owe(other_spring, pool_at, 50);
    EXPECT_EQ(c.earned(pool_at, c.alice), 1050) << "a view counts what a pull would bring";
    ASSERT_TRUE(c.stake(pool_at, c.bob, 1'000'000).success);
    EXPECT_EQ(c.earned(pool_at, c.bob), 0) << "staked just before the reward: too late";
    EXPECT_EQ(c.gain(c.coin, c.bob, [&] { return c.leave(pool_at, c.bob); }), 0);
    owe(spring, pool_at, 7);
    EXPECT_EQ(c.gain(c.coin, c.alice, [&] { return c.leave(pool_at, c.alice); }), 1057);
    owe(spring, pool_at, 70);
    ASSERT_TRUE(c.stake(pool_at, c.bob, 1).success);
    EXPECT_EQ(c.unallocated(pool_at), 0) << "it streams now";
    EXPECT_EQ(c.earned(pool_at, c.bob), 0) << "nobody was there to earn it";
}

TEST_F(PoolTest, a_failing_source_locks_nobodys_stake) {
    ASSERT_TRUE(c.set_sources(c.owner, pool_at, {spring, other_spring}).success);
    ASSERT_TRUE(c.stake(pool_at, c.alice, 10).success);
    owe(spring, pool_at, 1000, true);
    owe(other_spring, pool_at, 5);
    EXPECT_EQ(c.earned(pool_at, c.alice), 5);
    ASSERT_TRUE(c.leave(pool_at, c.alice).success);
    EXPECT_EQ(c.balance(c.token, c.alice), c.rich);
    EXPECT_EQ(c.balance(c.coin, spring), 1000) << "what it owes stays with it";
}

TEST_F(PoolTest, sources_are_the_factory_owners_choice_alone) {
    const std::vector<Address> one{spring};
    EXPECT_EQ(c.set_sources(c.alice, pool_at, one).revert, OwnableUnauthorizedAccount::encode(c.alice));
    for (const auto& who : {c.alice, c.owner}) {
        EXPECT_EQ((c.call<"function setSources(address[] sources)">(who, pool_at, one).revert),
                  Pool::NotPoolFactory::encode(who));
    }
    EXPECT_EQ(c.set_sources(c.owner, c.coin, one).revert, error<"error PoolUnknown(address pool)">(c.coin));
    EXPECT_EQ(c.set_sources(c.owner, pool_at, {spring, spring}).revert,
              error<"error PoolSourceInvalid(address source)">(spring));
    EXPECT_EQ(c.set_sources(c.owner, pool_at, {c.alice}).revert,
              error<"error PoolSourceInvalid(address source)">(c.alice));
    EXPECT_EQ(c.set_sources(c.owner, pool_at, std::vector<Address>(5, spring)).revert,
              (error<"error PoolTooManySources(uint256 count, uint256 most)">(U256(5), U256(4))));
    // A contract that is no source answers nothing and is passed over.
    ASSERT_TRUE(c.set_sources(c.owner, pool_at, {c.coin, spring}).success);
    ASSERT_TRUE(c.stake(pool_at, c.alice, 16).success);
    owe(spring, pool_at, 3);
    EXPECT_EQ(c.earned(pool_at, c.alice), 3);
    // What a source owes when it goes is not lost.
    ASSERT_TRUE(c.set_sources(c.owner, pool_at, {other_spring}).success);
    EXPECT_EQ(c.call<"function sources() view returns (address[])">(c.bob, pool_at).value,
              std::vector{other_spring});
    EXPECT_EQ(c.books(pool_at).held.value(), 3);
    EXPECT_EQ(c.balance(c.coin, pool_at), 3);
}

// --- the factory ----------------------------------------------------------------------------------

TEST_F(PoolTest, pools_stand_at_addresses_known_before) {
    const auto expected =
        c.call<"function poolAddress(address creator, uint256 index) view returns (address pool)">(
             c.bob, c.at, c.alice, U256(0))
            .value;
    EXPECT_EQ(expected, pool_address(c.alice, 0));
    const auto made = c.create_pool(c.alice, c.token, c.token, 60);
    ASSERT_TRUE(made.success);
    EXPECT_EQ(made.value, expected);
    EXPECT_EQ(c.number<"function poolCount() view returns (uint256 count)">(c.at), 3);
    const auto at = [&](const U256& index) {
        return c.call<"function poolAt(uint256 index) view returns (address pool)">(c.bob, c.at, index);
    };
    EXPECT_EQ(at(0).value, pool_at);
    EXPECT_EQ(at(2).value, expected);
    EXPECT_EQ(at(3).revert, panic(PanicCode::index_out_of_bounds));
    EXPECT_EQ(at(u256_max).revert, panic(PanicCode::index_out_of_bounds));
    EXPECT_EQ(
        (c.call<"function poolCountOf(address creator) view returns (uint256 count)">(c.bob, c.at, c.owner)
             .value),
        2);
    const auto is_pool = [&](const Address& who) {
        return c.call<"function isPool(address account) view returns (bool)">(c.bob, c.at, who).value;
    };
    EXPECT_TRUE(is_pool(expected));
    EXPECT_FALSE(is_pool(c.coin));
    EXPECT_FALSE(is_pool(c.alice));
}

TEST_F(PoolTest, pools_take_tokens_of_this_chain_alone) {
    for (const auto& wrong : {c.alice, Address{}, pool_at, c.at, spring}) {
        const auto refused = error<"error PoolAssetUnsupported(address asset)">(wrong);
        EXPECT_EQ(c.create_pool(c.alice, wrong, c.coin, 60).revert, refused);
        EXPECT_EQ(c.create_pool(c.alice, c.coin, wrong, 60).revert, refused);
    }
    EXPECT_EQ(c.create_pool(c.alice, c.coin, c.coin, 0).revert, Pool::DurationInvalid::encode(U256(0)));
    EXPECT_EQ(c.create_pool(c.alice, c.coin, c.coin, u256_max).revert,
              Pool::DurationInvalid::encode(u256_max));
}

TEST_F(PoolTest, ownership_is_handed_over) {
    for (const auto& what : {pool_at, Address(c.at)}) {
        const auto hand_over = [&](const Address& by, const Address& to) {
            return c.call<"function transferOwnership(address newOwner)">(by, what, to);
        };
        EXPECT_EQ(hand_over(c.owner, Address{}).revert, OwnableInvalidOwner::encode(Address{}));
        EXPECT_EQ(hand_over(c.alice, c.alice).revert, OwnableUnauthorizedAccount::encode(c.alice));
        ASSERT_TRUE(hand_over(c.owner, c.bob).success);
        EXPECT_EQ(c.call<"function owner() view returns (address)">(c.alice, what).value, c.bob);
    }
}

TEST_F(PoolTest, the_genesis_file_asks_for_a_first_pool_with_its_source) {
    TestChain fresh;
    fresh.host.install(wrapped_coin, c.coin);
    fresh.host.install(voting_units, voting_units_address);
    GenesisParams params;
    params.members["owner"].text = hex0x(c.owner);
    params.members["stakersPool"].members["rewardsDuration"].text = "604800";
    params.members["stakersPool"].members["source"].text = hex0x(spring);
    fresh.host.install(pool_factory, c.at, params);
    const auto first = pool_address(c.owner, 0);
    EXPECT_EQ(fresh.call<"function sources() view returns (address[])">(c.bob, first).value,
              std::vector{spring});
    EXPECT_EQ(fresh.call<"function stakingToken() view returns (address)">(c.bob, first).value, c.coin);
    EXPECT_EQ(fresh.call<"function owner() view returns (address)">(c.bob, first).value, c.owner);
}

}  // namespace
}  // namespace farthing::contracts
