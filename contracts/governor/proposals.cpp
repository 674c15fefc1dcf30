#include "contracts/governor/governor.hpp"
#include "contracts/voting_units/voting_units.hpp"

namespace farthing::contracts {
namespace {

constexpr std::size_t actions_max = 16;

using GetMinDelay = abi::Function<"function getMinDelay() view returns (uint256)">;
using HashOperationBatch = abi::Function<
    "function hashOperationBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, "
    "bytes32 salt) pure returns (bytes32)">;
using ScheduleBatch = abi::Function<
    "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, "
    "bytes32 salt, uint256 delay)">;
using ExecuteBatch = abi::Function<
    "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, "
    "bytes32 salt) payable">;
using IsOperationPending = abi::Function<"function isOperationPending(bytes32 id) view returns (bool)">;
using IsOperationDone = abi::Function<"function isOperationDone(bytes32 id) view returns (bool)">;

/// The operation's salt: the description's hash, with this Governor's address in its first bytes so that two
/// governors of one timelock cannot collide.
Hash timelock_salt(const Address& governor, const Hash& description_hash) {
    Hash out = description_hash;
    for (std::size_t i = 0; i < governor.size(); ++i) out[i] ^= governor[i];
    return out;
}

/// A description that ends with "#proposer=0x…" may be proposed by that account alone, so that nobody can
/// take the id by proposing the same first. A suffix that is no address binds nobody, as at OpenZeppelin.
bool may_propose(const Address& who, std::string_view description) {
    constexpr std::string_view marker = "#proposer=";
    constexpr std::size_t address_size = 42;
    if (description.size() < marker.size() + address_size) return true;
    const auto suffix = description.substr(description.size() - marker.size() - address_size);
    if (!suffix.starts_with(marker)) return true;
    const auto text = suffix.substr(marker.size());
    const auto named = address_from_hex(text);
    return !text.starts_with("0x") || !named || *named == who;
}

}  // namespace

U256 Governor::propose(const Targets& targets, const Values& values, const Calldatas& calldatas,
                       const std::string& description) {
    const Address by = ctx.caller;
    require<RestrictedProposer>(may_propose(by, description), by);
    const U256 needed = threshold;
    if (needed > 0) {
        const U256 held = get_votes(by, U256(ctx.now - 1));
        require<InsufficientProposerVotes>(held >= needed, by, held, needed);
    }
    const U256 id = hash_proposal(targets, values, calldatas, ctx.keccak256(as_bytes(description)));
    const auto actions = targets.size();
    require<InvalidProposalLength>(actions > 0 && actions == values.size() && actions == calldatas.size(),
                                   U256(actions), U256(calldatas.size()), U256(values.size()));
    require<TooManyActions>(actions <= actions_max, U256(actions), U256(actions_max));
    Proposal proposal = proposals[id];
    if (proposal.vote_start.value() != 0) raise<UnexpectedProposalState>(id, state(id), Hash{});

    const U256 start = ctx.now + voting_delay();
    proposal.proposer = by;
    proposal.vote_start = low_u64(start);
    proposal.vote_duration = period;
    proposals[id] = proposal;
    ctx.emit<ProposalCreated>(id, by, targets, values, std::vector<std::string>(actions), calldatas, start,
                              U256(start + proposal.vote_duration), description);
    return id;
}

U256 Governor::queue(const Targets& targets, const Values& values, const Calldatas& calldatas,
                     const Hash& description_hash) {
    const U256 id = hash_proposal(targets, values, calldatas, description_hash);
    require_state(id, ProposalState::succeeded);
    const Address to = executor;
    const U256 wait = ctx.call<GetMinDelay>(to);
    const Hash salt = timelock_salt(ctx.self, description_hash);
    timelock_ids[id] = ctx.call<HashOperationBatch>(to, targets, values, calldatas, Hash{}, salt);
    ctx.call<ScheduleBatch>(to, targets, values, calldatas, Hash{}, salt, wait);
    const U256 from = ctx.now + wait;
    proposals[id].update([&](Proposal& p) { p.eta = static_cast<std::uint64_t>(from); });
    ctx.emit<ProposalQueued>(id, from);
    return id;
}

U256 Governor::execute(const Targets& targets, const Values& values, const Calldatas& calldatas,
                       const Hash& description_hash) {
    const U256 id = hash_proposal(targets, values, calldatas, description_hash);
    require_state(id, ProposalState::queued);
    // Before the calls, so that none finds the proposal still to be executed.
    proposals[id].update([](Proposal& p) { p.executed = true; });
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (targets[i] == ctx.self) governance_calls.push(ctx.keccak256(calldatas[i]));
    ctx.call_paying<ExecuteBatch>(executor, ctx.value, targets, values, calldatas, Hash{},
                                  timelock_salt(ctx.self, description_hash));
    timelock_ids[id] = Hash{};
    while (governance_calls.size() > 0) governance_calls.pop();
    governance_calls_done = std::uint64_t{0};
    ctx.emit<ProposalExecuted>(id);
    return id;
}

U256 Governor::cancel(const Targets& targets, const Values& values, const Calldatas& calldatas,
                      const Hash& description_hash) {
    const U256 id = hash_proposal(targets, values, calldatas, description_hash);
    const bool may = state_of(id) == ProposalState::pending && proposer(id) == ctx.caller;
    require<UnableToCancel>(may, id, ctx.caller);
    proposals[id].update([](Proposal& p) { p.canceled = true; });
    ctx.emit<ProposalCanceled>(id);
    return id;
}

U256 Governor::hash_proposal(const Targets& targets, const Values& values, const Calldatas& calldatas,
                             const Hash& description_hash) {
    return to_u256(ctx.keccak256(abi::encode(targets, values, calldatas, description_hash)).bytes);
}

U256 Governor::deadline(const U256& id) {
    const Proposal p = proposals[id];
    return std::max(U256(U256(p.vote_start.value()) + p.vote_duration),
                    U256(extended_deadlines[id].get().value()));
}

ProposalState Governor::state_of(const U256& id) {
    using enum ProposalState;
    const Proposal p = proposals[id];
    if (p.executed) return executed;
    if (p.canceled) return canceled;
    require<NonexistentProposal>(p.vote_start.value() != 0, id);
    if (p.vote_start.value() >= ctx.now) return pending;
    if (deadline(id) >= ctx.now) return active;
    const Tally tally = tallies[id];
    if (!quorum_reached(id) || tally.in_favour <= tally.against) return defeated;
    if (p.eta.value() == 0) return succeeded;
    // The timelock may have run or dropped it without us.
    const Hash operation = timelock_ids[id];
    const Address with = executor;
    if (ctx.call<IsOperationPending>(with, operation)) return queued;
    return ctx.call<IsOperationDone>(with, operation) ? executed : canceled;
}

Hash Governor::state_set(std::initializer_list<ProposalState> states) {
    unsigned bits = 0;
    for (const auto state : states) bits |= 1u << static_cast<unsigned>(state);
    return to_word(U256(bits));
}

bool Governor::quorum_reached(const U256& id) {
    const Tally tally = tallies[id];
    return quorum(snapshot(id)) <= tally.in_favour + tally.abstain;
}

void Governor::extend_if_late(const U256& id) {
    if (extended_deadlines[id].get().value() != 0 || !quorum_reached(id)) return;
    const abi::Uint<48> until = ctx.now + extension.get().value();
    if (until.value() > deadline(id)) ctx.emit<ProposalExtended>(id, until.value());
    extended_deadlines[id] = until;
}

}  // namespace farthing::contracts
