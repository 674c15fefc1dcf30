// Limits that players set on themselves: at once when tighter, later when looser, and no way around them.
#include "contracts/testing/games_chain.hpp"
#include "contracts/token/erc20.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

constexpr std::uint64_t day_s = 86'400;

class PlayerTest : public ::testing::Test {
 protected:
    /// House 1 keeps coin, house 2 the token.
    PlayerTest() {
        c.open_two_houses(bond, vault);
        for (const auto& who : {c.alice, c.bob}) EXPECT_TRUE(c.set_client_seed(who, "s").success);
        // A day begins.
        c.next_block(day_s - c.host.head.timestamp % day_s);
    }
    auto set_limits(const Address& who, const PlayerLimits& limits) {
        return c.set_player_limits(who, c.coin, limits);
    }
    auto exclude(const Address& who, std::uint64_t until) {
        return c.call<"function excludeSelf(uint64 until)">(who, c.at, until);
    }
    auto place(const Address& who, const U256& amount, std::uint64_t count = 1) {
        return c.place_bets(who, 1, amount, count, dice(9800), amount * count);
    }
    PlayerBook book(const Address& who) { return c.player_limits(who, c.coin); }
    std::uint64_t now() const { return c.host.head.timestamp; }
    static Bytes exceeded(const char* limit, const U256& most, const U256& asked) {
        return error<"error PlayerLimitExceeded(string limit, uint256 most, uint256 asked)">(
            std::string(limit), most, asked);
    }

    GamesChain c;
    const U256 vault = c.unit * 1'000'000, bond = c.unit * 250'000;
    const U256 stake = c.unit;
};

TEST_F(PlayerTest, each_limit_refuses_what_goes_beyond_it_and_nothing_less) {
    ASSERT_TRUE(set_limits(c.alice, {.stake_max = stake}).success);
    EXPECT_EQ(place(c.alice, stake + 1).revert, exceeded("stakeMax", stake, stake + 1));
    EXPECT_TRUE(place(c.alice, stake, 5).success) << "of each bet, not of all";
    EXPECT_TRUE(place(c.bob, 2 * stake).success) << "another player";

    ASSERT_TRUE(set_limits(c.alice, {.stake_max = stake, .staked_per_day = 8 * stake}).success);
    EXPECT_EQ(book(c.alice).staked.value(), 5 * stake) << "what was staked today counts";
    EXPECT_EQ(place(c.alice, stake, 4).revert, exceeded("stakedPerDay", 8 * stake, 9 * stake));
    EXPECT_TRUE(place(c.alice, stake, 3).success);
    EXPECT_FALSE(place(c.alice, 1000).success);
    c.next_block(day_s);
    EXPECT_TRUE(place(c.alice, stake, 8).success) << "another day";
}

TEST_F(PlayerTest, a_limit_binds_where_coin_is_bet_and_cannot_be_set_where_nothing_is) {
    ASSERT_TRUE(c.set_player_limits(c.alice, Address{}, {.stake_max = stake}).success);
    EXPECT_EQ(place(c.alice, stake + 1).revert, exceeded("stakeMax", stake, stake + 1))
        << "zero means the coin";
    EXPECT_EQ(c.set_player_limits(c.bob, c.alice, {.stake_max = stake}).revert,
              Games::AssetMisbehaved::encode(c.alice));
}

TEST_F(PlayerTest, the_assets_own_refusals_come_through) {
    const auto bet = [&](const U256& amount) { return c.place(c.alice, 1, amount, dice(9800), 0); };
    ASSERT_TRUE((c.call<"function approve(address spender, uint256 value) returns (bool)">(c.alice, c.coin,
                                                                                           c.at, U256(1))
                     .success));
    EXPECT_EQ(bet(stake).revert, Erc20::InsufficientAllowance::encode(c.at, U256(1), stake));
    ASSERT_TRUE((c.call<"function approve(address spender, uint256 value) returns (bool)">(c.alice, c.coin,
                                                                                           c.at, u256_max)
                     .success));
    EXPECT_EQ(bet(stake).revert, Erc20::InsufficientBalance::encode(c.alice, U256(0), stake));
}

TEST_F(PlayerTest, a_slip_counts_as_a_whole) {
    ASSERT_TRUE(set_limits(c.alice, {.stake_max = 2 * stake, .staked_per_day = 10 * stake}).success);
    const std::vector<BetOrder> orders{{1, dice(9800), stake, std::uint64_t{5}},
                                       {4, crash(101), 2 * stake, std::uint64_t{3}}};
    EXPECT_EQ(c.place_slip(c.alice, 1, orders, 11 * stake).revert,
              exceeded("stakedPerDay", 10 * stake, 11 * stake));
    const std::vector<BetOrder> high{{1, dice(9800), stake, std::uint64_t{1}},
                                     {1, dice(9800), 3 * stake, std::uint64_t{1}}};
    EXPECT_EQ(c.place_slip(c.alice, 1, high, 4 * stake).revert, exceeded("stakeMax", 2 * stake, 3 * stake));
}

TEST_F(PlayerTest, an_unsettled_stake_counts_as_lost_and_what_comes_back_makes_room) {
    ASSERT_TRUE(set_limits(c.alice, {.lost_per_day = 10 * stake}).success);
    ASSERT_TRUE(place(c.alice, stake, 10).success);
    EXPECT_EQ(place(c.alice, stake).revert, exceeded("lostPerDay", 10 * stake, 11 * stake));
    const auto had = c.host.balance_of(c.alice);
    c.next_blocks(2);
    ASSERT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    const U256 paid = c.host.balance_of(c.alice) - had;
    ASSERT_GT(paid, 0) << "ten bets at 98 %";
    EXPECT_EQ(book(c.alice).returned.value(), paid);
    EXPECT_EQ(place(c.alice, paid + 1).revert,
              exceeded("lostPerDay", 10 * stake + paid, 10 * stake + paid + 1));
    EXPECT_TRUE(place(c.alice, paid).success);
}

TEST_F(PlayerTest, what_yesterdays_bets_bring_back_is_not_todays_room) {
    ASSERT_TRUE(set_limits(c.alice, {.lost_per_day = 10 * stake}).success);
    ASSERT_TRUE(place(c.alice, stake, 10).success);
    c.next_block(day_s);
    ASSERT_TRUE(place(c.alice, stake, 4).success);
    c.next_block();
    ASSERT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    EXPECT_EQ(book(c.alice).returned.value(), 0);
    EXPECT_EQ(place(c.alice, stake, 7).revert, exceeded("lostPerDay", 10 * stake, 11 * stake));
    EXPECT_TRUE(place(c.alice, stake, 6).success);
}

TEST_F(PlayerTest, no_amount_won_in_a_day_keeps_a_round_from_being_settled) {
    // Nearly 2^128 units staked in a day, and each bet won: what comes back is more than the record holds.
    const U256 all = U256(1) << 128, each = all / 100 * 33;
    const auto most = Amount(all - 1);
    ASSERT_TRUE(c.fund(2, all / 2, 0, c.operator_account).success);
    ASSERT_TRUE(c.add_bond(2, all / 100, 0, c.operator_account).success);
    ASSERT_TRUE((c.call<"function transfer(address to, uint256 value) returns (bool)">(
                      c.operator_account, c.token, c.alice, U256(2 * all))
                     .success));
    ASSERT_TRUE(c.set_player_limits(c.alice, c.token, {.stake_max = most}).success);
    for (std::uint64_t round = 1; round <= 3; ++round) {
        const auto had = c.balance(c.token, c.alice);
        ASSERT_TRUE(c.place(c.alice, 2, each, dice(9800), 0).success);
        c.next_blocks(2);
        ASSERT_TRUE(c.reveal(2, round, c.next_seeds.link(round)).success);
        ASSERT_GT(c.balance(c.token, c.alice), had) << "with these seeds each bet wins";
    }
    EXPECT_EQ(c.player_limits(c.alice, c.token).returned.value(), most.value());
    EXPECT_EQ(c.house(2).open_rounds, 0U);
}

TEST_F(PlayerTest, limits_tighten_at_once_and_loosen_after_a_day) {
    const auto start = now();
    const auto set = set_limits(c.alice, {.stake_max = 100 * stake, .staked_per_day = 1000 * stake});
    ASSERT_TRUE(set.success);
    EXPECT_EQ(set.logs[0].data, abi::encode(Amount(100 * stake), Amount(1000 * stake), Amount(), start));
    // One looser, one tighter: only the tighter holds now.
    const auto mixed = set_limits(c.alice, {.stake_max = 200 * stake, .staked_per_day = 500 * stake});
    ASSERT_TRUE(mixed.success);
    EXPECT_EQ(mixed.logs[0].data,
              abi::encode(Amount(200 * stake), Amount(500 * stake), Amount(), start + day_s));
    auto b = book(c.alice);
    EXPECT_EQ(b.stake_max.value(), 100 * stake);
    EXPECT_EQ(b.staked_per_day.value(), 500 * stake);
    EXPECT_EQ(b.next_stake_max.value(), 200 * stake);
    EXPECT_EQ(b.next_from, start + day_s);
    c.next_block(day_s - 1);
    EXPECT_EQ(place(c.alice, 101 * stake).revert, exceeded("stakeMax", 100 * stake, 101 * stake));
    c.next_block(1);
    EXPECT_TRUE(place(c.alice, 101 * stake).success);
    EXPECT_EQ(book(c.alice).next_from, 0U);

    // No limit is the loosest; and a tighter word takes a waiting looser one back.
    ASSERT_TRUE(set_limits(c.alice, {}).success);
    c.next_block(day_s / 2);
    ASSERT_TRUE(set_limits(c.alice, {.stake_max = 50 * stake, .staked_per_day = 500 * stake}).success);
    c.next_block(day_s);
    EXPECT_EQ(book(c.alice).stake_max.value(), 50 * stake);
    EXPECT_EQ(book(c.alice).next_from, 0U);
    // Asking again starts the wait anew.
    ASSERT_TRUE(set_limits(c.alice, {}).success);
    c.next_block(day_s / 2);
    ASSERT_TRUE(set_limits(c.alice, {}).success);
    c.next_block(day_s / 2);
    EXPECT_EQ(book(c.alice).stake_max.value(), 50 * stake);
    c.next_block(day_s / 2);
    EXPECT_EQ(book(c.alice).stake_max.value(), 0);
    EXPECT_TRUE(place(c.alice, 600 * stake).success);
}

TEST_F(PlayerTest, limits_are_of_one_asset_and_hold_with_every_house) {
    const auto other = c.register_house(c.coin, bond, bond, hash_of("third house"));
    ASSERT_TRUE(c.fund(other.value, vault, vault, c.operator_account).success);
    ASSERT_TRUE(set_limits(c.alice, {.staked_per_day = 10 * stake}).success);
    ASSERT_TRUE(place(c.alice, 6 * stake).success);
    EXPECT_EQ(c.place(c.alice, other.value, 5 * stake, dice(9800), 5 * stake).revert,
              exceeded("stakedPerDay", 10 * stake, 11 * stake));
    EXPECT_TRUE(c.place(c.alice, 2, 100 * stake, dice(9800), 0).success) << "the token has no limit";
}

TEST_F(PlayerTest, an_exclusion_holds_everywhere_until_its_end_and_is_never_shortened) {
    const auto until = now() + 7 * day_s;
    EXPECT_EQ(exclude(c.alice, now()).revert, error<"error ExclusionPast()">());
    const auto done = exclude(c.alice, until);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs[0].data, abi::encode(until));
    const auto excluded = error<"error PlayerExcluded(uint64 until)">(until);
    EXPECT_EQ(place(c.alice, stake).revert, excluded);
    EXPECT_EQ(c.place(c.alice, 2, stake, dice(9800), 0).revert, excluded);
    EXPECT_TRUE(place(c.bob, stake).success);
    EXPECT_EQ(exclude(c.alice, until - 1).revert, error<"error ExclusionShortened(uint64 until)">(until));
    EXPECT_EQ(exclude(c.alice, now() + 1).revert, error<"error ExclusionShortened(uint64 until)">(until));
    EXPECT_TRUE(exclude(c.alice, until + 1).success) << "longer is always possible";
    EXPECT_EQ(
        (c.call<"function excludedUntil(address player) view returns (uint64 until)">(c.bob, c.at, c.alice)
             .value),
        until + 1);
    c.next_block(until - now());
    EXPECT_FALSE(place(c.alice, stake).success);
    c.next_block(1);
    EXPECT_TRUE(place(c.alice, stake).success);
    EXPECT_EQ(exclude(c.alice, now()).revert, error<"error ExclusionPast()">());
    EXPECT_TRUE(exclude(c.alice, ~std::uint64_t{0}).success) << "for ever";
}

TEST_F(PlayerTest, open_bets_of_an_excluded_player_are_paid) {
    ASSERT_TRUE(place(c.alice, stake, 10).success);
    ASSERT_TRUE(exclude(c.alice, ~std::uint64_t{0}).success);
    const auto had = c.host.balance_of(c.alice);
    c.next_blocks(2);
    ASSERT_TRUE(c.reveal(1, 1, c.seeds.link(1)).success);
    EXPECT_GT(c.host.balance_of(c.alice), had);
}

TEST_F(PlayerTest, a_player_without_limits_pays_for_one_look) {
    ASSERT_TRUE(place(c.bob, stake).success);
    const auto free = place(c.bob, stake);
    const auto free_again = place(c.bob, stake);
    EXPECT_EQ(free.gas, free_again.gas);
    ASSERT_TRUE(set_limits(c.bob, {.stake_max = stake}).success);
    const auto bound = place(c.bob, stake);
    ASSERT_TRUE(bound.success);
    EXPECT_GE(bound.gas, free.gas + 5 * gas::read) << "the book is read only where there is one";
}

TEST(PlayerGenesis, the_delay_is_a_rule_of_the_chain) {
    GenesisParams params;
    params.members["looseningSeconds"].text = "60";
    GamesChain c(params);
    ASSERT_TRUE(c.set_player_limits(c.alice, c.coin, {.stake_max = U256(5)}).success);
    ASSERT_TRUE(c.set_player_limits(c.alice, c.coin, {}).success);
    EXPECT_EQ(c.player_limits(c.alice, c.coin).next_from, c.host.head.timestamp + 60);
}

/// 10,000 random steps of one player against a diary that knows nothing of the contract's book.
class Diary {
 public:
    GamesChain c{patient()};
    Random random;
    PlayerLimits held, waiting;
    std::uint64_t waits_until = 0, excluded_until = 0, rounds = 0, revealed = 0, refused = 0, placed = 0;
    bool counting = false;
    struct Day {
        U256 staked, returned;
    };
    std::map<std::uint64_t, Day> days;                      ///< What counted bets of a day took and brought.
    std::map<std::uint64_t, std::uint64_t> day_of_counted;  ///< By the bet's id.

    /// A house that nobody hurries: its rounds are never overdue.
    static GenesisParams patient() {
        GenesisParams p;
        p.members["stallBlocks"].text = "10000000";
        p.members["deadlineBlocks"].text = "10000000";
        return p;
    }
    Diary() {
        EXPECT_TRUE(c.register_house(c.coin, c.rich / 10, c.rich / 10, c.seeds.tip()).success);
        EXPECT_TRUE(c.fund(1, c.rich / 10, c.rich / 10, c.operator_account).success);
        EXPECT_TRUE(c.set_client_seed(c.alice, "diary").success);
    }
    std::uint64_t now() const { return c.host.head.timestamp; }
    std::uint64_t today() const { return now() / day_s; }
    U256 amount() { return c.unit * (1 + random.below(100)); }
    Amount some_limit() { return random.one_in(4) ? U256(0) : U256(amount() * (1 + random.below(20))); }
    static bool holds(const Amount& limit, const U256& asked) {
        return limit.value() == 0 || asked <= limit.value();
    }
    static bool looser(const Amount& than, const Amount& asked) {
        return than.value() != 0 && (asked.value() == 0 || asked.value() > than.value());
    }
    void apply() {
        if (waits_until == 0 || now() < waits_until) return;
        held = waiting;
        waits_until = 0;
    }
    bool any_limit() const { return held != PlayerLimits{}; }

    void set() {
        apply();
        const PlayerLimits asked{some_limit(), some_limit(), some_limit()};
        const bool waits = looser(held.stake_max, asked.stake_max) ||
                           looser(held.staked_per_day, asked.staked_per_day) ||
                           looser(held.lost_per_day, asked.lost_per_day);
        ASSERT_TRUE(c.set_player_limits(c.alice, c.coin, asked).success);
        const auto take = [](Amount& limit, const Amount& a) {
            if (!looser(limit, a)) limit = a;
        };
        take(held.stake_max, asked.stake_max);
        take(held.staked_per_day, asked.staked_per_day);
        take(held.lost_per_day, asked.lost_per_day);
        waiting = asked;
        waits_until = waits ? now() + day_s : 0;
    }
    void exclude() {
        const auto until = now() + random.below(3 * day_s);
        const bool fits = until >= excluded_until && until > now();
        const auto done = c.call<"function excludeSelf(uint64 until)">(c.alice, c.at, until);
        ASSERT_EQ(done.success, fits);
        if (fits) excluded_until = until;
    }
    void place() {
        apply();
        const U256 stake = amount();
        const std::uint64_t count = 1 + random.below(5);
        const U256 total = stake * count;
        auto& day = days[today()];
        const bool fits = now() >= excluded_until && holds(held.stake_max, stake) &&
                          holds(held.staked_per_day, day.staked + total) &&
                          (held.lost_per_day.value() == 0 ||
                           day.staked + total <= held.lost_per_day.value() + day.returned);
        const auto before = c.house(1).next_round;
        const auto done = c.place_bets(c.alice, 1, stake, count, dice(4950), total);
        ASSERT_EQ(done.success, fits) << hex(done.revert);
        fits ? ++placed : ++refused;
        if (!fits) return;
        rounds += c.house(1).next_round - before;
        if (!any_limit()) return;
        day.staked += total;
        for (std::uint64_t i = 0; i < count; ++i) day_of_counted[done.value + i] = today();
    }
    void reveal() {
        if (revealed == rounds) return;
        const auto done = c.reveal(1, revealed + 1, c.seeds.link(revealed + 1));
        if (!done.success) return;
        ++revealed;
        for (const auto& log : done.logs) {
            if (log.address != c.at ||
                log.topics[0] != keccak256_constexpr("BetSettled(uint64,uint64,uint256)"))
                continue;
            const auto counted = day_of_counted.find(low_u64(to_u256(log.topics[1])));
            if (counted == day_of_counted.end()) continue;
            days[counted->second].returned += to_u256(ByteView(log.data).last(32));
        }
    }
    void step() {
        const auto pick = random.below(100);
        if (pick < 60) return place();
        if (pick < 80) return reveal();
        if (pick < 96) return c.next_block(random.one_in(3) ? random.below(day_s) : random.below(600));
        if (pick < 99) return set();
        if (random.one_in(3)) exclude();
    }

    void check_promises() {
        apply();
        for (const auto& [n, day] : days) {
            if (n != today() || !any_limit()) continue;
            const auto b = c.player_limits(c.alice, c.coin);
            ASSERT_EQ(b.staked.value(), day.staked);
            ASSERT_EQ(b.stake_max, held.stake_max);
            ASSERT_EQ(b.staked_per_day, held.staked_per_day);
            ASSERT_EQ(b.lost_per_day, held.lost_per_day);
        }
    }
};

void take_ten_thousand_steps() {
    Diary diary;
    for (int i = 0; i < 10'000 && !::testing::Test::HasFatalFailure(); ++i) {
        SCOPED_TRACE("step " + std::to_string(i));
        diary.step();
        if (i % 10 == 0) diary.check_promises();
    }
    EXPECT_GT(diary.placed, 200U);
    EXPECT_GT(diary.refused, 200U);
    std::cout << diary.placed << " placed, " << diary.refused << " refused\n";
}

TEST(PlayerRandom, ten_thousand_steps_keep_every_promise) {
    for (auto left = operations(1); left > 0 && !HasFatalFailure(); --left) take_ten_thousand_steps();
}

}  // namespace
}  // namespace farthing::contracts
