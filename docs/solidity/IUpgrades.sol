// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Which version of each contract runs from when.
interface IUpgrades {
    struct Upgrade { uint16 contractId; uint16 version; uint64 time; }

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

    /// @notice Makes accounts of a contract run a version from `time` (unix seconds) on. Only the owner.
    function schedule(uint16 contractId, uint16 version, uint64 time) external;

    /// @notice Takes back an upgrade that is not due yet. Only the owner.
    function cancel(uint16 contractId, uint16 version) external;

    /// @notice Every scheduled upgrade, due or not, in no particular order.
    function scheduled() external view returns (Upgrade[] memory);

    /// @notice The highest scheduled version that is due at `time`; 0 when there is none.
    function versionAt(uint16 contractId, uint64 time) external view returns (uint16 version);

    /// @notice An upgrade was scheduled.
    event UpgradeScheduled(uint16 indexed contractId, uint16 version, uint64 time);

    /// @notice An upgrade was taken back.
    event UpgradeCancelled(uint16 indexed contractId, uint16 version);

    /// @notice An upgrade must lie in the future.
    error UpgradeTimeNotInFuture(uint64 time);

    /// @notice This version, or a higher one, is scheduled already.
    error UpgradeVersionNotHigher(uint16 version, uint16 scheduled);

    /// @notice There is no such upgrade that is not due yet.
    error UpgradeNotPending(uint16 contractId, uint16 version);
}
