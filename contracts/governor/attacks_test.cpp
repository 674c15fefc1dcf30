// What an attacker would try: votes out of nothing, votes twice, somebody else's proposal, ways around the
// timelock.
#include "contracts/testing/governance_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

/// A contract that signs by its own word (ERC-1271): anything that starts with 0x01.
struct Wallet {
    Context& ctx;
    abi::Selector is_valid_signature(const Hash&, const Bytes& signature) {
        if (signature.empty() || signature[0] != 1) return {};
        return abi::selector("isValidSignature(bytes32,bytes)");
    }
};
constexpr auto wallet_rows = table<Row>({
    function<"function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)",
             &Wallet::is_valid_signature>("."),
});
constexpr Module wallet = module<wallet_rows, no_slots>("Wallet", {.id = 9997}, "Signs by itself.");

class GovernorAttacks : public GovernanceFixture {
 protected:
    GovernorAttacks() {
        give(alice, 600);
        give(bob, 300);
        pass(1);
    }
    Hash digest(const Hash& struct_hash) {
        return eip712::digest(
            eip712::domain_separator({"Farthing Governor", "1", U256(chain.host.head.chain_id), dao}),
            struct_hash);
    }
    static Bytes bytes_of(const Signature& signature) {
        Bytes out = concat(signature.r, signature.s);
        out.push_back(static_cast<std::uint8_t>(27 + signature.y_parity));
        return out;
    }
    Bytes ballot(const SecretKey& key, const eip712::Ballot& b) {
        return bytes_of(key.sign(digest(b.hash())));
    }
    auto vote_by_sig(const U256& id, std::uint8_t support, const Address& voter, const Bytes& signature) {
        return chain.call<
            "function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes signature) "
            "returns (uint256 weight)">(carol, dao, id, support, voter, signature);
    }
    auto vote_by_sig(const eip712::Ballot& b, const std::string& reason, const Bytes& params,
                     const Bytes& signature) {
        return chain.call<
            "function castVoteWithReasonAndParamsBySig(uint256 proposalId, uint8 support, address voter, "
            "string reason, bytes params, bytes signature) returns (uint256 weight)">(
            carol, dao, b.proposal, b.support, b.voter, reason, params, signature);
    }
    static Bytes refused(const Address& voter) { return Governor::InvalidSignature::encode(voter); }
    Hash operation(const Plan& p) {
        Hash salt = p.description_hash();
        for (std::size_t i = 0; i < dao.size(); ++i) salt[i] ^= dao[i];
        return keccak256(abi::encode(p.targets, p.values, p.calldatas, Hash{}, salt));
    }
    auto run_in_timelock(const Plan& p) {
        Hash salt = p.description_hash();
        for (std::size_t i = 0; i < dao.size(); ++i) salt[i] ^= dao[i];
        return chain.call<
            "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 "
            "predecessor, bytes32 salt) payable">(carol, lock, p.targets, p.values, p.calldatas, Hash{},
                                                  salt);
    }
};

TEST_F(GovernorAttacks, coin_borrowed_for_a_block_does_not_vote) {
    const auto id = propose(alice, floor_plan(1, "a")).value;
    pass(delay_s);
    // The snapshot's second: the attacker wraps much, delegates and gives it back before the second is over.
    const Address thief = account(66);
    chain.host.state.balances[thief] = 10'000;
    ASSERT_TRUE(delegate(units, thief, thief).success);
    ASSERT_TRUE(deposit(thief, 10'000).success);
    EXPECT_EQ(vote(thief, id, 0).revert,
              Governor::UnexpectedProposalState::encode(id, std::uint8_t{0}, to_word(U256(2))));
    ASSERT_TRUE(withdraw(thief, 10'000).success);
    pass(1);
    EXPECT_EQ(vote(thief, id, 0).value, 0);
    // Later coin is too late in any case.
    ASSERT_TRUE(deposit(thief, 10'000).success);
    pass(1);
    EXPECT_EQ(tally(id), (std::tuple<U256, U256, U256>(0, 0, 0)));
    EXPECT_EQ(quorum(now() - 3).value, 900 * 4 / 100);
}

TEST_F(GovernorAttacks, passing_coin_on_does_not_vote_twice) {
    const auto id = opened(alice, floor_plan(1, "a"));
    ASSERT_EQ(vote(alice, id, 1).value, 600);
    ASSERT_TRUE(transfer(coin, alice, carol, 600).success);
    ASSERT_TRUE(delegate(units, carol, carol).success);
    pass(1);
    EXPECT_EQ(vote(carol, id, 1).value, 0);
    EXPECT_EQ(tally(id), (std::tuple<U256, U256, U256>(0, 600, 0)));
}

TEST_F(GovernorAttacks, the_quorum_of_a_proposal_does_not_move) {
    using Quorum = abi::Function<"function updateQuorumNumerator(uint256 newQuorumNumerator)">;
    const auto before = now() - 1;
    const auto plan = floor_plan(1, "needs 36");
    const auto id = opened(alice, plan);
    ASSERT_TRUE(vote(bob, id, 1).success);
    const auto snapshot = now() - 1;
    EXPECT_EQ(quorum(snapshot).value, 36);
    pass(period_s);
    ASSERT_TRUE(carried_out(alice, own_plan(Quorum::encode(U256(100)), "all must agree")).success);
    // More coin and a higher part: both only for snapshots from now on.
    give(carol, 100'000);
    pass(1);
    EXPECT_EQ(quorum(snapshot).value, 36);
    EXPECT_EQ(quorum(before).value, 36);
    EXPECT_EQ(quorum(now() - 1).value, 100'900);
    EXPECT_EQ(chain
                  .call<"function quorumNumerator(uint256 timepoint) view returns (uint256)">(alice, dao,
                                                                                              U256(snapshot))
                  .value,
              4);
    EXPECT_EQ(state(id), ProposalState::succeeded) << "what had passed has passed";
    EXPECT_EQ(quorum(now()).revert, ERC5805FutureLookup::encode(U256(now()), abi::Uint<48>(now())));
    EXPECT_EQ(
        chain.call<"function quorumNumerator(uint256 timepoint) view returns (uint256)">(alice, dao, u256_max)
            .value,
        100);
}

TEST_F(GovernorAttacks, the_floor_of_a_proposal_does_not_move) {
    using Floor = abi::Function<"function updateQuorumFloor(uint256 newQuorumFloor)">;
    const auto floor_at = [&](const U256& when) {
        return chain.call<"function quorumFloor(uint256 timepoint) view returns (uint256)">(alice, dao, when)
            .value;
    };
    const auto id = opened(alice, floor_plan(1, "needs 36"));
    const auto snapshot = now() - 1;
    ASSERT_TRUE(vote(bob, id, 1).success);
    pass(period_s);
    const auto raised = carried_out(alice, own_plan(Floor::encode(U256(500)), "500 at least"));
    ASSERT_TRUE(raised.success);
    const auto event = std::ranges::find_if(
        raised.logs, [](const Log& log) { return log.topics[0] == Governor::QuorumFloorUpdated::topic; });
    ASSERT_NE(event, raised.logs.end());
    EXPECT_EQ(event->data, abi::encode(U256(0), U256(500)));
    const auto changed = now();
    pass(1);
    EXPECT_EQ(quorum(snapshot).value, 36);
    EXPECT_EQ(state(id), ProposalState::succeeded) << "what had passed has passed";
    EXPECT_EQ(quorum(changed - 1).value, 36);
    EXPECT_EQ(quorum(changed).value, 500);
    EXPECT_EQ(floor_at(changed - 1), 0);
    EXPECT_EQ(floor_at(changed), 500);
    EXPECT_EQ(floor_at(u256_max), 500);
    // What is proposed now needs the new floor, and one that lowers it again needs it, too.
    const auto few = opened(alice, floor_plan(2, "300 of 500"));
    ASSERT_TRUE(vote(bob, few, 1).success);
    pass(period_s);
    EXPECT_EQ(state(few), ProposalState::defeated);
    const auto lower = opened(bob, own_plan(Floor::encode(U256(0)), "none again"));
    ASSERT_TRUE(vote(bob, lower, 1).success);
    pass(period_s);
    EXPECT_EQ(state(lower), ProposalState::defeated);
    // A share of all above the floor is the quorum, as ever.
    give(carol, 100'000);
    pass(1);
    EXPECT_EQ(quorum(now() - 1).value, (900 + 100'000) * 4 / 100);
}

TEST_F(GovernorAttacks, a_proposal_can_be_kept_from_front_runners) {
    const auto mine = floor_plan(1, "Raise it #proposer=" + hex0x(alice));
    EXPECT_EQ(propose(bob, mine).revert, Governor::RestrictedProposer::encode(bob));
    EXPECT_TRUE(propose(alice, mine).success);
    std::string upper = hex0x(bob);
    for (auto& c : upper)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    EXPECT_EQ(propose(alice, floor_plan(2, "#proposer=" + upper)).revert,
              Governor::RestrictedProposer::encode(alice))
        << "in any case of letters";
    EXPECT_TRUE(propose(bob, floor_plan(2, "#proposer=" + upper)).success) << "a suffix alone";
    // What is no such suffix binds nobody.
    const auto address_of_alice = hex0x(alice);
    for (const std::string& text :
         {"#proposer=" + address_of_alice + " ", "#proposer=" + address_of_alice.substr(0, 41),
          "#Proposer=" + address_of_alice, "#proposer=0y" + address_of_alice.substr(2),
          "#proposer=0x" + address_of_alice.substr(2, 39) + "g", "#proposer=" + std::string(42, 'x')})
        EXPECT_TRUE(propose(bob, floor_plan(3, text)).success) << text;
}

TEST_F(GovernorAttacks, a_signed_vote_works_once_and_for_what_it_says) {
    const auto id = opened(alice, floor_plan(1, "a")), other = opened(alice, floor_plan(2, "b"));
    const Address dave = key_of(4).address();
    const auto good = ballot(key_of(1), {id, 1, alice, 0});
    EXPECT_EQ(vote_by_sig(id, 0, alice, good).revert, refused(alice)) << "another support";
    EXPECT_EQ(vote_by_sig(other, 1, alice, good).revert, refused(alice)) << "another proposal";
    EXPECT_EQ(vote_by_sig(id, 1, bob, good).revert, refused(bob)) << "another voter";
    Bytes high = good, version = good, compact(good.begin(), good.begin() + 64);
    std::fill_n(high.begin() + 32, 32, std::uint8_t{0xff});
    version[64] = static_cast<std::uint8_t>(version[64] - 27);
    for (const auto& bad : {high, version, compact, Bytes{}})
        EXPECT_EQ(vote_by_sig(id, 1, alice, bad).revert, refused(alice));
    EXPECT_EQ(nonce(dao, alice), 0) << "what failed used nothing";
    const auto done = vote_by_sig(id, 1, alice, good);
    EXPECT_EQ(done.value, 600);
    EXPECT_EQ(nonce(dao, alice), 1);
    EXPECT_EQ(vote_by_sig(id, 1, alice, good).revert, refused(alice)) << "replayed";
    EXPECT_EQ(vote_by_sig(id, 1, alice, ballot(key_of(1), {id, 1, alice, 1})).revert,
              Governor::AlreadyCastVote::encode(alice));
    const auto late = ballot(key_of(2), {id, 1, bob, 0});
    pass(period_s + 1);
    EXPECT_EQ(vote_by_sig(id, 1, bob, late).revert,
              Governor::UnexpectedProposalState::encode(id, std::uint8_t{4}, to_word(U256(2))))
        << "expired with the vote";
    EXPECT_EQ(vote_by_sig(id, 1, dave, late).revert, refused(dave));
}

TEST_F(GovernorAttacks, a_signed_vote_with_reason_covers_all_of_it) {
    const auto id = opened(alice, floor_plan(1, "a"));
    const eip712::Ballot b{id, 1, alice, 0};
    const Bytes params{1, 2, 3};
    const auto good = bytes_of(key_of(1).sign(
        digest(eip712::ExtendedBallot{b, keccak256(as_bytes("because")), keccak256(params)}.hash())));
    EXPECT_EQ(vote_by_sig(b, "no reason", params, good).revert, refused(alice));
    EXPECT_EQ(vote_by_sig(b, "because", {1, 2}, good).revert, refused(alice));
    EXPECT_EQ(vote_by_sig(id, 1, alice, good).revert, refused(alice)) << "another type";
    EXPECT_EQ(vote_by_sig(b, "because", params, good).value, 600);
}

TEST_F(GovernorAttacks, a_contract_votes_by_its_own_word) {
    const Address safe = account(90);
    chain.host.install(wallet, safe);
    give(safe, 50);
    pass(1);
    const auto id = opened(alice, floor_plan(1, "a"));
    EXPECT_EQ(vote_by_sig(id, 1, safe, {2}).revert, refused(safe));
    EXPECT_EQ(vote_by_sig(id, 1, coin, {1}).revert, refused(coin)) << "a contract that does not sign";
    EXPECT_EQ(vote_by_sig(id, 1, account(91), {1}).revert, refused(account(91))) << "no contract at all";
    EXPECT_EQ(vote_by_sig(id, 1, safe, {1}).value, 50);
}

TEST_F(GovernorAttacks, nobody_reaches_the_timelock_directly) {
    const auto plan = floor_plan(5, "a");
    const auto lacks = [&](const Hash& role) {
        return AccessControlUnauthorizedAccount::encode(alice, role);
    };
    EXPECT_EQ((chain
                   .call<"function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, "
                         "bytes32 predecessor, bytes32 salt, uint256 delay)">(
                       alice, lock, plan.targets, plan.values, plan.calldatas, Hash{}, Hash{}, U256(60))
                   .revert),
              lacks(Timelock::proposer));
    queued(alice, plan);
    EXPECT_EQ(chain.call<"function cancel(bytes32 id)">(alice, lock, operation(plan)).revert,
              lacks(Timelock::canceller));
    EXPECT_EQ(run_in_timelock(plan).revert,
              Timelock::UnexpectedOperationState::encode(operation(plan), to_word(U256(4))))
        << "too early there, too";
    EXPECT_EQ(chain.send(alice, numbers, 0, set_floor(5)).revert, OwnableUnauthorizedAccount::encode(alice));
}

TEST_F(GovernorAttacks, running_it_in_the_timelock_changes_nothing_but_who_pays) {
    const auto plan = floor_plan(5, "a");
    const auto id = queued(alice, plan);
    pass(timelock_s);
    ASSERT_TRUE(run_in_timelock(plan).success);
    EXPECT_EQ(floor(), 5);
    EXPECT_EQ(state(id), ProposalState::executed);
    EXPECT_FALSE(execute(plan).success) << "not a second time";
    // A change of the Governor itself runs through the Governor alone.
    using Delay = abi::Function<"function setVotingDelay(uint48 newVotingDelay)">;
    const auto own = own_plan(Delay::encode(abi::Uint<48>(5)), "b");
    queued(alice, own);
    pass(timelock_s);
    EXPECT_EQ(run_in_timelock(own).revert, panic(PanicCode::pop_of_empty_array));
    EXPECT_TRUE(execute(own).success);
}

TEST_F(GovernorAttacks, another_proposer_of_the_timelock_does_not_command_the_governor) {
    using Grant = abi::Function<"function grantRole(bytes32 role, address account)">;
    using Delay = abi::Function<"function setVotingDelay(uint48 newVotingDelay)">;
    ASSERT_TRUE(
        carried_out(alice, {{lock}, {0}, {Grant::encode(Timelock::proposer, bob)}, "Bob proposes"}).success);
    const Bytes call = Delay::encode(abi::Uint<48>(5));
    ASSERT_TRUE((
        chain
            .call<"function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 "
                  "salt, uint256 delay)">(bob, lock, dao, U256(0), call, Hash{}, Hash{}, U256(60))
            .success));
    pass(60);
    EXPECT_EQ((chain
                   .call<"function execute(address target, uint256 value, bytes payload, bytes32 "
                         "predecessor, bytes32 salt) payable">(bob, lock, dao, U256(0), call, Hash{}, Hash{})
                   .revert),
              panic(PanicCode::pop_of_empty_array));
}

TEST_F(GovernorAttacks, what_the_timelock_dropped_is_canceled) {
    using Grant = abi::Function<"function grantRole(bytes32 role, address account)">;
    ASSERT_TRUE(
        carried_out(alice, {{lock}, {0}, {Grant::encode(Timelock::canceller, bob)}, "Bob watches"}).success);
    const auto plan = floor_plan(5, "a");
    const auto id = queued(alice, plan);
    ASSERT_TRUE(chain.call<"function cancel(bytes32 id)">(bob, lock, operation(plan)).success);
    EXPECT_EQ(state(id), ProposalState::canceled);
    pass(timelock_s);
    EXPECT_FALSE(execute(plan).success);
    EXPECT_FALSE(queue(plan).success) << "nor once more";
    EXPECT_EQ(floor(), 0);
}

TEST_F(GovernorAttacks, a_failing_action_takes_all_back_and_may_be_tried_again) {
    Plan plan{{account(70), numbers}, {5, 0}, {{}, set_floor(u256_max)}, "pays, then fails"};
    const auto id = queued(alice, plan);
    pass(timelock_s);
    EXPECT_FALSE(execute(plan, 5).success);
    EXPECT_EQ(chain.host.balance_of(account(70)), 0);
    EXPECT_EQ(state(id), ProposalState::queued);
}

TEST_F(GovernorAttacks, a_proposal_may_carry_out_another_but_none_twice) {
    // A proposal whose action executes another one: that one runs, within.
    const auto inner = floor_plan(5, "inner");
    using Execute = abi::Function<
        "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) "
        "payable returns (uint256 proposalId)">;
    const auto outer = own_plan(
        Execute::encode(inner.targets, inner.values, inner.calldatas, inner.description_hash()), "outer");
    const auto inner_id = opened(alice, inner);
    ASSERT_TRUE(vote(alice, inner_id, 1).success);
    const auto outer_id = opened(alice, outer);
    ASSERT_TRUE(vote(alice, outer_id, 1).success);
    pass(period_s + 1);
    ASSERT_TRUE(queue(inner).success);
    ASSERT_TRUE(queue(outer).success);
    pass(timelock_s);
    ASSERT_TRUE(execute(outer).success);
    EXPECT_EQ(floor(), 5);
    EXPECT_EQ(state(inner_id), ProposalState::executed);
    EXPECT_FALSE(execute(inner).success);
    EXPECT_FALSE(execute(outer).success);
}

/// A chain as it is on its first day: a floor of 100 and nobody with units yet.
class YoungChain : public GovernanceFixture {
 protected:
    YoungChain() : GovernanceFixture(100) {}
    /// Sends all that the treasury holds to `to`.
    Plan raid(const Address& to) { return {{to}, {chain.host.balance_of(lock)}, {{}}, "For the community"}; }
};

TEST_F(YoungChain, one_coin_does_not_decide_over_the_treasury) {
    const Address thief = account(66), target = account(67);
    chain.host.state.balances[lock] = 1'000'000;
    give(thief, 1);
    pass(1);
    const auto plan = raid(target);
    const auto id = opened(thief, plan);
    EXPECT_EQ(vote(thief, id, 1).value, 1) << "all units that there are";
    pass(period_s);
    EXPECT_EQ(state(id), ProposalState::defeated);
    EXPECT_EQ(queue(plan).revert,
              Governor::UnexpectedProposalState::encode(id, std::uint8_t{3}, to_word(U256(1 << 4))));
    EXPECT_EQ(chain.host.balance_of(lock), 1'000'000);
    EXPECT_EQ(chain.host.balance_of(target), 0);
}

TEST_F(YoungChain, the_floor_counts_to_the_unit_and_lets_a_community_decide) {
    chain.host.state.balances[lock] = 1'000'000;
    give(alice, 99);
    give(bob, 1);
    pass(1);
    const auto almost = opened(alice, raid(account(67)));
    ASSERT_TRUE(vote(alice, almost, 1).success);
    pass(period_s);
    EXPECT_EQ(state(almost), ProposalState::defeated) << "99 of 100";
    auto plan = raid(account(68));
    plan.description = "a grant";
    const auto id = opened(alice, plan);
    ASSERT_TRUE(vote(alice, id, 1).success);
    ASSERT_TRUE(vote(bob, id, 2).success);
    pass(period_s);
    EXPECT_EQ(state(id), ProposalState::succeeded) << "who abstains is there";
    ASSERT_TRUE(queue(plan).success);
    pass(timelock_s);
    ASSERT_TRUE(execute(plan).success);
    EXPECT_EQ(chain.host.balance_of(account(68)), 1'000'000);
}

}  // namespace
}  // namespace farthing::contracts
