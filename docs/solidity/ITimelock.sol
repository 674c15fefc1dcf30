// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Carries out what the Governor decided, after a delay, and owns what the community owns.
interface ITimelock {
    /// @notice Schedules a call for `delay` seconds from now. Only a proposer.
    function schedule(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt, uint256 delay) external;

    /// @notice Schedules calls that run together or not at all. Only a proposer.
    function scheduleBatch(address[] calldata targets, uint256[] calldata values, bytes[] calldata payloads, bytes32 predecessor, bytes32 salt, uint256 delay) external;

    /// @notice Runs a call whose time has come. Only an executor.
    function execute(address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt) external payable;

    /// @notice Runs calls whose time has come. Only an executor.
    function executeBatch(address[] calldata targets, uint256[] calldata values, bytes[] calldata payloads, bytes32 predecessor, bytes32 salt) external payable;

    /// @notice Takes back an operation that has not run. Only a canceller.
    function cancel(bytes32 id) external;

    /// @notice Sets the least delay, in seconds. Only the timelock itself.
    function updateDelay(uint256 newDelay) external;

    /// @notice The id of an operation of one call.
    function hashOperation(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt) external pure returns (bytes32);

    /// @notice The id of an operation of several calls.
    function hashOperationBatch(address[] calldata targets, uint256[] calldata values, bytes[] calldata payloads, bytes32 predecessor, bytes32 salt) external pure returns (bytes32);

    /// @notice 0 unset, 1 waiting, 2 ready, 3 done.
    function getOperationState(bytes32 id) external view returns (uint8);

    /// @notice Whether it was scheduled and not cancelled.
    function isOperation(bytes32 id) external view returns (bool);

    /// @notice Whether it is scheduled and has not run.
    function isOperationPending(bytes32 id) external view returns (bool);

    /// @notice Whether its time has come and it has not run.
    function isOperationReady(bytes32 id) external view returns (bool);

    /// @notice Whether it has run.
    function isOperationDone(bytes32 id) external view returns (bool);

    /// @notice Unix seconds from which it may run; 0 when unset, 1 when done.
    function getTimestamp(bytes32 id) external view returns (uint256);

    /// @notice The least delay, in seconds.
    function getMinDelay() external view returns (uint256);

    /// @notice Who schedules.
    function PROPOSER_ROLE() external view returns (bytes32);

    /// @notice Who runs what is ready; anyone when the zero address has it.
    function EXECUTOR_ROLE() external view returns (bytes32);

    /// @notice Who cancels.
    function CANCELLER_ROLE() external view returns (bytes32);

    /// @notice The role that gives and takes every role: zero.
    function DEFAULT_ADMIN_ROLE() external view returns (bytes32);

    /// @notice Whether `account` has the role.
    function hasRole(bytes32 role, address account) external view returns (bool);

    /// @notice The role that gives and takes `role`.
    function getRoleAdmin(bytes32 role) external view returns (bytes32);

    /// @notice Gives a role. Only an admin.
    function grantRole(bytes32 role, address account) external;

    /// @notice Takes a role away. Only an admin.
    function revokeRole(bytes32 role, address account) external;

    /// @notice Gives up a role of the caller, who names himself to confirm.
    function renounceRole(bytes32 role, address callerConfirmation) external;

    /// @notice Never here: every role keeps its admin. Part of the interface.
    event RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed newAdminRole);

    /// @notice An account was given a role.
    event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender);

    /// @notice An account lost a role.
    event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender);

    /// @notice The caller lacks the role.
    error AccessControlUnauthorizedAccount(address account, bytes32 neededRole);

    /// @notice The confirmation names another account than the caller.
    error AccessControlBadConfirmation();

    /// @notice ERC-165: AccessControl and the ERC-1155 receiver.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);

    /// @notice Coin for the community's treasury.
    receive() external payable;

    /// @notice Accepts an ERC-721 token.
    function onERC721Received(address operator, address from, uint256 tokenId, bytes calldata data) external returns (bytes4);

    /// @notice Accepts ERC-1155 items.
    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes calldata data) external returns (bytes4);

    /// @notice Accepts ERC-1155 items of several kinds.
    function onERC1155BatchReceived(address operator, address from, uint256[] calldata ids, uint256[] calldata values, bytes calldata data) external returns (bytes4);

    /// @notice A call was scheduled; index counts within its operation.
    event CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data, bytes32 predecessor, uint256 delay);

    /// @notice A call was run.
    event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data);

    /// @notice The salt of a scheduled operation, unless zero.
    event CallSalt(bytes32 indexed id, bytes32 salt);

    /// @notice An operation was taken back.
    event Cancelled(bytes32 indexed id);

    /// @notice The least delay changed.
    event MinDelayChange(uint256 oldDuration, uint256 newDuration);

    /// @notice The three lists differ in length.
    error TimelockInvalidOperationLength(uint256 targets, uint256 payloads, uint256 values);

    /// @notice The delay is below the least.
    error TimelockInsufficientDelay(uint256 delay, uint256 minDelay);

    /// @notice The operation is in none of the expected states, bit n for n.
    error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates);

    /// @notice The operation that must run before has not.
    error TimelockUnexecutedPredecessor(bytes32 predecessorId);

    /// @notice Only the timelock itself may do this.
    error TimelockUnauthorizedCaller(address caller);

    /// @notice A call failed without a word.
    error FailedCall();
}
