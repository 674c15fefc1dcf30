#pragma once
// The pool that PoolFactory makes: stake one asset, earn another (or the same), pro rata.
#include "contracts/ownable.hpp"
#include "contracts/staking/books.hpp"
#include "contracts/token/wrapped_coin.hpp"

namespace farthing::contracts {

inline constexpr Address pool_factory_address = literals::address("fa0009");

/// What a new pool is to be; checked by PoolFactory and Pool::construct.
struct PoolTerms {
    Address stake_asset;
    Address reward_asset;
    U256 rewards_duration;  ///< Seconds.
};

/// StakingRewards' interface on books that lose nothing. Stakes and rewards are separate sub-ledgers: a
/// reward is never paid out of a stake, not even when both are the same asset.
struct Pool : Owned<Unowned, 0> {
    // Slot numbers are consensus: never reuse or reorder one.
    Slot<abi::Uint<48>, 0, "_rewardsDuration", 20> duration{ctx};
    Slot<Address, 1, "_rewardsDistribution"> distribution{ctx};
    Slot<Address, 2, "_stakingToken"> stake_asset{ctx};
    Slot<Address, 3, "_rewardsToken"> reward_asset{ctx};
    Slot<Books, 4, "_books"> books{ctx};
    Slot<Array<Address>, 10, "_sources"> sources{ctx};
    Mapping<Address, Staker, 11, "_stakers"> stakers{ctx};

    using Staked = abi::Event<"event Staked(address indexed user, uint256 amount)">;
    using Withdrawn = abi::Event<"event Withdrawn(address indexed user, uint256 amount)">;
    using RewardPaid = abi::Event<"event RewardPaid(address indexed user, uint256 reward)">;
    using RewardAdded = abi::Event<"event RewardAdded(uint256 reward)">;
    using RewardShared = abi::Event<"event RewardShared(address indexed from, uint256 reward)">;
    using Compounded =
        abi::Event<"event Compounded(address indexed user, address indexed by, uint256 amount, uint256 tip)">;
    using AutoCompoundSet = abi::Event<"event AutoCompoundSet(address indexed user, uint16 tipBps)">;
    using DurationUpdated = abi::Event<"event RewardsDurationUpdated(uint256 newDuration)">;
    using DistributionUpdated = abi::Event<"event RewardsDistributionUpdated(address newDistribution)">;
    using SourcesSet = abi::Event<"event SourcesSet(address[] sources)">;

    using StakeZero = abi::Error<"error StakeZeroAmount()">;
    using WithdrawZero = abi::Error<"error WithdrawZeroAmount()">;
    using InsufficientStake =
        abi::Error<"error StakeInsufficientBalance(address account, uint256 balance, uint256 needed)">;
    using RewardZero = abi::Error<"error RewardZeroAmount()">;
    using RewardTooLarge = abi::Error<"error RewardTooLarge(uint256 reward, uint256 room)">;
    using RewardRateTooLow = abi::Error<"error RewardRateTooLow(uint256 reward, uint256 duration)">;
    using RewardUnfunded = abi::Error<"error RewardUnfunded(uint256 available, uint256 needed)">;
    using RewardPeriodActive = abi::Error<"error RewardPeriodActive(uint256 periodFinish)">;
    using DurationInvalid = abi::Error<"error RewardsDurationInvalid(uint256 duration)">;
    using UnauthorizedDistributor = abi::Error<"error UnauthorizedDistributor(address caller)">;
    using CompoundUnsupported = abi::Error<"error CompoundUnsupported()">;
    using CompoundNotAllowed = abi::Error<"error CompoundNotAllowed(address user)">;
    using TipTooHigh = abi::Error<"error TipTooHigh(uint16 tipBps, uint16 most)">;
    using NotPoolFactory = abi::Error<"error NotPoolFactory(address caller)">;

    static constexpr Marker marker{33, 1};

    // --- stakers
    void stake(const U256& amount);
    void withdraw(const U256& amount);
    void get_reward();
    void exit();
    /// Anyone adds a user's reward to the user's stake, for the tip that the user offers; the user pays none.
    U256 compound(const Address& user);
    void set_auto_compound(std::uint16_t tip_bps);

    // --- rewards
    /// Streams what was sent to this contract before, as StakingRewards does.
    void notify_reward_amount(const U256& reward);
    /// Shares the reward at once among those who are staked.
    void add_reward(const U256& reward);
    void set_rewards_duration(const U256& seconds);
    void set_rewards_distribution(const Address& distributor);
    void set_sources(const std::vector<Address>& list);

    // --- views; each counts what a transaction now would find
    Address staking_token() { return stake_asset; }
    Address rewards_token() { return reward_asset; }
    Address rewards_distribution() { return distribution; }
    U256 rewards_duration() { return U256(duration.get().value()); }
    U256 total_supply() { return books.get().staked; }
    U256 balance_of(const Address& user) { return stakers[user].get().stake; }
    U256 period_finish() { return U256(settled().finish.value()); }
    U256 last_time_reward_applicable();
    U256 reward_per_token();
    U256 earned(const Address& user);
    U256 reward_rate() { return settled().rate(ctx.now); }
    U256 reward_for_duration() { return reward_rate() * rewards_duration(); }
    U256 unallocated_rewards() { return q128_floor(settled().unallocated); }
    std::uint16_t auto_compound_tip(const Address& user) { return stakers[user].get().tip_bps; }
    std::vector<Address> source_list();
    Books stored_books() { return books; }
    Staker stored_staker(const Address& user) { return stakers[user]; }

    /// Runs once, in the account that the factory has just made.
    void construct(const Address& creator, const PoolTerms& terms);

 private:
    bool compounds() { return stake_asset.get() == reward_asset.get(); }
    std::uint64_t period() { return duration.get().value(); }
    Books settled();
    void refresh(Books& b);
    template <class Act>
    void change(const Address& user, const Act& act);
    void take_stake(Books& b, Staker& staker, const Address& user, const U256& amount);
    void take_in(const Address& asset, const U256& amount);
    void pay_out(const Address& asset, const Address& to, const U256& amount);
    void pay_stake(const Address& to, const U256& amount);
    void pay_reward(const Address& to, const U256& amount);
    void report_units(const Address& from, const Address& to, const U256& amount);
};

/// Where the creator's pool of that index, from 0, is or will be.
Address pool_address(const Address& creator, const U256& index);

}  // namespace farthing::contracts
