// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Makes ERC-20 tokens.
interface ITokenFactory {
    /// @notice Makes a token and gives its first supply to the caller, who owns it if it is mintable. Cap 0 means none but 2^208 - 1.
    function createToken(string calldata name, string calldata symbol, uint8 decimals, uint256 initialSupply, uint256 cap, bool mintable) external returns (address token);

    /// @notice Tokens made by anyone.
    function totalTokens() external view returns (uint256 count);

    /// @notice The token of that index, from 0, in order of making; Panic 0x32 beyond the last.
    function tokenAt(uint256 index) external view returns (address token);

    /// @notice Tokens that `creator` has made.
    function tokenCount(address creator) external view returns (uint256 count);

    /// @notice Where the creator's token of that index, from 0, is or will be.
    function tokenAddress(address creator, uint256 index) external view returns (address token);

    /// @notice A token was made.
    event TokenCreated(address indexed token, address indexed creator, string name, string symbol, uint8 decimals, uint256 initialSupply, uint256 cap, bool mintable);

    /// @notice A name and a symbol have 1 to 64 bytes.
    error TokenNameInvalid(uint256 length);

    /// @notice A token has at most 36 decimals.
    error TokenDecimalsInvalid(uint8 decimals);

    /// @notice The cap is above 2^208 - 1.
    error ERC20InvalidCap(uint256 cap);

    /// @notice The first supply is above the cap.
    error ERC20ExceededCap(uint256 increasedSupply, uint256 cap);
}
