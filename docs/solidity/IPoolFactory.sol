// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Makes staking pools.
interface IPoolFactory {
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

    /// @notice Makes a pool for two tokens of this chain, which may be one; the caller owns it and notifies. Streams last rewardsDuration seconds.
    function createPool(address stakeAsset, address rewardAsset, uint256 rewardsDuration) external returns (address pool);

    /// @notice Names up to four contracts that the pool asks for rewards. Only the owner.
    function setSources(address pool, address[] calldata sources) external;

    /// @notice Pools made.
    function poolCount() external view returns (uint256 count);

    /// @notice The pool made as number `index`, from 0.
    function poolAt(uint256 index) external view returns (address pool);

    /// @notice Pools that `creator` has made.
    function poolCountOf(address creator) external view returns (uint256 count);

    /// @notice Where the creator's pool of that index, from 0, is or will be.
    function poolAddress(address creator, uint256 index) external view returns (address pool);

    /// @notice Whether a pool is there.
    function isPool(address account) external view returns (bool);

    /// @notice A pool was made.
    event PoolCreated(address indexed pool, address indexed creator, address indexed stakeAsset, address rewardAsset, uint256 rewardsDuration);

    /// @notice Pools take the wrapped coin and tokens of TokenFactory.
    error PoolAssetUnsupported(address asset);

    /// @notice There is no pool at that address.
    error PoolUnknown(address pool);

    /// @notice A pool asks at most four sources.
    error PoolTooManySources(uint256 count, uint256 most);

    /// @notice A source is a contract of this chain, named once.
    error PoolSourceInvalid(address source);

    /// @notice A stream lasts from one second to ten years.
    error RewardsDurationInvalid(uint256 duration);
}
