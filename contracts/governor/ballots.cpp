#include "contracts/ecdsa.hpp"
#include "contracts/governor/governor.hpp"
#include "contracts/voting_units/voting_units.hpp"
#include "core/crypto/eip712.hpp"

namespace farthing::contracts {
namespace {

constexpr std::string_view governor_name = "Farthing Governor";
constexpr std::string_view governor_version = "1";

using GetPastVotes =
    abi::Function<"function getPastVotes(address account, uint256 timepoint) view returns (uint256)">;
using GetPastTotalSupply =
    abi::Function<"function getPastTotalSupply(uint256 timepoint) view returns (uint256)">;

enum class Support : std::uint8_t { against, in_favour, abstain };

}  // namespace

U256 Governor::cast_vote(const U256& id, std::uint8_t support) {
    return cast(id, ctx.caller, support, {}, {});
}

U256 Governor::cast_vote_with_reason(const U256& id, std::uint8_t support, const std::string& reason) {
    return cast(id, ctx.caller, support, reason, {});
}

U256 Governor::cast_vote_with_params(const U256& id, std::uint8_t support, const std::string& reason,
                                     const Bytes& params) {
    return cast(id, ctx.caller, support, reason, params);
}

U256 Governor::cast_vote_by_sig(const U256& id, std::uint8_t support, const Address& voter,
                                const Bytes& signature) {
    const U256 nonce = use_nonce(nonces_used[voter]);
    ctx.charge(gas::keccak(5 * 32));
    const Hash digest = signed_digest(eip712::Ballot{id, support, voter, nonce}.hash());
    require<InvalidSignature>(is_signed_by(ctx, voter, digest, signature), voter);
    return cast(id, voter, support, {}, {});
}

U256 Governor::cast_vote_with_params_by_sig(const U256& id, std::uint8_t support, const Address& voter,
                                            const std::string& reason, const Bytes& params,
                                            const Bytes& signature) {
    const U256 nonce = use_nonce(nonces_used[voter]);
    ctx.charge(gas::keccak(7 * 32));
    const eip712::ExtendedBallot ballot{
        {id, support, voter, nonce}, ctx.keccak256(as_bytes(reason)), ctx.keccak256(params)};
    require<InvalidSignature>(is_signed_by(ctx, voter, signed_digest(ballot.hash()), signature), voter);
    return cast(id, voter, support, reason, params);
}

U256 Governor::cast(const U256& id, const Address& voter, std::uint8_t support, const std::string& reason,
                    const Bytes& params) {
    require_state(id, ProposalState::active);
    const U256 weight = get_votes(voter, snapshot(id));
    count(id, voter, support, weight);
    if (params.empty())
        ctx.emit<VoteCast>(voter, id, support, weight, reason);
    else
        ctx.emit<VoteCastWithParams>(voter, id, support, weight, reason, params);
    extend_if_late(id);
    return weight;
}

void Governor::count(const U256& id, const Address& voter, std::uint8_t support, const U256& weight) {
    require<AlreadyCastVote>(!has_voted(id, voter), voter);
    voted[id][voter] = true;
    tallies[id].update([&](Tally& tally) {
        switch (static_cast<Support>(support)) {
            case Support::against:
                tally.against += weight;
                return;
            case Support::in_favour:
                tally.in_favour += weight;
                return;
            case Support::abstain:
                tally.abstain += weight;
                return;
        }
        raise<InvalidVoteType>();
    });
}

std::tuple<U256, U256, U256> Governor::proposal_votes(const U256& id) {
    const Tally tally = tallies[id];
    return {tally.against, tally.in_favour, tally.abstain};
}

U256 Governor::get_votes(const Address& account, const U256& timepoint) {
    return ctx.call<GetPastVotes>(voting_units_address, account, timepoint);
}

U256 Governor::get_votes_with_params(const Address& account, const U256& timepoint, const Bytes&) {
    return get_votes(account, timepoint);
}

U256 Governor::quorum(const U256& timepoint) {
    // While few units exist, a part of them is next to nothing: the floor keeps a handful from deciding.
    const U256 share = mul_div(ctx.call<GetPastTotalSupply>(voting_units_address, timepoint),
                               quorum_numerator_at(timepoint), quorum_denominator(), Rounding::down);
    return std::max(share, quorum_floor_at(timepoint));
}

std::string Governor::name() {
    return std::string(governor_name);
}

std::string Governor::version() {
    return std::string(governor_version);
}

Hash Governor::signed_digest(const Hash& struct_hash) {
    ctx.charge(gas::keccak(66));
    return eip712::digest(domain_separator(ctx, governor_name, governor_version), struct_hash);
}

DomainFields Governor::eip712_domain() {
    return domain_fields(ctx, governor_name, governor_version);
}

Hash Governor::ballot_typehash() {
    return eip712::ballot_type_hash;
}

Hash Governor::extended_ballot_typehash() {
    return eip712::extended_ballot_type_hash;
}

}  // namespace farthing::contracts
