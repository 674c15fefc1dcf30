// Every vector of tests/vectors/fairness_vectors.json, each through the functions the contracts and the
// verifier use. 119 of the 207 carry values that other sites and verifiers published.
#include "core/testing/vectors.hpp"

#include "core/base/hex.hpp"
#include "core/fair/chain.hpp"
#include "core/fair/outcome.hpp"
#include "core/fair/published.hpp"
#include "core/fair/words.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace farthing::fair {
namespace {

namespace json = boost::json;

const json::value& document() {
    static const json::value parsed = [] {
        std::ifstream file(vectors_folder + "/fairness_vectors.json");
        std::ostringstream text;
        text << file.rdbuf();
        return json::parse(text.str());
    }();
    return parsed;
}

std::uint64_t number(const json::value& object, std::string_view key) {
    return object.at(key).to_number<std::uint64_t>();
}
std::string text(const json::value& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}
Hash hash_of(const std::string& digits) {
    return hash_from_hex(digits).value();
}
Hash hash_of(const json::value& digits) {
    return hash_of(std::string(digits.as_string()));
}

std::vector<std::uint32_t> stake_words(const json::value& in, std::size_t count) {
    return words(text(in, "server_seed"), text(in, "client_seed"), number(in, "nonce"), count);
}
std::vector<std::uint32_t> word_list(const json::value& list) {
    return json::value_to<std::vector<std::uint32_t>>(list);
}

Risk risk_of(std::string_view name) {
    if (name == "low") return Risk::low;
    if (name == "medium") return Risk::medium;
    EXPECT_EQ(name, "high");
    return Risk::high;
}

void expect_plinko(const std::vector<std::uint32_t>& us, PlinkoBet bet, const json::value& out) {
    std::string path;
    for (const auto u : us) path += plinko_right(u) ? 'R' : 'L';
    const auto bucket = plinko_bucket(us);
    EXPECT_EQ(path, text(out, "path"));
    EXPECT_EQ(bucket, number(out, "bucket"));
    EXPECT_EQ(plinko_multiplier(bet, bucket), number(out, "multiplier_tenths"));
}

void check_words(const json::value& in, const json::value& out) {
    EXPECT_EQ(words(text(in, "server_seed"), text(in, "client_seed"), number(in, "nonce"),
                    static_cast<std::size_t>(number(in, "count")), number(in, "cursor")),
              word_list(out.at("u")));
}
void check_dice(const json::value& in, const json::value& out) {
    const auto u = stake_words(in, 1)[0];
    EXPECT_EQ(u, number(out, "u"));
    EXPECT_EQ(dice_roll(u), number(out, "roll"));
}
template <auto Map>
void check_limbo(const json::value& in, const json::value& out) {
    const auto u = stake_words(in, 1)[0];
    EXPECT_EQ(u, number(out, "u"));
    EXPECT_EQ(Map(u), number(out, "result"));
}
void check_plinko(const json::value& in, const json::value& out) {
    const auto rows = static_cast<std::uint8_t>(number(in, "rows"));
    expect_plinko(stake_words(in, rows), {rows, risk_of(text(in, "risk"))}, out);
}
void check_stake_crash(const json::value& in, const json::value& out) {
    EXPECT_EQ(published::stake_crash(text(in, "game_hash"), text(in, "salt")), number(out, "crash"));
}
void check_bustabit_v1(const json::value& in, const json::value& out) {
    EXPECT_EQ(published::bustabit_v1(text(in, "game_hash"), text(in, "salt")), number(out, "bust"));
}
void check_bustabit_v2(const json::value& in, const json::value& out) {
    EXPECT_EQ(published::bustabit_v2(hash_of(in.at("game_hash")), text(in, "salt")), number(out, "bust"));
}
void check_primedice(const json::value& in, const json::value& out) {
    const auto got =
        published::primedice_classic(text(in, "server_seed"), text(in, "client_seed"), number(in, "nonce"));
    EXPECT_EQ(got.roll, number(out, "roll"));
    EXPECT_EQ(got.groups, number(out, "groups"));
}
void check_drand(const json::value& in, const json::value& out) {
    if (in.as_object().contains("signature"))
        EXPECT_EQ(published::drand_randomness(from_hex(text(in, "signature")).value()),
                  hash_of(out.at("randomness")));
    else
        EXPECT_EQ(published::drand_time(number(in, "genesis"), number(in, "period"), number(in, "round")),
                  number(out, "unix_time"));
}
void check_chain(const json::value& in, const json::value& out) {
    const SeedChain chain(hash_of(in.at("secret")), number(in, "length"));
    EXPECT_EQ(chain.tip(), hash_of(out.at("tip")));
    const auto& links = out.at("links").as_array();
    ASSERT_EQ(links.size(), chain.length() + 1);
    for (std::size_t i = 0; i < links.size(); ++i) EXPECT_EQ(chain.link(i), hash_of(links[i]));
}
void check_mix(const json::value& in, const json::value& out) {
    auto r = hash_of(in.at("previous"));
    const auto& mixes = out.at("mix").as_array();
    std::size_t i = 0;
    for (const auto& step : in.at("steps").as_array()) {
        r = block_randomness(r, number(step, "height"), hash_of(step.at("reveal")));
        EXPECT_EQ(r, hash_of(mixes.at(i++)));
    }
    EXPECT_EQ(i, mixes.size());
}
void check_bet(const json::value& in, const json::value& out) {
    EXPECT_EQ(previous_link(hash_of(in.at("server_seed"))), hash_of(in.at("previous_seed")));
    const auto player = address_from_hex(text(in, "player")).value();
    const auto client = effective_client_seed(text(in, "client_seed"), player, hash_of(in.at("entropy")));
    EXPECT_EQ(client, text(out, "effective_client_seed"));
    const auto us = words(text(in, "server_seed"), client, number(in, "nonce"), 16);
    EXPECT_EQ(us, word_list(out.at("u")));
    EXPECT_EQ(dice_roll(us[0]), number(out, "dice_roll"));
    EXPECT_EQ(std::max<std::uint64_t>(100, limbo_multiplier(us[0])), number(out, "limbo"));
    expect_plinko(us, {16, Risk::high}, out.at("plinko16_high"));
}
void check_live_crash(const json::value&, const json::value& out) {
    for (const auto& t : out.at("ticks").as_array()) {
        const auto u = words(text(t, "server_seed"), text(t, "client_seed"), number(t, "tick"), 1)[0];
        EXPECT_EQ(u, number(t, "u"));
        const auto m = growth_at_tick(number(t, "tick"));
        EXPECT_EQ(m, number(t, "multiplier"));
        EXPECT_EQ(crash_point(u, number(t, "base")), number(t, "point"));
        EXPECT_EQ(crash_survives(u, number(t, "base"), m), t.at("survives").as_bool());
    }
}
std::uint32_t word_of(const json::value& in) {
    return static_cast<std::uint32_t>(number(in, "u"));
}

using Check = void (*)(const json::value& in, const json::value& out);
const std::map<std::string, Check, std::less<>> checks{
    {"words", check_words},
    {"dice", check_dice},
    {"limbo", check_limbo<limbo_multiplier>},
    {"limbo_1e8", check_limbo<published::limbo_1e8>},
    {"limbo_doc2019", check_limbo<published::limbo_page_2019>},
    {"plinko", check_plinko},
    {"stake_crash", check_stake_crash},
    {"bustabit_v1", check_bustabit_v1},
    {"bustabit_v2", check_bustabit_v2},
    {"primedice_classic", check_primedice},
    {"drand", check_drand},
    {"farthing_chain", check_chain},
    {"farthing_mix", check_mix},
    {"farthing_bet", check_bet},
    {"farthing_live_crash", check_live_crash},
    {"dice_map", [](const json::value& in,
                    const json::value& out) { EXPECT_EQ(dice_roll(word_of(in)), number(out, "roll")); }},
    {"limbo_map",
     [](const json::value& in, const json::value& out) {
         EXPECT_EQ(limbo_multiplier(word_of(in)), number(out, "result"));
     }},
    {"crash_map",
     [](const json::value& in, const json::value& out) {
         EXPECT_EQ(crash_multiplier(word_of(in)), number(out, "crash"));
     }},
    {"bust52",
     [](const json::value& in, const json::value& out) {
         EXPECT_EQ(published::bust_of_52_bits(number(in, "r")), number(out, "bust"));
     }},
    {"growth_ms",
     [](const json::value& in, const json::value& out) {
         EXPECT_EQ(growth_at_ms(number(in, "ms")), number(out, "multiplier"));
     }},
    {"growth_tick",
     [](const json::value& in, const json::value& out) {
         EXPECT_EQ(growth_at_tick(number(in, "tick")), number(out, "multiplier"));
     }},
};

TEST(FairnessVectors, all_207_agree) {
    std::map<std::string, int, std::less<>> ran;
    int count = 0;
    for (const auto& vector : document().at("vectors").as_array()) {
        SCOPED_TRACE(text(vector, "id"));
        const auto game = text(vector, "game");
        const auto check = checks.find(game);
        ASSERT_NE(check, checks.end()) << "no check for a vector of kind " << game;
        check->second(vector.at("in"), vector.at("out"));
        ++ran[game];
        ++count;
    }
    EXPECT_EQ(count, 207);
    EXPECT_EQ(ran.size(), checks.size()) << "a check had no vector";
}

TEST(FairnessVectors, plinko_tables_and_their_exact_returns_agree) {
    int tables = 0;
    for (const auto& [rows_text, risks] : document().at("plinko").as_object()) {
        const auto rows = static_cast<std::uint8_t>(std::stoul(std::string(rows_text)));
        for (const auto& [risk, table] : risks.as_object()) {
            const PlinkoBet bet{rows, risk_of(risk)};
            std::uint64_t weighted = 0, ways = 1;
            std::uint32_t top = 0;
            for (std::uint32_t k = 0; k <= rows; ++k) {
                const auto m = plinko_multiplier(bet, k);
                EXPECT_EQ(m, table.at("multipliers_tenths").at(k).to_number<std::uint32_t>());
                weighted += ways * m;
                ways = ways * (rows - k) / (k + 1);
                top = std::max(top, m);
            }
            EXPECT_EQ(plinko_multiplier_max(bet), top);
            const auto num = std::stoull(text(table.at("rtp"), "num")),
                       den = std::stoull(text(table.at("rtp"), "den"));
            EXPECT_EQ(weighted * den, num * (std::uint64_t{10} << rows));
            ++tables;
        }
    }
    EXPECT_EQ(tables, 27);
}

TEST(FairnessVectors, short_published_chains_reach_their_tips) {
    int walked = 0;
    for (const auto& chain : document().at("chains").as_array()) {
        if (number(chain, "steps") > 1000 || !text(chain, "link").starts_with("sha256(lower-case hex text)"))
            continue;
        EXPECT_EQ(links_between(hash_of(chain.at("hash")), hash_of(chain.at("tip")), 1000),
                  number(chain, "steps"));
        ++walked;
    }
    EXPECT_EQ(walked, 3);
}

TEST(FairnessVectors, exact_dice_returns_agree) {
    const auto weight =
        [](DiceBet bet) {  // How many of the 2^32 words win, by bisecting each roll's first word.
            const auto first_word = [](std::uint64_t roll) { return ((roll << 32) + 10000) / 10001; };
            return bet.over ? (std::uint64_t{1} << 32) - first_word(bet.target + 1U) : first_word(bet.target);
        };
    const auto& rtp = document().at("rtp");
    const auto expect_rtp = [&](DiceBet bet, std::string_view key) {
        const auto num = std::stoull(text(rtp.at(key), "num")), den = std::stoull(text(rtp.at(key), "den"));
        EXPECT_EQ(U256(weight(bet)) * 9900 * den, U256(num) * bet.winning_rolls() << 32) << key;
    };
    expect_rtp({4950, false}, "dice_under_49.50_at_2x");
    expect_rtp({5050, true}, "dice_over_50.50_at_2x");
}

}  // namespace
}  // namespace farthing::fair
