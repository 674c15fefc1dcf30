#include "core/abi/value.hpp"

#include "core/abi/codec.hpp"
#include "core/base/hex.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace farthing::abi {
namespace {

struct Pair {
    std::uint8_t n = 0;
    Address who;
    using Abi = Struct<"struct Pair { uint8 n; address who; }", &Pair::n, &Pair::who>;
};

Result<Bytes> encode_text(std::string_view type, std::string_view text) {
    TRY(const auto parsed, parse_type(type));
    TRY(const auto value, parse_value(parsed, text));
    return encode_values(parsed, value);
}

TEST(AbiValue, agrees_with_the_compile_time_codec) {
    const std::vector<std::uint32_t> numbers{0x456, 0x789};
    EXPECT_EQ(*encode_text("(uint256,uint32[],bytes10,bytes)",
                           "(0x123, [0x456, 0x789], 0x31323334353637383930, 0x48656c6c6f)"),
              encode(U256(0x123), numbers, FixedBytes<10>::from(as_bytes("1234567890")),
                     Bytes{0x48, 0x65, 0x6c, 0x6c, 0x6f}));
    Address two;
    two[19] = 2;
    const Bytes expected =
        encode(std::array<std::string, 2>{"a, \"b\"", "c"}, true, std::vector<Pair>{{1, two}});
    EXPECT_EQ(*encode_text("(string[2],bool,(uint8,address)[])",
                           R"((["a, \"b\"", c], true, [(1, 0x0000000000000000000000000000000000000002)]))"),
              expected);
}

TEST(AbiValue, signed_integers_are_twos_complement) {
    EXPECT_EQ(*encode_text("(int8)", "(-1)"), Bytes(32, 0xff));
    for (const auto* text : {"(-128)", "(127)", "(0)"}) {
        const auto type = *parse_type("(int8)");
        EXPECT_EQ(to_text(type, *decode_values(type, *encode_text("(int8)", text))), text);
    }
    EXPECT_FALSE(encode_text("(int8)", "(-129)"));
    EXPECT_FALSE(encode_text("(int8)", "(128)"));
    EXPECT_FALSE(decode_values(*parse_type("(int8)"), to_word(U256(128)).bytes));
    const auto least = "(-57896044618658097711785492504343953926634992332820282019728792003956564819968)";
    EXPECT_EQ(to_text(*parse_type("(int256)"),
                      *decode_values(*parse_type("(int256)"), *encode_text("(int256)", least))),
              least);
}

TEST(AbiValue, bad_types_and_values_are_refused) {
    for (const auto* type :
         {"", "uint", "uint7", "uint264", "bytes0", "bytes33", "(uint8", "uint8)", "(uint8,)", "uint8[",
          "uint8[0]", "uint8[-1]", "byte", "uint8 ", "uint8[99999]", "struct"})
        EXPECT_FALSE(parse_type(type)) << type;
    EXPECT_FALSE(parse_type(std::string(100'000, '(')));
    const std::pair<const char*, const char*> bad[] = {
        {"(uint8)", "(256)"},   {"(uint8)", "(-1)"},     {"(uint8)", "()"},       {"(uint8)", "(1, 2)"},
        {"(uint8)", "(1"},      {"(uint8)", "(1) x"},    {"(bool)", "(1)"},       {"(bytes2)", "(0x01)"},
        {"(address)", "(0x1)"}, {"(uint8[2])", "([1])"}, {"(uint8[])", "((1))"},  {"(bytes)", "(0x0)"},
        {"(uint8)", "(five)"},  {"(uint8)", "1"},        {"(uint256)", "(2e18)"},
    };
    for (const auto& [type, text] : bad) EXPECT_FALSE(encode_text(type, text)) << type << " " << text;
}

TEST(AbiValue, an_empty_string_in_a_list_is_an_item_of_it) {
    const auto type = *parse_type("(string[],string)");
    for (const auto* text : {"([\"\"], \"\")", "([\"\", a, \"\"], b)", "([], \"\")"}) {
        const auto value = parse_value(type, text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(to_text(type, *value), text);
    }
}

TEST(AbiValue, a_type_that_spells_out_more_than_memory_holds_is_refused) {
    std::string many = "uint8", deep = "uint8";
    for (int i = 0; i < 8; ++i) many += "[512]";
    for (int i = 0; i < 100'000; ++i) deep += "[]";
    for (const std::string& text :
         {many, std::string("(uint8[512],uint8[512])[128]"), deep, std::string("()[]"), std::string("(())")})
        EXPECT_FALSE(parse_type(text)) << text.substr(0, 40);
    EXPECT_TRUE(parse_type("uint8[512][128]"));
}

TEST(AbiValue, signatures_give_selectors) {
    const auto s = parse_signature("balanceOf(address)(uint256)");
    ASSERT_TRUE(s);
    EXPECT_EQ(s->canonical, "balanceOf(address)");
    EXPECT_EQ(hex(s->selector), "70a08231");
    EXPECT_EQ(s->outputs.parts.size(), 1u);
    for (const auto* text : {"", "f", "(uint8)", "f(", "f(uint8)x", "f()(uint8)()"})
        EXPECT_FALSE(parse_signature(text));
}

TEST(AbiValue, decoding_accepts_only_what_encoding_gives) {
    std::mt19937_64 random(test_seed());
    const auto type = *parse_type("(string,(uint16,bool)[2],bytes[],int64)");
    const auto good = *encode_text("(string,(uint16,bool)[2],bytes[],int64)",
                                   "(hi, [(1, true), (2, false)], [0x, 0x0102], -5)");
    EXPECT_EQ(to_text(type, *decode_values(type, good)), "(hi, [(1, true), (2, false)], [0x, 0x0102], -5)");
    for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(decode_values(type, ByteView(good).first(n)));
    std::size_t accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        Bytes bytes = good;
        for (auto n = random() % 3 + 1; n-- > 0;) {
            const auto at = random() % bytes.size();
            bytes[at] = static_cast<std::uint8_t>(random() % 2 ? random() : bytes[at] ^ (1u << random() % 8));
        }
        const auto decoded = decode_values(type, bytes);
        if (!decoded) continue;
        ++accepted;
        ASSERT_EQ(*encode_values(type, *decoded), bytes);
    }
    EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace farthing::abi
