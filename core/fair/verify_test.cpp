#include "core/fair/verify.hpp"

#include "core/abi/codec.hpp"
#include "core/base/hex.hpp"
#include "core/fair/chain.hpp"
#include "core/fair/words.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace farthing::fair {
namespace {

// The vector farthing-bet-0.
BetFacts facts() {
    BetFacts f;
    f.server_seed = hash_from_hex("81a26210dd97e595c1ff7e1f790c01cf2a6091794de05ebb166bb25c91845a87").value();
    f.client_seed = "lucky_seven";
    f.player = address_from_hex("0x70997970C51812dc3A010C7d01b50e0d17dc79C8").value();
    f.randomness = hash_from_hex("49e80d0231dc23bbd58da7138fc30c48ffba124d29b649cef6bd05474c781628").value();
    f.nonce = 0;
    f.game = 1;
    f.params = abi::encode(std::uint16_t{4950}, false);
    f.stake = 1'000'000;
    f.committed = hash_from_hex("74a8547f898a6b0727440977225a32ea5902edf9661037c34d2a36a17fa3b7b8").value();
    return f;
}

std::string step(const Recomputation& r, std::string_view name) {
    for (const auto& s : r.steps)
        if (s.name == name) return s.value;
    return "(no step " + std::string(name) + ")";
}

TEST(Verify, dice_steps_lead_from_the_seed_to_the_payout) {
    const auto r = recompute(facts()).value();
    EXPECT_EQ(r.result, std::uint64_t{1680674356} * 10001 >> 32);
    EXPECT_EQ(r.payout, 2'000'000);
    EXPECT_EQ(r.payout_max, 2'000'000);
    EXPECT_EQ(step(r, "word"), "1680674356 / 4294967296");
    EXPECT_EQ(step(r, "SHA-256(server seed)"), hex(*facts().committed));
    EXPECT_EQ(step(r, "client seed"), r.client_seed);
    EXPECT_EQ(step(r, "message"), r.client_seed + ":0:0");
    EXPECT_EQ(step(r, "HMAC-SHA256(server seed, message)").substr(0, 8), "642d0e34");
    EXPECT_EQ(step(r, "game"), "dice, roll under 49.50");
    EXPECT_EQ(step(r, "result"), "39.13");
    EXPECT_EQ(r.steps.back(), (Step{"payout", "2000000"}));
}

TEST(Verify, the_other_side_of_the_roll_loses) {
    auto f = facts();
    f.params = abi::encode(std::uint16_t{4950}, true);
    const auto r = recompute(f).value();
    EXPECT_EQ(r.payout, 0);
    EXPECT_EQ(r.payout_max, U256(1'000'000) * 9900 / 5050);
}

TEST(Verify, limbo_plinko_and_crash_agree_with_the_vectors) {
    auto f = facts();
    f.game = 2;
    f.params = abi::encode(std::uint32_t{252});
    EXPECT_EQ(recompute(f)->result, limbo_multiplier(1680674356));
    EXPECT_EQ(recompute(f)->payout, 2'520'000);
    f.params = abi::encode(std::uint32_t{253});
    EXPECT_EQ(recompute(f)->payout, 0);

    f.game = 3;
    f.params = abi::encode(std::uint8_t{16}, std::uint8_t{2});
    const auto us = words(hex(f.server_seed), recompute(f)->client_seed, 0, 16);
    EXPECT_EQ(recompute(f)->result, plinko_bucket(us));
    EXPECT_EQ(step(*recompute(f), "path").size(), 16U);
    EXPECT_NE(step(*recompute(f), "HMAC-SHA256(server seed, message 2)").size(), 0U);
    EXPECT_EQ(recompute(f)->payout_max, 1'000'000'000);

    // The vector farthing-crash-classic.
    f.game = 4;
    f.params = abi::encode(std::uint32_t{101});
    f.committed.reset();
    EXPECT_EQ(step(*recompute(f), "message"), hex(f.randomness));
    EXPECT_GE(recompute(f)->result, 100U);
}

TEST(Verify, crash_needs_neither_client_seed_nor_player_nor_nonce) {
    auto f = facts();
    f.game = 4;
    f.committed.reset();
    // The vector farthing-crash-classic.
    f.server_seed = hash_from_hex("91e36a3fc5dfe292aa709011c7031fd7b04a47a91cfdf6a735be9d886dc61e71").value();
    for (const auto& [target, payout] : {std::pair(121U, 1'210'000U), std::pair(122U, 0U)}) {
        f.params = abi::encode(std::uint32_t{target});
        const auto full = recompute(f).value();
        EXPECT_EQ(full.result, 121U);
        EXPECT_EQ(full.payout, payout);
        EXPECT_EQ(full.client_seed, hex(f.randomness));
        auto bare = f;
        bare.client_seed.clear();
        bare.player = {};
        bare.nonce = 77;
        EXPECT_EQ(recompute(bare).value().steps, full.steps);
    }
    f.client_seed = "not a seed";
    EXPECT_FALSE(recompute(f)) << "no accepted bet carries one";
}

TEST(Verify, refuses_facts_that_no_accepted_bet_has) {
    const auto broken = [](auto change) {
        auto f = facts();
        change(f);
        return !recompute(f).has_value();
    };
    EXPECT_TRUE(broken([](BetFacts& f) { f.server_seed.bytes[31] ^= 1; })) << "not the committed chain";
    EXPECT_TRUE(broken([](BetFacts& f) { f.client_seed = "lucky-seven"; }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.client_seed.clear(); }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.stake = 0; }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.stake = U256(1) << 128; }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.game = 0; }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.game = 5; }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.game = 255; }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.params.pop_back(); }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.params.push_back(0); }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.params[0] = 1; })) << "dirty padding";
    EXPECT_TRUE(broken([](BetFacts& f) { f.params = abi::encode(std::uint16_t{0}, false); }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.params = abi::encode(std::uint16_t{9801}, false); }));
    EXPECT_TRUE(broken([](BetFacts& f) { f.params = abi::encode(std::uint16_t{199}, true); }));
}

TEST(Verify, one_changed_bit_of_any_input_changes_the_word) {
    const auto word = [](const BetFacts& f) { return step(recompute(f).value(), "word"); };
    auto base = facts();
    base.committed.reset();
    for (const auto change :
         {+[](BetFacts& f) { f.server_seed.bytes[0] ^= 1; }, +[](BetFacts& f) { f.player.bytes[19] ^= 1; },
          +[](BetFacts& f) { f.randomness.bytes[31] ^= 1; }, +[](BetFacts& f) { f.nonce ^= 1; },
          +[](BetFacts& f) { f.client_seed += '_'; }}) {
        auto other = base;
        change(other);
        EXPECT_NE(word(other), word(base));
    }
}

TEST(Plays, survive_the_record_and_never_pay_more_than_their_maximum) {
    std::mt19937_64 random(test_seed());
    for (int i = 0; i < 20'000; ++i) {
        const auto game = static_cast<std::uint8_t>(random() % 4 + 1);
        Bytes params;
        if (game == 1) params = abi::encode(static_cast<std::uint16_t>(random() % 10001), random() % 2 == 0);
        if (game == 2 || game == 4)
            params = abi::encode(static_cast<std::uint32_t>(random() % 1'100'000 >> random() % 16));
        if (game == 3)
            params = abi::encode(static_cast<std::uint8_t>(random() % 20),
                                 static_cast<std::uint8_t>(random() % 4));
        const auto play = play_of(game, params);
        if (!play) continue;
        ASSERT_EQ(params_of(*play), params);
        ASSERT_EQ(play_from_record(game, play->params), *play);
        const U256 stake = U256(random()) << (random() % 96);
        std::vector<std::uint32_t> us(words_needed(*play));
        for (auto& u : us) u = static_cast<std::uint32_t>(random()) >> random() % 32;
        ASSERT_LE(outcome_of(*play, stake, us).payout, payout_max(*play, stake));
        ASSERT_GE(payout_max(*play, stake), stake);
    }
}

}  // namespace
}  // namespace farthing::fair
