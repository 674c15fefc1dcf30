#include "node/text.hpp"

#include "core/base/hex.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

// EIP-55's own test cases.
TEST(Text, addresses_have_the_case_of_eip55) {
    for (const auto* text :
         {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
          "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
          "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77"}) {
        EXPECT_EQ(checksummed(address_from_hex(text).value()), text);
        EXPECT_EQ(parse_address(text).value(), address_from_hex(text).value());
    }
}

TEST(Text, a_mistyped_address_is_refused_where_its_case_tells) {
    EXPECT_TRUE(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
    EXPECT_TRUE(parse_address("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"));
    const auto typo = parse_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed");
    ASSERT_FALSE(typo);
    EXPECT_NE(typo.error().message.find("EIP-55"), std::string::npos);
    EXPECT_FALSE(parse_address("0x5aAe"));
}

TEST(Text, one_is_not_many) {
    EXPECT_EQ(counted(0, "block"), "0 blocks");
    EXPECT_EQ(counted(1, "block"), "1 block");
    EXPECT_EQ(counted(2, "block"), "2 blocks");
}

TEST(Text, coins_are_exact_both_ways) {
    for (const auto& [wei, text] : {std::pair{"0", "0"},
                                    {"1", "0.000000000000000001"},
                                    {"1500000000000000000", "1.5"},
                                    {"1000000000000000000000000", "1000000"},
                                    {"100000000000000000", "0.1"}}) {
        EXPECT_EQ(coins(parse_u256(wei).value()), text);
        EXPECT_EQ(to_decimal(parse_coins(text).value()), wei);
    }
    EXPECT_EQ(parse_coins(coins(u256_max)).value(), u256_max);
    for (const auto* bad : {"", ".", "1.", ".5", "-1", "1e3", "0x10", "1.0000000000000000001", "1..2", "1 "})
        EXPECT_FALSE(parse_coins(bad)) << bad;
    EXPECT_FALSE(
        parse_coins("999999999999999999999999999999999999999999999999999999999999999999999999999999"));
}

}  // namespace
}  // namespace farthing::node
