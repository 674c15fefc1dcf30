// Several bets a transaction: one record for bets alike, ids and nonces without gaps, settled in parts.
#include "contracts/testing/games_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

constexpr auto settled_topic = keccak256_constexpr("BetSettled(uint64,uint64,uint256)");
constexpr auto placed_topic = keccak256_constexpr(
    "BetPlaced(uint64,uint64,uint64,address,uint64,uint8,bytes,uint256,uint256,uint24,string)");
constexpr std::uint64_t first_id = std::uint64_t{1} << 40 | 1;

class BatchTest : public ::testing::Test {
 protected:
    BatchTest() {
        EXPECT_TRUE(c.register_house(c.coin, bond, bond, c.seeds.tip()).success);
        EXPECT_TRUE(c.fund(1, vault, vault, c.operator_account).success);
        for (const auto& who : {c.alice, c.bob}) EXPECT_TRUE(c.set_client_seed(who, "s").success);
    }
    std::vector<Log> of_games(const std::vector<Log>& logs, const Hash& topic) const {
        std::vector<Log> out;
        for (const auto& log : logs)
            if (log.address == c.at && log.topics[0] == topic) out.push_back(log);
        return out;
    }
    std::size_t slots() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            c.host.state.storage, [&](const auto& entry) { return entry.first.first == c.at; }));
    }

    GamesChain c;
    const U256 vault = c.unit * 1'000'000, bond = c.unit * 250'000;
    const U256 stake = c.unit;
};

TEST_F(BatchTest, a_thousand_bets_alike_are_one_record_and_one_event) {
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    const auto before = slots();
    const auto had = c.host.balance_of(c.alice);
    const auto done = c.place_bets(c.alice, 1, stake, 1000, dice(4950), 1000 * stake);
    ASSERT_TRUE(done.success) << hex(done.revert);
    EXPECT_EQ(done.value, first_id + 1);
    EXPECT_EQ(slots(), before + 3);
    EXPECT_EQ(c.host.balance_of(c.alice), had - 1000 * stake);
    const auto record = c.bet(first_id + 1);
    EXPECT_EQ(record.count, 1000U);
    EXPECT_EQ(record.nonce, 1U);
    EXPECT_EQ(record.stake.value(), stake);
    EXPECT_TRUE(c.bet(first_id + 2).player.is_zero()) << "one record";
    const auto h = c.house(1);
    EXPECT_EQ(h.next_bet, first_id + 1001);
    EXPECT_EQ(h.escrow.value(), 1001 * stake);
    EXPECT_EQ(h.reserved.value(), 1001 * stake) << "at 2x each reserves its stake";
    EXPECT_EQ(c.nonce(1, c.alice), 1001U);
    EXPECT_EQ(c.round(1, 1).count.value(), 1001U);
    const auto logs = of_games(done.logs, placed_topic);
    ASSERT_EQ(logs.size(), 1U);
    EXPECT_EQ(logs[0].topics[2], Hash::from(abi::encode(first_id + 1)));
    EXPECT_EQ(logs[0].data, abi::encode(std::uint64_t{1}, std::uint64_t{1}, std::uint8_t{1}, dice(4950),
                                        stake, U256(2 * stake), abi::Uint<24>(1000), std::string("s")));
    constexpr std::uint64_t settling = 4'000;
    EXPECT_LT(done.gas, 1000 * settling + 200'000U)
        << "less than two single bets, and what settling will cost";
    EXPECT_GT(done.gas, 1000 * settling)
        << "a crowd of bets costs who places it what it costs who settles it";
}

TEST_F(BatchTest, a_record_is_settled_in_parts_and_nonce_i_decides_bet_i) {
    ASSERT_TRUE(c.place(c.bob, 1, stake, dice(9800), stake).success);
    ASSERT_TRUE(c.place_bets(c.alice, 1, stake, 150, dice(4950), 150 * stake).success);
    ASSERT_TRUE(c.place(c.bob, 1, stake, dice(9800), stake).success);
    const auto entropy = c.host.head.number + 1;
    c.next_blocks(2);
    const auto had = c.host.balance_of(c.alice);
    std::vector<Log> settled;
    const auto take = [&](const auto& done, std::size_t bets) {
        ASSERT_TRUE(done.success) << hex(done.revert);
        const auto logs = of_games(done.logs, settled_topic);
        EXPECT_EQ(logs.size(), bets);
        settled.insert(settled.end(), logs.begin(), logs.end());
    };
    take(c.reveal(1, 1, c.seeds.link(1)), 64);
    EXPECT_EQ(c.round(1, 1).first_bet, first_id + 1);
    EXPECT_EQ(c.round(1, 1).settled.value(), 63U);
    EXPECT_EQ(c.round(1, 1).count.value(), 151U);
    EXPECT_EQ(c.house(1).escrow.value(), (152 - 64) * stake);
    take(c.settle(1, 1, 1), 1);
    take(c.settle(1, 1, 86), 86);
    EXPECT_EQ(c.round(1, 1).first_bet, first_id + 151) << "the record is gone";
    EXPECT_TRUE(c.bet(first_id + 1).player.is_zero());
    take(c.settle(1, 1, 5), 1);
    EXPECT_EQ(c.house(1).open_rounds, 0U);
    EXPECT_EQ(c.house(1).escrow.value(), 0);
    EXPECT_EQ(c.house(1).reserved.value(), 0);

    ASSERT_EQ(settled.size(), 152U);
    U256 won = 0;
    for (std::uint64_t i = 0; i < 152; ++i) {
        EXPECT_EQ(settled[i].topics[1], Hash::from(abi::encode(first_id + i))) << "in order, each once";
        if (i == 0 || i == 151) continue;
        const auto said = c.recompute(c.seeds.link(1), "s", c.alice, entropy, i - 1, dice(4950), stake);
        EXPECT_EQ(settled[i].data, abi::encode(said.result, said.payout)) << i;
        won += said.payout;
    }
    EXPECT_EQ(c.host.balance_of(c.alice), had + won);
    EXPECT_EQ(c.balance(c.coin, c.at), c.house(1).vault.value() + c.house(1).bond.value());
}

TEST_F(BatchTest, a_slip_holds_different_bets_and_runs_ids_and_nonces_on) {
    const std::vector<BetOrder> orders{{1, dice(4950), stake, std::uint64_t{3}},
                                       {4, crash(300), 2 * stake, std::uint64_t{2}},
                                       {1, dice(5050, true), stake / 2, std::uint64_t{1}}};
    const U256 total = 3 * stake + 4 * stake + stake / 2;
    EXPECT_EQ(c.place_slip(c.alice, 1, orders, total - 1).revert,
              error<"error BadValue(uint256 sent)">(U256(total - 1)));
    const auto done = c.place_slip(c.alice, 1, orders, total);
    ASSERT_TRUE(done.success) << hex(done.revert);
    EXPECT_EQ(done.value, first_id);
    EXPECT_EQ(of_games(done.logs, placed_topic).size(), 3U);
    EXPECT_EQ(c.bet(first_id).count, 3U);
    EXPECT_EQ(c.bet(first_id + 3).nonce, 3U);
    EXPECT_EQ(c.bet(first_id + 3).game, 4);
    EXPECT_EQ(c.bet(first_id + 5).nonce, 5U);
    EXPECT_EQ(c.nonce(1, c.alice), 6U);
    EXPECT_EQ(c.house(1).escrow.value(), total);
    EXPECT_EQ(c.house(1).reserved.value(), 3 * stake + 8 * stake + stake / 2);
    const auto entropy = c.host.head.number + 1;
    c.next_blocks(2);
    const auto had = c.host.balance_of(c.alice);
    ASSERT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    U256 won = 0;
    std::uint64_t nonce = 0;
    for (const auto& order : orders)
        for (std::uint64_t i = 0; i < order.count; ++i)
            won += c.recompute(c.seeds.link(1), "s", c.alice, entropy, nonce++, order.params, order.stake,
                               order.game)
                       .payout;
    EXPECT_EQ(c.host.balance_of(c.alice), had + won);
}

TEST_F(BatchTest, counts_are_bounded) {
    const auto bad = error<"error BadCount(uint256 most)">(U256(1000));
    EXPECT_EQ(c.place_bets(c.alice, 1, stake, 0, dice(4950), 0).revert, bad);
    EXPECT_EQ(c.place_bets(c.alice, 1, 1000, 1001, dice(4950), 1'001'000).revert, bad);
    EXPECT_TRUE(c.place_bets(c.alice, 1, 1000, 1000, dice(4950), 1'000'000).success);
    const auto bad_orders = error<"error BadCount(uint256 most)">(U256(64));
    EXPECT_EQ(c.place_slip(c.alice, 1, {}, 0).revert, bad_orders);
    std::vector<BetOrder> orders(65, {1, dice(4950), 1000, std::uint64_t{1}});
    EXPECT_EQ(c.place_slip(c.alice, 1, orders, 65'000).revert, bad_orders);
    orders.pop_back();
    EXPECT_TRUE(c.place_slip(c.alice, 1, orders, 64'000).success);
    orders.back().count = std::uint64_t{0};
    EXPECT_EQ(c.place_slip(c.alice, 1, orders, 63'000).revert, bad) << "one bad order refuses all";
    EXPECT_EQ(c.nonce(1, c.alice), 1064U);
}

TEST_F(BatchTest, the_whole_reserve_is_locked_or_nothing_is_placed) {
    const U256 in_round = vault * 150 / 10'000;
    const std::uint64_t fits = 100;
    const U256 each = in_round / fits;
    const U256 asked = (fits + 1) * each;
    EXPECT_EQ(c.place_bets(c.alice, 1, each, fits + 1, dice(4950), asked).revert,
              (error<"error ExposureTooLarge(uint256 limit, uint256 asked)">(in_round, asked)));
    EXPECT_EQ(c.house(1).reserved.value(), 0);
    EXPECT_TRUE(c.place_bets(c.alice, 1, each, fits, dice(4950), fits * each).success);
    const U256 huge = U256(1) << 127;
    EXPECT_FALSE(c.place_bets(c.alice, 1, huge, 1000, dice(4950), 0).success);
}

TEST_F(BatchTest, bet_ids_end_before_those_of_the_next_house) {
    // Three words into the house's record, its next bet's id in the upper eight bytes.
    const auto word_at = slot_after(slot_of_key(abi::encode(std::uint64_t{1}), slot_word(2)), 2);
    const auto set_serial = [&](std::uint64_t serial) {
        auto word = c.host.load(c.at, word_at);
        const auto bytes = abi::encode(std::uint64_t{1} << 40 | serial);
        std::copy(bytes.end() - 8, bytes.end(), word.begin());
        c.host.store(c.at, word_at, word);
        ASSERT_EQ(c.house(1).next_bet, std::uint64_t{1} << 40 | serial);
    };
    constexpr std::uint64_t end = std::uint64_t{1} << 40;
    const auto used_up = error<"error TooManyBets(uint64 house)">(std::uint64_t{1});
    set_serial(end - 3);
    EXPECT_EQ(c.place_bets(c.alice, 1, stake, 3, dice(4950), 3 * stake).revert, used_up);
    const auto last = c.place_bets(c.alice, 1, stake, 2, dice(4950), 2 * stake);
    ASSERT_TRUE(last.success);
    EXPECT_EQ(last.value, end + (end - 3));
    EXPECT_EQ(c.place(c.alice, 1, stake, dice(4950), stake).revert, used_up);
    const std::vector<BetOrder> slip{{1, dice(4950), stake, std::uint64_t{1}}};
    EXPECT_EQ(c.place_slip(c.alice, 1, slip, stake).revert, used_up);
    // The last bets are settled as any.
    c.next_blocks(2);
    ASSERT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    EXPECT_EQ(c.house(1).open_rounds, 0U);
    EXPECT_TRUE(c.withdraw(1, 1, c.operator_account).success) << "the house lives on, without bets";
}

TEST_F(BatchTest, silence_pays_every_bet_of_a_record_in_parts) {
    ASSERT_TRUE(c.place_bets(c.alice, 1, stake, 100, dice(4950), 100 * stake).success);
    c.host.head.timestamp += 6 * 3600;
    c.next_blocks(602);
    const auto had = c.host.balance_of(c.alice);
    ASSERT_TRUE(c.forfeit(1, 1).success);
    EXPECT_EQ(c.host.balance_of(c.alice), had + 64 * 2 * stake);
    ASSERT_TRUE(c.settle(1, 1, 1000).success);
    EXPECT_EQ(c.host.balance_of(c.alice), had + 100 * 2 * stake);
    EXPECT_EQ(c.house(1).bond.value(), bond - 100 * stake);
    EXPECT_EQ(c.house(1).vault.value(), vault);
}

TEST_F(BatchTest, a_bet_writes_the_words_that_change_and_no_other) {
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    const auto before = c.host.state.storage;
    ASSERT_TRUE(c.place(c.alice, 1, stake, dice(4950), stake).success);
    std::size_t changed = 0;
    for (const auto& [key, word] : c.host.state.storage) {
        const auto was = before.find(key);
        if (key.first == c.at && (was == before.end() || was->second != word)) ++changed;
    }
    // House: next bet, reserved and escrow in two words; round: reserved and count in one; nonce; the bet.
    EXPECT_EQ(changed, 2U + 1U + 1U + 3U);
}

}  // namespace
}  // namespace farthing::contracts
