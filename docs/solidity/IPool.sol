// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Stake one asset, earn another, pro rata.
interface IPool {
    struct Books { uint208 staked; uint48 finish; uint208 carry; uint48 updated; uint256 rewardIndex; uint256 streaming; uint256 unallocated; uint128 held; uint128 rewards; }

    struct Staker { uint208 stake; uint16 tipBps; uint256 rewardIndex; uint256 due; }

    /// @notice Stakes the caller's units, within the allowance given to the pool.
    /// @dev Refuses to be entered again while it runs.
    function stake(uint256 amount) external;

    /// @notice Gives the caller's stake back.
    /// @dev Refuses to be entered again while it runs.
    function withdraw(uint256 amount) external;

    /// @notice Pays the caller's whole units of reward.
    /// @dev Refuses to be entered again while it runs.
    function getReward() external;

    /// @notice withdraw of everything, and getReward.
    /// @dev Refuses to be entered again while it runs.
    function exit() external;

    /// @notice Adds a user's reward to the user's stake. Another caller than the user earns the tip that the user offers. Only where reward and stake are one asset.
    /// @dev Refuses to be entered again while it runs.
    function compound(address user) external returns (uint256 amount);

    /// @notice Lets anyone compound for the caller and keep tipBps / 10,000 of the reward, at most a tenth; 0 ends it.
    /// @dev Refuses to be entered again while it runs.
    function setAutoCompound(uint16 tipBps) external;

    /// @notice Streams the reward, sent to the pool before, with all that is left or unallocated, over the duration. Only the distributor.
    /// @dev Refuses to be entered again while it runs.
    function notifyRewardAmount(uint256 reward) external;

    /// @notice Anyone shares units of the caller's at once among those staked; while nobody is, they become unallocated.
    /// @dev Refuses to be entered again while it runs.
    function addReward(uint256 reward) external;

    /// @notice Seconds of coming streams, 1 to ten years; not while one runs. Only the owner.
    /// @dev Refuses to be entered again while it runs.
    function setRewardsDuration(uint256 duration) external;

    /// @notice Who may notify. Only the owner.
    /// @dev Refuses to be entered again while it runs.
    function setRewardsDistribution(address distributor) external;

    /// @notice Contracts that are asked for rewards before stakes change. Only PoolFactory.
    /// @dev Refuses to be entered again while it runs.
    function setSources(address[] calldata sources) external;

    /// @notice The asset staked.
    function stakingToken() external view returns (address);

    /// @notice The asset earned.
    function rewardsToken() external view returns (address);

    /// @notice Who may notify.
    function rewardsDistribution() external view returns (address);

    /// @notice Seconds that a new stream lasts.
    function rewardsDuration() external view returns (uint256);

    /// @notice Units staked by all.
    function totalSupply() external view returns (uint256);

    /// @notice Units staked by the account.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Unix seconds at which the stream ends or has ended.
    function periodFinish() external view returns (uint256);

    /// @notice Now, or the end of the stream when that is past.
    function lastTimeRewardApplicable() external view returns (uint256);

    /// @notice Units of reward that 10^18 units of stake have earned since the pool began, rounded down.
    function rewardPerToken() external view returns (uint256);

    /// @notice Units of reward that getReward would pay now.
    function earned(address account) external view returns (uint256);

    /// @notice Units a second that stream now, rounded down; 0 when none do.
    function rewardRate() external view returns (uint256);

    /// @notice rewardRate times rewardsDuration.
    function getRewardForDuration() external view returns (uint256);

    /// @notice Units that came while nobody was staked; they stream after the present stream, or with the next.
    function unallocatedRewards() external view returns (uint256);

    /// @notice The tip for who compounds for the account; 0 when nobody else may.
    function autoCompoundTip(address account) external view returns (uint16 tipBps);

    /// @notice Contracts that are asked.
    function sources() external view returns (address[] memory);

    /// @notice The pool's sums as they were stored last; uint256 amounts are units * 2^128.
    function books() external view returns (Books memory);

    /// @notice The account's record as it was stored last.
    function stakers(address account) external view returns (Staker memory);

    /// @notice Units were staked.
    event Staked(address indexed user, uint256 amount);

    /// @notice Stake was given back.
    event Withdrawn(address indexed user, uint256 amount);

    /// @notice A reward was paid, or compounded.
    event RewardPaid(address indexed user, uint256 reward);

    /// @notice A stream began.
    event RewardAdded(uint256 reward);

    /// @notice A reward was shared at once; it came from this account or source.
    event RewardShared(address indexed from, uint256 reward);

    /// @notice A reward less the tip was added to the user's stake.
    event Compounded(address indexed user, address indexed by, uint256 amount, uint256 tip);

    /// @notice The user offers this tip.
    event AutoCompoundSet(address indexed user, uint16 tipBps);

    /// @notice Coming streams last that many seconds.
    event RewardsDurationUpdated(uint256 newDuration);

    /// @notice Another account notifies.
    event RewardsDistributionUpdated(address newDistribution);

    /// @notice Other sources are asked.
    event SourcesSet(address[] sources);

    /// @notice Nothing to stake.
    error StakeZeroAmount();

    /// @notice Nothing to withdraw.
    error WithdrawZeroAmount();

    /// @notice The account has staked less.
    error StakeInsufficientBalance(address account, uint256 balance, uint256 needed);

    /// @notice Nothing to share.
    error RewardZeroAmount();

    /// @notice A pool takes in less than 2^128 units in all; room is what it still can.
    error RewardTooLarge(uint256 reward, uint256 room);

    /// @notice A stream of nothing.
    error RewardRateTooLow(uint256 reward, uint256 duration);

    /// @notice Send the reward to the pool first.
    error RewardUnfunded(uint256 available, uint256 needed);

    /// @notice A stream runs until periodFinish.
    error RewardPeriodActive(uint256 periodFinish);

    /// @notice A stream lasts from one second to ten years.
    error RewardsDurationInvalid(uint256 duration);

    /// @notice Only the distributor notifies.
    error UnauthorizedDistributor(address caller);

    /// @notice Reward and stake are different assets.
    error CompoundUnsupported();

    /// @notice The user lets nobody else compound.
    error CompoundNotAllowed(address user);

    /// @notice A tip is at most a tenth.
    error TipTooHigh(uint16 tipBps, uint16 most);

    /// @notice Only PoolFactory sets sources.
    error NotPoolFactory(address caller);

    /// @notice The asset's own refusal: the pool's allowance is too small.
    error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed);

    /// @notice The asset's own refusal: the caller holds too little of it.
    error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);

    /// @notice Who may change this contract; zero when nobody may.
    function owner() external view returns (address);

    /// @notice Hands the contract to another owner. Only the owner.
    function transferOwnership(address newOwner) external;

    /// @notice The owner changed.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice The caller is not the owner.
    error OwnableUnauthorizedAccount(address account);

    /// @notice The zero address cannot be made owner.
    error OwnableInvalidOwner(address owner);
}
