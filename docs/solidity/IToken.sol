// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice A token made by TokenFactory.
interface IToken {
    struct Checkpoint208 { uint48 _key; uint208 _value; }

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

    /// @notice A name and a symbol have 1 to 64 bytes.
    error TokenNameInvalid(uint256 length);

    /// @notice A token has at most 36 decimals.
    error TokenDecimalsInvalid(uint8 decimals);

    /// @notice The cap is above 2^208 - 1.
    error ERC20InvalidCap(uint256 cap);

    /// @notice The supply would pass the cap.
    error ERC20ExceededCap(uint256 increasedSupply, uint256 cap);

    /// @notice The time that votes are counted by: the block's, in unix seconds (ERC-6372).
    function clock() external view returns (uint48);

    /// @notice What the clock counts: mode=timestamp.
    function CLOCK_MODE() external view returns (string memory);

    /// @notice Units delegated to `account` now.
    function getVotes(address account) external view returns (uint256);

    /// @notice Units delegated to `account` at the end of that second, which must have passed.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);

    /// @notice All units, delegated or not, at the end of that second, which must have passed.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);

    /// @notice To whom `account` has delegated; zero while it has not.
    function delegates(address account) external view returns (address);

    /// @notice Lets `delegatee` vote with all of the caller's units, now and later; zero takes them back.
    function delegate(address delegatee) external;

    /// @notice Delegates by the holder's signature, until `expiry` in unix seconds (ERC-5805).
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Checkpoints of the account's votes.
    function numCheckpoints(address account) external view returns (uint32);

    /// @notice One checkpoint of the account's votes, from 0.
    function checkpoints(address account, uint32 pos) external view returns (Checkpoint208 memory);

    /// @notice An account delegated to another.
    event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate);

    /// @notice A delegate's votes changed.
    event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes);

    /// @notice The time asked for is not over.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /// @notice The signature's expiry has passed.
    error VotesExpiredSignature(uint256 expiry);

    /// @notice The signature names another nonce than the signer's next.
    error InvalidAccountNonce(address account, uint256 currentNonce);
}
