// Houses and bets: what is accepted, what is refused and by which name, and where the money goes.
#include "contracts/testing/games_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class GamesTest : public ::testing::Test {
 protected:
    /// House 1 keeps coin, house 2 the token; both with vault 1,000,000 units and bond 250,000.
    GamesTest() {
        c.open_two_houses(bond, vault);
        for (const auto& who : {c.alice, c.bob}) EXPECT_TRUE(c.set_client_seed(who, "lucky_seven").success);
    }

    GamesChain c;
    const U256 vault = c.unit * 1'000'000, bond = c.unit * 250'000;
    const U256 stake = c.unit;
};

TEST_F(GamesTest, a_bet_is_placed_revealed_and_paid_as_the_verifier_says) {
    for (const auto target : std::to_array<std::uint16_t>({50, 4950, 9000})) {
        const auto round = c.house(1).next_round;
        const auto nonce = c.nonce(1, c.alice);
        const auto coins = c.host.balance_of(c.alice);
        const auto placed = c.place(c.alice, 1, stake, dice(target), stake);
        ASSERT_TRUE(placed.success);
        EXPECT_EQ(placed.value, (std::uint64_t{1} << 40) + round);
        const auto entropy = c.host.head.number + 1;
        EXPECT_EQ(c.host.balance_of(c.alice), coins - stake);
        const auto record = c.bet(placed.value);
        EXPECT_EQ(record.player, c.alice);
        EXPECT_EQ(record.nonce, nonce);
        EXPECT_EQ(record.round, round);
        const U256 most = stake * 9900 / target;
        EXPECT_EQ(c.house(1).reserved.value(), most - stake);
        EXPECT_EQ(c.house(1).escrow.value(), stake);

        c.next_blocks(2);
        const auto before = c.house(1);
        const auto done = c.reveal(1, round, c.seeds.link(round));
        ASSERT_TRUE(done.success) << hex(done.revert);
        const auto expected =
            c.recompute(c.seeds.link(round), "lucky_seven", c.alice, entropy, nonce, dice(target), stake);
        EXPECT_EQ(c.host.balance_of(c.alice), coins - stake + expected.payout);
        const auto after = c.house(1);
        EXPECT_EQ(after.vault.value(), before.vault.value() + stake - expected.payout);
        EXPECT_EQ(after.bond.value(), bond);
        EXPECT_EQ(after.reserved.value(), 0);
        EXPECT_EQ(after.escrow.value(), 0);
        EXPECT_EQ(after.open_rounds, 0U);
        EXPECT_EQ(after.head, c.seeds.link(round));
        EXPECT_TRUE(c.bet(placed.value).player.is_zero()) << "deleted when settled";
        EXPECT_EQ(c.round(1, round).status, 0);

        const auto logs = done.logs;
        ASSERT_GE(logs.size(), 2U);
        EXPECT_EQ(logs[0].topics[0], keccak256_constexpr("SeedRevealed(uint64,uint64,bytes32,bytes32)"));
        EXPECT_EQ(logs[0].data, abi::encode(c.seeds.link(round), c.mixes.at(entropy)));
        EXPECT_EQ(logs[1].topics, (std::vector<Hash>{keccak256_constexpr("BetSettled(uint64,uint64,uint256)"),
                                                     Hash::from(abi::encode(placed.value))}));
        EXPECT_EQ(logs[1].data, abi::encode(expected.result, expected.payout));
        EXPECT_FALSE(c.call<"function randomness(uint64 blockNumber) view returns (bytes32 value)">(
                          c.bob, randomness_address, entropy)
                         .success)
            << "released";
    }
}

TEST_F(GamesTest, bet_placed_carries_all_that_a_verifier_needs) {
    const auto placed = c.place(c.alice, 1, stake, dice(5050, true), stake);
    ASSERT_TRUE(placed.success);
    for (const auto& log : placed.logs) {
        if (log.address != c.at) continue;
        EXPECT_EQ(
            log.topics[0],
            keccak256_constexpr(
                "BetPlaced(uint64,uint64,uint64,address,uint64,uint8,bytes,uint256,uint256,uint24,string)"));
        EXPECT_EQ(log.topics[1], Hash::from(abi::encode(std::uint64_t{1})));
        EXPECT_EQ(log.topics[2], Hash::from(abi::encode(placed.value)));
        EXPECT_EQ(log.topics[3], Hash::from(abi::encode(c.alice)));
        EXPECT_EQ(log.data,
                  abi::encode(std::uint64_t{1}, std::uint64_t{0}, std::uint8_t{1}, dice(5050, true), stake,
                              U256(stake * 9900 / 4950), abi::Uint<24>(1), std::string("lucky_seven")));
        return;
    }
    FAIL() << "no BetPlaced";
}

TEST_F(GamesTest, token_houses_move_tokens_and_refuse_coin) {
    EXPECT_EQ(c.place(c.alice, 2, stake, dice(4950), stake).revert,
              error<"error BadValue(uint256 sent)">(stake));
    const auto before = c.balance(c.token, c.alice);
    ASSERT_TRUE(c.place(c.alice, 2, stake, dice(9800), 0).success);
    EXPECT_EQ(c.balance(c.token, c.alice), before - stake);
    const auto entropy = c.host.head.number + 1;
    c.next_blocks(2);
    ASSERT_TRUE(c.reveal(2, 1, c.next_seeds.link(1)).success);
    const auto expected =
        c.recompute(c.next_seeds.link(1), "lucky_seven", c.alice, entropy, 0, dice(9800), stake);
    EXPECT_EQ(c.balance(c.token, c.alice), before - stake + expected.payout);
    EXPECT_EQ(c.balance(c.token, c.at), c.house(2).vault.value() + c.house(2).bond.value());
}

TEST_F(GamesTest, native_houses_wrap_the_exact_value_or_pull_the_wrapped_coin) {
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake - 1).revert,
              error<"error BadValue(uint256 sent)">(U256(stake - 1)));
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake + 1).revert,
              error<"error BadValue(uint256 sent)">(U256(stake + 1)));
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), 0).revert,
              (error<"error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)">(
                  c.alice, U256(0), stake)));
    ASSERT_TRUE((c.pay<"function deposit() payable">(c.alice, c.coin, stake).success));
    EXPECT_TRUE(c.place(c.alice, 1, stake, dice(4950), 0).success);
    EXPECT_EQ(c.balance(c.coin, c.alice), 0);
    EXPECT_EQ(c.host.balance_of(c.at), 0) << "all coin is wrapped";
    EXPECT_EQ(c.send(c.alice, c.at, 5, {}).revert, error<"error BadValue(uint256 sent)">(U256(5)))
        << "a plain transfer";
}

TEST_F(GamesTest, the_operator_is_paid_the_wrapped_coin) {
    ASSERT_TRUE(c.withdraw(1, stake, c.operator_account).success);
    ASSERT_TRUE(c.withdraw_bond(1, stake, c.operator_account).success);
    EXPECT_EQ(c.balance(c.coin, c.operator_account), 2 * stake);
    EXPECT_EQ(c.house(1).vault.value(), vault - stake);
    EXPECT_EQ(c.house(1).bond.value(), bond - stake);
}

TEST_F(GamesTest, withdrawals_leave_what_open_bets_reserve) {
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(50), stake).success);
    const U256 reserve = stake * 9900 / 50 - stake;
    for (const auto& who : {c.alice, c.anyone}) {
        EXPECT_EQ(c.withdraw(1, 1, who).revert,
                  error<"error NotOperator(address operator)">(c.operator_account));
        EXPECT_EQ(c.withdraw_bond(1, 1, who).revert,
                  error<"error NotOperator(address operator)">(c.operator_account));
    }
    const auto& op = c.operator_account;
    EXPECT_EQ(c.withdraw(1, vault - reserve + 1, op).revert,
              (error<"error InsufficientFree(uint256 free, uint256 asked)">(U256(vault - reserve),
                                                                            U256(vault - reserve + 1))));
    EXPECT_EQ(c.withdraw_bond(1, bond - reserve + 1, op).revert,
              (error<"error InsufficientFree(uint256 free, uint256 asked)">(U256(bond - reserve),
                                                                            U256(bond - reserve + 1))));
    EXPECT_TRUE(c.withdraw(1, vault - reserve, op).success);
    EXPECT_TRUE(c.withdraw_bond(1, bond - reserve, op).success);
    c.next_blocks(2);
    EXPECT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
}

TEST_F(GamesTest, each_limit_bounds_what_is_accepted_to_the_unit) {
    const auto place = [&](const U256& reserve) {  // Target 99 pays 100 times the stake: reserve = 99 stakes.
        return c.place(c.alice, 1, reserve / 99, dice(99), reserve / 99);
    };
    const U256 e = vault / 100;
    EXPECT_EQ(c.headroom(1), e);
    const U256 over = (e / 99 + 1) * 99;
    EXPECT_EQ(place(over).revert, (error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(e, over)));
    const U256 first = e / 99 * 99;
    ASSERT_TRUE(place(first).success);
    const U256 in_round = (vault - first) * 150 / 10'000;
    EXPECT_EQ(c.headroom(1), in_round - first);
    const U256 too_much = (in_round - first) / 99 * 99 + 99;
    EXPECT_EQ(place(too_much).revert, (error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(
                                          in_round, U256(first + too_much))));
    ASSERT_TRUE(place((in_round - first) / 99 * 99).success);

    // All open bets: a quarter of the bankroll, reached over several blocks.
    for (c.next_block(); c.headroom(1) > 99'000; c.next_block())
        while (c.headroom(1) > 99'000) ASSERT_TRUE(place(c.headroom(1) / 99 * 99).success);
    const auto h = c.house(1);
    const U256 open = h.bankroll() / 4;
    EXPECT_GT(h.reserved.value() + 99'000, open);
    EXPECT_EQ(place(99'000).revert, (error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(
                                        open, U256(h.reserved.value() + 99'000))));

    // And the bond covers all that is open.
    const auto made = c.register_house(c.coin, 10'000, 10'000, hash_of("small bond"));
    ASSERT_TRUE(c.fund(made.value, vault, vault, c.operator_account).success);
    EXPECT_EQ(c.headroom(made.value), 10'000);
    EXPECT_EQ(c.place(c.alice, made.value, 1000, dice(99), 1000).revert,
              (error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(U256(10'000), U256(99'000))));
}

TEST_F(GamesTest, bets_are_refused_by_name) {
    const auto place = [&](const Bytes& params, const U256& amount, std::uint8_t game = 1,
                           std::uint64_t house = 1) {
        return c.place(c.alice, house, amount, params, amount, game).revert;
    };
    EXPECT_EQ(place(dice(4950), stake, 1, 3), error<"error HouseNotFound(uint64 house)">(std::uint64_t{3}));
    EXPECT_EQ(place(dice(4950), stake, 1, 0), error<"error HouseNotFound(uint64 house)">(std::uint64_t{0}));
    for (const auto game : std::to_array<std::uint8_t>({0, 2, 5, 16, 255}))
        EXPECT_EQ(place(dice(4950), stake, game), error<"error GameNotOffered(uint8 game)">(game));
    for (const auto& bad :
         {dice(0), dice(9801), dice(199, true), dice(10000, true), Bytes{}, Bytes(63), Bytes(65)}) {
        const auto revert = place(bad, stake);
        ASSERT_GE(revert.size(), 4U);
        EXPECT_EQ(abi::Selector::from(ByteView(revert).first(4)), abi::selector("BadParams(string)"))
            << hex(bad);
    }
    EXPECT_EQ(place(dice(4950), 999), error<"error StakeTooSmall(uint256 minimum)">(U256(1000)));
    EXPECT_EQ(place(dice(4950), 0), error<"error StakeTooSmall(uint256 minimum)">(U256(1000)));
    EXPECT_EQ(c.place(c.anyone, 1, stake, dice(4950), stake).revert, error<"error ClientSeedUnset()">());
    const auto now = c.host.head.number;
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake, 1, now - 1).revert,
              error<"error BetExpired(uint64 lastBlock)">(now - 1));
    EXPECT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake, 1, now).success);
    EXPECT_EQ(c.place(c.alice, 2, U256(1) << 128, dice(9800), 0).revert, error<"error AmountTooLarge()">());
}

TEST_F(GamesTest, a_house_that_does_not_offer_dice_takes_none) {
    auto limits = c.limits();
    limits.games = 0xfffd;
    const auto made = c.register_house(c.coin, bond, bond, hash_of("no dice"), limits);
    ASSERT_TRUE(made.success);
    EXPECT_EQ(c.place(c.alice, made.value, stake, dice(4950), stake).revert,
              error<"error GameNotOffered(uint8 game)">(std::uint8_t{1}));
}

TEST_F(GamesTest, houses_are_registered_with_sound_terms_only) {
    const auto tip = hash_of("fresh");
    const auto with = [&](auto change) {
        auto limits = c.limits();
        change(limits);
        return c.register_house(c.coin, bond, bond, tip, limits).revert;
    };
    const auto bad = error<"error BadLimits()">();
    EXPECT_EQ(with([](Limits& l) { l.bet_bps = 0; }), bad);
    EXPECT_EQ(with([](Limits& l) { l.bet_bps = 101; }), bad);
    EXPECT_EQ(with([](Limits& l) { l.round_bps = 99; }), bad);
    EXPECT_EQ(with([](Limits& l) { l.round_bps = 151; }), bad);
    EXPECT_EQ(with([](Limits& l) { l.open_bps = 149; }), bad);
    EXPECT_EQ(with([](Limits& l) { l.open_bps = 2501; }), bad);
    EXPECT_EQ(with([](Limits& l) { l.games = 0; }), bad);
    EXPECT_EQ(c.register_house(c.coin, 0, 0, tip).revert, error<"error ZeroAmount()">());
    EXPECT_EQ(c.register_house(c.coin, bond, bond, Hash{}).revert, error<"error BadTip()">());
    EXPECT_EQ(c.register_house(c.coin, bond, bond, c.seeds.tip()).revert,
              error<"error TipAlreadyUsed(bytes32 tip)">(c.seeds.tip()));
    EXPECT_EQ(c.register_house(c.coin, bond, bond - 1, tip).revert,
              error<"error BadValue(uint256 sent)">(U256(bond - 1)));
    EXPECT_EQ(c.register_house(account(77), bond, 0, tip).revert,
              error<"error AssetMisbehaved(address asset)">(account(77)));
    EXPECT_EQ(c.register_house(randomness_address, bond, 0, tip).revert,
              error<"error AssetMisbehaved(address asset)">(randomness_address));
    EXPECT_EQ(c.register_house(c.token, U256(1) << 128, 0, tip).revert, error<"error AmountTooLarge()">());
    EXPECT_TRUE(c.register_house(c.coin, bond, bond, tip).success) << "the refusals used nothing up";
    c.host.store(c.at, slot_word(1), slot_word((1 << 24) - 1));
    EXPECT_EQ(c.register_house(c.coin, bond, bond, hash_of("one more")).revert,
              error<"error TooManyHouses()">());
}

TEST_F(GamesTest, the_vault_can_always_take_the_stakes_it_wins) {
    const U256 huge = (U256(1) << 128) - 1;
    ASSERT_TRUE(c.fund(2, huge - vault - stake, 0, c.operator_account).success);
    ASSERT_TRUE(c.place(c.alice, 2, stake, dice(9800), 0).success);
    EXPECT_EQ(c.place(c.alice, 2, stake, dice(9800), 0).revert, error<"error AmountTooLarge()">());
    EXPECT_EQ(c.fund(2, 1, 0, c.operator_account).revert, error<"error AmountTooLarge()">());
    EXPECT_EQ(c.fund(2, huge, 0, c.operator_account).revert, error<"error AmountTooLarge()">());
    c.next_blocks(2);
    EXPECT_TRUE(c.reveal(2, 1, c.next_seeds.link(1)).success);
}

TEST_F(GamesTest, money_calls_name_what_is_wrong) {
    const auto none = error<"error HouseNotFound(uint64 house)">(std::uint64_t{9});
    const auto zero = error<"error ZeroAmount()">();
    const auto& op = c.operator_account;
    EXPECT_EQ(c.fund(9, 1, 1, op).revert, none);
    EXPECT_EQ(c.add_bond(9, 1, 1, op).revert, none);
    EXPECT_EQ(c.withdraw(9, 1, op).revert, none);
    EXPECT_EQ(c.withdraw_bond(9, 1, op).revert, none);
    EXPECT_EQ(c.stop(9, op).revert, none);
    EXPECT_EQ(c.set_next_tip(9, hash_of("t"), op).revert, none);
    EXPECT_EQ(c.fund(1, 0, 0, op).revert, zero);
    EXPECT_EQ(c.add_bond(1, 0, 0, op).revert, zero);
    EXPECT_EQ(c.withdraw(1, 0, op).revert, zero);
    EXPECT_EQ(c.withdraw_bond(1, 0, op).revert, zero);
    EXPECT_TRUE(c.fund(1, 7, 7, c.bob).success) << "anyone may add";
    EXPECT_TRUE(c.add_bond(1, 7, 7, c.bob).success);
    EXPECT_EQ(c.house(1).vault.value(), vault + 7);
    EXPECT_EQ(c.house(1).bond.value(), bond + 7);
    EXPECT_EQ(c.stop(1, c.bob).revert, error<"error NotOperator(address operator)">(op));
    EXPECT_EQ(c.set_next_tip(1, hash_of("t"), c.bob).revert,
              error<"error NotOperator(address operator)">(op));
}

TEST_F(GamesTest, a_stopped_house_takes_nothing_new_and_settles_what_is_open) {
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    ASSERT_TRUE(c.stop(1, c.operator_account).success);
    const auto stopped = error<"error HouseStopped(uint64 house)">(std::uint64_t{1});
    EXPECT_EQ(c.stop(1, c.operator_account).revert, stopped);
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake).revert, stopped);
    EXPECT_EQ(c.fund(1, 1, 1, c.bob).revert, stopped);
    EXPECT_EQ(c.add_bond(1, 1, 1, c.bob).revert, stopped);
    EXPECT_EQ(c.set_next_tip(1, hash_of("t"), c.operator_account).revert, stopped);
    c.next_blocks(2);
    EXPECT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    EXPECT_TRUE(c.withdraw(1, c.house(1).vault, c.operator_account).success);
    EXPECT_TRUE(c.withdraw_bond(1, c.house(1).bond, c.operator_account).success);
    EXPECT_EQ(c.balance(c.coin, c.at), 0);
}

TEST_F(GamesTest, client_seeds_are_plain_and_the_players_own) {
    for (const auto* bad : {"", "a-b", "a:b", "a b", "\xc3\xa9", "123456789012345678901234567890123"})
        EXPECT_EQ(c.set_client_seed(c.alice, bad).revert, error<"error BadClientSeed()">()) << bad;
    const std::string longest = "12345678901234567890123456789012";
    EXPECT_TRUE(c.set_client_seed(c.alice, longest).success);
    const auto seed_of = [&](const Address& who) {
        return c.call<"function clientSeed(address player) view returns (string seed)">(c.bob, c.at, who)
            .value;
    };
    EXPECT_EQ(seed_of(c.alice), longest);
    EXPECT_EQ(seed_of(c.bob), "lucky_seven");
    EXPECT_EQ(seed_of(c.anyone), "");
}

TEST_F(GamesTest, a_changed_client_seed_leaves_placed_bets_alone) {
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    const auto entropy = c.host.head.number + 1;
    ASSERT_TRUE(c.set_client_seed(c.alice, "regret").success);
    c.next_blocks(2);
    const auto done = c.reveal(1, 1, c.seeds.link(1));
    ASSERT_TRUE(done.success);
    const auto expected = c.recompute(c.seeds.link(1), "lucky_seven", c.alice, entropy, 0, dice(4950), stake);
    EXPECT_EQ(done.logs[1].data, abi::encode(expected.result, expected.payout));
}

TEST_F(GamesTest, nonces_count_accepted_bets_by_house_and_player) {
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    ASSERT_FALSE(c.place(c.alice, 1, 1, dice(4950), 1).success);
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    ASSERT_TRUE(c.place(c.bob, 1, stake, dice(4950), stake).success);
    ASSERT_TRUE(c.place(c.alice, 2, stake, dice(4950), 0).success);
    EXPECT_EQ(c.nonce(1, c.alice), 2U);
    EXPECT_EQ(c.nonce(1, c.bob), 1U);
    EXPECT_EQ(c.nonce(2, c.alice), 1U);
    EXPECT_EQ(c.bet((std::uint64_t{1} << 40) + 2).nonce, 1U);
}

TEST_F(GamesTest, previews_agree_with_what_happens) {
    const auto preview =
        c.call<"function maxPayout(uint8 game, bytes params, uint256 stake) view returns (uint256 amount)">(
            c.bob, c.at, std::uint8_t{1}, dice(4950), stake);
    EXPECT_EQ(preview.value, 2 * stake);
    EXPECT_FALSE(
        (c.call<"function maxPayout(uint8 game, bytes params, uint256 stake) view returns (uint256 amount)">(
              c.bob, c.at, std::uint8_t{1}, dice(0), stake)
             .success));
    const auto limits = c.call<"function limits(uint64 house) view returns (Limits record)", Limits>(
        c.bob, c.at, std::uint64_t{1});
    EXPECT_EQ(abi::encode(limits.value), abi::encode(c.limits()));
    EXPECT_FALSE((c.call<"function limits(uint64 house) view returns (Limits record)", Limits>(
                       c.bob, c.at, std::uint64_t{9})
                      .success));
    EXPECT_EQ((c.call<"function houseCount() view returns (uint64 count)">(c.bob, c.at).value), 2U);
}

TEST_F(GamesTest, a_bet_takes_three_slots_and_settling_frees_them) {
    ASSERT_TRUE(c.place(c.bob, 1, stake, dice(4950), stake).success);
    c.next_blocks(2);
    ASSERT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    ASSERT_TRUE((c.pay<"function deposit() payable">(c.bob, c.coin, 10 * stake).success));
    const auto slots = [&] {
        return std::ranges::count_if(c.host.state.storage,
                                     [&](const auto& entry) { return entry.first.first == c.at; });
    };
    const auto before = slots();
    ASSERT_TRUE(c.place(c.bob, 1, stake, dice(4950), 0).success);
    const auto with_round = slots();
    ASSERT_TRUE(c.place(c.bob, 1, stake, dice(4950), 0).success);
    EXPECT_EQ(slots(), with_round + 3);
    c.next_blocks(2);
    ASSERT_TRUE(c.reveal(1, 2, c.seeds.link(2)).success);
    EXPECT_EQ(slots(), before) << "settled rounds and bets leave nothing behind";
}

TEST(GamesGenesis, a_first_house_is_funded_from_the_allocation_and_plays) {
    GenesisParams params;
    auto& house = params.members["house"].members;
    const fair::SeedChain seeds(hash_of("genesis house"), 256);
    house["operator"].text = hex0x(account(100));
    house["tip"].text = hex0x(seeds.tip());
    house["vault"].text = "1000000000000000000000000";
    house["bond"].text = "250000000000000000000000";
    house["minStake"].text = "1000000000000";
    GamesChain c(params);
    EXPECT_EQ(c.house(1).vault.value(), parse_u256("1000000000000000000000000").value());
    EXPECT_EQ(c.house(1).min_stake.value(), 1'000'000'000'000);
    EXPECT_EQ(c.balance(c.coin, c.at), c.house(1).vault.value() + c.house(1).bond.value());
    ASSERT_TRUE(c.set_client_seed(c.alice, "first").success);
    ASSERT_TRUE(c.place(c.alice, 1, c.unit, dice(4950), c.unit).success);
    c.next_blocks(2);
    EXPECT_TRUE(c.reveal(1, 1, seeds.link(1)).success);
}

TEST(GamesGenesis, refuses_rules_and_houses_that_cannot_work) {
    const auto throws = [](const std::string& name, const std::string& value) {
        GenesisParams params;
        params.members[name].text = value;
        EXPECT_THROW(GamesChain{params}, std::invalid_argument) << name << " " << value;
    };
    throws("entropyDelay", "0");
    throws("entropyDelay", "9");
    throws("deadlineBlocks", "9");
    throws("stallBlocks", "0");
    throws("betBpsMax", "0");
    throws("openBpsMax", "10001");
    throws("deadlineSeconds", "x");
    GenesisParams params;
    params.members["house"].members["vault"].text = "1";
    params.members["house"].members["bond"].text = "1";
    EXPECT_THROW(GamesChain{params}, std::invalid_argument) << "no operator";
}

}  // namespace
}  // namespace farthing::contracts
