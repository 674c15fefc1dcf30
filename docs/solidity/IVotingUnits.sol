// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Voting power of the native coin, wrapped and staked, now and in the past.
interface IVotingUnits {
    struct Checkpoint208 { uint48 _key; uint208 _value; }

    /// @notice What a source reports: units moved; from zero when made, to zero when destroyed. Only a source.
    function moveUnits(address from, address to, uint256 units) external;

    /// @notice Lets a contract report units; what it holds itself stops counting. Only PoolFactory or the owner.
    function registerSource(address source) external;

    /// @notice Whether `account` reports units.
    function isSource(address account) external view returns (bool);

    /// @notice Whether genesis keeps `account` from having units.
    function isExcluded(address account) external view returns (bool);

    /// @notice Units of `account`, delegated or not.
    function unitsOf(address account) external view returns (uint256);

    /// @notice Units of all accounts.
    function totalUnits() external view returns (uint256);

    /// @notice The nonce of the owner's next signature.
    function nonces(address owner) external view returns (uint256);

    /// @notice EIP-712 domain of delegations (ERC-5267).
    function eip712Domain() external view returns (bytes1 fields, string memory name, string memory version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] memory extensions);

    /// @notice A contract may report units from now on.
    event SourceRegistered(address indexed source);

    /// @notice An account was kept from having units, at genesis.
    event AccountExcluded(address indexed account);

    /// @notice The caller is no source.
    error VotingUnitsNotSource(address caller);

    /// @notice It is zero, excluded or a source already.
    error VotingUnitsInvalidSource(address source);

    /// @notice The signature is no signature.
    error ECDSAInvalidSignature();

    /// @notice The signature's s is in the upper half (EIP-2).
    error ECDSAInvalidSignatureS(bytes32 s);

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
