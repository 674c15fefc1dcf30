#pragma once
// Proposals, votes and their execution: OpenZeppelin 5's Governor with CountingSimple, Settings, Votes,
// QuorumFraction, PreventLateQuorum and TimelockControl, on the timestamp clock; with a floor under the
// quorum.
#include "contracts/any_call.hpp"
#include "contracts/erc165.hpp"
#include "contracts/module.hpp"
#include "contracts/nonces.hpp"
#include "contracts/typed_data.hpp"
#include "contracts/votes/checkpoints.hpp"

namespace farthing::contracts {

inline constexpr Address governor_address = address("fa000a");

/// In the order of OpenZeppelin's enum. Nothing expires here.
enum class ProposalState : std::uint8_t {
    pending,
    active,
    canceled,
    defeated,
    succeeded,
    queued,
    expired,
    executed,
};

/// A proposal's terms; zero voteStart for none. Times are unix seconds.
struct Proposal {
    Address proposer;
    abi::Uint<48> vote_start;  ///< The snapshot: whose units count is decided at its end.
    std::uint32_t vote_duration = 0;
    bool executed = false;
    bool canceled = false;
    abi::Uint<48> eta;  ///< From when the timelock runs it; zero until queued.
    using Abi = abi::Struct<
        "struct Proposal { address proposer; uint48 voteStart; uint32 voteDuration; bool "
        "executed; bool canceled; uint48 etaSeconds; }",
        &Proposal::proposer, &Proposal::vote_start, &Proposal::vote_duration, &Proposal::executed,
        &Proposal::canceled, &Proposal::eta>;
};

/// Units for each kind of vote.
struct Tally {
    U256 against, in_favour, abstain;
    using Abi = abi::Struct<"struct Tally { uint256 againstVotes; uint256 forVotes; uint256 abstainVotes; }",
                            &Tally::against, &Tally::in_favour, &Tally::abstain>;
};

struct Governor {
    Context& ctx;

    using Targets = std::vector<Address>;
    using Values = std::vector<U256>;
    using Calldatas = std::vector<Bytes>;

    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<U256, Proposal, 0, "_proposals"> proposals{ctx};
    Mapping<U256, Tally, 1, "_tallies"> tallies{ctx};
    Mapping<U256, Map<Address, bool>, 2, "_hasVoted"> voted{ctx};
    Mapping<U256, abi::Uint<48>, 3, "_extendedDeadlines"> extended_deadlines{ctx};
    Mapping<U256, Hash, 4, "_timelockIds"> timelock_ids{ctx};
    Mapping<Address, U256, 5, "_nonces"> nonces_used{ctx};
    Slot<Trace208, 6, "_quorumNumeratorHistory"> quorum_numerators{ctx};
    Slot<U256, 7, "_proposalThreshold"> threshold{ctx};
    Slot<abi::Uint<48>, 8, "_votingDelay"> delay{ctx};
    Slot<std::uint32_t, 8, "_votingPeriod", 6> period{ctx};
    Slot<abi::Uint<48>, 8, "_voteExtension", 10> extension{ctx};
    Slot<Address, 9, "_timelock"> executor{ctx};
    Slot<std::uint64_t, 9, "_governanceCallsDone", 20> governance_calls_done{ctx};
    Slot<Array<Hash>, 10, "_governanceCalls"> governance_calls{ctx};
    Slot<Trace208, 11, "_quorumFloorHistory"> quorum_floors{ctx};

    using ProposalCreated = abi::Event<
        "event ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] values, "
        "string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description)">;
    using ProposalQueued = abi::Event<"event ProposalQueued(uint256 proposalId, uint256 etaSeconds)">;
    using ProposalExecuted = abi::Event<"event ProposalExecuted(uint256 proposalId)">;
    using ProposalCanceled = abi::Event<"event ProposalCanceled(uint256 proposalId)">;
    using ProposalExtended =
        abi::Event<"event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline)">;
    using VoteCast = abi::Event<
        "event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string "
        "reason)">;
    using VoteCastWithParams = abi::Event<
        "event VoteCastWithParams(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, "
        "string reason, bytes params)">;
    using VotingDelaySet = abi::Event<"event VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay)">;
    using VotingPeriodSet =
        abi::Event<"event VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod)">;
    using ProposalThresholdSet =
        abi::Event<"event ProposalThresholdSet(uint256 oldProposalThreshold, uint256 newProposalThreshold)">;
    using QuorumNumeratorUpdated =
        abi::Event<"event QuorumNumeratorUpdated(uint256 oldQuorumNumerator, uint256 newQuorumNumerator)">;
    using QuorumFloorUpdated =
        abi::Event<"event QuorumFloorUpdated(uint256 oldQuorumFloor, uint256 newQuorumFloor)">;
    using LateQuorumVoteExtensionSet =
        abi::Event<"event LateQuorumVoteExtensionSet(uint64 oldVoteExtension, uint64 newVoteExtension)">;
    using TimelockChange = abi::Event<"event TimelockChange(address oldTimelock, address newTimelock)">;

    using InvalidProposalLength =
        abi::Error<"error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values)">;
    using TooManyActions = abi::Error<"error GovernorTooManyActions(uint256 actions, uint256 max)">;
    using AlreadyCastVote = abi::Error<"error GovernorAlreadyCastVote(address voter)">;
    using DisabledDeposit = abi::Error<"error GovernorDisabledDeposit()">;
    using OnlyExecutor = abi::Error<"error GovernorOnlyExecutor(address account)">;
    using NonexistentProposal = abi::Error<"error GovernorNonexistentProposal(uint256 proposalId)">;
    using UnexpectedProposalState = abi::Error<
        "error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 expectedStates)">;
    using InvalidVotingPeriod = abi::Error<"error GovernorInvalidVotingPeriod(uint256 votingPeriod)">;
    using InsufficientProposerVotes = abi::Error<
        "error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold)">;
    using RestrictedProposer = abi::Error<"error GovernorRestrictedProposer(address proposer)">;
    using InvalidVoteType = abi::Error<"error GovernorInvalidVoteType()">;
    using InvalidSignature = abi::Error<"error GovernorInvalidSignature(address voter)">;
    using UnableToCancel = abi::Error<"error GovernorUnableToCancel(uint256 proposalId, address account)">;
    using InvalidQuorumFraction =
        abi::Error<"error GovernorInvalidQuorumFraction(uint256 quorumNumerator, uint256 quorumDenominator)">;
    using InvalidQuorumFloor =
        abi::Error<"error GovernorInvalidQuorumFloor(uint256 quorumFloor, uint256 units)">;
    using VoteExtensionTooLarge = abi::Error<
        "error GovernorPreventLateQuorumVoteExtensionTooLarge(uint256 newVoteExtension, uint256 "
        "maxVoteExtension)">;

    // proposals.cpp
    U256 propose(const Targets& targets, const Values& values, const Calldatas& calldatas,
                 const std::string& description);
    U256 queue(const Targets& targets, const Values& values, const Calldatas& calldatas,
               const Hash& description_hash);
    U256 execute(const Targets& targets, const Values& values, const Calldatas& calldatas,
                 const Hash& description_hash);
    U256 cancel(const Targets& targets, const Values& values, const Calldatas& calldatas,
                const Hash& description_hash);
    U256 hash_proposal(const Targets& targets, const Values& values, const Calldatas& calldatas,
                       const Hash& description_hash);
    std::uint8_t state(const U256& id) { return static_cast<std::uint8_t>(state_of(id)); }
    U256 snapshot(const U256& id) { return proposals[id].get().vote_start.value(); }
    U256 deadline(const U256& id);
    Address proposer(const U256& id) { return proposals[id].get().proposer; }
    U256 eta(const U256& id) { return proposals[id].get().eta.value(); }
    bool needs_queuing(const U256&) { return true; }

    // ballots.cpp
    U256 cast_vote(const U256& id, std::uint8_t support);
    U256 cast_vote_with_reason(const U256& id, std::uint8_t support, const std::string& reason);
    U256 cast_vote_with_params(const U256& id, std::uint8_t support, const std::string& reason,
                               const Bytes& params);
    U256 cast_vote_by_sig(const U256& id, std::uint8_t support, const Address& voter, const Bytes& signature);
    U256 cast_vote_with_params_by_sig(const U256& id, std::uint8_t support, const Address& voter,
                                      const std::string& reason, const Bytes& params, const Bytes& signature);
    std::tuple<U256, U256, U256> proposal_votes(const U256& id);
    bool has_voted(const U256& id, const Address& account) { return voted[id][account]; }
    U256 get_votes(const Address& account, const U256& timepoint);
    U256 get_votes_with_params(const Address& account, const U256& timepoint, const Bytes& params);
    U256 quorum(const U256& timepoint);
    std::string counting_mode() { return "support=bravo&quorum=for,abstain"; }
    U256 nonces(const Address& owner) { return nonces_used[owner]; }
    DomainFields eip712_domain();
    Hash ballot_typehash();
    Hash extended_ballot_typehash();

    // settings.cpp
    void set_voting_delay(const abi::Uint<48>& seconds);
    void set_voting_period(std::uint32_t seconds);
    void set_proposal_threshold(const U256& units);
    void update_quorum_numerator(const U256& numerator);
    void update_quorum_floor(const U256& units);
    void set_late_quorum_vote_extension(const abi::Uint<48>& seconds);
    void update_timelock(const Address& to);
    void relay(const Address& target, const U256& value, const Bytes& data);
    U256 voting_delay() { return delay.get().value(); }
    U256 voting_period() { return period.get(); }
    U256 proposal_threshold() { return threshold; }
    U256 quorum_numerator() { return quorum_numerators.latest(); }
    U256 quorum_numerator_at(const U256& timepoint);
    U256 quorum_denominator() { return 100; }
    U256 quorum_floor() { return quorum_floors.latest(); }
    U256 quorum_floor_at(const U256& timepoint);
    abi::Uint<48> late_quorum_vote_extension() { return extension; }
    Address timelock() { return executor; }
    Address token();
    abi::Uint<48> clock() { return ctx.now; }
    std::string clock_mode() { return "mode=timestamp"; }
    std::string name();
    std::string version();
    bool supports_interface(const abi::Selector& id);
    void refuse_deposit() { raise<DisabledDeposit>(); }
    abi::Selector refuse_erc721(const Address& by, const Address& from, const U256& token_id,
                                const Bytes& data);
    abi::Selector refuse_erc1155(const Address& by, const Address& from, const U256& id, const U256& value,
                                 const Bytes& data);
    abi::Selector refuse_erc1155_batch(const Address& by, const Address& from, const std::vector<U256>& ids,
                                       const std::vector<U256>& values, const Bytes& data);
    void genesis(const GenesisParams& params);

 private:
    ProposalState state_of(const U256& id);
    /// Raises UnexpectedProposalState unless the proposal is in one of the states.
    template <class... States>
    void require_state(const U256& id, States... allowed) {
        const auto now = state_of(id);
        require<UnexpectedProposalState>((... || (now == allowed)), id, static_cast<std::uint8_t>(now),
                                         state_set({allowed...}));
    }
    static Hash state_set(std::initializer_list<ProposalState> states);
    bool quorum_reached(const U256& id);
    void extend_if_late(const U256& id);

    U256 cast(const U256& id, const Address& voter, std::uint8_t support, const std::string& reason,
              const Bytes& params);
    void count(const U256& id, const Address& voter, std::uint8_t support, const U256& weight);
    Hash signed_digest(const Hash& struct_hash);

    /// Raises OnlyExecutor for any caller but the timelock, and for a call that no executing proposal holds.
    void only_governance();
    void store_voting_delay(const abi::Uint<48>& seconds);
    void store_voting_period(std::uint32_t seconds);
    void store_proposal_threshold(const U256& units);
    void store_quorum_numerator(const U256& numerator);
    void store_quorum_floor(const U256& units);
    void store_vote_extension(const abi::Uint<48>& seconds);
    void store_timelock(const Address& to);
};

}  // namespace farthing::contracts
