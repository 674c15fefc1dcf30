/// Governor: those who hold voting units propose calls, vote on them, and have the timelock carry out what
/// passes. Invariants: an account votes once, with the units delegated to it at the proposal's snapshot; a
/// proposal's votes never exceed all units of its snapshot; states go one way; only an executed proposal
/// changes a setting, at or after its time in the timelock.
#include "contracts/governor/governor.hpp"

#include "contracts/ecdsa.hpp"
#include "contracts/timelock/timelock.hpp"

namespace farthing::contracts {
namespace {

constexpr auto proposal_rows = table<Row>({
    function<"function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) "
             "returns (uint256 proposalId)",
             &Governor::propose>(
        "Proposes at most 16 calls. A description that ends with #proposer=0x... is that account's alone."),
    function<
        "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) "
        "returns (uint256 proposalId)",
        &Governor::queue>("Schedules a proposal that succeeded in the timelock. Anyone may."),
    function<"function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
             "descriptionHash) payable returns (uint256 proposalId)",
             &Governor::execute>("Has the timelock run a queued proposal whose time has come. Anyone may."),
    function<"function cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
             "descriptionHash) returns (uint256 proposalId)",
             &Governor::cancel>("Takes a proposal back before voting starts. Only its proposer."),
    function<"function hashProposal(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
             "descriptionHash) pure returns (uint256)",
             &Governor::hash_proposal>("The id of a proposal: the hash of its content."),
    function<"function getProposalId(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
             "descriptionHash) view returns (uint256)",
             &Governor::hash_proposal>("The same as hashProposal."),
    function<"function state(uint256 proposalId) view returns (uint8)", &Governor::state>(
        "0 pending, 1 active, 2 canceled, 3 defeated, 4 succeeded, 5 queued, 7 executed."),
    function<"function proposalSnapshot(uint256 proposalId) view returns (uint256)", &Governor::snapshot>(
        "The unix second at whose end units count; voting starts after it."),
    function<"function proposalDeadline(uint256 proposalId) view returns (uint256)", &Governor::deadline>(
        "The last unix second of voting."),
    function<"function proposalProposer(uint256 proposalId) view returns (address)", &Governor::proposer>(
        "Who proposed it."),
    function<"function proposalEta(uint256 proposalId) view returns (uint256)", &Governor::eta>(
        "Unix seconds from which it may be executed; 0 until it is queued."),
    function<"function proposalNeedsQueuing(uint256 proposalId) view returns (bool)",
             &Governor::needs_queuing>("True: everything goes through the timelock."),
});
constexpr auto ballot_rows = table<Row>({
    function<"function castVote(uint256 proposalId, uint8 support) returns (uint256 weight)",
             &Governor::cast_vote>("Votes: 0 against, 1 for, 2 abstain."),
    function<"function castVoteWithReason(uint256 proposalId, uint8 support, string reason) returns (uint256 "
             "weight)",
             &Governor::cast_vote_with_reason>("Votes, and says why."),
    function<"function castVoteWithReasonAndParams(uint256 proposalId, uint8 support, string reason, bytes "
             "params) returns (uint256 weight)",
             &Governor::cast_vote_with_params>("Votes; the parameters are only recorded."),
    function<"function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes signature) "
             "returns (uint256 weight)",
             &Governor::cast_vote_by_sig>("Casts the vote that `voter` signed (EIP-712, or ERC-1271)."),
    function<"function castVoteWithReasonAndParamsBySig(uint256 proposalId, uint8 support, address voter, "
             "string reason, bytes params, bytes signature) returns (uint256 weight)",
             &Governor::cast_vote_with_params_by_sig>(
        "Casts the vote with reason and parameters that `voter` signed."),
    function<"function proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, uint256 "
             "forVotes, uint256 abstainVotes)",
             &Governor::proposal_votes>("Units cast so far."),
    function<"function hasVoted(uint256 proposalId, address account) view returns (bool)",
             &Governor::has_voted>("Whether `account` has voted."),
    function<"function getVotes(address account, uint256 timepoint) view returns (uint256)",
             &Governor::get_votes>("Units delegated to `account` at the end of that past second."),
    function<"function getVotesWithParams(address account, uint256 timepoint, bytes params) view returns "
             "(uint256)",
             &Governor::get_votes_with_params>("The same; parameters change nothing."),
    function<"function quorum(uint256 timepoint) view returns (uint256)", &Governor::quorum>(
        "Units for and abstaining that a proposal with that snapshot needs: a part of all, rounded down, or "
        "the floor if that is more."),
    function<"function COUNTING_MODE() view returns (string)", &Governor::counting_mode>(
        "support=bravo&quorum=for,abstain"),
    function<"function nonces(address owner) view returns (uint256)", &Governor::nonces>(
        "The nonce of the owner's next signed vote."),
    function<"function BALLOT_TYPEHASH() view returns (bytes32)", &Governor::ballot_typehash>(
        "EIP-712 type of a signed vote."),
    function<"function EXTENDED_BALLOT_TYPEHASH() view returns (bytes32)",
             &Governor::extended_ballot_typehash>("EIP-712 type of one with reason and parameters."),
    function<
        "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, "
        "address verifyingContract, bytes32 salt, uint256[] extensions)",
        &Governor::eip712_domain>("EIP-712 domain of signed votes (ERC-5267)."),
});
constexpr auto setting_rows = table<Row>({
    function<"function setVotingDelay(uint48 newVotingDelay)", &Governor::set_voting_delay>(
        "Seconds from proposal to snapshot. Only by a proposal."),
    function<"function setVotingPeriod(uint32 newVotingPeriod)", &Governor::set_voting_period>(
        "Seconds of voting, not 0. Only by a proposal."),
    function<"function setProposalThreshold(uint256 newProposalThreshold)",
             &Governor::set_proposal_threshold>("Units that a proposer needs. Only by a proposal."),
    function<"function updateQuorumNumerator(uint256 newQuorumNumerator)",
             &Governor::update_quorum_numerator>(
        "Percent of all units, for proposals from now on. Only by a proposal."),
    function<"function updateQuorumFloor(uint256 newQuorumFloor)", &Governor::update_quorum_floor>(
        "Units that every quorum has at least, for proposals from now on. Only by a proposal."),
    function<"function setLateQuorumVoteExtension(uint48 newVoteExtension)",
             &Governor::set_late_quorum_vote_extension>(
        "Seconds of voting left at least when the quorum is reached. Only by a proposal."),
    function<"function updateTimelock(address newTimelock)", &Governor::update_timelock>(
        "Another timelock, which must have this contract as proposer. Only by a proposal."),
    function<"function relay(address target, uint256 value, bytes data) payable", &Governor::relay>(
        "A call as the Governor itself. Only by a proposal."),
    function<"function votingDelay() view returns (uint256)", &Governor::voting_delay>(
        "Seconds from proposal to snapshot."),
    function<"function votingPeriod() view returns (uint256)", &Governor::voting_period>(
        "Seconds of voting."),
    function<"function proposalThreshold() view returns (uint256)", &Governor::proposal_threshold>(
        "Units that a proposer needs, a second before proposing."),
    function<"function quorumNumerator() view returns (uint256)", &Governor::quorum_numerator>(
        "Percent of all units, now."),
    function<"function quorumNumerator(uint256 timepoint) view returns (uint256)",
             &Governor::quorum_numerator_at>("Percent of all units, at that second."),
    function<"function quorumDenominator() view returns (uint256)", &Governor::quorum_denominator>("100."),
    function<"function quorumFloor() view returns (uint256)", &Governor::quorum_floor>(
        "Units that every quorum has at least, now."),
    function<"function quorumFloor(uint256 timepoint) view returns (uint256)", &Governor::quorum_floor_at>(
        "Units that every quorum had at least, at that second."),
    function<"function lateQuorumVoteExtension() view returns (uint48)",
             &Governor::late_quorum_vote_extension>(
        "Seconds of voting left at least when the quorum is reached."),
    function<"function timelock() view returns (address)", &Governor::timelock>("Who carries decisions out."),
    function<"function token() view returns (address)", &Governor::token>(
        "Where votes are read: VotingUnits."),
    function<"function clock() view returns (uint48)", &Governor::clock>(
        "The block's time in unix seconds (ERC-6372)."),
    function<"function CLOCK_MODE() view returns (string)", &Governor::clock_mode>("mode=timestamp."),
    function<"function name() view returns (string)", &Governor::name>("Name of the EIP-712 domain."),
    function<"function version() view returns (string)", &Governor::version>("Its version."),
    function<"function supportsInterface(bytes4 interfaceId) view returns (bool)",
             &Governor::supports_interface>("ERC-165: IGovernor, also as before getProposalId."),
    receive<&Governor::refuse_deposit>("Refused: the treasury is the timelock."),
    function<"function onERC721Received(address operator, address from, uint256 tokenId, bytes data) returns "
             "(bytes4)",
             &Governor::refuse_erc721>("Refused likewise."),
    function<"function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes "
             "data) returns (bytes4)",
             &Governor::refuse_erc1155>("Refused likewise."),
    function<"function onERC1155BatchReceived(address operator, address from, uint256[] ids, uint256[] "
             "values, bytes data) returns (bytes4)",
             &Governor::refuse_erc1155_batch>("Refused likewise."),
});
constexpr auto event_rows = table<Row>({
    event<Governor::ProposalCreated>("A proposal; `signatures` are empty texts, as at OpenZeppelin."),
    event<Governor::ProposalQueued>("It succeeded and waits in the timelock until then."),
    event<Governor::ProposalExecuted>("It was carried out."),
    event<Governor::ProposalCanceled>("Its proposer took it back."),
    event<Governor::ProposalExtended>("Its quorum was reached late, so voting goes on until then."),
    event<Governor::VoteCast>("An account voted."),
    event<Governor::VoteCastWithParams>("An account voted and gave parameters."),
    event<Governor::VotingDelaySet>("A setting changed."),
    event<Governor::VotingPeriodSet>("A setting changed."),
    event<Governor::ProposalThresholdSet>("A setting changed."),
    event<Governor::QuorumNumeratorUpdated>("A setting changed."),
    event<Governor::QuorumFloorUpdated>("A setting changed."),
    event<Governor::LateQuorumVoteExtensionSet>("A setting changed."),
    event<Governor::TimelockChange>("Another timelock carries decisions out."),
});
constexpr auto error_rows = table<Row>({
    error<Governor::InvalidProposalLength>("No action, or lists of different length."),
    error<Governor::TooManyActions>("More than 16 actions."),
    error<Governor::RestrictedProposer>("The description reserves the proposal for another account."),
    error<Governor::InsufficientProposerVotes>("The proposer has less than the threshold."),
    error<Governor::NonexistentProposal>("There is no such proposal."),
    error<Governor::UnexpectedProposalState>(
        "The proposal is in none of the expected states, bit n for state n; none are named when it exists "
        "already."),
    error<Governor::UnableToCancel>("Not its proposer, or voting has started."),
    error<Governor::AlreadyCastVote>("The account has voted."),
    error<Governor::InvalidVoteType>("Support is 0, 1 or 2."),
    error<Governor::InvalidSignature>("The voter did not sign this vote with its next nonce."),
    error<Governor::OnlyExecutor>("Only the timelock may, and only as an executed proposal says."),
    error<Governor::InvalidVotingPeriod>("The period is 0."),
    error<Governor::InvalidQuorumFraction>("More than 100 percent."),
    error<Governor::InvalidQuorumFloor>(
        "More than the units that there were a second ago: no vote could pass."),
    error<Governor::VoteExtensionTooLarge>("The extension is longer than the voting period."),
    error<Governor::DisabledDeposit>("The Governor keeps nothing."),
    error<FailedCall>("A relayed call failed without a word."),
    error<Timelock::UnexpectedOperationState>(
        "The timelock's own refusal: its delay has not passed, or the operation is gone."),
});
constexpr auto rows = join(proposal_rows, ballot_rows, setting_rows, event_rows, error_rows);
constexpr auto slots = table<SlotRow>({
    slot<&Governor::proposals>("Terms by proposal."),
    slot<&Governor::tallies>("Units cast, by proposal."),
    slot<&Governor::voted>("Who has voted, by proposal."),
    slot<&Governor::extended_deadlines>("Unix second that a late quorum moved the deadline to; 0 before it."),
    slot<&Governor::timelock_ids>("The timelock's operation, by queued proposal."),
    slot<&Governor::nonces_used>("Signatures used by voter."),
    slot<&Governor::quorum_numerators>("Percent over time."),
    slot<&Governor::threshold>("Units that a proposer needs."),
    slot<&Governor::delay>("Seconds."),
    slot<&Governor::period>("Seconds."),
    slot<&Governor::extension>("Seconds."),
    slot<&Governor::executor>("The timelock."),
    slot<&Governor::governance_calls_done>("How many of the next list have come; 0 between executions."),
    slot<&Governor::governance_calls>(
        "Hashes of the calls that the proposal being executed makes to this contract."),
    slot<&Governor::quorum_floors>("Units that a quorum has at least, over time."),
});

}  // namespace

extern constexpr Module governor = module<rows, slots>(
    "Governor", {.id = 10, .address = governor_address, .genesis = at_genesis<&Governor::genesis>},
    "Proposals of the community, voted on with the native coin's voting units.");

}  // namespace farthing::contracts
