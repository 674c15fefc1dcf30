// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice A token made by TokenFactory.
interface IToken {
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

    /// @notice The nonce of the owner's next permit.
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

    /// @notice Digits behind the point when a balance is shown.
    function decimals() external view returns (uint8);

    /// @notice The largest supply there can be.
    function cap() external view returns (uint256);

    /// @notice Makes units, within the cap. Only the owner.
    function mint(address to, uint256 value) external;

    /// @notice Destroys units of the caller.
    function burn(uint256 value) external;

    /// @notice Destroys units of `account` within the caller's allowance.
    function burnFrom(address account, uint256 value) external;

    /// @notice Gives up minting for ever. Only the owner.
    function renounceOwnership() external;

    /// @notice A token has at most 36 decimals.
    error TokenDecimalsInvalid(uint8 decimals);

    /// @notice The cap is above 2^208 - 1.
    error ERC20InvalidCap(uint256 cap);

    /// @notice The supply would pass the cap.
    error ERC20ExceededCap(uint256 increasedSupply, uint256 cap);
}
