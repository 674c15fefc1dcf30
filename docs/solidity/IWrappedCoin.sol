// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice The native coin as an ERC-20 token, with WETH9's interface.
interface IWrappedCoin {
    /// @notice The token's name.
    function name() external view returns (string memory);

    /// @notice The token's short name.
    function symbol() external view returns (string memory);

    /// @notice Units in existence.
    function totalSupply() external view returns (uint256);

    /// @notice Units that `account` holds.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Moves the caller's units to `to`.
    function transfer(address to, uint256 value) external returns (bool);

    /// @notice Units of `owner` that `spender` may move.
    function allowance(address owner, address spender) external view returns (uint256);

    /// @notice Lets `spender` move up to `value` of the caller's units; the largest value never runs down.
    function approve(address spender, uint256 value) external returns (bool);

    /// @notice Moves units of `from` within the caller's allowance.
    function transferFrom(address from, address to, uint256 value) external returns (bool);

    /// @notice Approves by the owner's signature, until `deadline` in unix seconds (ERC-2612).
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice The nonce of the owner's next signature.
    function nonces(address owner) external view returns (uint256);

    /// @notice EIP-712 domain separator of permits.
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    /// @notice EIP-712 domain of permits (ERC-5267).
    function eip712Domain() external view returns (bytes1 fields, string memory name, string memory version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] memory extensions);

    /// @notice Units moved; from zero when made, to zero when destroyed.
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice An allowance was set.
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @notice The sender holds less than it would move.
    error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);

    /// @notice The spender's allowance is smaller than what it would move.
    error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed);

    /// @notice Nothing moves from the zero address.
    error ERC20InvalidSender(address sender);

    /// @notice Nothing moves to the zero address.
    error ERC20InvalidReceiver(address receiver);

    /// @notice The zero address approves nothing.
    error ERC20InvalidApprover(address approver);

    /// @notice The zero address spends nothing.
    error ERC20InvalidSpender(address spender);

    /// @notice The supply would pass 2^208 - 1.
    error ERC20ExceededSafeSupply(uint256 increasedSupply, uint256 cap);

    /// @notice The permit's deadline has passed.
    error ERC2612ExpiredSignature(uint256 deadline);

    /// @notice Another account than the owner signed these words.
    error ERC2612InvalidSigner(address signer, address owner);

    /// @notice The signature is no signature.
    error ECDSAInvalidSignature();

    /// @notice The signature's s is in the upper half (EIP-2).
    error ECDSAInvalidSignatureS(bytes32 s);

    /// @notice 18, as the coin itself.
    function decimals() external view returns (uint8);

    /// @notice Wraps the sent coin for the caller.
    function deposit() external payable;

    /// @notice Unwraps the caller's units and pays the coin.
    function withdraw(uint256 wad) external;

    /// @notice The same as deposit().
    receive() external payable;

    /// @notice Coin was wrapped.
    event Deposit(address indexed dst, uint256 wad);

    /// @notice Coin was unwrapped.
    event Withdrawal(address indexed src, uint256 wad);
}
