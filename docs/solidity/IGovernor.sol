// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Proposals of the community, voted on with the native coin's voting units.
interface IGovernor {
    /// @notice Proposes at most 16 calls. A description that ends with #proposer=0x... is that account's alone.
    function propose(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, string calldata description) external returns (uint256 proposalId);

    /// @notice Schedules a proposal that succeeded in the timelock. Anyone may.
    function queue(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash) external returns (uint256 proposalId);

    /// @notice Has the timelock run a queued proposal whose time has come. Anyone may.
    function execute(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash) external payable returns (uint256 proposalId);

    /// @notice Takes a proposal back before voting starts. Only its proposer.
    function cancel(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash) external returns (uint256 proposalId);

    /// @notice The id of a proposal: the hash of its content.
    function hashProposal(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash) external pure returns (uint256);

    /// @notice The same as hashProposal.
    function getProposalId(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash) external view returns (uint256);

    /// @notice 0 pending, 1 active, 2 canceled, 3 defeated, 4 succeeded, 5 queued, 7 executed.
    function state(uint256 proposalId) external view returns (uint8);

    /// @notice The unix second at whose end units count; voting starts after it.
    function proposalSnapshot(uint256 proposalId) external view returns (uint256);

    /// @notice The last unix second of voting.
    function proposalDeadline(uint256 proposalId) external view returns (uint256);

    /// @notice Who proposed it.
    function proposalProposer(uint256 proposalId) external view returns (address);

    /// @notice Unix seconds from which it may be executed; 0 until it is queued.
    function proposalEta(uint256 proposalId) external view returns (uint256);

    /// @notice True: everything goes through the timelock.
    function proposalNeedsQueuing(uint256 proposalId) external view returns (bool);

    /// @notice Votes: 0 against, 1 for, 2 abstain.
    function castVote(uint256 proposalId, uint8 support) external returns (uint256 weight);

    /// @notice Votes, and says why.
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256 weight);

    /// @notice Votes; the parameters are only recorded.
    function castVoteWithReasonAndParams(uint256 proposalId, uint8 support, string calldata reason, bytes calldata params) external returns (uint256 weight);

    /// @notice Casts the vote that `voter` signed (EIP-712, or ERC-1271).
    function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature) external returns (uint256 weight);

    /// @notice Casts the vote with reason and parameters that `voter` signed.
    function castVoteWithReasonAndParamsBySig(uint256 proposalId, uint8 support, address voter, string calldata reason, bytes calldata params, bytes calldata signature) external returns (uint256 weight);

    /// @notice Units cast so far.
    function proposalVotes(uint256 proposalId) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);

    /// @notice Whether `account` has voted.
    function hasVoted(uint256 proposalId, address account) external view returns (bool);

    /// @notice Units delegated to `account` at the end of that past second.
    function getVotes(address account, uint256 timepoint) external view returns (uint256);

    /// @notice The same; parameters change nothing.
    function getVotesWithParams(address account, uint256 timepoint, bytes calldata params) external view returns (uint256);

    /// @notice Units for and abstaining that a proposal with that snapshot needs: a part of all, rounded down, or the floor if that is more.
    function quorum(uint256 timepoint) external view returns (uint256);

    /// @notice support=bravo&quorum=for,abstain
    function COUNTING_MODE() external view returns (string memory);

    /// @notice The nonce of the owner's next signed vote.
    function nonces(address owner) external view returns (uint256);

    /// @notice EIP-712 type of a signed vote.
    function BALLOT_TYPEHASH() external view returns (bytes32);

    /// @notice EIP-712 type of one with reason and parameters.
    function EXTENDED_BALLOT_TYPEHASH() external view returns (bytes32);

    /// @notice EIP-712 domain of signed votes (ERC-5267).
    function eip712Domain() external view returns (bytes1 fields, string memory name, string memory version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] memory extensions);

    /// @notice Seconds from proposal to snapshot. Only by a proposal.
    function setVotingDelay(uint48 newVotingDelay) external;

    /// @notice Seconds of voting, not 0. Only by a proposal.
    function setVotingPeriod(uint32 newVotingPeriod) external;

    /// @notice Units that a proposer needs. Only by a proposal.
    function setProposalThreshold(uint256 newProposalThreshold) external;

    /// @notice Percent of all units, for proposals from now on. Only by a proposal.
    function updateQuorumNumerator(uint256 newQuorumNumerator) external;

    /// @notice Units that every quorum has at least, for proposals from now on. Only by a proposal.
    function updateQuorumFloor(uint256 newQuorumFloor) external;

    /// @notice Seconds of voting left at least when the quorum is reached. Only by a proposal.
    function setLateQuorumVoteExtension(uint48 newVoteExtension) external;

    /// @notice Another timelock, which must have this contract as proposer. Only by a proposal.
    function updateTimelock(address newTimelock) external;

    /// @notice A call as the Governor itself. Only by a proposal.
    function relay(address target, uint256 value, bytes calldata data) external payable;

    /// @notice Seconds from proposal to snapshot.
    function votingDelay() external view returns (uint256);

    /// @notice Seconds of voting.
    function votingPeriod() external view returns (uint256);

    /// @notice Units that a proposer needs, a second before proposing.
    function proposalThreshold() external view returns (uint256);

    /// @notice Percent of all units, now.
    function quorumNumerator() external view returns (uint256);

    /// @notice Percent of all units, at that second.
    function quorumNumerator(uint256 timepoint) external view returns (uint256);

    /// @notice 100.
    function quorumDenominator() external view returns (uint256);

    /// @notice Units that every quorum has at least, now.
    function quorumFloor() external view returns (uint256);

    /// @notice Units that every quorum had at least, at that second.
    function quorumFloor(uint256 timepoint) external view returns (uint256);

    /// @notice Seconds of voting left at least when the quorum is reached.
    function lateQuorumVoteExtension() external view returns (uint48);

    /// @notice Who carries decisions out.
    function timelock() external view returns (address);

    /// @notice Where votes are read: VotingUnits.
    function token() external view returns (address);

    /// @notice The block's time in unix seconds (ERC-6372).
    function clock() external view returns (uint48);

    /// @notice mode=timestamp.
    function CLOCK_MODE() external view returns (string memory);

    /// @notice Name of the EIP-712 domain.
    function name() external view returns (string memory);

    /// @notice Its version.
    function version() external view returns (string memory);

    /// @notice ERC-165: IGovernor, also as before getProposalId.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);

    /// @notice Refused: the treasury is the timelock.
    receive() external payable;

    /// @notice Refused likewise.
    function onERC721Received(address operator, address from, uint256 tokenId, bytes calldata data) external returns (bytes4);

    /// @notice Refused likewise.
    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes calldata data) external returns (bytes4);

    /// @notice Refused likewise.
    function onERC1155BatchReceived(address operator, address from, uint256[] calldata ids, uint256[] calldata values, bytes calldata data) external returns (bytes4);

    /// @notice A proposal; `signatures` are empty texts, as at OpenZeppelin.
    event ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description);

    /// @notice It succeeded and waits in the timelock until then.
    event ProposalQueued(uint256 proposalId, uint256 etaSeconds);

    /// @notice It was carried out.
    event ProposalExecuted(uint256 proposalId);

    /// @notice Its proposer took it back.
    event ProposalCanceled(uint256 proposalId);

    /// @notice Its quorum was reached late, so voting goes on until then.
    event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline);

    /// @notice An account voted.
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason);

    /// @notice An account voted and gave parameters.
    event VoteCastWithParams(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason, bytes params);

    /// @notice A setting changed.
    event VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay);

    /// @notice A setting changed.
    event VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod);

    /// @notice A setting changed.
    event ProposalThresholdSet(uint256 oldProposalThreshold, uint256 newProposalThreshold);

    /// @notice A setting changed.
    event QuorumNumeratorUpdated(uint256 oldQuorumNumerator, uint256 newQuorumNumerator);

    /// @notice A setting changed.
    event QuorumFloorUpdated(uint256 oldQuorumFloor, uint256 newQuorumFloor);

    /// @notice A setting changed.
    event LateQuorumVoteExtensionSet(uint64 oldVoteExtension, uint64 newVoteExtension);

    /// @notice Another timelock carries decisions out.
    event TimelockChange(address oldTimelock, address newTimelock);

    /// @notice No action, or lists of different length.
    error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values);

    /// @notice More than 16 actions.
    error GovernorTooManyActions(uint256 actions, uint256 max);

    /// @notice The description reserves the proposal for another account.
    error GovernorRestrictedProposer(address proposer);

    /// @notice The proposer has less than the threshold.
    error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold);

    /// @notice There is no such proposal.
    error GovernorNonexistentProposal(uint256 proposalId);

    /// @notice The proposal is in none of the expected states, bit n for state n; none are named when it exists already.
    error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 expectedStates);

    /// @notice Not its proposer, or voting has started.
    error GovernorUnableToCancel(uint256 proposalId, address account);

    /// @notice The account has voted.
    error GovernorAlreadyCastVote(address voter);

    /// @notice Support is 0, 1 or 2.
    error GovernorInvalidVoteType();

    /// @notice The voter did not sign this vote with its next nonce.
    error GovernorInvalidSignature(address voter);

    /// @notice Only the timelock may, and only as an executed proposal says.
    error GovernorOnlyExecutor(address account);

    /// @notice The period is 0.
    error GovernorInvalidVotingPeriod(uint256 votingPeriod);

    /// @notice More than 100 percent.
    error GovernorInvalidQuorumFraction(uint256 quorumNumerator, uint256 quorumDenominator);

    /// @notice More than the units that there were a second ago: no vote could pass.
    error GovernorInvalidQuorumFloor(uint256 quorumFloor, uint256 units);

    /// @notice The extension is longer than the voting period.
    error GovernorPreventLateQuorumVoteExtensionTooLarge(uint256 newVoteExtension, uint256 maxVoteExtension);

    /// @notice The Governor keeps nothing.
    error GovernorDisabledDeposit();

    /// @notice A relayed call failed without a word.
    error FailedCall();

    /// @notice The timelock's own refusal: its delay has not passed, or the operation is gone.
    error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates);
}
