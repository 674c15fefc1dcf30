// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Makes the native coin by a schedule under a hard cap.
interface IEmission {
    /// @notice Anyone mints what is due until now and splits it among the sinks, which keep it here until they take it.
    /// @dev Refuses to be entered again while it runs.
    function accrue() external returns (uint256 minted);

    /// @notice Gives a stakers' or liquidity pool what it is due, as wrapped coin. Nothing for other callers.
    /// @dev Refuses to be entered again while it runs.
    function pullReward() external returns (uint256 amount);

    /// @notice Anyone sends a sink (0 stakers, 1 liquidity, 2 treasury, 3 games, 4 dev) what it is due, as coin.
    /// @dev Refuses to be entered again while it runs.
    function release(uint8 sink) external returns (uint256 amount);

    /// @notice From now on: 0 fixed (uint256 ratePerSecondE18), 1 halving (uint256 ratePerSecond, uint64 epochSeconds), 2 decaying (the same, uint256 numerator, uint256 denominator), 3 target (uint64 epochSeconds, and in E18 a year uint64 inflation, least, most, change, and goal). Only the owner.
    function setSchedule(uint8 kind, bytes calldata params) external;

    /// @notice Shares of 10,000 from now on. Only the owner.
    function setSplit(uint16 stakers, uint16 liquidity, uint16 treasury, uint16 games, uint16 dev) external;

    /// @notice Who takes a sink's share, what waits already included. Only the owner.
    function setSink(uint8 sink, address to) external;

    /// @notice Lowers for ever what can ever exist. Only the owner.
    function lowerHardCap(uint256 cap) external;

    /// @notice What pullReward would bring the pool now, in wei.
    function pendingReward(address pool) external view returns (uint256 amount);

    /// @notice Wei that the sink is due now, fees of stakers included.
    function owed(uint8 sink) external view returns (uint256 amount);

    /// @notice Who takes the sink's share; zero while it waits.
    function sink(uint8 sink) external view returns (address to);

    /// @notice Wei minted since genesis, with what is due now.
    function mintedTotal() external view returns (uint256);

    /// @notice Wei that can ever have existed, burnt ones included.
    function hardCap() external view returns (uint256);

    /// @notice Wei in existence: genesis and minted, less burnt.
    function coinSupply() external view returns (uint256);

    /// @notice Wei of base fees burnt up to the block before.
    function burntTotal() external view returns (uint256);

    /// @notice The present rate over 365.25 days as a share of coinSupply, times 10^18.
    function annualInflation() external view returns (uint256 e18);

    /// @notice Shares of 10,000.
    function splitBps() external view returns (uint16 stakers, uint16 liquidity, uint16 treasury, uint16 games, uint16 dev);

    /// @notice As setSchedule took it.
    function schedule() external view returns (uint8 kind, bytes memory params);

    /// @notice Wei * 10^18 a second at an emission time not before the last accrual, stakes as now.
    function scheduleAt(uint256 timestamp) external view returns (uint256 ratePerSecondE18);

    /// @notice Wei minted from genesis to an emission time not before the last accrual, stakes as now.
    function cumulativeEmission(uint256 timestamp) external view returns (uint256);

    /// @notice Emission time now: unix seconds less what maxStep left out.
    function clock() external view returns (uint256 time);

    /// @notice Emission time of the last accrual.
    function accruedUntil() external view returns (uint256 time);

    /// @notice Seconds that one block advances the clock at most.
    function maxStep() external view returns (uint256 interval);

    /// @notice Coin was made and split; carryE18 is the fraction of a wei left for later.
    event EmissionMinted(uint256 indexed blockNumber, uint256 minted, uint256[5] split, uint256 carryE18);

    /// @notice A sink took its share.
    event EmissionPaid(uint8 indexed sink, address indexed to, uint256 amount);

    /// @notice Another schedule began.
    event EmissionScheduleSet(uint8 kind, bytes params);

    /// @notice Other shares hold.
    event EmissionSplitSet(uint16[5] bps);

    /// @notice Another account takes the share.
    event EmissionSinkSet(uint8 indexed sink, address indexed to);

    /// @notice Less can ever exist.
    event EmissionCapLowered(uint256 cap);

    /// @notice Only the owner sets terms.
    error EmissionOnlyGovernance(address caller);

    /// @notice The shares do not sum to 10,000.
    error EmissionSplitNot10000(uint256 sum);

    /// @notice The kind is unknown, or a parameter is out of bounds.
    error EmissionScheduleInvalid(uint8 kind);

    /// @notice More than that has existed already.
    error EmissionCapBelowSupply(uint256 cap, uint256 supply);

    /// @notice A hard cap is never raised.
    error EmissionCapRaised(uint256 cap, uint256 present);

    /// @notice Sinks count from 0 to 4.
    error EmissionSinkUnknown(uint8 sink);

    /// @notice Nobody takes this share yet.
    error EmissionSinkUnset(uint8 sink);

    /// @notice That time lies before the last accrual.
    error EmissionTimePast(uint256 timestamp, uint256 accrued);

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
