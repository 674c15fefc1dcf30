#pragma once
// A chain with PoolFactory and two assets, and what tests of pools call.
#include "contracts/staking/pool.hpp"
#include "contracts/testing/error_coverage.hpp"
#include "contracts/voting_units/voting_units.hpp"

namespace farthing::contracts {
extern const Module pool;
extern const Module pool_factory;
extern const Module wrapped_coin;
extern const Module token_factory;
extern const Module voting_units;
}  // namespace farthing::contracts

namespace farthing::contracts::testing {

class PoolChain : public TestChain {
 public:
    static constexpr Address coin = address("fa0001"), tokens = address("fa0002"), at = pool_factory_address;
    const Address owner = account(90), alice = account(1), bob = account(2), carol = account(3);
    const U256 rich = U256(1) << 120;
    Address token;  ///< Owned by `owner`, who holds half.

    PoolChain() {
        for (const auto& who : {owner, alice, bob, carol}) host.state.balances[who] = rich * 2;
        host.install(wrapped_coin, coin);
        host.install(voting_units, voting_units_address);
        host.install(token_factory, tokens);
        GenesisParams params;
        params.members["owner"].text = hex0x(owner);
        host.install(pool_factory, at, params);
        token = make_token(rich * 8);
        for (const auto& who : {alice, bob, carol}) {
            transfer(token, owner, who, rich);
            EXPECT_TRUE(pay<"function deposit() payable">(who, coin, rich).success);
        }
        EXPECT_TRUE(pay<"function deposit() payable">(owner, coin, rich).success);
    }
    ~PoolChain() {
        ErrorCoverage::of(pool).add(*this, pool);
        ErrorCoverage::of(pool_factory).add(*this, pool_factory);
    }

    Address make_token(const U256& supply) {
        return call<
                   "function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
                   "uint256 cap, bool mintable) returns (address token)">(
                   owner, tokens, std::string("Reward"), std::string("RWD"), std::uint8_t{18}, supply,
                   U256(0), false)
            .value;
    }
    auto create_pool(const Address& who, const Address& stake_asset, const Address& reward_asset,
                     const U256& seconds) {
        return call<
            "function createPool(address stakeAsset, address rewardAsset, uint256 rewardsDuration) "
            "returns (address pool)">(who, at, stake_asset, reward_asset, seconds);
    }
    /// A pool of `owner` that may take everybody's tokens.
    Address make_pool(const Address& stake_asset, const Address& reward_asset, const U256& seconds) {
        const auto made = create_pool(owner, stake_asset, reward_asset, seconds);
        EXPECT_TRUE(made.success);
        for (const auto& who : {owner, alice, bob, carol})
            for (const auto& asset : {coin, token}) approve(asset, who, made.value);
        return made.value;
    }
    void approve(const Address& asset, const Address& who, const Address& spender) {
        EXPECT_TRUE((call<"function approve(address spender, uint256 value) returns (bool)">(
                         who, asset, spender, u256_max)
                         .success));
    }
    Outcome<bool> transfer(const Address& asset, const Address& from, const Address& to, const U256& value) {
        return call<"function transfer(address to, uint256 value) returns (bool)">(from, asset, to, value);
    }
    U256 balance(const Address& asset, const Address& who) {
        return call<"function balanceOf(address account) view returns (uint256)">(owner, asset, who).value;
    }

    auto stake(const Address& of, const Address& who, const U256& amount) {
        return call<"function stake(uint256 amount)">(who, of, amount);
    }
    auto withdraw(const Address& of, const Address& who, const U256& amount) {
        return call<"function withdraw(uint256 amount)">(who, of, amount);
    }
    auto get_reward(const Address& of, const Address& who) { return call<"function getReward()">(who, of); }
    auto leave(const Address& of, const Address& who) { return call<"function exit()">(who, of); }
    auto compound(const Address& of, const Address& by, const Address& user) {
        return call<"function compound(address user) returns (uint256 amount)">(by, of, user);
    }
    auto set_auto_compound(const Address& of, const Address& who, std::uint16_t tip_bps) {
        return call<"function setAutoCompound(uint16 tipBps)">(who, of, tip_bps);
    }
    auto notify(const Address& of, const Address& who, const U256& reward) {
        return call<"function notifyRewardAmount(uint256 reward)">(who, of, reward);
    }
    /// Sends the reward, then notifies, as the owner.
    void stream(const Address& of, const U256& reward) {
        ASSERT_TRUE(transfer(asset_of(of), owner, of, reward).success);
        ASSERT_TRUE(notify(of, owner, reward).success);
    }
    auto add_reward(const Address& of, const Address& who, const U256& reward) {
        return call<"function addReward(uint256 reward)">(who, of, reward);
    }
    auto set_sources(const Address& who, const Address& of, const std::vector<Address>& list) {
        return call<"function setSources(address pool, address[] sources)">(who, at, of, list);
    }
    template <abi::Text D>
    U256 number(const Address& of) {
        return call<D>(owner, of).value;
    }
    Address asset_of(const Address& of) {
        return call<"function rewardsToken() view returns (address)">(owner, of).value;
    }
    U256 earned(const Address& of, const Address& who) {
        return call<"function earned(address account) view returns (uint256)">(owner, of, who).value;
    }
    U256 staked(const Address& of, const Address& who) {
        return call<"function balanceOf(address account) view returns (uint256)">(owner, of, who).value;
    }
    U256 units(const Address& who) {
        return call<"function unitsOf(address account) view returns (uint256)">(owner, voting_units_address,
                                                                                who)
            .value;
    }
    U256 unallocated(const Address& of) {
        return number<"function unallocatedRewards() view returns (uint256)">(of);
    }
    Books books(const Address& of) {
        return call<"function books() view returns (Books)", Books>(owner, of).value;
    }
    Staker staker(const Address& of, const Address& who) {
        return call<"function stakers(address account) view returns (Staker)", Staker>(owner, of, who).value;
    }
    /// What a call pays out of `asset` to the caller.
    template <class Call>
    U256 gain(const Address& asset, const Address& who, const Call& does) {
        const U256 before = balance(asset, who);
        EXPECT_TRUE(does().success);
        return balance(asset, who) - before;
    }

    /// To the wei and to its 2^128th part: what the pool holds is somebody's.
    void check_books(const Address& of, const std::vector<Address>& everybody) {
        const Books b = books(of);
        U256 stakes = 0, dues = 0;
        for (const auto& who : everybody) {
            Staker s = staker(of, who);
            b.settle(s);
            stakes += s.stake.value();
            dues += s.due;
        }
        ASSERT_EQ(stakes, b.staked.value());
        ASSERT_EQ(to_q128(b.held), b.streaming + b.unallocated + b.carry.value() + dues);
        const auto stake_asset = call<"function stakingToken() view returns (address)">(owner, of).value;
        const auto reward_asset = asset_of(of);
        if (stake_asset == reward_asset) {
            ASSERT_GE(balance(reward_asset, of), b.staked.value() + b.held.value());
        } else {
            ASSERT_GE(balance(stake_asset, of), b.staked.value());
            ASSERT_GE(balance(reward_asset, of), b.held.value());
        }
    }
};

}  // namespace farthing::contracts::testing
