// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Each block's randomness, from the sequencer's committed seed chain.
interface IRandomness {
    /// @notice The sequencer registers the chain that follows when this one ends. At most one tip waits; no tip twice.
    function setNextTip(bytes32 tip) external;

    /// @notice First transaction of the block that replaces a lost chain, after the pause; elsewhere it reverts.
    function replaceTip(bytes32 tip) external;

    /// @notice Games asks to keep the randomness of a coming block; holds are counted.
    function keep(uint64 blockNumber) external;

    /// @notice Games gives up one hold.
    function release(uint64 blockNumber) external;

    /// @notice R of this block, or of a past block that is still kept.
    function randomness(uint64 blockNumber) external view returns (bytes32 value);

    /// @notice The newest block's number and R.
    function latest() external view returns (uint64 blockNumber, bytes32 value);

    /// @notice Hash of one of the last 256 blocks; zero for any other number.
    function blockHash(uint64 number) external view returns (bytes32 hash);

    /// @notice The newest revealed link; the next block's preimage hashes to it.
    function head() external view returns (bytes32 link);

    /// @notice The tip that follows when this chain ends; zero when none is registered.
    function nextTip() external view returns (bytes32 tip);

    /// @notice The account that registers tips.
    function sequencer() external view returns (address account);

    /// @notice Links of every chain, set at genesis.
    function chainLength() external view returns (uint64 links);

    /// @notice Links of the present chain that are revealed.
    function linksUsed() external view returns (uint64 links);

    /// @notice Seconds without a block before a lost chain may be replaced.
    function replaceDelay() external view returns (uint64 interval);

    /// @notice How many rounds wait for that block's R.
    function holds(uint64 blockNumber) external view returns (uint64 count);

    /// @notice Whether a tip was ever registered.
    function usedTip(bytes32 tip) external view returns (bool used);

    /// @notice The chain that follows is fixed: this proves the rotation.
    event TipRegistered(bytes32 indexed tip);

    /// @notice A lost chain was given up; randomness goes on from this tip.
    event TipReplaced(bytes32 indexed tip, uint64 fromBlock);

    /// @notice Only the sequencer registers tips.
    error NotSequencer(address sequencer);

    /// @notice Only Games keeps and releases.
    error NotGames();

    /// @notice Zero is no tip.
    error BadTip();

    /// @notice A tip is accepted once ever.
    error TipAlreadyUsed(bytes32 tip);

    /// @notice The next chain is fixed already.
    error TipPending(bytes32 tip);

    /// @notice Too few links are left: a tip chosen now could be ground against open bets.
    error TipTooLate(uint64 linksLeft);

    /// @notice This block did not start by replacing the chain with that tip.
    error NothingReplaced();

    /// @notice Randomness can only be kept before its block.
    error BlockNotAhead(uint64 current);

    /// @notice Nobody asked to keep that block's randomness, or it has not come yet.
    error NotKept(uint64 blockNumber);
}
