// Vector 19 of tests/vectors/economy_vectors.json, which agrees with OpenZeppelin's Governor.
#include "core/testing/vectors.hpp"

#include "contracts/testing/governance_chain.hpp"

#include <boost/json.hpp>

#include <fstream>

namespace farthing::contracts {
namespace {

using namespace testing;
namespace json = boost::json;

const json::value& vector_19() {
    static const json::value all = [] {
        std::ifstream file(vectors_folder + "/economy_vectors.json");
        return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    for (const auto& each : all.at("vectors").as_array())
        if (each.at("id").as_string() == "governor_quorum_and_states") return each;
    throw std::runtime_error("the vector is missing");
}
U256 amount(const json::value& object, std::string_view key) {
    return parse_u256(object.at(key).as_string()).value();
}
std::string_view name_of(ProposalState state) {
    static constexpr std::array<std::string_view, 8> names{"Pending",   "Active", "Canceled", "Defeated",
                                                           "Succeeded", "Queued", "Expired",  "Executed"};
    return names.at(static_cast<std::size_t>(state));
}

/// Its blocks are seconds here. Three voters have what is cast; the rest of the supply belongs to nobody's
/// delegate.
class GovernorVectors : public GovernanceFixture {
 protected:
    const json::value& in = vector_19().at("inputs");
    const json::value& out = vector_19().at("outputs");
    const std::array<Address, 3> voters{account(1001), account(1002), account(1003)};
    const std::uint64_t proposed_at = low_u64(amount(in, "proposed_at"));

    void SetUp() override {
        ASSERT_EQ(amount(in, "voting_delay"), delay_s);
        ASSERT_EQ(amount(in, "voting_period"), period_s);
        ASSERT_EQ(amount(in, "late_extension"), extension_s);
        ASSERT_EQ(amount(in, "quorum_numerator"), 4);
        ASSERT_EQ(amount(in, "denominator"), 100);
    }
    /// A chain of its own clock, from a second before proposing.
    void start(const std::array<U256, 3>& cast) {
        chain = TestChain{};
        chain.host.head.timestamp = proposed_at - 1;
        GenesisParams rules;
        rules.members["votingDelay"].text = std::to_string(delay_s);
        rules.members["votingPeriod"].text = std::to_string(period_s);
        rules.members["lateQuorumVoteExtension"].text = std::to_string(extension_s);
        chain.host.install(wrapped_coin, coin);
        chain.host.install(voting_units, units);
        chain.host.install(governor, dao, rules);
        chain.host.install(timelock, lock);
        U256 rest = amount(in, "past_total_supply");
        for (std::size_t i = 0; i < 3; ++i) {
            rest -= cast[i];
            give(voters[i], cast[i]);
        }
        chain.host.state.balances[account(1004)] = rest;
        ASSERT_TRUE(deposit(account(1004), rest).success);
        pass(1);
    }
    void go_to(std::uint64_t second) { chain.host.head.timestamp = second; }
};

TEST_F(GovernorVectors, quorum_and_majority_decide) {
    for (const auto& each : out.at("votes").as_array()) {
        const std::array<U256, 3> cast{amount(each, "against"), amount(each, "for"), amount(each, "abstain")};
        start(cast);
        const auto id = propose(alice, floor_plan(1, "a")).value;
        go_to(proposed_at + delay_s + 1);
        EXPECT_EQ(quorum(now() - 1).value, amount(out, "quorum"));
        for (std::uint8_t support = 0; support < 3; ++support)
            EXPECT_EQ(vote(voters[support], id, support).value, cast[support]);
        go_to(low_u64(deadline(id)) + 1);
        EXPECT_EQ(name_of(state(id)), each.at("state").as_string());
    }
}

TEST_F(GovernorVectors, states_change_at_these_times) {
    start({1, 2, 3});
    const auto id = propose(alice, floor_plan(1, "a")).value;
    for (const auto& [when, what] : out.at("state_by_block").as_object()) {
        go_to(low_u64(parse_u256(when).value()));
        const std::string_view name = what.as_string();
        EXPECT_EQ(name_of(state(id)), name == "by votes" ? "Defeated" : name) << when;
    }
}

TEST_F(GovernorVectors, a_late_quorum_moves_the_deadline) {
    for (const auto& [when, until] : out.at("deadline_if_quorum_first_reached_at").as_object()) {
        start({0, amount(out, "quorum"), 0});
        const auto id = propose(alice, floor_plan(1, "a")).value;
        const auto plain = deadline(id);
        go_to(low_u64(parse_u256(when).value()));
        const auto done = vote(voters[1], id, 1);
        ASSERT_TRUE(done.success);
        EXPECT_EQ(deadline(id), parse_u256(until.as_string()).value()) << when;
        const bool moved = deadline(id) != plain;
        EXPECT_EQ(done.logs.size(), moved ? 2u : 1u);
        if (moved) {
            EXPECT_EQ(done.logs[1].topics[0], Governor::ProposalExtended::topic);
            EXPECT_EQ(done.logs[1].data, abi::encode(low_u64(deadline(id))));
        }
        // Only the first time.
        go_to(low_u64(deadline(id)));
        ASSERT_TRUE(vote(voters[0], id, 1).success);
        EXPECT_EQ(deadline(id), parse_u256(until.as_string()).value());
    }
}

}  // namespace
}  // namespace farthing::contracts
