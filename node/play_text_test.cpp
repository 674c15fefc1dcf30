#include "node/play_text.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

using fair::Game;

TEST(PlayText, typed_parameters_are_those_of_the_chain) {
    EXPECT_EQ(parse_play("dice", "under:49.50").value(), (fair::Play{Game::dice, 4950}));
    EXPECT_EQ(parse_play("dice", "over:49.5").value(), (fair::Play{Game::dice, 4950 | 1 << 16}));
    EXPECT_EQ(parse_play("dice", "under:98").value(), (fair::Play{Game::dice, 9800}));
    EXPECT_EQ(parse_play("limbo", "2").value(), (fair::Play{Game::limbo, 200}));
    EXPECT_EQ(parse_play("crash", "10000.00").value(), (fair::Play{Game::crash, 1'000'000}));
    EXPECT_EQ(parse_play("plinko", "16:high").value(), (fair::Play{Game::plinko, 16 | 2 << 8}));
    const fair::Play play{Game::dice, 1234 | 1 << 16};
    EXPECT_EQ(parse_play("dice", hex0x(fair::params_of(play))).value(), play);
}

TEST(PlayText, what_no_bet_can_have_is_refused) {
    for (const auto* bad :
         {"", "under", "under:", "under:0", "under:98.01", "over:1.99", "over:100", "under:49.505", "left:50",
          "under:-1", "under:4e1", "under:99999999999999999999", "0x", "0x00", "0xzz"})
        EXPECT_FALSE(parse_play("dice", bad)) << bad;
    for (const auto* bad : {"", "1", "1.00", "10000.01", "x", "2.", ".5"})
        EXPECT_FALSE(parse_play("limbo", bad)) << bad;
    for (const auto* bad : {"", "16", "7:low", "17:low", "16:", "16:expert", ":low", "1x:low"})
        EXPECT_FALSE(parse_play("plinko", bad)) << bad;
    EXPECT_FALSE(parse_play("roulette", "red"));
    EXPECT_FALSE(parse_play("live crash", "2.00")) << "a live crash bet is decided by many rounds";
}

}  // namespace
}  // namespace farthing::node
