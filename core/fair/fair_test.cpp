#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"
#include "core/fair/outcome.hpp"
#include "core/fair/words.hpp"

#include <gtest/gtest.h>

#include <random>

namespace farthing::fair {
namespace {

Hash secret_of(std::string_view name) {
    return sha256(as_bytes(name));
}

TEST(SeedChain, every_length_gives_the_links_of_the_plain_walk) {
    for (std::uint64_t length = 1; length <= 40; ++length) {
        std::vector<Hash> plain{secret_of("walk")};
        for (std::uint64_t i = 0; i < length; ++i)
            plain.insert(plain.begin(), sha256(as_bytes(hex(plain.front()))));
        const SeedChain chain(secret_of("walk"), length);
        EXPECT_EQ(chain.tip(), plain[0]);
        for (std::size_t i = length + 1; i-- > 0;) {
            EXPECT_EQ(chain.link(i), plain[i]) << length << " " << i;
            EXPECT_EQ(chain.index_of(plain[i]), i) << length;
        }
        EXPECT_EQ(chain.index_of(sha256(plain.back())), std::nullopt);
        EXPECT_EQ(chain.index_of(previous_link(plain[0])), std::nullopt)
            << "below the tip is not of the chain";
    }
}

TEST(SeedChain, random_lookups_in_a_long_chain_link_to_their_neighbours) {
    const SeedChain chain(secret_of("long"), 5003);
    std::mt19937_64 random(7);
    for (int i = 0; i < 300; ++i) {
        const auto at = random() % 5003 + 1;
        const auto link = chain.link(at);
        EXPECT_EQ(previous_link(link), chain.link(at - 1)) << at;
        EXPECT_EQ(chain.index_of(link), at);
    }
}

TEST(SeedChain, links_between_counts_steps_and_stops_at_the_bound) {
    const SeedChain chain(secret_of("steps"), 100);
    EXPECT_EQ(links_between(chain.link(70), chain.link(70), 0), 0U);
    EXPECT_EQ(links_between(chain.link(70), chain.link(6), 64), 64U);
    EXPECT_EQ(links_between(chain.link(71), chain.link(6), 64), std::nullopt);
    EXPECT_EQ(links_between(chain.link(6), chain.link(7), 64), std::nullopt) << "the head only moves forward";
}

TEST(BlockRandomness, binds_the_previous_value_the_number_and_the_preimage) {
    const auto r = secret_of("r"), c = secret_of("c");
    const auto value = block_randomness(r, 7, c);
    EXPECT_NE(value, block_randomness(r, 8, c));
    EXPECT_NE(value, block_randomness(c, 7, r));
    EXPECT_NE(genesis_randomness({}), genesis_randomness(as_bytes("x")));
    EXPECT_EQ(genesis_randomness(as_bytes("{}")), sha256(as_bytes("farthing.genesis.v1{}")));
}

TEST(Words, a_cursor_reads_the_same_stream) {
    const auto all = words("server", "client", 3, 40);
    ASSERT_EQ(all.size(), 40U);
    for (std::size_t skip = 0; skip < 30; ++skip)
        EXPECT_EQ(words("server", "client", 3, 10, 4 * skip),
                  std::vector<std::uint32_t>(all.begin() + static_cast<std::ptrdiff_t>(skip),
                                             all.begin() + static_cast<std::ptrdiff_t>(skip) + 10));
    EXPECT_TRUE(words("server", "client", 3, 0).empty());
}

TEST(Words, client_seeds_have_no_character_that_separates) {
    EXPECT_TRUE(is_client_seed("a"));
    EXPECT_TRUE(is_client_seed("AZaz09_AZaz09_AZaz09_AZaz09_1234"));
    EXPECT_FALSE(is_client_seed(""));
    EXPECT_FALSE(is_client_seed("AZaz09_AZaz09_AZaz09_AZaz09_12345"));
    for (const auto* bad : {"a-b", "a:b", "a b", "\xc3\xa9", "a\n", "[", "`", "{", "@", "/"})
        EXPECT_FALSE(is_client_seed(bad)) << bad;
    EXPECT_FALSE(is_client_seed(std::string_view("a\0b", 3)));
}

TEST(Dice, every_valid_bet_pays_its_exact_odds_and_no_invalid_one_passes) {
    int valid = 0;
    for (std::uint32_t target = 0; target <= 65535; ++target)
        for (const bool over : {false, true}) {
            const DiceBet bet{static_cast<std::uint16_t>(target), over};
            const bool expected = over ? target >= 200 && target <= 9999 : target >= 1 && target <= 9800;
            ASSERT_EQ(bet.is_valid(), expected) << target << over;
            if (!expected) continue;
            ++valid;
            if (target % 500 == 1) {
                std::uint32_t wins = 0;
                for (std::uint32_t roll = 0; roll <= 10000; ++roll)
                    if (bet.wins(roll)) ++wins;
                EXPECT_EQ(wins, bet.winning_rolls());
            }
            EXPECT_EQ(dice_payout_max(1'000'000, bet), U256(1'000'000) * 9900 / bet.winning_rolls());
            EXPECT_GE(dice_payout_max(1, bet), 1);
        }
    EXPECT_EQ(valid, 2 * 9800);
    EXPECT_EQ(dice_payout_max(100, {4950, false}), 200);
    EXPECT_THROW(dice_payout_max(u256_max, {4950, false}), std::overflow_error);
}

TEST(Limbo, winning_is_the_multiplier_reaching_the_target) {
    std::mt19937 random(11);
    for (int i = 0; i < 200'000; ++i) {
        const auto u = static_cast<std::uint32_t>(random()) >> (i % 24);
        const std::uint64_t target = target_min + random() % (target_max - target_min + 1);
        ASSERT_EQ(limbo_wins(u, target), limbo_multiplier(u) >= target) << u << " " << target;
        ASSERT_EQ(crash_survives(u, 99, target), crash_multiplier(u) >= target) << u << " " << target;
        ASSERT_EQ(crash_survives(u, 212, target), crash_point(u, 212) >= target);
    }
    EXPECT_EQ(crash_multiplier(0xffffffff), 100U);
    EXPECT_EQ(multiplier_payout(999, 101), 1008);
    EXPECT_FALSE(is_multiplier_target(100));
    EXPECT_FALSE(is_multiplier_target(1'000'001));
}

TEST(Plinko, rows_outside_8_to_16_and_unknown_risks_are_refused) {
    EXPECT_FALSE((PlinkoBet{7, Risk::low}.is_valid()));
    EXPECT_FALSE((PlinkoBet{17, Risk::low}.is_valid()));
    EXPECT_FALSE((PlinkoBet{8, static_cast<Risk>(3)}.is_valid()));
    EXPECT_EQ(plinko_payout(999, 2), 199);
    EXPECT_EQ(plinko_multiplier({16, Risk::high}, 2), 260U) << "26x, not the 27x of one published table";
}

TEST(Growth, is_monotone_up_to_the_cap) {
    std::uint64_t last = 100;
    for (std::uint64_t tick = 1; tick <= 154; ++tick) {
        const auto m = growth_at_tick(tick);
        EXPECT_GT(m, last);
        EXPECT_EQ(m, growth_at_ms(tick * 1000));
        last = m;
    }
    EXPECT_GT(last, target_max);
}

}  // namespace
}  // namespace farthing::fair
