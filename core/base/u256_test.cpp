// Every operation against Boost's checked integer, whose exceptions are the contract.
#include "core/base/u256.hpp"

#include "core/base/wide.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <random>
#include <sstream>

namespace farthing {
namespace {

using Boost = boost::multiprecision::checked_uint256_t;

static_assert(std::is_trivially_copyable_v<U256> && sizeof(U256) == 32);

/// Numbers of every length, and those at the edges of words.
class Operands {
 public:
    U256 next() {
        U256::Limbs limbs{};
        const auto used = random_() % 5;
        for (std::size_t i = 0; i < used; ++i) {
            const std::uint64_t choices[] = {random_(), random_() >> random_() % 64, 0, 1, ~0ULL, 1ULL << 63};
            limbs[i] = choices[random_() % std::size(choices)];
        }
        return U256::from_limbs(limbs);
    }
    std::size_t bits() { return random_() % 300; }

 private:
    std::mt19937_64 random_{test_seed()};
};

/// What came out, as text; an exception by its kind.
template <class Work>
std::string outcome(const Work& work) {
    try {
        std::ostringstream text;
        text << work();
        return text.str();
    } catch (const std::overflow_error&) {
        return "overflow";
    } catch (const std::range_error&) {
        return "range";
    }
}

TEST(U256, every_operation_gives_what_boosts_checked_integer_gives) {
    Operands operands;
    for (int i = 0; i < 20'000; ++i) {
        const U256 a = operands.next(), b = operands.next();
        const auto x = to_wide<Boost>(a), y = to_wide<Boost>(b);
        SCOPED_TRACE(x.str() + " and " + y.str());
        ASSERT_EQ(outcome([&] { return a + b; }), outcome([&] { return Boost(x + y); }));
        ASSERT_EQ(outcome([&] { return a - b; }), outcome([&] { return Boost(x - y); }));
        ASSERT_EQ(outcome([&] { return a * b; }), outcome([&] { return Boost(x * y); }));
        ASSERT_EQ(outcome([&] { return a / b; }), outcome([&] { return Boost(x / y); }));
        // Boost leaves a remainder by zero to the processor, which stops the process.
        ASSERT_EQ(outcome([&] { return a % b; }),
                  b != 0 ? outcome([&] { return Boost(x % y); }) : "overflow");
        ASSERT_EQ(outcome([&] { return a & b; }), outcome([&] { return Boost(x & y); }));
        ASSERT_EQ(outcome([&] { return a | b; }), outcome([&] { return Boost(x | y); }));
        ASSERT_EQ(outcome([&] { return a ^ b; }), outcome([&] { return Boost(x ^ y); }));
        ASSERT_EQ(a < b, x < y);
        ASSERT_EQ(a == b, x == y);
        ASSERT_EQ(outcome([&] { return isqrt(a); }), outcome([&] { return Boost(sqrt(x)); }));
        const auto bits = operands.bits();
        ASSERT_EQ(outcome([&] { return a >> bits; }), outcome([&] { return Boost(x >> bits); }));
        // Boost checks a left shift by the bits that leave its last word only; ours by the value.
        const bool fits = a == 0 || bits + msb(x) < 256;
        ASSERT_EQ(outcome([&] { return a << bits; }),
                  fits ? outcome([&] { return Boost(x << bits); }) : "overflow");
    }
}

TEST(U256, mul_div_rounds_the_exact_quotient_either_way) {
    Operands operands;
    using Wide = boost::multiprecision::uint512_t;
    for (int i = 0; i < 20'000; ++i) {
        const U256 a = operands.next(), b = operands.next(), d = operands.next();
        if (d == 0) continue;
        const Wide product = to_wide<Wide>(a) * to_wide<Wide>(b), by = to_wide<Wide>(d);
        const Wide down = product / by, up = down + (product % by != 0 ? 1 : 0);
        for (const auto& [rounding, exact] : {std::pair{Rounding::down, down}, {Rounding::up, up}})
            ASSERT_EQ(outcome([&] { return mul_div(a, b, d, rounding); }),
                      outcome([&] { return to_narrow(exact); }));
    }
}

TEST(U256, conversions_are_exact_or_throw) {
    EXPECT_THROW(U256(-1), std::range_error);
    EXPECT_EQ(static_cast<std::uint64_t>(U256(~0ULL)), ~0ULL);
    EXPECT_THROW(static_cast<void>(static_cast<std::uint64_t>(U256(~0ULL) + 1)), std::range_error);
    EXPECT_EQ(static_cast<std::uint8_t>(U256(255)), 255);
    EXPECT_THROW(static_cast<void>(static_cast<std::uint8_t>(U256(256))), std::range_error);
    EXPECT_THROW(static_cast<void>(static_cast<std::int64_t>(U256(1) << 63)), std::range_error);
    EXPECT_EQ(low_u64((U256(7) << 64) + 5), 5U);
    EXPECT_THROW(U256("12x"), std::invalid_argument);
    EXPECT_EQ(pow(U256(2), 255), U256(1) << 255);
    EXPECT_THROW(pow(U256(2), 256), std::overflow_error);
}

TEST(U256, words_texts_and_numbers_lead_back_to_the_same) {
    Operands operands;
    for (int i = 0; i < 2'000; ++i) {
        const U256 v = operands.next();
        EXPECT_EQ(to_u256(to_word(v)), v);
        EXPECT_EQ(to_u256(to_minimal_bytes(v)), v);
        EXPECT_EQ(parse_u256(to_decimal(v)).value(), v);
        EXPECT_EQ(to_decimal(v), to_wide<Boost>(v).str());
        EXPECT_EQ(to_narrow(to_wide<boost::multiprecision::int512_t>(v)), v);
    }
}

}  // namespace
}  // namespace farthing
