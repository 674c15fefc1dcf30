#include "core/base/hex.hpp"
#include "core/base/u256.hpp"

#include <gtest/gtest.h>

namespace farthing {
namespace {

TEST(Hex, round_trips_and_refuses_odd_or_foreign_digits) {
    EXPECT_EQ(hex0x(*from_hex("0xDeadBeef")), "0xdeadbeef");
    EXPECT_TRUE(from_hex("0x")->empty());
    EXPECT_FALSE(from_hex("0x123"));
    EXPECT_FALSE(from_hex("0xzz"));
    EXPECT_FALSE(address_from_hex("0x00"));
    EXPECT_EQ(literals::address("fa0001"), *address_from_hex("0x0000000000000000000000000000000000fa0001"));
}

TEST(U256, money_cannot_wrap) {
    EXPECT_THROW((void)U256(u256_max + 1), std::overflow_error);
    EXPECT_THROW((void)U256(U256(1) - U256(2)), std::range_error);
    EXPECT_EQ(to_u256(to_word(u256_max)), u256_max);
    EXPECT_EQ(to_word(U256(258))[30], 1);
    EXPECT_TRUE(to_minimal_bytes(U256(0)).empty());
}

TEST(U256, mul_div_is_exact_through_512_bits_and_rounds_as_told) {
    EXPECT_EQ(mul_div(u256_max, u256_max, u256_max, Rounding::up), u256_max);
    EXPECT_EQ(mul_div(7, 3, 2, Rounding::down), 10);
    EXPECT_EQ(mul_div(7, 3, 2, Rounding::up), 11);
    EXPECT_THROW(mul_div(u256_max, 2, 1, Rounding::down), std::overflow_error);
    EXPECT_EQ(isqrt(U256(99)), 9);
    EXPECT_EQ(isqrt(u256_max), (U256(1) << 128) - 1);
}

TEST(U256, parses_decimal_and_hex_and_refuses_everything_else) {
    EXPECT_EQ(*parse_u256("0010"), 10);
    EXPECT_EQ(*parse_u256("0xff"), 255);
    EXPECT_FALSE(parse_u256(""));
    EXPECT_FALSE(parse_u256("-1"));
    EXPECT_FALSE(parse_u256("1.5"));
    EXPECT_FALSE(parse_u256("0x1" + std::string(64, '0')));
}

}  // namespace
}  // namespace farthing
