#include "contracts/governor/governor.hpp"
#include "contracts/timelock/timelock.hpp"
#include "contracts/voting_units/voting_units.hpp"

#include <stdexcept>

namespace farthing::contracts {
namespace {

constexpr std::uint64_t day_s = 24 * 60 * 60;
/// When the genesis file says nothing.
constexpr std::uint64_t default_delay_s = day_s, default_period_s = 7 * day_s, default_extension_s = day_s;
constexpr std::uint64_t default_quorum_numerator = 4;

using GetPastTotalSupply =
    abi::Function<"function getPastTotalSupply(uint256 timepoint) view returns (uint256)">;

// IGovernor of OpenZeppelin 5.7, and as it was before getProposalId joined it; inherited interfaces are not
// part of an id.
constexpr auto governor_functions = std::to_array<std::string_view>(
    {"name()",
     "version()",
     "COUNTING_MODE()",
     "hashProposal(address[],uint256[],bytes[],bytes32)",
     "state(uint256)",
     "proposalThreshold()",
     "proposalSnapshot(uint256)",
     "proposalDeadline(uint256)",
     "proposalProposer(uint256)",
     "proposalEta(uint256)",
     "proposalNeedsQueuing(uint256)",
     "votingDelay()",
     "votingPeriod()",
     "quorum(uint256)",
     "getVotes(address,uint256)",
     "getVotesWithParams(address,uint256,bytes)",
     "hasVoted(uint256,address)",
     "propose(address[],uint256[],bytes[],string)",
     "queue(address[],uint256[],bytes[],bytes32)",
     "execute(address[],uint256[],bytes[],bytes32)",
     "cancel(address[],uint256[],bytes[],bytes32)",
     "castVote(uint256,uint8)",
     "castVoteWithReason(uint256,uint8,string)",
     "castVoteWithReasonAndParams(uint256,uint8,string,bytes)",
     "castVoteBySig(uint256,uint8,address,bytes)",
     "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)"});
constexpr abi::Selector older_governor_id = interface_id(governor_functions);
constexpr abi::Selector governor_id = [] {
    auto out = older_governor_id;
    const auto added = abi::selector("getProposalId(address[],uint256[],bytes[],bytes32)");
    for (std::size_t i = 0; i < out.size(); ++i) out[i] ^= added[i];
    return out;
}();

}  // namespace

void Governor::only_governance() {
    require<OnlyExecutor>(ctx.caller == timelock(), ctx.caller);
    // The timelock runs what others schedule, too: a call counts only as an action of the proposal that is
    // being executed, in their order.
    const Hash call = ctx.keccak256(ctx.calldata);
    while (true) {
        const std::uint64_t next = governance_calls_done;
        if (next >= governance_calls.size()) throw Revert{panic(PanicCode::pop_of_empty_array)};
        governance_calls_done = next + 1;
        if (governance_calls[next].get() == call) return;
    }
}

void Governor::set_voting_delay(const abi::Uint<48>& seconds) {
    only_governance();
    store_voting_delay(seconds);
}

void Governor::set_voting_period(std::uint32_t seconds) {
    only_governance();
    store_voting_period(seconds);
}

void Governor::set_proposal_threshold(const U256& units) {
    only_governance();
    store_proposal_threshold(units);
}

void Governor::update_quorum_numerator(const U256& numerator) {
    only_governance();
    store_quorum_numerator(numerator);
}

void Governor::set_late_quorum_vote_extension(const abi::Uint<48>& seconds) {
    only_governance();
    store_vote_extension(seconds);
}

void Governor::update_timelock(const Address& to) {
    only_governance();
    store_timelock(to);
}

void Governor::relay(const Address& target, const U256& value, const Bytes& data) {
    only_governance();
    call_any(ctx, target, value, data);
}

void Governor::update_quorum_floor(const U256& units) {
    only_governance();
    // One beyond what can be cast would end governance: nothing could lower it again.
    const U256 all = ctx.call<GetPastTotalSupply>(voting_units_address, U256(ctx.now - 1));
    require<InvalidQuorumFloor>(units <= all, units, all);
    store_quorum_floor(units);
}

void Governor::store_voting_delay(const abi::Uint<48>& seconds) {
    ctx.emit<VotingDelaySet>(voting_delay(), U256(seconds.value()));
    delay = seconds;
}

void Governor::store_voting_period(std::uint32_t seconds) {
    require<InvalidVotingPeriod>(seconds != 0, U256(0));
    ctx.emit<VotingPeriodSet>(voting_period(), U256(seconds));
    period = seconds;
}

void Governor::store_proposal_threshold(const U256& units) {
    ctx.emit<ProposalThresholdSet>(proposal_threshold(), units);
    threshold = units;
}

void Governor::store_quorum_numerator(const U256& numerator) {
    require<InvalidQuorumFraction>(numerator <= quorum_denominator(), numerator, quorum_denominator());
    const auto change = quorum_numerators.set(ctx.now, numerator);
    ctx.emit<QuorumNumeratorUpdated>(change.before, change.after);
}

void Governor::store_quorum_floor(const U256& units) {
    const auto change = quorum_floors.set(ctx.now, units);
    ctx.emit<QuorumFloorUpdated>(change.before, change.after);
}

void Governor::store_vote_extension(const abi::Uint<48>& seconds) {
    require<VoteExtensionTooLarge>(seconds.value() <= voting_period(), U256(seconds.value()),
                                   voting_period());
    ctx.emit<LateQuorumVoteExtensionSet>(extension.get().value(), seconds.value());
    extension = seconds;
}

void Governor::store_timelock(const Address& to) {
    ctx.emit<TimelockChange>(executor.get(), to);
    executor = to;
}

U256 Governor::quorum_numerator_at(const U256& timepoint) {
    return quorum_numerators.at(fits_u64(timepoint) ? low_u64(timepoint) : ~std::uint64_t{0});
}

U256 Governor::quorum_floor_at(const U256& timepoint) {
    return quorum_floors.at(fits_u64(timepoint) ? low_u64(timepoint) : ~std::uint64_t{0});
}

Address Governor::token() {
    return voting_units_address;
}

bool Governor::supports_interface(const abi::Selector& id) {
    return id == erc165_id || id == governor_id || id == older_governor_id || id == erc1155_receiver_id;
}

abi::Selector Governor::refuse_erc721(const Address&, const Address&, const U256&, const Bytes&) {
    raise<DisabledDeposit>();
}

abi::Selector Governor::refuse_erc1155(const Address&, const Address&, const U256&, const U256&,
                                       const Bytes&) {
    raise<DisabledDeposit>();
}

abi::Selector Governor::refuse_erc1155_batch(const Address&, const Address&, const std::vector<U256>&,
                                             const std::vector<U256>&, const Bytes&) {
    raise<DisabledDeposit>();
}

/// "votingDelay", "votingPeriod", "lateQuorumVoteExtension": seconds; "proposalThreshold": units;
/// "quorumNumerator": percent of the units there are; "quorumFloor": units, 0 when missing.
void Governor::genesis(const GenesisParams& params) {
    const auto period_s = params.u64("votingPeriod", default_period_s);
    if (period_s > ~std::uint32_t{0})
        throw std::invalid_argument("genesis: parameter \"votingPeriod\" must be below 2^32");
    store_voting_delay(params.u64("votingDelay", default_delay_s));
    store_voting_period(static_cast<std::uint32_t>(period_s));
    store_proposal_threshold(params.u256("proposalThreshold", 0));
    store_quorum_numerator(params.u256("quorumNumerator", default_quorum_numerator));
    store_quorum_floor(params.u256("quorumFloor", 0));
    store_vote_extension(params.u64("lateQuorumVoteExtension", std::min(period_s, default_extension_s)));
    store_timelock(timelock_address);
}

}  // namespace farthing::contracts
