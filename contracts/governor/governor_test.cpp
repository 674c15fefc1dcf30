#include "contracts/testing/governance_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

Hash expected(std::initializer_list<ProposalState> states) {
    unsigned bits = 0;
    for (const auto each : states) bits |= 1u << static_cast<unsigned>(each);
    return to_word(U256(bits));
}

class GovernorTest : public GovernanceFixture {
 protected:
    GovernorTest() {
        give(alice, 600);
        give(bob, 300);
        give(carol, 100);
        pass(1);
    }
    Bytes unexpected(const U256& id, std::initializer_list<ProposalState> wanted) {
        return Governor::UnexpectedProposalState::encode(id, static_cast<std::uint8_t>(state(id)),
                                                         expected(wanted));
    }
};

TEST_F(GovernorTest, a_proposal_lives_from_proposing_to_execution) {
    using enum ProposalState;
    const auto plan = floor_plan(42, "Raise the floor");
    const auto made = propose(alice, plan);
    ASSERT_TRUE(made.success);
    const auto id = made.value;
    EXPECT_EQ(
        id, to_u256(keccak256(abi::encode(plan.targets, plan.values, plan.calldatas, plan.description_hash()))
                        .bytes));
    ASSERT_EQ(made.logs.size(), 1u);
    EXPECT_EQ(made.logs[0].data,
              abi::encode(id, alice, plan.targets, plan.values, std::vector<std::string>(1), plan.calldatas,
                          U256(now() + delay_s), U256(now() + delay_s + period_s), plan.description));
    EXPECT_EQ(state(id), pending);
    pass(delay_s);
    EXPECT_EQ(state(id), pending) << "the snapshot's second must be over";
    pass(1);
    EXPECT_EQ(state(id), active);
    const auto first = vote(alice, id, 1);
    EXPECT_EQ(first.value, 600);
    EXPECT_EQ(first.logs[0].topics, (std::vector<Hash>{Governor::VoteCast::topic, eip712::field(alice)}));
    EXPECT_EQ(first.logs[0].data, abi::encode(id, std::uint8_t{1}, U256(600), std::string()));
    ASSERT_TRUE(vote(bob, id, 0).success);
    ASSERT_TRUE(vote(carol, id, 2).success);
    EXPECT_EQ(tally(id), (std::tuple<U256, U256, U256>(300, 600, 100)));
    pass(period_s - 1);
    EXPECT_EQ(state(id), active);
    pass(1);
    EXPECT_EQ(state(id), succeeded);
    EXPECT_EQ(execute(plan).revert, unexpected(id, {ProposalState::queued}));
    const auto waiting = queue(plan);
    ASSERT_TRUE(waiting.success);
    EXPECT_EQ(waiting.logs.back().data, abi::encode(id, U256(now() + timelock_s)));
    EXPECT_EQ(state(id), ProposalState::queued);
    EXPECT_EQ(eta(id), now() + timelock_s);
    pass(timelock_s - 1);
    EXPECT_FALSE(execute(plan).success) << "too early";
    pass(1);
    const auto done = execute(plan);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs.back().topics[0], Governor::ProposalExecuted::topic);
    EXPECT_EQ(floor(), 42);
    EXPECT_EQ(state(id), executed);
    EXPECT_EQ(execute(plan).revert, unexpected(id, {ProposalState::queued})) << "once";
    EXPECT_EQ(queue(plan).revert, unexpected(id, {succeeded}));
    EXPECT_EQ(propose(alice, plan).revert,
              Governor::UnexpectedProposalState::encode(id, std::uint8_t{7}, Hash{}))
        << "the same content has one life";
    EXPECT_EQ(chain.host.load(dao, slot_word(10)), Word{});
}

TEST_F(GovernorTest, proposals_are_well_formed) {
    const auto wrong_length = [&](std::uint64_t t, std::uint64_t c, std::uint64_t v) {
        return Governor::InvalidProposalLength::encode(U256(t), U256(c), U256(v));
    };
    EXPECT_EQ(propose(alice, {{}, {}, {}, "x"}).revert, wrong_length(0, 0, 0));
    EXPECT_EQ(propose(alice, {{bob}, {}, {{}}, "x"}).revert, wrong_length(1, 1, 0));
    EXPECT_EQ(propose(alice, {{bob}, {1}, {}, "x"}).revert, wrong_length(1, 0, 1));
    const auto many = [&](std::size_t n) {
        return Plan{Governor::Targets(n, bob), Governor::Values(n), Governor::Calldatas(n), "many"};
    };
    EXPECT_TRUE(propose(alice, many(16)).success);
    EXPECT_EQ(propose(alice, many(17)).revert, Governor::TooManyActions::encode(U256(17), U256(16)));
    EXPECT_EQ(try_state(1).revert, Governor::NonexistentProposal::encode(U256(1)));
    EXPECT_EQ(vote(alice, 1, 1).revert, Governor::NonexistentProposal::encode(U256(1)));
    EXPECT_EQ(queue(floor_plan(1, "never proposed")).revert,
              Governor::NonexistentProposal::encode(id_of(floor_plan(1, "never proposed"))));
}

TEST_F(GovernorTest, a_vote_counts_once_with_the_units_of_the_snapshot) {
    const auto id = opened(alice, floor_plan(1, "a"));
    ASSERT_TRUE(transfer(coin, alice, carol, 500).success);
    EXPECT_EQ(vote(alice, id, 1).value, 600);
    EXPECT_EQ(vote(alice, id, 1).revert, Governor::AlreadyCastVote::encode(alice));
    EXPECT_EQ(vote(bob, id, 3).revert, Governor::InvalidVoteType::encode());
    EXPECT_EQ(vote(carol, id, 0).value, 100) << "what came after the snapshot does not count";
    EXPECT_EQ(vote(account(9), id, 1).value, 0) << "a vote without units changes nothing";
    EXPECT_EQ(tally(id), (std::tuple<U256, U256, U256>(100, 600, 0)));
    EXPECT_TRUE(chain
                    .call<"function hasVoted(uint256 proposalId, address account) view returns (bool)">(
                        alice, dao, id, account(9))
                    .value);
    pass(period_s);
    EXPECT_EQ(vote(bob, id, 1).revert, unexpected(id, {ProposalState::active}));
}

TEST_F(GovernorTest, reasons_and_parameters_are_recorded) {
    const auto id = opened(alice, floor_plan(1, "a"));
    const auto said = chain.call<
        "function castVoteWithReason(uint256 proposalId, uint8 support, string reason) returns "
        "(uint256 weight)">(alice, dao, id, std::uint8_t{1}, std::string("because"));
    EXPECT_EQ(said.value, 600);
    EXPECT_EQ(said.logs[0].data, abi::encode(id, std::uint8_t{1}, U256(600), std::string("because")));
    const auto with_params = [&](const Address& who, const Bytes& params) {
        return chain.call<
            "function castVoteWithReasonAndParams(uint256 proposalId, uint8 support, string reason, bytes "
            "params) returns (uint256 weight)">(who, dao, id, std::uint8_t{2}, std::string("why"), params);
    };
    EXPECT_EQ(with_params(bob, {7}).logs[0].topics[0], Governor::VoteCastWithParams::topic);
    EXPECT_EQ(with_params(carol, {}).logs[0].topics[0], Governor::VoteCast::topic);
    EXPECT_EQ(chain
                  .call<"function getVotesWithParams(address account, uint256 timepoint, bytes params) view "
                        "returns (uint256)">(alice, dao, bob, U256(now() - 1), Bytes{1})
                  .value,
              300);
}

TEST_F(GovernorTest, a_proposer_takes_back_while_it_is_pending) {
    const auto plan = floor_plan(1, "mine");
    const auto id = propose(alice, plan).value;
    EXPECT_EQ(cancel(bob, plan).revert, Governor::UnableToCancel::encode(id, bob));
    const auto done = cancel(alice, plan);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs[0].topics[0], Governor::ProposalCanceled::topic);
    EXPECT_EQ(state(id), ProposalState::canceled);
    EXPECT_EQ(cancel(alice, plan).revert, Governor::UnableToCancel::encode(id, alice));
    pass(delay_s + 1);
    EXPECT_EQ(vote(alice, id, 1).revert, unexpected(id, {ProposalState::active}));
    EXPECT_FALSE(propose(alice, plan).success) << "for ever";
    const auto other = floor_plan(1, "another");
    const auto running = opened(alice, other);
    EXPECT_EQ(cancel(alice, other).revert, Governor::UnableToCancel::encode(running, alice));
}

TEST_F(GovernorTest, the_threshold_is_read_a_second_before) {
    using Set = abi::Function<"function setProposalThreshold(uint256 newProposalThreshold)">;
    const auto set = carried_out(alice, own_plan(Set::encode(U256(300)), "threshold"));
    ASSERT_TRUE(set.success);
    EXPECT_EQ(propose(carol, floor_plan(1, "a")).revert,
              Governor::InsufficientProposerVotes::encode(carol, U256(100), U256(300)));
    ASSERT_TRUE(transfer(coin, alice, carol, 200).success);
    EXPECT_FALSE(propose(carol, floor_plan(1, "a")).success) << "borrowed in this second";
    pass(1);
    EXPECT_TRUE(propose(carol, floor_plan(1, "a")).success);
    EXPECT_TRUE(propose(bob, floor_plan(1, "b")).success);
}

TEST_F(GovernorTest, settings_change_by_proposal_alone) {
    using Delay = abi::Function<"function setVotingDelay(uint48 newVotingDelay)">;
    using Period = abi::Function<"function setVotingPeriod(uint32 newVotingPeriod)">;
    using Threshold = abi::Function<"function setProposalThreshold(uint256 newProposalThreshold)">;
    using Quorum = abi::Function<"function updateQuorumNumerator(uint256 newQuorumNumerator)">;
    using Floor = abi::Function<"function updateQuorumFloor(uint256 newQuorumFloor)">;
    using Extension = abi::Function<"function setLateQuorumVoteExtension(uint48 newVoteExtension)">;
    using Change = abi::Function<"function updateTimelock(address newTimelock)">;
    using Relay = abi::Function<"function relay(address target, uint256 value, bytes data) payable">;
    const std::vector<Bytes> calls{Delay::encode(abi::Uint<48>(5)),
                                   Period::encode(std::uint32_t{70}),
                                   Threshold::encode(U256(9)),
                                   Quorum::encode(U256(10)),
                                   Extension::encode(abi::Uint<48>(30)),
                                   Relay::encode(account(70), U256(3), Bytes{}),
                                   Floor::encode(U256(200)),
                                   Change::encode(account(77))};
    for (const auto& call : calls)
        for (const auto& who : {alice, dao})
            EXPECT_EQ(chain.send(who, dao, 0, call).revert, Governor::OnlyExecutor::encode(who));
    // All at once, in this order; the relayed coin comes with the execution through the timelock.
    Plan all{Governor::Targets(calls.size(), dao), Governor::Values(calls.size()), calls, "everything"};
    all.values[5] = 3;
    queued(alice, all);
    pass(timelock_s);
    const auto done = execute(all, 3);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(chain.host.balance_of(account(70)), 3);
    const auto number = [&]<abi::Text D>() { return chain.call<D>(alice, dao).value; };
    EXPECT_EQ((number.operator()<"function votingDelay() view returns (uint256)">()), 5);
    EXPECT_EQ((number.operator()<"function votingPeriod() view returns (uint256)">()), 70);
    EXPECT_EQ((number.operator()<"function proposalThreshold() view returns (uint256)">()), 9);
    EXPECT_EQ((number.operator()<"function quorumNumerator() view returns (uint256)">()), 10);
    EXPECT_EQ((number.operator()<"function quorumFloor() view returns (uint256)">()), 200);
    EXPECT_EQ((number.operator()<"function quorumDenominator() view returns (uint256)">()), 100);
    EXPECT_EQ((number.operator()<"function lateQuorumVoteExtension() view returns (uint48)">()),
              abi::Uint<48>(30));
    EXPECT_EQ((number.operator()<"function timelock() view returns (address)">()), account(77));
}

TEST_F(GovernorTest, settings_have_bounds) {
    using Period = abi::Function<"function setVotingPeriod(uint32 newVotingPeriod)">;
    using Quorum = abi::Function<"function updateQuorumNumerator(uint256 newQuorumNumerator)">;
    using Floor = abi::Function<"function updateQuorumFloor(uint256 newQuorumFloor)">;
    using Extension = abi::Function<"function setLateQuorumVoteExtension(uint48 newVoteExtension)">;
    EXPECT_EQ(carried_out(alice, own_plan(Period::encode(std::uint32_t{0}), "a")).revert,
              Governor::InvalidVotingPeriod::encode(U256(0)));
    EXPECT_EQ(carried_out(alice, own_plan(Quorum::encode(U256(101)), "b")).revert,
              Governor::InvalidQuorumFraction::encode(U256(101), U256(100)));
    EXPECT_EQ(carried_out(alice, own_plan(Extension::encode(abi::Uint<48>(51)), "c")).revert,
              Governor::VoteExtensionTooLarge::encode(U256(51), U256(50)));
    EXPECT_EQ(carried_out(alice, own_plan(Floor::encode(U256(1001)), "e")).revert,
              Governor::InvalidQuorumFloor::encode(U256(1001), U256(1000)))
        << "nothing could ever lower it again";
    EXPECT_TRUE(carried_out(alice, own_plan(Floor::encode(U256(600)), "f")).success);
    EXPECT_TRUE(carried_out(alice, own_plan(Extension::encode(abi::Uint<48>(50)), "d")).success);
    TestChain other;
    GenesisParams params;
    params.members["votingPeriod"].text = "0";
    EXPECT_THROW(other.host.install(governor, account(1), params), Revert);
    params.members["votingPeriod"].text = "4294967296";
    EXPECT_THROW(other.host.install(governor, account(2), params), std::invalid_argument);
    params.members["votingPeriod"].text = "3600";
    params.members["lateQuorumVoteExtension"].text = "3601";
    EXPECT_THROW(other.host.install(governor, account(3), params), Revert);
    params.members.erase("lateQuorumVoteExtension");
    params.members["quorumNumerator"].text = "101";
    EXPECT_THROW(other.host.install(governor, account(4), params), Revert);
    params.members.erase("quorumNumerator");
    params.members["quorumFloor"].text = to_decimal(U256(1) << 208);
    EXPECT_THROW(other.host.install(governor, account(5), params), std::overflow_error);
}

TEST_F(GovernorTest, relayed_calls_pass_on_what_they_say) {
    using Relay = abi::Function<"function relay(address target, uint256 value, bytes data) payable">;
    EXPECT_EQ(carried_out(alice, own_plan(Relay::encode(numbers, U256(0), set_floor(1)), "a")).revert,
              OwnableUnauthorizedAccount::encode(dao));
    EXPECT_EQ(carried_out(alice, own_plan(Relay::encode(bob, U256(1), Bytes{}), "b")).revert,
              FailedCall::encode());
}

TEST_F(GovernorTest, the_governor_keeps_nothing) {
    EXPECT_EQ(chain.send(alice, dao, 1, {}).revert, Governor::DisabledDeposit::encode());
    EXPECT_EQ((chain
                   .call<"function onERC721Received(address operator, address from, uint256 tokenId, bytes "
                         "data) returns (bytes4)">(alice, dao, alice, bob, U256(1), Bytes{})
                   .revert),
              Governor::DisabledDeposit::encode());
    EXPECT_EQ(
        (chain
             .call<"function onERC1155Received(address operator, address from, uint256 id, uint256 "
                   "value, bytes data) returns (bytes4)">(alice, dao, alice, bob, U256(1), U256(1), Bytes{})
             .revert),
        Governor::DisabledDeposit::encode());
    EXPECT_EQ((chain
                   .call<"function onERC1155BatchReceived(address operator, address from, uint256[] ids, "
                         "uint256[] values, bytes data) returns (bytes4)">(
                       alice, dao, alice, bob, std::vector<U256>{}, std::vector<U256>{}, Bytes{})
                   .revert),
              Governor::DisabledDeposit::encode());
}

TEST_F(GovernorTest, it_says_what_it_is) {
    const auto supports = [&](const abi::Selector& interface) {
        return chain
            .call<"function supportsInterface(bytes4 interfaceId) view returns (bool)">(alice, dao, interface)
            .value;
    };
    EXPECT_TRUE(supports({{0xcd, 0xbd, 0xfc, 0xee}})) << "IGovernor of OpenZeppelin 5.7";
    EXPECT_TRUE(supports({{0x65, 0x45, 0x5a, 0x86}})) << "as before getProposalId";
    EXPECT_TRUE(supports({{0x4e, 0x23, 0x12, 0xe0}}));
    EXPECT_TRUE(supports({{0x01, 0xff, 0xc9, 0xa7}}));
    EXPECT_FALSE(supports({{0xff, 0xff, 0xff, 0xff}}));
    const auto text = [&]<abi::Text D>() { return chain.call<D>(alice, dao).value; };
    EXPECT_EQ((text.operator()<"function COUNTING_MODE() view returns (string)">()),
              "support=bravo&quorum=for,abstain");
    EXPECT_EQ((text.operator()<"function CLOCK_MODE() view returns (string)">()), "mode=timestamp");
    EXPECT_EQ((text.operator()<"function clock() view returns (uint48)">()), abi::Uint<48>(now()));
    EXPECT_EQ((text.operator()<"function token() view returns (address)">()), units);
    EXPECT_EQ((text.operator()<"function name() view returns (string)">()), "Farthing Governor");
    EXPECT_EQ((text.operator()<"function version() view returns (string)">()), "1");
    EXPECT_EQ((text.operator()<"function BALLOT_TYPEHASH() view returns (bytes32)">()),
              keccak256(as_bytes("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)")));
    EXPECT_EQ((text.operator()<"function EXTENDED_BALLOT_TYPEHASH() view returns (bytes32)">()),
              keccak256(as_bytes("ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 "
                                 "nonce,string reason,bytes params)")));
    const auto plan = floor_plan(1, "a");
    EXPECT_EQ(chain
                  .call<"function getProposalId(address[] targets, uint256[] values, bytes[] calldatas, "
                        "bytes32 descriptionHash) view returns (uint256)">(
                      alice, dao, plan.targets, plan.values, plan.calldatas, plan.description_hash())
                  .value,
              id_of(plan));
    EXPECT_TRUE(chain
                    .call<"function proposalNeedsQueuing(uint256 proposalId) view returns (bool)">(alice, dao,
                                                                                                   U256(1))
                    .value);
    const auto id = propose(bob, plan).value;
    EXPECT_EQ(
        chain.call<"function proposalProposer(uint256 proposalId) view returns (address)">(alice, dao, id)
            .value,
        bob);
    EXPECT_EQ(
        chain.call<"function proposalSnapshot(uint256 proposalId) view returns (uint256)">(alice, dao, id)
            .value,
        now() + delay_s);
}

}  // namespace
}  // namespace farthing::contracts
