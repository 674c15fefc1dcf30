// Crash classic: one point for all bets of a round, which is the public sites' crash with R as salt.
#include "contracts/testing/games_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

constexpr std::uint8_t crash_game = 4;

/// Seed, salt and crash point as other verifiers published them; the last is this project's own. Sources:
/// tests/vectors/fairness_vectors.json.
struct Published {
    std::string_view seed, salt;
    std::uint32_t point;
};
constexpr std::string_view block_584500 = "0000000000000000001b34dc6a1e86083f95500b096231436e9b25cbdd0075c4";
constexpr Published published[] = {
    {"d8276461230081da5d9e251397b511bbf792725786c3d9c79b386c665cbba63f", block_584500, 118},
    {"f5f701298a1d235ab65ce7337d744c43a4b5afd32386a83e9268af8590bdea6c", block_584500, 3285},
    {"663691dfddeffa7527b14a607e17d176830944cc35aa30030415a81fc9551423", block_584500, 22728},
    {"f951df36a7a0781b332493fe5d0fe38f64a0517d9318c20a664ff88142b89699", block_584500, 121},
    {"fabf1c91de4b2e4bdf5ebc582fceb7bd7851420f7aa6ba9dc1eaa7be7dca583f", block_584500, 2447},
    {"de059df6152008724056badf6336552a692f367acdb5a39b6c927eb911dd6446", block_584500, 111},
    {"5844bf329a6334074778ab8a5f0960e24f9eec43f83bbd98ac0a9f8bcd87184e", block_584500, 235},
    {"91e36a3fc5dfe292aa709011c7031fd7b04a47a91cfdf6a735be9d886dc61e71",
     "49e80d0231dc23bbd58da7138fc30c48ffba124d29b649cef6bd05474c781628", 121},
};

bool is_settled(const Log& log) {
    return log.topics[0] == keccak256_constexpr("BetSettled(uint64,uint64,uint256)");
}

class CrashTest : public ::testing::Test {
 protected:
    CrashTest() {
        for (const auto& who : {c.alice, c.bob}) EXPECT_TRUE(c.set_client_seed(who, "s").success);
    }
    std::uint64_t open_house(const Hash& tip) {
        const auto made = c.register_house(c.coin, bond, bond, tip);
        EXPECT_TRUE(made.success);
        EXPECT_TRUE(c.fund(made.value, vault, vault, c.operator_account).success);
        return made.value;
    }
    auto place(const Address& who, std::uint64_t house, std::uint32_t target) {
        return c.place(who, house, stake, crash(target), stake, crash_game);
    }

    GamesChain c;
    const U256 vault = c.unit * 1'000'000, bond = c.unit * 250'000;
    const U256 stake = c.unit;
};

TEST_F(CrashTest, published_rounds_pay_up_to_their_point_and_not_a_hundredth_beyond) {
    for (const auto& p : published) {
        SCOPED_TRACE(p.seed);
        const auto seed = hash_from_hex(p.seed).value();
        const auto house = open_house(fair::previous_link(seed));
        ASSERT_TRUE(place(c.alice, house, p.point).success);
        ASSERT_TRUE(place(c.bob, house, p.point + 1).success);
        const auto entropy = c.host.head.number + 1;
        c.next_blocks(2);
        // The block's R, as the published salt has it.
        const auto kept = slot_of_key(abi::encode(entropy), slot_word(5));
        c.host.store(randomness_address, slot_after(kept, 1), hash_from_hex(p.salt).value());

        const auto had = c.host.balance_of(c.alice), bob_had = c.host.balance_of(c.bob);
        const auto done = c.reveal(house, 1, seed);
        ASSERT_TRUE(done.success) << hex(done.revert);
        const U256 won = stake * p.point / 100;
        EXPECT_EQ(c.host.balance_of(c.alice), had + won);
        EXPECT_EQ(c.host.balance_of(c.bob), bob_had);
        std::vector<Bytes> settled;
        for (const auto& log : done.logs)
            if (log.address == c.at && is_settled(log)) settled.push_back(log.data);
        EXPECT_EQ(settled, (std::vector<Bytes>{abi::encode(std::uint64_t{p.point}, won),
                                               abi::encode(std::uint64_t{p.point}, U256(0))}));
    }
}

TEST_F(CrashTest, a_bet_is_paid_as_the_verifier_says_and_whoever_asks) {
    const auto house = open_house(c.seeds.tip());
    for (std::uint64_t n = 1; n <= 20; ++n) {
        const auto target = static_cast<std::uint32_t>(101 + 37 * n);
        ASSERT_TRUE(place(c.alice, house, target).success);
        ASSERT_TRUE(place(c.bob, house, target).success);
        const auto entropy = c.host.head.number + 1;
        c.next_blocks(2);
        const auto had = c.host.balance_of(c.alice), bob_had = c.host.balance_of(c.bob);
        const auto done = c.reveal(house, n, c.seeds.link(n));
        ASSERT_TRUE(done.success);
        // Neither client seed, player nor nonce matters.
        const auto said =
            c.recompute(c.seeds.link(n), "", Address{}, entropy, 0, crash(target), stake, crash_game);
        EXPECT_EQ(said.client_seed, hex(c.mixes.at(entropy))) << "the salt box of a public verifier";
        EXPECT_EQ(c.host.balance_of(c.alice), had + said.payout);
        EXPECT_EQ(c.host.balance_of(c.bob), bob_had + said.payout);
    }
}

TEST_F(CrashTest, targets_reach_from_one_hundredth_of_profit_to_ten_thousandfold) {
    const auto house = open_house(c.seeds.tip());
    for (const std::uint32_t target : {0U, 1U, 100U, 1'000'001U, ~0U}) {
        const auto refused = place(c.alice, house, target);
        ASSERT_GE(refused.revert.size(), 4U);
        EXPECT_EQ(abi::Selector::from(ByteView(refused.revert).first(4)), abi::selector("BadParams(string)"))
            << target;
    }
    for (const auto& bad : {Bytes{}, Bytes(31), Bytes(33), Bytes(64), Bytes(32, 0xff)})
        EXPECT_FALSE(c.place(c.alice, house, stake, bad, stake, crash_game).success);
    EXPECT_TRUE(place(c.alice, house, 101).success);
    const U256 small = 100'000;  // 10,000 times it, within the house's limit.
    EXPECT_TRUE(c.place(c.alice, house, small, crash(1'000'000), small, crash_game).success);
    EXPECT_EQ(c.house(house).reserved.value(), stake / 100 + small * 9999);
}

TEST_F(CrashTest, silence_pays_each_bet_its_target) {
    const auto house = open_house(c.seeds.tip());
    ASSERT_TRUE(place(c.alice, house, 250).success);
    ASSERT_TRUE(place(c.bob, house, 10'000).success);
    c.host.head.timestamp += 6 * 3600;
    c.next_blocks(602);
    const auto had = c.host.balance_of(c.alice), bob_had = c.host.balance_of(c.bob);
    ASSERT_TRUE(c.forfeit(house, 1).success);
    EXPECT_EQ(c.host.balance_of(c.alice), had + stake * 5 / 2);
    EXPECT_EQ(c.host.balance_of(c.bob), bob_had + stake * 100);
    EXPECT_EQ(c.house(house).bond.value(), bond - stake * 3 / 2 - stake * 99);
}

TEST_F(CrashTest, the_point_is_drawn_once_a_call_and_not_once_a_bet) {
    // Bets that all lose, so that the two reveals differ by their draws alone.
    const auto gas_of_reveal = [&](const Bytes& params, std::uint8_t game, const Hash& tip,
                                   const Hash& seed) {
        const auto house = open_house(tip);
        for (int i = 0; i < 8; ++i) EXPECT_TRUE(c.place(c.alice, house, 1000, params, 1000, game).success);
        const auto entropy = c.host.head.number + 1;
        c.next_blocks(2);
        const auto done = c.reveal(house, 1, seed);
        EXPECT_TRUE(done.success);
        for (std::uint64_t i = 0; i < 8; ++i)
            EXPECT_EQ(c.recompute(seed, "s", c.alice, entropy, i, params, 1000, game).payout, 0);
        return done.gas;
    };
    const auto dice_gas = gas_of_reveal(dice(1), 1, c.seeds.tip(), c.seeds.link(1));
    const auto crash_gas = gas_of_reveal(crash(1'000'000), 4, c.next_seeds.tip(), c.next_seeds.link(1));
    const auto client = fair::effective_client_seed("s", c.alice, Hash{});
    const auto dice_draw = gas::hmac_sha256(fair::word_message(client, 0, 0).size());
    EXPECT_EQ(dice_gas - crash_gas, 8 * dice_draw - gas::hmac_sha256(64));
}

TEST_F(CrashTest, bets_that_share_the_point_are_one_risk) {
    const auto house = open_house(c.seeds.tip());
    const U256 limit = c.headroom(house);
    ASSERT_EQ(limit, vault / 100);
    const U256 each = limit / 4 + 1;  // At 2x the reserve is the stake.
    const auto crash_bets = c.place_bets(c.alice, house, each, 4, crash(200), 4 * each, crash_game);
    EXPECT_EQ(crash_bets.revert,
              (error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(limit, U256(4 * each))));
    EXPECT_TRUE(c.place_bets(c.alice, house, each, 4, dice(4950), 4 * each).success)
        << "rolls of their own may come to more, within the round's limit";
}

TEST_F(CrashTest, all_crash_bets_of_a_block_together_stay_within_the_limit_of_one) {
    const auto house = open_house(c.seeds.tip());
    // The reserve that is left takes itself out of the bankroll that it is a share of: r + taken is a
    // hundredth of what is not reserved, to the unit.
    const auto at_2x = [&](const Address& who, const U256& reserve) {
        return c.place(who, house, reserve, crash(200), reserve, crash_game);
    };
    const auto limit_beside = [&](const U256& taken) { return U256((vault - taken) / 100); };
    const U256 half = vault / 200;
    ASSERT_TRUE(at_2x(c.alice, half).success);
    const U256 rest = limit_beside(half) - half;
    EXPECT_EQ(c.headroom_of(house, crash_game), rest);
    EXPECT_EQ(c.headroom(house), (vault - half) * 150 / 10'000 - half)
        << "dice are bound by the round alone here";
    const auto too_much = error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(
        limit_beside(half), U256(limit_beside(half) + 1));
    EXPECT_EQ(at_2x(c.bob, rest + 1).revert, too_much) << "another player";
    EXPECT_EQ(at_2x(c.alice, rest + 1).revert, too_much) << "the same player, another record";
    const std::vector<BetOrder> slip{{crash_game, crash(200), rest - 5000, std::uint64_t{1}},
                                     {1, dice(4950), 1000, std::uint64_t{1}},
                                     {crash_game, crash(300), 2501, std::uint64_t{1}}};
    EXPECT_FALSE(c.place_slip(c.bob, house, slip, rest - 5000 + 1000 + 2501).success) << "in parts";
    ASSERT_TRUE(at_2x(c.bob, rest).success) << "to the unit";
    EXPECT_EQ(c.headroom_of(house, crash_game), 0);
    EXPECT_FALSE(at_2x(c.alice, 1000).success) << "not the least bet more";
    EXPECT_TRUE(c.place(c.alice, house, 1000, dice(4950), 1000).success)
        << "a roll of its own is another risk";
    // The next block is another draw; what is open still is no bankroll.
    c.next_block();
    const U256 open = half + rest + 1000;
    EXPECT_EQ(c.headroom_of(house, crash_game), limit_beside(open));
    ASSERT_TRUE(at_2x(c.bob, limit_beside(open)).success);
    EXPECT_FALSE(at_2x(c.bob, 1000).success);
}

TEST_F(CrashTest, what_one_house_risks_is_no_other_houses_matter) {
    const auto first = open_house(c.seeds.tip()), second = open_house(c.next_seeds.tip());
    const U256 most = vault / 100;
    ASSERT_TRUE(c.place(c.alice, first, most, crash(200), most, crash_game).success);
    EXPECT_FALSE(c.place(c.alice, first, 1000, crash(200), 1000, crash_game).success);
    EXPECT_TRUE(c.place(c.alice, second, most, crash(200), most, crash_game).success);
    EXPECT_EQ((c.call<"function headroomOf(uint64 house, uint8 game) view returns (uint256 reserve)">(
                    c.anyone, c.at, first, std::uint8_t{2})
                   .revert),
              error<"error GameNotOffered(uint8 game)">(std::uint8_t{2}));
}

}  // namespace
}  // namespace farthing::contracts
