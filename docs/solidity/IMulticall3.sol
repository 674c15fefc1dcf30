// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Many calls in one, where SDKs look for it.
interface IMulticall3 {
    struct Call { address target; bytes callData; }

    struct Result { bool success; bytes returnData; }

    struct Call3 { address target; bool allowFailure; bytes callData; }

    struct Call3Value { address target; bool allowFailure; uint256 value; bytes callData; }

    /// @notice Calls each; reverts when one fails.
    function aggregate(Call[] calldata calls) external payable returns (uint256 blockNumber, bytes[] memory returnData);

    /// @notice Calls each; says of each whether it succeeded.
    function tryAggregate(bool requireSuccess, Call[] calldata calls) external payable returns (Result[] memory returnData);

    /// @notice The same with the block; its own hash is zero while it is made, as on Ethereum.
    function tryBlockAndAggregate(bool requireSuccess, Call[] calldata calls) external payable returns (uint256 blockNumber, bytes32 blockHash, Result[] memory returnData);

    /// @notice The same; reverts when a call fails.
    function blockAndAggregate(Call[] calldata calls) external payable returns (uint256 blockNumber, bytes32 blockHash, Result[] memory returnData);

    /// @notice Calls each; reverts when one fails that was not allowed to.
    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory returnData);

    /// @notice The same with coin; the value sent must be what the calls take.
    function aggregate3Value(Call3Value[] calldata calls) external payable returns (Result[] memory returnData);

    /// @notice Hash of one of the last 256 blocks; zero for any other number.
    function getBlockHash(uint256 blockNumber) external view returns (bytes32 blockHash);

    /// @notice This block's number.
    function getBlockNumber() external view returns (uint256 blockNumber);

    /// @notice Who makes this block.
    function getCurrentBlockCoinbase() external view returns (address coinbase);

    /// @notice This block's randomness R, where Ethereum has prevRandao.
    function getCurrentBlockDifficulty() external view returns (uint256 difficulty);

    /// @notice This block's gas limit.
    function getCurrentBlockGasLimit() external view returns (uint256 gaslimit);

    /// @notice This block's unix seconds.
    function getCurrentBlockTimestamp() external view returns (uint256 timestamp);

    /// @notice Wei of an account.
    function getEthBalance(address addr) external view returns (uint256 balance);

    /// @notice Hash of the block before this one.
    function getLastBlockHash() external view returns (bytes32 blockHash);

    /// @notice This block's base fee, wei.
    function getBasefee() external view returns (uint256 basefee);

    /// @notice The chain's id.
    function getChainId() external view returns (uint256 chainid);
}
