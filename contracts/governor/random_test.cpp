// 10,000 random operations of holders, voters and anyone: what votes count, how states go, when things run.
#include "contracts/testing/governance_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

struct Known {
    Plan plan;
    Address proposer;
    std::uint64_t snapshot = 0;
    ProposalState last = ProposalState::pending;
    U256 total;  ///< Of all units at the snapshot; set once it has passed.
    std::array<U256, 3> votes;
    std::set<Address> voters;
    std::uint64_t due = 0;
    std::optional<U256> quorum{};  ///< Set once the snapshot has passed.
};

/// Whether a proposal may go from one state to the other, over any number of steps.
bool may_follow(ProposalState from, ProposalState to) {
    using enum ProposalState;
    switch (from) {
        case pending:
            return true;
        case active:
            return to != pending && to != canceled;
        case succeeded:
            return to == succeeded || to == queued || to == executed;
        case queued:
            return to == queued || to == executed;
        case canceled:
        case defeated:
        case expired:
        case executed:
            return to == from;
    }
    return false;
}

class GovernorRandom : public GovernanceFixture {
 protected:
    Known& any() { return all[random.one_in(2) ? all.size() - 1 : random.below(all.size())]; }
    Address person() { return people[random.below(people.size())]; }

    Plan new_plan() {
        using Quorum = abi::Function<"function updateQuorumNumerator(uint256 newQuorumNumerator)">;
        const auto text = "number " + std::to_string(all.size());
        if (random.one_in(8))
            return own_plan(Quorum::encode(U256(random.one_in(5) ? 101 : random.below(40))), text);
        using Floor = abi::Function<"function updateQuorumFloor(uint256 newQuorumFloor)">;
        if (random.one_in(8)) return own_plan(Floor::encode(U256(random.below(6'000))), text);
        if (random.one_in(8)) return floor_plan(u256_max, text);  // Fails when it runs.
        return floor_plan(all.size(), text);
    }
    void try_vote() {
        Known& p = any();
        const auto id = id_of(p.plan);
        const Address who = person();
        const auto support = static_cast<std::uint8_t>(random.below(random.one_in(20) ? 4 : 3));
        const bool open = state(id) == ProposalState::active;
        const auto done = vote(who, id, support);
        ASSERT_EQ(done.success, open && support < 3 && !p.voters.contains(who));
        if (!done.success) return;
        ASSERT_EQ(done.value, past_votes(units, who, p.snapshot).value);
        p.voters.insert(who);
        p.votes[support] += done.value;
    }
    void try_queue() {
        Known& p = any();
        const bool good = state(id_of(p.plan)) == ProposalState::succeeded;
        ASSERT_EQ(queue(p.plan).success, good);
        if (good) p.due = now() + timelock_s;
    }
    void try_execute() {
        Known& p = any();
        const auto id = id_of(p.plan);
        const bool was_queued = state(id) == ProposalState::queued;
        const auto done = execute(p.plan);
        if (!done.success) return;
        ++executions;
        ASSERT_TRUE(was_queued);
        ASSERT_GE(now(), p.due);
        ASSERT_EQ(state(id), ProposalState::executed);
        if (p.plan.targets[0] == numbers) last_floor = to_u256(ByteView(p.plan.calldatas[0]).subspan(36, 32));
        ASSERT_EQ(chain.host.load(dao, slot_word(10)), Word{}) << "no call is left over";
    }
    void move_coin() {
        const Address who = person(), other = person();
        const U256 amount = random.below(300);
        switch (random.below(5)) {
            case 0:
                deposit(who, amount);
                break;
            case 1:
                withdraw(who, amount);
                break;
            case 2:
                delegate(units, who, other);
                break;
            default:
                transfer(coin, who, other, amount);
        }
    }
    void step() {
        switch (random.below(12)) {
            case 0:
            case 1:
                move_coin();
                break;
            case 2: {
                if (!random.one_in(3)) break;
                const auto plan = new_plan();
                const Address by = person();
                ASSERT_TRUE(propose(by, plan).success);
                all.push_back({plan, by, now() + delay_s, ProposalState::pending, 0, {}, {}, 0});
                break;
            }
            case 3:
            case 4:
            case 5:
            case 6:
                try_vote();
                break;
            case 7:
                try_queue();
                break;
            case 8:
            case 9:
                try_execute();
                break;
            case 10: {
                Known& p = any();
                const Address by = random.one_in(3) ? p.proposer : person();
                const bool good = state(id_of(p.plan)) == ProposalState::pending && by == p.proposer;
                ASSERT_EQ(cancel(by, p.plan).success, good);
                break;
            }
            default:
                pass(random.below(8));
        }
    }
    void check(Known& p) {
        const auto id = id_of(p.plan);
        const auto now_state = state(id);
        ASSERT_TRUE(may_follow(p.last, now_state))
            << static_cast<int>(p.last) << " to " << static_cast<int>(now_state);
        p.last = now_state;
        ASSERT_EQ(tally(id), (std::tuple<U256, U256, U256>(p.votes[0], p.votes[1], p.votes[2])));
        if (now() > p.snapshot) {
            const auto total = past_total(units, p.snapshot).value;
            if (p.total == 0) p.total = total;
            ASSERT_EQ(total, p.total) << "the past does not change";
            ASSERT_LE(p.votes[0] + p.votes[1] + p.votes[2], total);
            const auto needed = quorum(p.snapshot).value;
            if (!p.quorum) p.quorum = needed;
            ASSERT_EQ(needed, *p.quorum) << "nor does a quorum";
        }
        using enum ProposalState;
        if (now_state == succeeded || now_state == ProposalState::queued || now_state == executed) {
            ASSERT_GT(p.votes[1], p.votes[0]);
            ASSERT_GE(p.votes[1] + p.votes[2], quorum(p.snapshot).value);
        }
    }

    Random random;
    std::vector<Known> all;
    const std::array<Address, 4> people{alice, bob, carol, account(4)};
    std::uint64_t executions = 0;
    U256 last_floor = 0;
};

TEST_F(GovernorRandom, sequences_keep_every_promise) {
    for (const auto& who : people) give(who, 1'000);
    for (const auto& who : people) chain.host.state.balances[who] = 100'000;
    const auto first = floor_plan(0, "number 0");
    ASSERT_TRUE(propose(alice, first).success);
    all.push_back({first, alice, now() + delay_s, ProposalState::pending, 0, {}, {}, 0});
    for (std::uint64_t i = 0; i < operations(10'000); ++i) {
        step();
        if (HasFatalFailure()) return;
        check(any());
        if (HasFatalFailure()) return;
        ASSERT_EQ(floor(), last_floor) << "nothing else changes what the timelock owns";
    }
    EXPECT_GT(executions, 3u);
}

}  // namespace
}  // namespace farthing::contracts
