// Rounds: when a seed may come, what silence costs, and that every bet is settled exactly once.
#include "contracts/testing/games_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class RoundTest : public ::testing::Test {
 protected:
    RoundTest() {
        EXPECT_TRUE(c.register_house(c.coin, bond, bond, c.seeds.tip()).success);
        EXPECT_TRUE(c.fund(1, vault, vault, c.operator_account).success);
        for (const auto& who : {c.alice, c.bob}) EXPECT_TRUE(c.set_client_seed(who, "s").success);
    }
    std::uint64_t place(const Address& who, std::uint16_t target = 4950) {
        const auto done = c.place(who, 1, stake, dice(target), stake);
        EXPECT_TRUE(done.success) << hex(done.revert);
        return done.value;
    }
    /// `n` rounds of one bet each, in blocks that follow each other.
    void open_rounds(std::uint64_t n) {
        for (std::uint64_t i = 0; i < n; ++i) {
            place(c.alice);
            c.next_block();
        }
    }
    auto reveal(std::uint64_t round) { return c.reveal(1, round, c.seeds.link(round)); }
    /// Both deadlines of the round's default rules pass.
    void pass_deadlines() {
        c.host.head.timestamp += 6 * 3600;
        c.next_blocks(602);
    }

    GamesChain c;
    const U256 vault = c.unit * 1'000'000, bond = c.unit * 250'000;
    const U256 stake = c.unit;
};

TEST_F(RoundTest, bets_of_one_block_share_a_round_and_its_seed) {
    const auto first = place(c.alice), second = place(c.bob);
    EXPECT_EQ(c.bet(first).round, 1U);
    EXPECT_EQ(c.bet(second).round, 1U);
    c.next_block();
    EXPECT_EQ(c.bet(place(c.alice)).round, 2U);
    const auto r = c.round(1, 1);
    EXPECT_EQ(r.entropy_block, r.block + 1);
    EXPECT_EQ(r.deadline_block, r.entropy_block + 600);
    EXPECT_EQ(r.deadline_time, 1'000'001U + 6 * 3600);
    EXPECT_EQ(r.count.value(), 2U);
    EXPECT_EQ(r.first_bet, first);
}

TEST_F(RoundTest, a_seed_is_refused_until_the_randomness_is_final) {
    place(c.alice);
    const auto entropy = c.host.head.number + 1;
    const auto early = error<"error RevealTooEarly(uint64 firstBlock)">(entropy + 1);
    EXPECT_EQ(reveal(1).revert, early);
    c.next_block();
    EXPECT_EQ(reveal(1).revert, early);
    c.next_block();
    EXPECT_TRUE(reveal(1).success);
}

TEST_F(RoundTest, only_the_next_links_are_accepted) {
    open_rounds(3);
    c.next_block();
    const auto not_preimage = error<"error NotPreimage(bytes32 head)">(c.seeds.tip());
    for (const auto& bad : {c.seeds.tip(), c.seeds.link(2), c.seeds.link(3), hash_of("x"), Hash{}})
        EXPECT_EQ(c.reveal(1, 1, bad).revert, not_preimage);
    EXPECT_EQ(c.reveal(1, 2, c.seeds.link(1)).revert, not_preimage);
    EXPECT_EQ(reveal(0).revert, error<"error RoundNotFound(uint64 round)">(std::uint64_t{0}));
    EXPECT_EQ(reveal(4).revert, error<"error RoundNotFound(uint64 round)">(std::uint64_t{4}));
    EXPECT_EQ(c.reveal(2, 1, c.seeds.link(1)).revert,
              error<"error HouseNotFound(uint64 house)">(std::uint64_t{2}));
    ASSERT_TRUE(reveal(2).success);
    EXPECT_EQ(reveal(1).revert, error<"error RoundAlreadyRevealed(uint64 round)">(std::uint64_t{1}));
    EXPECT_EQ(reveal(2).revert, error<"error RoundAlreadyRevealed(uint64 round)">(std::uint64_t{2}));
    EXPECT_EQ(c.house(1).last_revealed, 2U);
}

TEST_F(RoundTest, one_reveal_decides_every_round_before_it_with_its_own_seed_and_randomness) {
    open_rounds(5);
    c.next_block();
    const auto first = c.host.head.number - 6;
    const auto done = reveal(5);
    ASSERT_TRUE(done.success);
    std::uint64_t settled = 0;
    for (const auto& log : done.logs) {
        if (log.address != c.at || log.topics[0] != keccak256_constexpr("BetSettled(uint64,uint64,uint256)"))
            continue;
        const auto expected = c.recompute(c.seeds.link(settled + 1), "s", c.alice, first + settled + 1,
                                          settled, dice(4950), stake);
        EXPECT_EQ(log.data, abi::encode(expected.result, expected.payout)) << settled;
        ++settled;
    }
    EXPECT_EQ(settled, 5U);
    EXPECT_EQ(c.house(1).open_rounds, 0U);
}

TEST_F(RoundTest, a_reveal_covers_64_rounds_and_no_more) {
    GenesisParams patient;
    patient.members["stallBlocks"].text = "1000";
    GamesChain chain(patient);
    ASSERT_TRUE(chain.register_house(chain.coin, bond, bond, chain.seeds.tip()).success);
    ASSERT_TRUE(chain.fund(1, vault, vault, chain.operator_account).success);
    ASSERT_TRUE(chain.set_client_seed(chain.alice, "s").success);
    for (int i = 0; i < 65; ++i) {
        ASSERT_TRUE(chain.place(chain.alice, 1, stake, dice(9800), stake).success);
        chain.next_block();
    }
    chain.next_block();
    EXPECT_EQ(chain.reveal(1, 65, chain.seeds.link(65)).revert,
              error<"error SkipTooLong(uint64 lastRound)">(std::uint64_t{64}));
    EXPECT_TRUE(chain.reveal(1, 64, chain.seeds.link(64)).success);
    EXPECT_TRUE(chain.reveal(1, 65, chain.seeds.link(65)).success);
    EXPECT_EQ(chain.house(1).open_rounds, 0U);
}

TEST_F(RoundTest, large_rounds_are_settled_in_pieces_each_bet_once) {
    for (int i = 0; i < 100; ++i) place(i % 2 == 0 ? c.alice : c.bob, 9800);
    c.next_blocks(2);
    EXPECT_EQ(c.settle(1, 1, 10).revert, error<"error RoundNotRevealed(uint64 round)">(std::uint64_t{1}));
    const auto settled_by = [&](const std::vector<Log>& logs) {
        return std::ranges::count_if(logs, [&](const Log& log) {
            return log.address == c.at &&
                   log.topics[0] == keccak256_constexpr("BetSettled(uint64,uint64,uint256)");
        });
    };
    EXPECT_EQ(settled_by(reveal(1).logs), 64);
    EXPECT_EQ(c.round(1, 1).count.value(), 36U);
    EXPECT_EQ(c.house(1).escrow.value(), 36 * stake);
    EXPECT_EQ(c.settle(1, 1, 0).revert, error<"error ZeroAmount()">());
    EXPECT_EQ(settled_by(c.settle(1, 1, 30).logs), 30);
    EXPECT_EQ(settled_by(c.settle(1, 1, ~std::uint32_t{0}).logs), 6);
    EXPECT_EQ(c.settle(1, 1, 1).revert, error<"error RoundNotFound(uint64 round)">(std::uint64_t{1}));
    EXPECT_EQ(c.settle(1, 7, 1).revert, error<"error RoundNotFound(uint64 round)">(std::uint64_t{7}));
    EXPECT_EQ(c.settle(9, 1, 1).revert, error<"error HouseNotFound(uint64 house)">(std::uint64_t{9}));
    EXPECT_EQ(c.house(1).escrow.value(), 0);
}

TEST_F(RoundTest, a_round_is_overdue_only_when_both_deadlines_have_passed) {
    place(c.alice);
    const auto r = c.round(1, 1);
    const auto not_overdue = error<"error RoundNotOverdue(uint64 round)">(std::uint64_t{1});
    const auto start = c.host.state;
    const auto at = [&](std::uint64_t block, std::uint64_t time) {
        c.host.state = start;
        c.host.head.number = block;
        c.host.head.timestamp = time;
    };
    at(r.deadline_block, r.deadline_time + 1);
    EXPECT_EQ(c.forfeit(1, 1).revert, not_overdue);
    at(r.deadline_block + 1, r.deadline_time);
    EXPECT_EQ(c.forfeit(1, 1).revert, not_overdue);
    at(r.deadline_block + 1, r.deadline_time + 1);
    EXPECT_TRUE((c.call<"function isOverdue(uint64 house, uint64 round) view returns (bool overdue)">(
                      c.bob, c.at, std::uint64_t{1}, std::uint64_t{1})
                     .value));
    EXPECT_EQ(reveal(1).revert, error<"error RoundOverdue(uint64 round)">(std::uint64_t{1}));
    EXPECT_TRUE(c.forfeit(1, 1).success);
    EXPECT_EQ(c.forfeit(1, 1).revert, error<"error RoundNotFound(uint64 round)">(std::uint64_t{1}))
        << "settled";
    EXPECT_EQ(c.forfeit(9, 1).revert, error<"error HouseNotFound(uint64 house)">(std::uint64_t{9}));
}

TEST_F(RoundTest, a_seed_on_the_last_moment_is_in_time) {
    place(c.alice);
    c.next_blocks(601);
    c.host.head.timestamp = c.round(1, 1).deadline_time - 1;
    c.next_block();
    EXPECT_TRUE(reveal(1).success) << "the block deadline alone is not enough";
}

TEST_F(RoundTest, silence_pays_every_bet_its_maximum_from_the_bond_and_stops_the_house) {
    place(c.alice, 4950);
    place(c.bob, 50);
    const U256 alice_most = stake * 9900 / 4950, bob_most = stake * 9900 / 50;
    const auto alice_had = c.host.balance_of(c.alice), bob_had = c.host.balance_of(c.bob);
    pass_deadlines();
    const auto done = c.forfeit(1, 1);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs[0].topics[0], keccak256_constexpr("RoundForfeited(uint64,uint64)"));
    EXPECT_EQ(done.logs[1].data, abi::encode(~std::uint64_t{0}, alice_most));
    EXPECT_EQ(c.host.balance_of(c.alice), alice_had + alice_most);
    EXPECT_EQ(c.host.balance_of(c.bob), bob_had + bob_most);
    const auto h = c.house(1);
    EXPECT_EQ(h.vault.value(), vault) << "the vault never pays for silence";
    EXPECT_EQ(h.bond.value(), bond - (alice_most - stake) - (bob_most - stake));
    EXPECT_EQ(h.reserved.value(), 0);
    EXPECT_EQ(h.status, static_cast<std::uint8_t>(HouseStatus::stopped));
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake).revert,
              error<"error HouseStopped(uint64 house)">(std::uint64_t{1}));
}

TEST_F(RoundTest, later_rounds_keep_their_own_deadlines_and_may_still_be_revealed) {
    place(c.alice);
    c.next_blocks(19);
    place(c.bob);
    c.host.head.timestamp += 6 * 3600;  // Time has passed for both; blocks have not.
    c.next_blocks(601 - 19);
    ASSERT_FALSE(c.forfeit(1, 1).success);
    c.next_block();
    EXPECT_EQ(reveal(2).revert, error<"error RoundOverdue(uint64 round)">(std::uint64_t{1}))
        << "a late reveal must not undo what silence costs";
    ASSERT_TRUE(c.forfeit(1, 1).success);
    EXPECT_EQ(c.forfeit(1, 2).revert, error<"error RoundNotOverdue(uint64 round)">(std::uint64_t{2}));
    const auto bond_left = c.house(1).bond.value();
    ASSERT_TRUE(reveal(2).success) << "over the defaulted round";
    EXPECT_EQ(c.house(1).bond.value(), bond_left);
    EXPECT_EQ(c.house(1).open_rounds, 0U);
    EXPECT_EQ(c.house(1).escrow.value(), 0);
}

TEST_F(RoundTest, a_defaulted_round_pays_its_maximum_even_when_its_seed_turns_up) {
    for (int i = 0; i < 70; ++i) place(c.alice, 4950);
    c.next_blocks(2);
    place(c.bob);
    pass_deadlines();
    ASSERT_TRUE(c.forfeit(1, 1).success);
    EXPECT_EQ(c.round(1, 1).count.value(), 6U);
    EXPECT_EQ(c.forfeit(1, 1).revert, error<"error RoundNotOverdue(uint64 round)">(std::uint64_t{1}))
        << "once";
    ASSERT_TRUE(c.forfeit(1, 2).success);
    const auto had = c.host.balance_of(c.alice);
    ASSERT_TRUE(reveal(1).success);
    EXPECT_EQ(c.host.balance_of(c.alice), had + 6 * (stake * 9900 / 4950));
    EXPECT_EQ(c.house(1).open_rounds, 0U);
    ASSERT_TRUE(reveal(2).success) << "it decides nothing any more, but the chain may move on";
    EXPECT_EQ(c.house(1).last_revealed, 2U);
}

TEST_F(RoundTest, settle_finishes_a_defaulted_round_without_any_deadline) {
    for (int i = 0; i < 66; ++i) place(c.alice, 4950);
    pass_deadlines();
    ASSERT_TRUE(c.forfeit(1, 1).success);
    c.next_blocks(3000, 100);
    const auto had = c.host.balance_of(c.alice);
    ASSERT_TRUE(c.settle(1, 1, 5).success);
    EXPECT_EQ(c.host.balance_of(c.alice), had + 2 * (stake * 9900 / 4950));
    EXPECT_EQ(c.house(1).reserved.value(), 0);
}

TEST_F(RoundTest, a_house_that_is_late_takes_no_bets_until_it_reveals) {
    place(c.alice);
    c.next_blocks(21);
    place(c.alice);
    c.next_block();
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake).revert,
              error<"error HouseStalled(uint64 round)">(std::uint64_t{1}));
    ASSERT_TRUE(reveal(1).success);
    place(c.alice);
}

TEST_F(RoundTest, the_chain_of_a_round_is_fixed_when_it_opens) {
    place(c.alice);
    ASSERT_TRUE(c.set_next_tip(1, c.next_seeds.tip(), c.operator_account).success);
    place(c.bob);  // The same block, so the same round and the old chain.
    EXPECT_EQ(c.set_next_tip(1, hash_of("third"), c.operator_account).revert,
              error<"error TipPending(bytes32 tip)">(c.next_seeds.tip()));
    c.next_block();
    place(c.alice);
    c.next_blocks(2);
    const auto not_preimage = error<"error NotPreimage(bytes32 head)">(c.seeds.tip());
    EXPECT_EQ(c.reveal(1, 1, c.next_seeds.link(1)).revert, not_preimage)
        << "the better of two seeds is not for sale";
    EXPECT_EQ(c.reveal(1, 2, c.next_seeds.link(1)).revert, not_preimage);
    EXPECT_EQ(c.reveal(1, 2, c.next_seeds.link(2)).revert, not_preimage);
    EXPECT_EQ(c.reveal(1, 2, c.seeds.link(2)).revert, not_preimage);
    ASSERT_TRUE(reveal(1).success);
    EXPECT_EQ(c.house(1).head, c.next_seeds.tip());
    EXPECT_EQ(c.house(1).chain_start, 2U);
    EXPECT_EQ(c.reveal(1, 2, c.seeds.link(2)).revert,
              error<"error NotPreimage(bytes32 head)">(c.next_seeds.tip()));
    ASSERT_TRUE(c.reveal(1, 2, c.next_seeds.link(1)).success);
    EXPECT_EQ(c.set_next_tip(1, c.seeds.tip(), c.operator_account).revert,
              error<"error TipAlreadyUsed(bytes32 tip)">(c.seeds.tip()));
}

TEST_F(RoundTest, a_tip_takes_over_at_once_when_no_seed_is_owed) {
    place(c.alice);
    c.next_blocks(2);
    ASSERT_TRUE(reveal(1).success);
    const auto done = c.set_next_tip(1, c.next_seeds.tip(), c.operator_account);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs[0].data, abi::encode(std::uint64_t{2}));
    EXPECT_EQ(c.house(1).head, c.next_seeds.tip());
    place(c.alice);
    c.next_blocks(2);
    EXPECT_TRUE(c.reveal(1, 2, c.next_seeds.link(1)).success);
}

TEST_F(RoundTest, randomness_is_kept_until_the_round_is_settled) {
    for (int i = 0; i < 65; ++i) place(c.alice, 9800);
    const auto entropy = c.host.head.number + 1;
    c.next_blocks(200);
    const auto known = [&] {
        return c
            .call<"function randomness(uint64 blockNumber) view returns (bytes32 value)">(
                c.bob, randomness_address, entropy)
            .success;
    };
    EXPECT_TRUE(known());
    ASSERT_TRUE(reveal(1).success);
    EXPECT_TRUE(known());
    ASSERT_TRUE(c.settle(1, 1, 1).success);
    EXPECT_FALSE(known());
}

TEST_F(RoundTest, a_player_that_refuses_the_coin_gets_it_wrapped_and_stops_nobody) {
    // The Randomness account stands for any contract that takes no coin.
    const Address refuser = randomness_address;
    c.host.state.balances[refuser] = c.rich;
    ASSERT_TRUE(c.set_client_seed(refuser, "wall").success);
    place(refuser, 9800);
    place(c.alice, 9800);
    const auto entropy = c.host.head.number + 1;
    c.next_blocks(2);
    ASSERT_TRUE(reveal(1).success);
    const auto expected = c.recompute(c.seeds.link(1), "wall", refuser, entropy, 0, dice(9800), stake);
    EXPECT_EQ(c.balance(c.coin, refuser), expected.payout);
    EXPECT_EQ(c.host.balance_of(refuser), c.rich - stake);
    EXPECT_EQ(c.house(1).open_rounds, 0U);
}

}  // namespace
}  // namespace farthing::contracts
