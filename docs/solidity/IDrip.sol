// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice A community tap.
interface IDrip {
    /// @notice Pays one sip to the caller.
    function sip() external returns (uint256 amount);

    /// @notice Adds the sent value to the tap.
    function fill() external payable;

    /// @notice Unix seconds from which `who` may sip; 0 means now.
    function availableAt(address who) external view returns (uint64 time);

    /// @notice Wei paid since genesis.
    function totalPaid() external view returns (uint256 amount);

    /// @notice A sip was paid.
    event Sipped(address indexed who, uint256 amount);

    /// @notice The caller's interval has not passed.
    error TooSoon(uint64 availableAt);

    /// @notice The tap holds less than one sip.
    error Dry(uint256 balance, uint256 needed);
}
