// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice The chain's numbers that its owner may change within bounds.
interface IParameters {
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

    /// @notice Sets a number from the next block on. Only the owner.
    function set(string calldata name, uint256 value) external;

    /// @notice The number as it was set last; while isSet is false, as the genesis file says.
    function get(string calldata name) external view returns (uint256 value, bool isSet);

    /// @notice The number that the chain goes by from the next block on, and what it may be set to. It is less than get says where another number leaves less room: txGasMax within blockGasLimit, feeTreasuryBps beside feeStakersBps.
    function inForce(string calldata name) external view returns (uint256 value, uint256 min, uint256 max);

    /// @notice What the number may be set to.
    function bounds(string calldata name) external view returns (uint256 min, uint256 max);

    /// @notice The numbers there are.
    function names() external view returns (string[] memory);

    /// @notice A number was set.
    event ParameterSet(string name, uint256 value);

    /// @notice There is no number of that name.
    error ParameterUnknown(string name);

    /// @notice The value is outside of the number's bounds.
    error ParameterOutOfBounds(string name, uint256 value, uint256 min, uint256 max);
}
