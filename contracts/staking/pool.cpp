/// Pool: stake one asset, earn another. Invariant: the pool holds at least what is staked plus the rewards it
/// still owes or has to share out; both are its own sums, no formula reads a balance. The README tells the
/// rest.
#include "contracts/staking/pool.hpp"

#include "contracts/staking/reward_source.hpp"
#include "contracts/token/erc20.hpp"
#include "contracts/voting_units/voting_units.hpp"

namespace farthing::contracts {
namespace {

constexpr std::uint16_t tip_bps_max = 1'000;
constexpr std::uint64_t duration_max_s = 10 * 365 * 86'400ull;
constexpr std::uint64_t bps_all = 10'000;

using BalanceOf = abi::Function<"function balanceOf(address account) view returns (uint256 balance)">;
using Transfer = abi::Function<"function transfer(address to, uint256 value) returns (bool ok)">;
using TransferFrom =
    abi::Function<"function transferFrom(address from, address to, uint256 value) returns (bool ok)">;

}  // namespace

void Pool::construct(const Address& creator, const PoolTerms& terms) {
    const auto& seconds = terms.rewards_duration;
    require<DurationInvalid>(seconds > 0 && seconds <= duration_max_s, seconds);
    set_owner(creator);
    duration = low_u64(seconds);
    distribution = creator;
    stake_asset = terms.stake_asset;
    reward_asset = terms.reward_asset;
}

// --- stakers --------------------------------------------------------------------------------------

void Pool::stake(const U256& amount) {
    require<StakeZero>(amount > 0);
    change(ctx.caller, [&](Books& b, Staker& staker) { b.stake(staker, amount); });
    take_in(stake_asset, amount);
    report_units({}, ctx.caller, amount);
    ctx.emit<Staked>(ctx.caller, amount);
}

void Pool::withdraw(const U256& amount) {
    change(ctx.caller, [&](Books& b, Staker& staker) { take_stake(b, staker, ctx.caller, amount); });
    pay_stake(ctx.caller, amount);
}

void Pool::get_reward() {
    U256 reward;
    change(ctx.caller, [&](Books& b, Staker& staker) { reward = b.take_due(staker); });
    pay_reward(ctx.caller, reward);
}

void Pool::exit() {
    U256 amount, reward;
    change(ctx.caller, [&](Books& b, Staker& staker) {
        amount = staker.stake.value();
        take_stake(b, staker, ctx.caller, amount);
        reward = b.take_due(staker);
    });
    pay_stake(ctx.caller, amount);
    pay_reward(ctx.caller, reward);
}

U256 Pool::compound(const Address& user) {
    require<CompoundUnsupported>(compounds());
    U256 reward, tip;
    change(user, [&](Books& b, Staker& staker) {
        const bool by_another = ctx.caller != user;
        require<CompoundNotAllowed>(!by_another || staker.tip_bps != 0, user);
        reward = b.take_due(staker);
        if (by_another) tip = mul_div(reward, staker.tip_bps, bps_all, Rounding::down);
        b.stake(staker, reward - tip);
    });
    if (reward == 0) return 0;
    ctx.emit<RewardPaid>(user, reward);
    const U256 added = reward - tip;
    report_units({}, user, added);
    ctx.emit<Staked>(user, added);
    ctx.emit<Compounded>(user, ctx.caller, added, tip);
    if (tip != 0) pay_out(reward_asset, ctx.caller, tip);
    return added;
}

void Pool::set_auto_compound(std::uint16_t tip_bps) {
    require<CompoundUnsupported>(compounds());
    require<TipTooHigh>(tip_bps <= tip_bps_max, tip_bps, tip_bps_max);
    stakers[ctx.caller].update([&](Staker& staker) { staker.tip_bps = tip_bps; });
    ctx.emit<AutoCompoundSet>(ctx.caller, tip_bps);
}

// --- rewards --------------------------------------------------------------------------------------

void Pool::notify_reward_amount(const U256& reward) {
    require<UnauthorizedDistributor>(ctx.caller == distribution.get(), ctx.caller);
    books.update([&](Books& b) {
        refresh(b);
        require<RewardTooLarge>(reward <= b.room(), reward, b.room());
        // As StakingRewards: the reward was sent before. What is not yet in the books is there for this.
        const U256 held = ctx.call<BalanceOf>(reward_asset, ctx.self);
        const U256 booked = b.held.value() + (compounds() ? b.staked.value() : U256(0));
        const U256 available = held > booked ? U256(held - booked) : U256(0);
        require<RewardUnfunded>(reward <= available, available, reward);
        require<RewardRateTooLow>(b.stream(reward, ctx.now, period()), reward, rewards_duration());
    });
    ctx.emit<RewardAdded>(reward);
}

void Pool::add_reward(const U256& reward) {
    require<RewardZero>(reward > 0);
    books.update([&](Books& b) {
        refresh(b);
        require<RewardTooLarge>(reward <= b.room(), reward, b.room());
        b.add(reward);
    });
    take_in(reward_asset, reward);
    ctx.emit<RewardShared>(ctx.caller, reward);
}

void Pool::set_rewards_duration(const U256& seconds) {
    only_owner();
    const U256 finish = period_finish();
    require<RewardPeriodActive>(ctx.now > finish, finish);
    require<DurationInvalid>(seconds > 0 && seconds <= duration_max_s, seconds);
    duration = low_u64(seconds);
    ctx.emit<DurationUpdated>(seconds);
}

void Pool::set_rewards_distribution(const Address& distributor) {
    only_owner();
    distribution = distributor;
    ctx.emit<DistributionUpdated>(distributor);
}

void Pool::set_sources(const std::vector<Address>& list) {
    require<NotPoolFactory>(ctx.caller == pool_factory_address, ctx.caller);
    books.update([&](Books& b) { refresh(b); });  // What the old sources owe so far.
    for (auto n = sources.size(); n > 0; --n) sources.pop();
    for (const auto& source : list) sources.push(source);
    ctx.emit<SourcesSet>(list);
}

// --- views ----------------------------------------------------------------------------------------

U256 Pool::last_time_reward_applicable() {
    return std::min(U256(ctx.now), period_finish());
}

U256 Pool::reward_per_token() {
    constexpr std::uint64_t shown_unit = 1'000'000'000'000'000'000;
    return mul_div(settled().index, shown_unit, U256(1) << q128_bits, Rounding::down);
}

U256 Pool::earned(const Address& user) {
    Staker staker = stakers[user];
    settled().settle(staker);
    return q128_floor(staker.due);
}

std::vector<Address> Pool::source_list() {
    std::vector<Address> out(sources.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = sources[i];
    return out;
}

Books Pool::settled() {
    Books b = books;
    b.settle(ctx.now, period());
    for (const auto& source : source_list()) {
        const auto answer = ctx.raw_call(source, 0, PendingReward::encode(ctx.self), true);
        const auto amount = PendingReward::decode_output(answer.output);
        if (answer.success && amount) b.add(std::min(std::get<0>(*amount), b.room()));
    }
    return b;
}

// --- inside ---------------------------------------------------------------------------------------

// A source that fails is passed over: what it owes stays with it, and nobody's stake waits for it.
void Pool::refresh(Books& b) {
    b.settle(ctx.now, period());
    for (const auto& source : source_list()) {
        const auto answer = ctx.raw_call(source, 0, PullReward::encode());
        const auto amount = PullReward::decode_output(answer.output);
        if (!answer.success || !amount || std::get<0>(*amount) == 0) continue;
        const U256 reward = std::min(std::get<0>(*amount), b.room());
        b.add(reward);
        ctx.emit<RewardShared>(source, reward);
    }
}

/// Settles pool and user, lets `act(Books&, Staker&)` change them and writes what has changed.
template <class Act>
void Pool::change(const Address& user, const Act& act) {
    books.update([&](Books& b) {
        refresh(b);
        stakers[user].update([&](Staker& staker) {
            b.settle(staker);
            act(b, staker);
        });
        b.settle(ctx.now, period());  // The first stake sets unallocated rewards streaming.
    });
}

void Pool::take_stake(Books& b, Staker& staker, const Address& user, const U256& amount) {
    require<WithdrawZero>(amount > 0);
    const U256 held = staker.stake;
    require<InsufficientStake>(held >= amount, user, held, amount);
    ctx.debit({ctx.self, 0}, user, amount);
    b.unstake(staker, amount);
}

void Pool::take_in(const Address& asset, const U256& amount) {
    if (!ctx.call<TransferFrom>(asset, ctx.caller, ctx.self, amount)) throw Revert{};
}

void Pool::pay_out(const Address& asset, const Address& to, const U256& amount) {
    if (!ctx.call<Transfer>(asset, to, amount)) throw Revert{};
}

void Pool::pay_stake(const Address& to, const U256& amount) {
    report_units(to, {}, amount);
    pay_out(stake_asset, to, amount);
    ctx.emit<Withdrawn>(to, amount);
}

// Staked wrapped coin votes for its staker; in the pool's own hands it counts as nobody's.
void Pool::report_units(const Address& from, const Address& to, const U256& amount) {
    if (stake_asset.get() == wrapped_coin_address)
        ctx.call<MoveUnits>(voting_units_address, from, to, amount);
}

void Pool::pay_reward(const Address& to, const U256& amount) {
    if (amount == 0) return;
    pay_out(reward_asset, to, amount);
    ctx.emit<RewardPaid>(to, amount);
}

// --- declarations ---------------------------------------------------------------------------------

namespace {

constexpr auto functions = table<Row>({
    function<"function stake(uint256 amount) nonreentrant", &Pool::stake>(
        "Stakes the caller's units, within the allowance given to the pool."),
    function<"function withdraw(uint256 amount) nonreentrant", &Pool::withdraw>(
        "Gives the caller's stake back."),
    function<"function getReward() nonreentrant", &Pool::get_reward>(
        "Pays the caller's whole units of reward."),
    function<"function exit() nonreentrant", &Pool::exit>("withdraw of everything, and getReward."),
    function<"function compound(address user) nonreentrant returns (uint256 amount)", &Pool::compound>(
        "Adds a user's reward to the user's stake. Another caller than the user earns the tip that the user "
        "offers. Only where reward and stake are one asset."),
    function<"function setAutoCompound(uint16 tipBps) nonreentrant", &Pool::set_auto_compound>(
        "Lets anyone compound for the caller and keep tipBps / 10,000 of the reward, at most a tenth; 0 ends "
        "it."),
    function<"function notifyRewardAmount(uint256 reward) nonreentrant", &Pool::notify_reward_amount>(
        "Streams the reward, sent to the pool before, with all that is left or unallocated, over the "
        "duration. Only the distributor."),
    function<"function addReward(uint256 reward) nonreentrant", &Pool::add_reward>(
        "Anyone shares units of the caller's at once among those staked; while nobody is, they become "
        "unallocated."),
    function<"function setRewardsDuration(uint256 duration) nonreentrant", &Pool::set_rewards_duration>(
        "Seconds of coming streams, 1 to ten years; not while one runs. Only the owner."),
    function<"function setRewardsDistribution(address distributor) nonreentrant",
             &Pool::set_rewards_distribution>("Who may notify. Only the owner."),
    function<"function setSources(address[] sources) nonreentrant", &Pool::set_sources>(
        "Contracts that are asked for rewards before stakes change. Only PoolFactory."),
});
constexpr auto views = table<Row>({
    function<"function stakingToken() view returns (address)", &Pool::staking_token>("The asset staked."),
    function<"function rewardsToken() view returns (address)", &Pool::rewards_token>("The asset earned."),
    function<"function rewardsDistribution() view returns (address)", &Pool::rewards_distribution>(
        "Who may notify."),
    function<"function rewardsDuration() view returns (uint256)", &Pool::rewards_duration>(
        "Seconds that a new stream lasts."),
    function<"function totalSupply() view returns (uint256)", &Pool::total_supply>("Units staked by all."),
    function<"function balanceOf(address account) view returns (uint256)", &Pool::balance_of>(
        "Units staked by the account."),
    function<"function periodFinish() view returns (uint256)", &Pool::period_finish>(
        "Unix seconds at which the stream ends or has ended."),
    function<"function lastTimeRewardApplicable() view returns (uint256)",
             &Pool::last_time_reward_applicable>("Now, or the end of the stream when that is past."),
    function<"function rewardPerToken() view returns (uint256)", &Pool::reward_per_token>(
        "Units of reward that 10^18 units of stake have earned since the pool began, rounded down."),
    function<"function earned(address account) view returns (uint256)", &Pool::earned>(
        "Units of reward that getReward would pay now."),
    function<"function rewardRate() view returns (uint256)", &Pool::reward_rate>(
        "Units a second that stream now, rounded down; 0 when none do."),
    function<"function getRewardForDuration() view returns (uint256)", &Pool::reward_for_duration>(
        "rewardRate times rewardsDuration."),
    function<"function unallocatedRewards() view returns (uint256)", &Pool::unallocated_rewards>(
        "Units that came while nobody was staked; they stream after the present stream, or with the next."),
    function<"function autoCompoundTip(address account) view returns (uint16 tipBps)",
             &Pool::auto_compound_tip>("The tip for who compounds for the account; 0 when nobody else may."),
    function<"function sources() view returns (address[])", &Pool::source_list>("Contracts that are asked."),
    function<"function books() view returns (Books)", &Pool::stored_books>(
        "The pool's sums as they were stored last; uint256 amounts are units * 2^128."),
    function<"function stakers(address account) view returns (Staker)", &Pool::stored_staker>(
        "The account's record as it was stored last."),
});
constexpr auto events = table<Row>({
    event<Pool::Staked>("Units were staked."),
    event<Pool::Withdrawn>("Stake was given back."),
    event<Pool::RewardPaid>("A reward was paid, or compounded."),
    event<Pool::RewardAdded>("A stream began."),
    event<Pool::RewardShared>("A reward was shared at once; it came from this account or source."),
    event<Pool::Compounded>("A reward less the tip was added to the user's stake."),
    event<Pool::AutoCompoundSet>("The user offers this tip."),
    event<Pool::DurationUpdated>("Coming streams last that many seconds."),
    event<Pool::DistributionUpdated>("Another account notifies."),
    event<Pool::SourcesSet>("Other sources are asked."),
});
constexpr auto errors = table<Row>({
    error<Pool::StakeZero>("Nothing to stake."),
    error<Pool::WithdrawZero>("Nothing to withdraw."),
    error<Pool::InsufficientStake>("The account has staked less."),
    error<Pool::RewardZero>("Nothing to share."),
    error<Pool::RewardTooLarge>("A pool takes in less than 2^128 units in all; room is what it still can."),
    error<Pool::RewardRateTooLow>("A stream of nothing."),
    error<Pool::RewardUnfunded>("Send the reward to the pool first."),
    error<Pool::RewardPeriodActive>("A stream runs until periodFinish."),
    error<Pool::DurationInvalid>("A stream lasts from one second to ten years."),
    error<Pool::UnauthorizedDistributor>("Only the distributor notifies."),
    error<Pool::CompoundUnsupported>("Reward and stake are different assets."),
    error<Pool::CompoundNotAllowed>("The user lets nobody else compound."),
    error<Pool::TipTooHigh>("A tip is at most a tenth."),
    error<Pool::NotPoolFactory>("Only PoolFactory sets sources."),
    error<Erc20::InsufficientAllowance>("The asset's own refusal: the pool's allowance is too small."),
    error<Erc20::InsufficientBalance>("The asset's own refusal: the caller holds too little of it."),
});
constexpr auto rows = join(functions, views, events, errors, ownable_rows<Pool>);
constexpr auto slots = table<SlotRow>({
    slot<&Pool::current_owner>("Sets duration and distributor."),
    slot<&Pool::duration>("Seconds that a new stream lasts."),
    slot<&Pool::distribution>("Notifies."),
    slot<&Pool::stake_asset>("Token staked."),
    slot<&Pool::reward_asset>("Token earned."),
    slot<&Pool::books>("The pool's sums."),
    slot<&Pool::sources>("Contracts asked for rewards."),
    slot<&Pool::stakers>("Stakes and dues by account."),
});

}  // namespace

extern constexpr Module pool =
    module<rows, slots>("Pool", {.id = Pool::marker.contract_id}, "Stake one asset, earn another, pro rata.");

}  // namespace farthing::contracts
