// Are the results what the rules promise, and would we notice if they were not? Three checks judge an
// algorithm: published vectors, exact returns (by bisection over all 2^32 words) and the statistics of many
// draws. The chain's own algorithm must pass them; each of a dozen planted bugs must fail the ones that are
// named with it. FARTHING_LONG=1 draws 10^8 times instead of 10^6.
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/bet.hpp"
#include "core/fair/chain.hpp"
#include "core/testing/vectors.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <future>
#include <iostream>
#include <numeric>
#include <sstream>

namespace farthing::fair {
namespace {

namespace json = boost::json;

constexpr std::uint64_t all_words = std::uint64_t{1} << 32;

struct Draw {
    Play play{};
    Hash seed{};
    std::string client_seed{};
    Address player{};
    Hash randomness{};
    std::uint64_t nonce = 0;
};
/// What decides a bet, in the two steps in which bugs hide.
struct Algorithm {
    std::uint32_t (*word)(const Draw&);
    Outcome (*decide)(const Play&, const U256& stake, std::uint32_t word);
};

std::uint32_t chain_word(const Draw& d) {
    const auto client = effective_client_seed(d.client_seed, d.player, d.randomness);
    return words_of_bet(hmac_sha256, d.play, d.seed, client, d.nonce, d.randomness)[0];
}
Outcome chain_outcome(const Play& play, const U256& stake, std::uint32_t word) {
    return outcome_of(play, stake, std::array{word});
}
/// As the Games contract and the verifier decide.
constexpr Algorithm of_chain{chain_word, chain_outcome};

Play dice(std::uint64_t target, bool over = false) {
    return {Game::dice, target | std::uint64_t{over} << 16};
}
Play crash(std::uint64_t target) {
    return {Game::crash, target};
}
U256 whole_stake() {
    return U256(1'000'000'000);
}

// --- published vectors ------------------------------------------------------------------------------

const json::value& vectors() {
    static const json::value parsed = [] {
        std::ifstream file(vectors_folder + "/fairness_vectors.json");
        std::ostringstream text;
        text << file.rdbuf();
        return json::parse(text.str());
    }();
    return parsed.at("vectors");
}
std::string text(const json::value& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}
std::uint64_t number(const json::value& object, std::string_view key) {
    return object.at(key).to_number<std::uint64_t>();
}

/// How many vectors of dice and crash the algorithm gets wrong; `seen` counts them.
int wrong_vectors(const Algorithm& algorithm, int& seen) {
    int wrong = 0;
    for (const auto& v : vectors().as_array()) {
        const auto game = text(v, "game");
        const auto &in = v.at("in"), &out = v.at("out");
        const auto judge = [&](const Play& play, std::uint32_t word, std::uint64_t expected) {
            ++seen;
            if (algorithm.decide(play, whole_stake(), word).result != expected) ++wrong;
        };
        if (game == "dice_map")
            judge(dice(4950), static_cast<std::uint32_t>(number(in, "u")), number(out, "roll"));
        if (game == "crash_map")
            judge(crash(200), static_cast<std::uint32_t>(number(in, "u")), number(out, "crash"));
        if (game == "stake_crash" && text(in, "salt").size() == 64) {
            const Draw draw{.play = crash(200),
                            .seed = hash_from_hex(text(in, "game_hash")).value(),
                            .client_seed = "any",
                            .player = {},
                            .randomness = hash_from_hex(text(in, "salt")).value()};
            judge(draw.play, algorithm.word(draw), number(out, "crash"));
        }
        if (game == "farthing_bet") {
            const Draw draw{.play = dice(4950),
                            .seed = hash_from_hex(text(in, "server_seed")).value(),
                            .client_seed = text(in, "client_seed"),
                            .player = address_from_hex(text(in, "player")).value(),
                            .randomness = hash_from_hex(text(in, "entropy")).value(),
                            .nonce = number(in, "nonce")};
            judge(draw.play, algorithm.word(draw), number(out, "dice_roll"));
        }
    }
    return wrong;
}

// --- exact returns ----------------------------------------------------------------------------------

/// How many of the 2^32 words the algorithm pays, when they are the lowest ones (or, over, the highest).
std::uint64_t paid_words(const Algorithm& algorithm, const Play& play, bool highest) {
    const auto pays = [&](std::uint64_t n) {
        const auto word = highest ? all_words - 1 - n : n;
        return algorithm.decide(play, whole_stake(), static_cast<std::uint32_t>(word)).payout > 0;
    };
    std::uint64_t low = 0, high = all_words;
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (pays(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Whether a bet is paid by exactly the words that the rules name, and exactly what they say.
bool is_exact(const Algorithm& algorithm, const Play& play) {
    std::uint64_t words = 0;
    U256 payout;
    bool highest = false;
    if (play.game == Game::crash) {
        words = (std::uint64_t{99} << 32) / play.params;  // (u + 1) · T ≤ 99 · 2^32
        payout = whole_stake() * play.params / 100;
    } else {
        const auto target = play.params & 0xffff;
        highest = play.params >> 16 != 0;
        const auto first_word_of = [](std::uint64_t roll) { return ((roll << 32) + 10'000) / 10'001; };
        words = highest ? all_words - first_word_of(target + 1) : first_word_of(target);
        payout = whole_stake() * 9900 / (highest ? 10'000 - target : target);
    }
    const auto winner = highest ? all_words - 1 : 0;
    return paid_words(algorithm, play, highest) == words &&
           algorithm.decide(play, whole_stake(), static_cast<std::uint32_t>(winner)).payout == payout;
}

std::vector<Play> plays() {
    std::vector<Play> out;
    for (const std::uint64_t target :
         std::to_array<std::uint64_t>({1, 2, 99, 1000, 4950, 5000, 9799, 9800})) {
        out.push_back(dice(target));
        out.push_back(dice(10'000 - target, true));
    }
    for (const std::uint64_t target :
         std::to_array<std::uint64_t>({101, 102, 150, 199, 200, 1000, 12'345, 100'000, 999'999, 1'000'000}))
        out.push_back(crash(target));
    return out;
}

bool returns_are_exact(const Algorithm& algorithm) {
    return std::ranges::all_of(plays(), [&](const Play& play) { return is_exact(algorithm, play); });
}

// --- many draws -------------------------------------------------------------------------------------

/// Standard deviations by which a count of `n` draws misses its expectation.
double deviations(std::uint64_t count, std::uint64_t n, double probability) {
    const auto expected = static_cast<double>(n) * probability;
    return (static_cast<double>(count) - expected) / std::sqrt(expected * (1 - probability));
}
/// Chi-square against exact unequal weights, in standard deviations (normal approximation for many bins).
double chi_square(const std::vector<std::uint64_t>& counts, const std::vector<double>& weights,
                  std::uint64_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto expected = static_cast<double>(n) * weights[i];
        const auto off = static_cast<double>(counts[i]) - expected;
        sum += off * off / expected;
    }
    const auto freedom = static_cast<double>(counts.size() - 1);
    return (sum - freedom) / std::sqrt(2 * freedom);
}

/// The worst deviation that any statistic shows, and its name.
struct Worst {
    double deviation = 0;
    std::string statistic = "none";
    void take(double d, const std::string& name) {
        if (std::abs(d) <= std::abs(deviation)) return;
        deviation = d;
        statistic = name;
    }
};

/// Seeds of a chain as houses make them, each with an R of its own.
class Rounds {
 public:
    explicit Rounds(std::string_view name) : seed_(sha256(as_bytes(name))) { next(); }
    void next() {
        draw.seed = seed_ = previous_link(seed_);
        draw.randomness = sha256(seed_.bytes);
    }
    Draw draw{.client_seed = "statistics"};

 private:
    Hash seed_;
};

/// `n` dice bets, 100 a round: all 10,001 rolls, neighbours, and wins at several targets with their return.
Worst worst_of_dice(const Algorithm& algorithm, std::uint64_t n) {
    Rounds rounds("dice");
    std::vector<std::uint64_t> counts(10'001);
    double products = 0, last = 0;
    for (std::uint64_t i = 0; i < n; ++i) {
        rounds.draw.play = dice(4950);
        rounds.draw.nonce = i % 100;
        const auto roll = algorithm.decide(rounds.draw.play, 1, algorithm.word(rounds.draw)).result;
        if (roll > 10'000) return {1e9, "a roll beyond 100.00"};
        ++counts[roll];
        const auto centred = static_cast<double>(roll) / 10'000 - 0.5;
        products += centred * last;
        last = centred;
        if (i % 100 == 99) rounds.next();
    }
    Worst worst;
    std::vector<double> weights;
    const auto first_word_of = [](std::uint64_t roll) { return ((roll << 32) + 10'000) / 10'001; };
    for (std::uint64_t roll = 0; roll <= 10'000; ++roll)
        weights.push_back(static_cast<double>(first_word_of(roll + 1) - first_word_of(roll)) /
                          static_cast<double>(all_words));
    worst.take(chi_square(counts, weights, n), "chi-square of rolls");
    worst.take(products * 12 / std::sqrt(static_cast<double>(n)), "correlation of neighbours");
    for (const std::uint64_t target : std::to_array<std::uint64_t>({100, 2500, 4950, 9800})) {
        const auto wins = std::accumulate(
            counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(target), std::uint64_t{0});
        const auto p = static_cast<double>(first_word_of(target)) / static_cast<double>(all_words);
        worst.take(deviations(wins, n, p), "wins under " + std::to_string(target));
    }
    return worst;
}

/// `n` crash rounds: how many reach each of several targets, and what that returns.
Worst worst_of_crash(const Algorithm& algorithm, std::uint64_t n) {
    Rounds rounds("crash");
    constexpr std::array<std::uint64_t, 7> targets{101, 110, 150, 200, 500, 1000, 10'000};
    std::array<std::uint64_t, targets.size()> wins{};
    for (std::uint64_t i = 0; i < n; ++i, rounds.next()) {
        rounds.draw.play = crash(200);
        const auto word = algorithm.word(rounds.draw);
        for (std::size_t t = 0; t < targets.size(); ++t)
            if (algorithm.decide(crash(targets[t]), 100, word).payout > 0) ++wins[t];
    }
    Worst worst;
    for (std::size_t t = 0; t < targets.size(); ++t) {
        const auto winning = (std::uint64_t{99} << 32) / targets[t];
        const auto p = static_cast<double>(winning) / static_cast<double>(all_words);
        worst.take(deviations(wins[t], n, p), "reaching " + std::to_string(targets[t]));
    }
    return worst;
}

/// Of a fair algorithm the worst of 13 statistics is beyond this less than once in 100,000 data sets; the
/// data is fixed, so the test never flickers.
constexpr double deviation_max = 5;

Worst worst_of_draws(const Algorithm& algorithm, std::uint64_t n) {
    auto of_crash = std::async(std::launch::async, worst_of_crash, algorithm, n);
    auto worst = worst_of_dice(algorithm, n);
    const auto second = of_crash.get();
    worst.take(second.deviation, second.statistic);
    return worst;
}

TEST(FairStatistics, the_chains_own_algorithm_passes_every_check) {
    int seen = 0;
    EXPECT_EQ(wrong_vectors(of_chain, seen), 0);
    EXPECT_EQ(seen, 9 + 11 + 8 + 2) << "dice and crash edges, crash rounds, bets of this project";
    EXPECT_TRUE(returns_are_exact(of_chain));
    const std::uint64_t n = std::getenv("FARTHING_LONG") != nullptr ? 100'000'000 : 1'000'000;
    const auto worst = worst_of_draws(of_chain, n);
    std::cout << n << " draws of each game: worst statistic is " << worst.statistic << " at "
              << worst.deviation << " standard deviations\n";
    EXPECT_LT(std::abs(worst.deviation), deviation_max) << worst.statistic;
}

TEST(FairStatistics, returns_stay_within_their_published_bounds) {
    // Winning words times payout, against 2^32 times the stake: no float rounds anything away.
    for (std::uint64_t target = target_min; target <= target_max; target += target < 20'000 ? 1 : 997) {
        const auto words = (std::uint64_t{99} << 32) / target;
        const auto weight = U256(words) * target * 10'000'000;
        ASSERT_LE(weight, U256(all_words) * 990'000'000) << target;
        ASSERT_GE(weight, U256(all_words) * 989'997'600) << target;
    }
    for (std::uint64_t target = 1; target <= 9800; ++target)
        for (const auto words : {((target << 32) + 10'000) / 10'001,
                                 all_words - (((10'001 - target) << 32) + 10'000) / 10'001}) {
            // 9900/10001 = 0.98990100990…, missed by less than 1.8e-6 whichever the target.
            const auto weight = U256(words) * 9900 * 10'000'000 / target;
            ASSERT_LE(weight, U256(all_words) * 9'899'029) << target;
            ASSERT_GE(weight, U256(all_words) * 9'898'991) << target;
        }
}

// --- planted bugs -----------------------------------------------------------------------------------

std::uint32_t word_of(const Draw& d, ByteView key, std::string_view message) {
    (void)d;
    return words_of(hmac_sha256(key, as_bytes(message)))[0];
}
std::string message_of(const Draw& d) {
    if (d.play.game == Game::crash) return hex(d.randomness);
    return word_message(effective_client_seed(d.client_seed, d.player, d.randomness), d.nonce, 0);
}
std::uint32_t with_bytes_as_key(const Draw& d) {
    return word_of(d, d.seed.bytes, message_of(d));
}
std::uint32_t with_key_and_message_swapped(const Draw& d) {
    return word_of(d, as_bytes(message_of(d)), hex(d.seed));
}
std::uint32_t without_randomness(const Draw& d) {
    auto blind = d;
    blind.randomness = {};
    return chain_word(blind);
}
std::uint32_t without_player(const Draw& d) {
    auto anyone = d;
    anyone.player = {};
    return chain_word(anyone);
}
std::uint32_t with_nonce_standing_still(const Draw& d) {
    auto first = d;
    first.nonce = 0;
    return chain_word(first);
}
std::uint32_t in_the_wrong_byte_order(const Draw& d) {
    const auto u = chain_word(d);
    return u >> 24 | (u >> 8 & 0xff00) | (u << 8 & 0xff0000) | u << 24;
}
std::uint32_t with_the_second_word(const Draw& d) {
    return words_of(hmac_sha256(as_bytes(hex(d.seed)), as_bytes(message_of(d))))[1];
}

/// The rules written out once more, each number a parameter, so that each can be planted wrong.
struct Rules {
    std::uint64_t (*roll)(std::uint64_t word) = [](std::uint64_t u) { return u * 10'001 >> 32; };
    std::uint64_t target_shift = 0;
    bool or_equal = false;
    std::uint64_t dice_share = 9900;
    std::uint64_t crash_share = 99;
    unsigned crash_bits = 32;
    std::uint64_t instant_crash_in = 0;
};
template <const Rules& R>
Outcome by_rules(const Play& play, const U256& stake, std::uint32_t word) {
    if (play.game == Game::dice) {
        const auto target = (play.params & 0xffff) + R.target_shift, roll = R.roll(word);
        const bool over = play.params >> 16 != 0;
        const bool wins = over ? roll > target || (R.or_equal && roll == target)
                               : roll < target || (R.or_equal && roll == target);
        const auto chances = over ? 10'000 - (play.params & 0xffff) : play.params & 0xffff;
        return {roll, wins ? U256(stake * R.dice_share / chances) : U256(0)};
    }
    const auto u = std::uint64_t{word} >> (32 - R.crash_bits);
    if (R.instant_crash_in != 0 && word % R.instant_crash_in == 0) return {100, 0};
    const auto scale = R.crash_share << R.crash_bits;
    const auto point = std::max<std::uint64_t>(100, scale / (u + 1));
    const bool wins = R.or_equal ? (u + 1) * play.params < scale : (u + 1) * play.params <= scale;
    return {point, wins ? U256(stake * play.params / 100) : U256(0)};
}

constexpr Rules right{};
constexpr Rules target_off_by_one{.target_shift = 1};
constexpr Rules or_equal{.or_equal = true};
constexpr Rules by_modulo{.roll = [](std::uint64_t u) { return u % 10'001; }};
constexpr Rules ten_thousand_rolls{.roll = [](std::uint64_t u) { return u * 10'000 >> 32; }};
constexpr Rules of_24_bits{.roll = [](std::uint64_t u) { return (u >> 8) * 10'001 >> 24; }, .crash_bits = 24};
constexpr Rules house_takes_two{.dice_share = 9800, .crash_share = 98};
constexpr Rules instant_crash{.instant_crash_in = 33};

struct Bug {
    std::string_view name;
    Algorithm algorithm;
    bool by_vectors, by_returns, by_draws;  ///< Which checks must notice.
};
constexpr Bug bugs[] = {
    {"target off by one", {chain_word, by_rules<target_off_by_one>}, false, true, false},
    {"<= for <", {chain_word, by_rules<or_equal>}, false, true, false},
    {"modulo instead of multiply and shift", {chain_word, by_rules<by_modulo>}, true, true, false},
    {"10,000 rolls instead of 10,001", {chain_word, by_rules<ten_thousand_rolls>}, true, true, false},
    {"24 bits used", {chain_word, by_rules<of_24_bits>}, true, true, false},
    {"98 for 99", {chain_word, by_rules<house_takes_two>}, true, true, true},
    {"one round in 33 crashes at once", {chain_word, by_rules<instant_crash>}, true, true, true},
    {"wrong byte order", {in_the_wrong_byte_order, chain_outcome}, true, false, false},
    {"second word for the first", {with_the_second_word, chain_outcome}, true, false, false},
    {"nonce not advanced", {with_nonce_standing_still, chain_outcome}, true, false, true},
    {"seed bytes instead of text", {with_bytes_as_key, chain_outcome}, true, false, false},
    {"R left out", {without_randomness, chain_outcome}, true, false, false},
    {"player left out", {without_player, chain_outcome}, true, false, false},
    {"key and message swapped", {with_key_and_message_swapped, chain_outcome}, true, false, false},
};

TEST(FairStatistics, every_planted_bug_is_noticed_by_the_checks_named_with_it) {
    constexpr std::uint64_t draws = 100'000;
    int seen = 0;
    constexpr Algorithm rewritten{chain_word, by_rules<right>};
    ASSERT_EQ(wrong_vectors(rewritten, seen), 0) << "the planted code is right where nothing is planted";
    ASSERT_TRUE(returns_are_exact(rewritten));
    for (const auto& bug : bugs) {
        SCOPED_TRACE(bug.name);
        EXPECT_TRUE(bug.by_vectors || bug.by_returns || bug.by_draws);
        EXPECT_EQ(wrong_vectors(bug.algorithm, seen) > 0, bug.by_vectors);
        EXPECT_EQ(!returns_are_exact(bug.algorithm), bug.by_returns);
        if (!bug.by_draws) continue;
        const auto worst = worst_of_draws(bug.algorithm, draws);
        EXPECT_GT(std::abs(worst.deviation), deviation_max) << worst.statistic;
    }
}

}  // namespace
}  // namespace farthing::fair
