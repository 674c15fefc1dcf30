#include "core/abi/signature.hpp"
#include "core/base/hex.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace farthing::abi {
namespace {

// Selectors and topics that every Ethereum client knows (ERC-20, ERC-2612, ERC-6093, WETH9).
static_assert(Function<"function transfer(address to, uint256 amount) returns (bool ok)">::selector ==
              Selector{{0xa9, 0x05, 0x9c, 0xbb}});
static_assert(Function<"function balanceOf(address who) view returns (uint256)">::selector ==
              Selector{{0x70, 0xa0, 0x82, 0x31}});
static_assert(
    Function<"function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, "
             "bytes32 r, bytes32 s)">::selector == Selector{{0xd5, 0x05, 0xac, 0xcf}});
static_assert(
    Error<"error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)">::selector ==
    Selector{{0xe4, 0x50, 0xd3, 0x8c}});
static_assert(Error<"error Panic(uint256 code)">::selector == Selector{{0x4e, 0x48, 0x7b, 0x71}});
static_assert(Event<"event Transfer(address indexed from, address indexed to, uint256 value)">::topic ==
              literals::hash("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"));

struct Point {
    std::uint32_t x = 0;
    Uint<128> y;
    using Abi = Struct<"struct Point { uint32 x; uint128 y; }", &Point::x, &Point::y>;
    bool operator==(const Point&) const = default;
};
struct Shape {
    std::string label;
    std::vector<Point> corners;
    std::array<bool, 2> flags{};
    using Abi = Struct<"struct Shape { string label; Point[] corners; bool[2] flags; }", &Shape::label,
                       &Shape::corners, &Shape::flags>;
    bool operator==(const Shape&) const = default;
};
using Draw =
    Function<"function draw(Shape shape, bytes[2] more) nonreentrant returns (Shape, uint64[] ids)", Shape>;
static_assert(Draw::signature.view() == "draw((string,(uint32,uint128)[],bool[2]),bytes[2])");
static_assert(Draw::decl.nonreentrant && Draw::decl.out[0].name.empty());
static_assert(std::same_as<Draw::Return, std::tuple<Shape, std::vector<std::uint64_t>>>);
static_assert(std::same_as<Function<"function f() returns (uint24)">::Return, Uint<24>>);
static_assert(std::same_as<Function<"function f()">::Return, void>);
static_assert(Codec<Point>::head_size == 64 && !Codec<Point>::dynamic && Codec<Shape>::dynamic);

template <class... T>
bool decodes(const Bytes& in) {
    return decode<T...>(in).has_value();
}

// The worked example of Solidity's ABI specification: f(uint256,uint32[],bytes10,bytes).
TEST(Abi, encodes_the_specifications_example) {
    const FixedBytes<10> text = FixedBytes<10>::from(as_bytes("1234567890"));
    const std::string_view rest = "Hello, world!";
    const Bytes hello(rest.begin(), rest.end());
    const std::vector<std::uint32_t> numbers{0x456, 0x789};
    const auto encoded = encode(U256(0x123), numbers, text, hello);
    EXPECT_EQ(hex(encoded),
              "0000000000000000000000000000000000000000000000000000000000000123"
              "0000000000000000000000000000000000000000000000000000000000000080"
              "3132333435363738393000000000000000000000000000000000000000000000"
              "00000000000000000000000000000000000000000000000000000000000000e0"
              "0000000000000000000000000000000000000000000000000000000000000002"
              "0000000000000000000000000000000000000000000000000000000000000456"
              "0000000000000000000000000000000000000000000000000000000000000789"
              "000000000000000000000000000000000000000000000000000000000000000d"
              "48656c6c6f2c20776f726c642100000000000000000000000000000000000000");
    const auto back = decode<U256, std::vector<std::uint32_t>, FixedBytes<10>, Bytes>(encoded);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, std::tuple(U256(0x123), numbers, text, hello));
}

TEST(Abi, structs_arrays_and_texts_come_back_behind_a_selector) {
    const Shape shape{std::string(33, 'x'), {{1, U256(2)}, {3, U256(4)}}, {true, false}};
    const std::array<Bytes, 2> more{Bytes{1, 2, 3}, Bytes(64, 9)};
    const auto call = Draw::encode(shape, more);
    EXPECT_EQ(call.size() % 32, 4u);
    const auto back = decode<Shape, std::array<Bytes, 2>>(Bytes(call.begin() + 4, call.end()));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, std::tuple(shape, more));
}

TEST(Abi, values_at_the_edges_of_their_types) {
    const auto word = [](std::string_view digits) { return *from_hex(digits); };
    const std::string zeros(62, '0');
    EXPECT_TRUE(decodes<std::uint8_t>(word(zeros + "ff")));
    EXPECT_FALSE(decodes<std::uint8_t>(word(zeros.substr(1) + "100")));
    EXPECT_TRUE(decodes<bool>(word(zeros + "01")));
    EXPECT_FALSE(decodes<bool>(word(zeros + "02")));
    EXPECT_FALSE(decodes<Address>(word("01" + zeros)));
    EXPECT_TRUE(decodes<FixedBytes<1>>(word("01" + zeros)));
    EXPECT_FALSE(decodes<FixedBytes<1>>(word(zeros + "01")));
    EXPECT_TRUE((decodes<Uint<128>>(word(std::string(32, '0') + std::string(32, 'f')))));
    EXPECT_FALSE((decodes<Uint<128>>(word(std::string(31, '0') + std::string(33, 'f')))));
    EXPECT_TRUE(decodes<U256>(Bytes(32, 0xff)));
    EXPECT_THROW(Uint<128>(U256(1) << 128), std::overflow_error);
    EXPECT_THROW(Uint<24>(std::uint64_t{1} << 24), std::overflow_error);
}

TEST(Abi, every_strict_prefix_and_every_longer_input_is_refused) {
    const auto good = encode(std::string("text"), std::vector<std::string>{"a", ""}, U256(7));
    ASSERT_TRUE((decodes<std::string, std::vector<std::string>, U256>(good)));
    for (std::size_t n = 0; n < good.size(); ++n)
        EXPECT_FALSE((decodes<std::string, std::vector<std::string>, U256>(
            Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n)))))
            << n;
    Bytes longer = good;
    longer.resize(good.size() + 32);
    EXPECT_FALSE((decodes<std::string, std::vector<std::string>, U256>(longer)));
    EXPECT_EQ((*decode_arguments<std::string, std::vector<std::string>, U256>(longer)),
              (*decode<std::string, std::vector<std::string>, U256>(good)));
    EXPECT_FALSE((decode_arguments<std::string, std::vector<std::string>, U256>(ByteView(good).first(40))));
    EXPECT_TRUE(decodes<>({}));
    EXPECT_FALSE(decodes<>({0}));
}

TEST(Abi, huge_lengths_and_offsets_are_refused_without_allocating) {
    for (const auto huge : {std::uint64_t{1} << 32, ~std::uint64_t{0}, (std::uint64_t{1} << 63) + 31}) {
        EXPECT_FALSE(decodes<Bytes>(encode(U256(32), U256(huge))));
        EXPECT_FALSE(decodes<std::string>(encode(U256(huge), U256(0))));
        EXPECT_FALSE(decodes<std::vector<U256>>(encode(U256(32), U256(huge))));
        EXPECT_FALSE(decodes<std::vector<std::vector<U256>>>(encode(U256(32), U256(huge))));
    }
    EXPECT_FALSE(decodes<Bytes>(encode(U256(32), U256(1) << 64)));
}

// Whatever decodes is exactly what encoding its values gives: no two inputs mean the same call.
TEST(Abi, decoding_accepts_only_what_encoding_gives) {
    std::mt19937_64 random(test_seed());
    const Shape shape{"label", {{1, U256(2)}}, {true, true}};
    const auto good = encode(shape, std::vector<Bytes>{{1}, {}}, std::uint16_t{7});
    std::size_t accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        Bytes bytes = good;
        for (auto n = random() % 3 + 1; n-- > 0;) {
            const auto at = random() % bytes.size();
            bytes[at] = static_cast<std::uint8_t>(random() % 2 ? random() : bytes[at] ^ (1u << random() % 8));
        }
        const auto decoded = decode<Shape, std::vector<Bytes>, std::uint16_t>(bytes);
        if (!decoded) continue;
        ++accepted;
        ASSERT_EQ(std::apply([](const auto&... v) { return encode(v...); }, *decoded), bytes);
    }
    EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace farthing::abi
