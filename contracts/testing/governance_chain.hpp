#pragma once
// A chain with wrapped coin, Governor, Timelock and Parameters that the timelock owns, and people who vote.
#include "contracts/governor/governor.hpp"
#include "contracts/testing/error_coverage.hpp"
#include "contracts/testing/token_chain.hpp"
#include "contracts/timelock/timelock.hpp"
#include "contracts/votes/votes.hpp"

namespace farthing::contracts {
extern const Module governor, timelock, parameters;
}  // namespace farthing::contracts

namespace farthing::contracts::testing {

/// What a proposal does.
struct Plan {
    Governor::Targets targets;
    Governor::Values values;
    Governor::Calldatas calldatas;
    std::string description;

    Hash description_hash() const { return keccak256(as_bytes(description)); }
};

/// Snapshot a second after a proposal, 50 s of voting, 20 s left when the quorum of 4 % comes late, 60 s in
/// the timelock. No floor under the quorum, as at OpenZeppelin, unless a test asks for one.
class GovernanceFixture : public TokenFixture {
 protected:
    static constexpr std::uint64_t delay_s = 1, period_s = 50, extension_s = 20, timelock_s = 60;

    explicit GovernanceFixture(const U256& quorum_floor = 0) {
        GenesisParams rules, locked, owned;
        rules.members["votingDelay"].text = std::to_string(delay_s);
        rules.members["votingPeriod"].text = std::to_string(period_s);
        rules.members["lateQuorumVoteExtension"].text = std::to_string(extension_s);
        rules.members["quorumFloor"].text = to_decimal(quorum_floor);
        locked.members["minDelay"].text = std::to_string(timelock_s);
        owned.members["owner"].text = hex0x(lock);
        chain.host.install(governor, dao, rules);
        chain.host.install(timelock, lock, locked);
        chain.host.install(parameters, numbers, owned);
    }
    ~GovernanceFixture() override { ErrorCoverage::of(governor).add(chain, governor); }

    /// Gives wrapped coin that votes.
    void give(const Address& who, const U256& amount) {
        chain.host.state.balances[who] += amount;
        ASSERT_TRUE(deposit(who, amount).success);
        ASSERT_TRUE(delegate(units, who, who).success);
    }

    static Bytes set_floor(const U256& wei) {
        return abi::Function<"function set(string name, uint256 value)">::encode(std::string("baseFeeFloor"),
                                                                                 wei);
    }
    U256 floor() {
        return std::get<0>(chain
                               .call<"function get(string name) view returns (uint256 value, bool isSet)">(
                                   alice, numbers, std::string("baseFeeFloor"))
                               .value);
    }
    Plan floor_plan(const U256& wei, const std::string& description) {
        return {{numbers}, {0}, {set_floor(wei)}, description};
    }
    Plan own_plan(const Bytes& data, const std::string& description) {
        return {{dao}, {0}, {data}, description};
    }

    U256 id_of(const Plan& p) {
        return chain
            .call<
                "function hashProposal(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
                "descriptionHash) pure returns (uint256)">(alice, dao, p.targets, p.values, p.calldatas,
                                                           p.description_hash())
            .value;
    }
    auto propose(const Address& by, const Plan& p) {
        return chain.call<
            "function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) "
            "returns (uint256 proposalId)">(by, dao, p.targets, p.values, p.calldatas, p.description);
    }
    auto queue(const Plan& p) {
        return chain.call<
            "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
            "descriptionHash) returns (uint256 proposalId)">(carol, dao, p.targets, p.values, p.calldatas,
                                                             p.description_hash());
    }
    auto execute(const Plan& p, const U256& wei = 0) {
        return chain.pay<
            "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
            "descriptionHash) payable returns (uint256 proposalId)">(carol, dao, wei, p.targets, p.values,
                                                                     p.calldatas, p.description_hash());
    }
    auto cancel(const Address& by, const Plan& p) {
        return chain.call<
            "function cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
            "descriptionHash) returns (uint256 proposalId)">(by, dao, p.targets, p.values, p.calldatas,
                                                             p.description_hash());
    }
    auto vote(const Address& who, const U256& id, std::uint8_t support) {
        return chain.call<"function castVote(uint256 proposalId, uint8 support) returns (uint256 weight)">(
            who, dao, id, support);
    }
    Outcome<std::uint8_t> try_state(const U256& id) {
        return chain.call<"function state(uint256 proposalId) view returns (uint8)">(alice, dao, id);
    }
    ProposalState state(const U256& id) {
        const auto done = try_state(id);
        EXPECT_TRUE(done.success);
        return static_cast<ProposalState>(done.value);
    }
    U256 deadline(const U256& id) {
        return chain
            .call<"function proposalDeadline(uint256 proposalId) view returns (uint256)">(alice, dao, id)
            .value;
    }
    U256 eta(const U256& id) {
        return chain.call<"function proposalEta(uint256 proposalId) view returns (uint256)">(alice, dao, id)
            .value;
    }
    std::tuple<U256, U256, U256> tally(const U256& id) {
        return chain
            .call<
                "function proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, uint256 "
                "forVotes, uint256 abstainVotes)">(alice, dao, id)
            .value;
    }
    Outcome<U256> quorum(const U256& when) {
        return chain.call<"function quorum(uint256 timepoint) view returns (uint256)">(alice, dao, when);
    }

    /// Proposes and lets the snapshot pass.
    U256 opened(const Address& by, const Plan& p) {
        const auto done = propose(by, p);
        EXPECT_TRUE(done.success);
        pass(delay_s + 1);
        return done.value;
    }
    /// Brings a plan to where the timelock waits, with `by`'s units alone.
    U256 queued(const Address& by, const Plan& p) {
        const auto id = opened(by, p);
        EXPECT_TRUE(vote(by, id, 1).success);
        pass(period_s);
        EXPECT_TRUE(queue(p).success);
        return id;
    }
    /// The whole way.
    Outcome<U256> carried_out(const Address& by, const Plan& p) {
        queued(by, p);
        pass(timelock_s);
        return execute(p);
    }

    const Address dao = governor_address, lock = timelock_address, numbers = *parameters.identity.address;
};

}  // namespace farthing::contracts::testing
