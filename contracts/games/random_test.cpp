// 10,000 random operations against an oracle that keeps the books independently: what a bet may win, what it
// won (by the offline verifier) and whose money that is.
#include "contracts/testing/games_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

struct BookedBet {
    std::uint64_t house = 0, round = 0, nonce = 0;
    Address player;
    U256 stake, most;
    std::string client_seed;
    Bytes params;
    std::uint8_t game = 1;
};
struct BookedRound {
    std::uint64_t block = 0, time = 0;
    U256 reserved;
    U256 in_crash;  ///< Of that, what the crash point decides.
    Hash seed;
    bool revealed = false, defaulted = false;
};
struct BookedHouse {
    Address asset;
    U256 vault, bond;
    bool stopped = false;
    std::uint64_t revealed = 0, serial = 1;
    std::vector<BookedRound> rounds;  ///< Round n at n - 1.
    std::unique_ptr<fair::SeedChain> seeds;
    std::uint64_t chain_start = 1;  ///< First round of `seeds`.
    bool tip_pending = false;
};

constexpr std::uint64_t stall_blocks = 80, deadline_blocks = 120, deadline_s = 150;

GenesisParams hasty_rules() {
    GenesisParams p;
    p.members["stallBlocks"].text = std::to_string(stall_blocks);
    p.members["deadlineBlocks"].text = std::to_string(deadline_blocks);
    p.members["deadlineSeconds"].text = std::to_string(deadline_s);
    p.members["entropyDelay"].text = "2";
    return p;
}

class Oracle {
 public:
    GamesChain c{hasty_rules()};
    Random random;
    std::vector<BookedHouse> houses;
    std::map<std::uint64_t, BookedBet> open;
    std::map<std::pair<std::uint64_t, Address>, std::uint64_t> nonces;
    std::map<Address, std::string> client_seeds;
    std::uint64_t settled = 0, forfeits = 0, chains = 0, wins = 0;

    U256 amount(std::uint64_t units_max) {
        return c.unit * random.below(units_max) / (1 + random.below(1000));
    }
    Address player() { return random.one_in(2) ? c.alice : c.bob; }
    std::uint64_t house_id() {
        return random.one_in(50) ? houses.size() + 1 : 1 + random.below(houses.size());
    }
    BookedHouse* find(std::uint64_t id) { return id >= 1 && id <= houses.size() ? &houses[id - 1] : nullptr; }
    std::uint64_t now() const { return c.host.head.number; }
    bool overdue(const BookedRound& r) const {
        return now() > r.block + 2 + deadline_blocks && c.host.head.timestamp > r.time + deadline_s;
    }
    U256 reserved(std::uint64_t id) const {
        U256 sum = 0;
        for (const auto& [bet_id, b] : open)
            if (b.house == id) sum += b.most - b.stake;
        return sum;
    }
    U256 escrow(std::uint64_t id) const {
        U256 sum = 0;
        for (const auto& [bet_id, b] : open)
            if (b.house == id) sum += b.stake;
        return sum;
    }
    U256 held_by_players(const Address& asset) {
        U256 sum = 0;
        for (const auto& who : {c.alice, c.bob}) {
            sum += c.balance(asset, who);
            if (asset == c.coin) sum += c.host.balance_of(who);
        }
        return sum;
    }

    void register_house() {
        auto seeds = std::make_unique<fair::SeedChain>(hash_of("chain " + std::to_string(chains++)), 2048);
        const auto asset = random.one_in(2) ? c.coin : c.token;
        const U256 bond = c.unit * (1 + random.below(2000));
        const auto made = c.register_house(asset, bond, asset == c.coin ? bond : U256(0), seeds->tip());
        ASSERT_TRUE(made.success);
        ASSERT_EQ(made.value, houses.size() + 1);
        BookedHouse h;
        h.asset = asset;
        h.bond = bond;
        h.seeds = std::move(seeds);
        houses.push_back(std::move(h));
        move_in(houses.size(), c.unit * 10'000, false);
    }

    void move_in(std::uint64_t id, const U256& sum, bool to_bond) {
        auto* h = find(id);
        const bool coin = h != nullptr && h->asset == c.coin;
        const U256 wei = coin ? sum : U256(0);
        const auto done =
            to_bond ? c.add_bond(id, sum, wei, c.operator_account) : c.fund(id, sum, wei, c.operator_account);
        ASSERT_EQ(done.success, h != nullptr && !h->stopped && sum > 0);
        if (done.success) (to_bond ? h->bond : h->vault) += sum;
    }

    void move_out(std::uint64_t id, const U256& sum, bool from_bond) {
        auto* h = find(id);
        const auto who = random.one_in(10) ? c.alice : c.operator_account;
        const auto done = from_bond ? c.withdraw_bond(id, sum, who) : c.withdraw(id, sum, who);
        const bool fits = h != nullptr && who == c.operator_account && sum > 0 &&
                          sum + reserved(id) <= (from_bond ? h->bond : h->vault);
        ASSERT_EQ(done.success, fits) << hex(done.revert);
        if (fits) (from_bond ? h->bond : h->vault) -= sum;
    }

    void place() {
        const auto id = house_id();
        auto* h = find(id);
        const auto who = player();
        const bool over = random.one_in(2);
        const auto target = static_cast<std::uint16_t>(random.below(10'100));
        const bool is_crash = random.one_in(3);
        const fair::DiceBet roll{target, over};
        const Bytes params = is_crash ? crash(target) : dice(target, over);
        const std::uint8_t game = is_crash ? 4 : 1;
        const std::uint64_t count = random.one_in(3) ? random.below(9) : 1;
        const U256 stake = random.one_in(4) ? amount(20'000) : amount(300);
        const U256 total = stake * count;
        const bool coin = h != nullptr && h->asset == c.coin;
        const U256 wei = coin ? total : random.one_in(40) ? U256(1) : U256(0);
        const auto last_block = random.one_in(20) ? now() - 1 : now() + random.below(3);

        bool fits = h != nullptr && !h->stopped && last_block >= now() && stake >= 1000 && count >= 1 &&
                    (is_crash ? target >= 101 : roll.is_valid()) && client_seeds.contains(who) &&
                    wei == (coin ? total : U256(0));
        const bool joins = fits && !h->rounds.empty() && h->rounds.back().block == now();
        U256 reserve = 0;
        if (fits) {
            fits =
                h->revealed == h->rounds.size() || now() <= h->rounds[h->revealed].block + 2 + stall_blocks;
            reserve = (is_crash ? stake * target / 100 : stake * 9900 / roll.winning_rolls()) - stake;
            const U256 all = reserve * count;
            const U256 locked = reserved(id), bankroll = h->vault - locked;
            const U256 in_round = joins ? h->rounds.back().reserved : U256(0);
            const U256 in_crash = joins ? h->rounds.back().in_crash : U256(0);
            fits = fits && (is_crash ? U256(in_crash + all) : reserve) <= bankroll / 100 &&
                   in_round + all <= bankroll * 150 / 10'000 && locked + all <= bankroll / 4 &&
                   locked + all <= h->bond;
        }
        const auto done = c.place_bets(who, id, stake, count, params, wei, game, last_block);
        ASSERT_EQ(done.success, fits) << hex(done.revert);
        if (!fits) return;
        ASSERT_EQ(done.value, (id << 40) + h->serial);
        h->serial += count;
        if (!joins) {
            const auto link = h->rounds.size() + 2 - h->chain_start;
            h->rounds.push_back({now(), c.host.head.timestamp, 0, 0, h->seeds->link(link), false, false});
        }
        h->rounds.back().reserved += reserve * count;
        if (is_crash) h->rounds.back().in_crash += reserve * count;
        auto& nonce = nonces[{id, who}];
        ASSERT_EQ(c.bet(done.value).nonce, nonce);
        for (std::uint64_t i = 0; i < count; ++i)
            open[done.value + i] = {.house = id,
                                    .round = h->rounds.size(),
                                    .nonce = nonce++,
                                    .player = who,
                                    .stake = stake,
                                    .most = stake + reserve,
                                    .client_seed = client_seeds[who],
                                    .params = params,
                                    .game = game};
    }

    void reveal(std::uint64_t id, std::uint64_t round) {
        auto* h = find(id);
        const bool exists = h != nullptr && round > h->revealed && round <= h->rounds.size();
        const bool lie = random.one_in(10);
        const Hash seed = exists && !lie ? h->rounds[round - 1].seed : hash_of("lie");
        bool fits = exists && !lie && now() > h->rounds[round - 1].block + 2;
        for (auto n = fits ? h->revealed + 1 : 1; fits && n <= round; ++n) {
            const auto& r = h->rounds[n - 1];
            fits = r.defaulted || !overdue(r);
        }
        // A seed reaches down to rounds of its own chain only.
        for (auto n = fits ? h->revealed + 1 : 1; fits && n < round; ++n)
            fits = fair::links_between(h->rounds[round - 1].seed, h->rounds[n - 1].seed, 64) == round - n;
        watch(
            id, [&] { return c.reveal(id, round, seed); }, fits,
            [&] {
                for (auto n = h->revealed + 1; n <= round; ++n) h->rounds[n - 1].revealed = true;
                h->revealed = round;
                if (h->tip_pending && round + 1 == h->chain_start) h->tip_pending = false;
            });
    }

    void forfeit(std::uint64_t id, std::uint64_t round) {
        auto* h = find(id);
        const bool exists = h != nullptr && round >= 1 && round <= h->rounds.size();
        const bool fits = exists && !h->rounds[round - 1].revealed && !h->rounds[round - 1].defaulted &&
                          overdue(h->rounds[round - 1]);
        watch(
            id, [&] { return c.forfeit(id, round); }, fits,
            [&] {
                h->rounds[round - 1].defaulted = true;
                h->stopped = true;
                ++forfeits;
            });
    }

    void settle(std::uint64_t id, std::uint64_t round) {
        auto* h = find(id);
        bool fits = false;
        if (h != nullptr && round >= 1 && round <= h->rounds.size()) {
            const auto& r = h->rounds[round - 1];
            for (const auto& [bet_id, b] : open)
                fits |= b.house == id && b.round == round && (r.revealed || r.defaulted);
        }
        const auto max = static_cast<std::uint32_t>(1 + random.below(3));
        watch(id, [&] { return c.settle(id, round, max); }, fits, [] {});
    }

    /// Runs a call that may settle bets and checks every payout against the verifier.
    template <class Run, class Booked>
    void watch(std::uint64_t id, const Run& run, bool fits, const Booked& book) {
        auto* h = find(id);
        const auto asset = h != nullptr ? h->asset : c.coin;
        const U256 before = held_by_players(asset);
        const auto done = run();
        ASSERT_EQ(done.success, fits) << hex(done.revert);
        if (!fits) return;
        book();
        U256 paid = 0;
        for (const auto& log : done.logs) {
            if (log.address != c.at ||
                log.topics[0] != keccak256_constexpr("BetSettled(uint64,uint64,uint256)"))
                continue;
            const auto found = open.find(low_u64(to_u256(log.topics[1])));
            ASSERT_NE(found, open.end()) << "a bet settles once";
            paid += check_settled(*h, found->second, log);
            open.erase(found);
        }
        ASSERT_EQ(held_by_players(asset), before + paid);
    }

    U256 check_settled(BookedHouse& h, const BookedBet& bet, const Log& log) {
        const auto& r = h.rounds[bet.round - 1];
        std::uint64_t result = ~std::uint64_t{0};
        U256 payout = bet.most;
        if (!r.defaulted) {
            const auto said = c.recompute(r.seed, bet.client_seed, bet.player, r.block + 2, bet.nonce,
                                          bet.params, bet.stake, bet.game);
            result = said.result;
            payout = said.payout;
            EXPECT_LE(payout, bet.most);
            EXPECT_EQ(said.payout_max, bet.most);
            h.vault += bet.stake;
            h.vault -= payout;
        } else {
            h.bond -= bet.most - bet.stake;
        }
        EXPECT_EQ(log.data, abi::encode(result, payout));
        ++settled;
        if (payout > 0) ++wins;
        return payout;
    }

    void set_next_tip(std::uint64_t id) {
        auto* h = find(id);
        auto seeds = std::make_unique<fair::SeedChain>(hash_of("chain " + std::to_string(chains++)), 2048);
        const bool fits = h != nullptr && !h->stopped && !h->tip_pending;
        const auto done = c.set_next_tip(id, seeds->tip(), c.operator_account);
        ASSERT_EQ(done.success, fits) << hex(done.revert);
        if (!fits) return;
        h->tip_pending = h->revealed < h->rounds.size();
        h->chain_start = h->rounds.size() + 1;
        h->seeds = std::move(seeds);
    }

    void check_books() {
        std::map<Address, U256> held;
        for (std::uint64_t id = 1; id <= houses.size(); ++id) {
            const auto& h = houses[id - 1];
            const auto record = c.house(id);
            ASSERT_EQ(record.vault.value(), h.vault);
            ASSERT_EQ(record.bond.value(), h.bond);
            ASSERT_EQ(record.reserved.value(), reserved(id))
                << "locked is the sum of the open bets' reserves";
            ASSERT_EQ(record.escrow.value(), escrow(id)) << "escrow is the sum of the open stakes";
            ASSERT_GE(h.vault, reserved(id));
            ASSERT_GE(h.bond, reserved(id));
            ASSERT_EQ(record.is_open(), !h.stopped);
            ASSERT_EQ(record.last_revealed, h.revealed);
            held[h.asset] += h.vault + h.bond + escrow(id);
        }
        for (const auto& asset : {c.coin, c.token}) ASSERT_EQ(c.balance(asset, c.at), held[asset]);
        ASSERT_EQ(c.host.balance_of(c.at), 0);
        U256 coins = 0;
        for (const auto& [who, wei] : c.host.state.balances) coins += wei;
        ASSERT_EQ(coins, 4 * c.rich);
        for (const auto& [key, count] : nonces) ASSERT_EQ(c.nonce(key.first, key.second), count);
    }

    void step() {
        const auto pick = random.below(100);
        if (pick < 45) return place();
        const auto id = house_id();
        auto* h = find(id);
        const auto rounds = h == nullptr ? 1 : h->rounds.size();
        if (pick < 62) return c.next_blocks(random.one_in(120) ? 126 : 1, random.below(3));
        if (pick < 78) return reveal(id, (h == nullptr ? 0 : h->revealed) + 1 + random.below(3));
        if (pick < 83) return settle(id, rounds - std::min<std::uint64_t>(rounds, random.below(4)));
        if (pick < 87) return forfeit(id, (h == nullptr ? 0 : h->revealed) + 1 + random.below(2));
        if (pick < 90) return move_in(id, amount(1000), random.one_in(2));
        if (pick < 94) return move_out(id, amount(1000), random.one_in(2));
        if (pick < 97) {
            const auto who = player();
            const auto seed = "seed_" + std::to_string(random.below(1000));
            ASSERT_TRUE(c.set_client_seed(who, seed).success);
            client_seeds[who] = seed;
            return;
        }
        if (pick < 98) return set_next_tip(id);
        if (houses.size() < 4 || std::ranges::all_of(houses, &BookedHouse::stopped)) register_house();
    }
};

void play_ten_thousand() {
    Oracle oracle;
    oracle.register_house();
    for (int i = 0; i < 10'000 && !::testing::Test::HasFatalFailure(); ++i) {
        SCOPED_TRACE("operation " + std::to_string(i));
        oracle.step();
        if (i % 25 == 0) oracle.check_books();
    }
    oracle.check_books();
    EXPECT_GT(oracle.settled, 100U);
    EXPECT_GT(oracle.wins, 10U);
    EXPECT_GT(oracle.forfeits, 0U);
    std::cout << oracle.houses.size() << " houses, " << oracle.settled << " bets settled, " << oracle.wins
              << " paid, " << oracle.forfeits << " rounds forfeited\n";
}

TEST(GamesRandom, ten_thousand_operations_keep_the_books_and_agree_with_the_verifier) {
    for (auto left = operations(1); left > 0 && !HasFatalFailure(); --left) play_ten_thousand();
}

}  // namespace
}  // namespace farthing::contracts
