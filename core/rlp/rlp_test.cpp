#include "core/rlp/rlp.hpp"

#include "core/base/hex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace farthing::rlp {
namespace {

Bytes of(std::string_view digits) {
    return from_hex(digits).value();
}

std::string encoded(auto&& value) {
    Encoder e;
    e.add(value);
    return hex(e.bytes());
}

// Vectors: ethereum.org's RLP page and the ethereum/tests repository (RLPTests/rlptest.json).
TEST(Rlp, published_examples) {
    EXPECT_EQ(encoded(as_bytes("dog")), "83646f67");
    EXPECT_EQ(encoded(as_bytes("")), "80");
    EXPECT_EQ(encoded(ByteView(Bytes{0x00})), "00");
    EXPECT_EQ(encoded(ByteView(Bytes{0x7f})), "7f");
    EXPECT_EQ(encoded(ByteView(Bytes{0x80})), "8180");
    EXPECT_EQ(encoded(std::uint64_t{0}), "80");
    EXPECT_EQ(encoded(std::uint64_t{15}), "0f");
    EXPECT_EQ(encoded(std::uint64_t{1024}), "820400");
    EXPECT_EQ(encoded(U256("0x102030405060708090a0b0c0d0e0f2")), "8f102030405060708090a0b0c0d0e0f2");
    EXPECT_EQ(encoded(as_bytes("Lorem ipsum dolor sit amet, consectetur adipisicing elit")),
              "b838" + hex(as_bytes("Lorem ipsum dolor sit amet, consectetur adipisicing elit")));
    Encoder e;
    const auto list = e.begin_list();
    e.add(as_bytes("cat"));
    e.add(as_bytes("dog"));
    e.end_list(list);
    EXPECT_EQ(hex(e.bytes()), "c88363617483646f67");
}

TEST(Rlp, set_theoretic_three) {
    Encoder e;
    const auto whole = e.begin_list();
    e.end_list(e.begin_list());
    const auto one = e.begin_list();
    e.end_list(e.begin_list());
    e.end_list(one);
    const auto two = e.begin_list();
    e.end_list(e.begin_list());
    const auto inner = e.begin_list();
    e.end_list(e.begin_list());
    e.end_list(inner);
    e.end_list(two);
    e.end_list(whole);
    EXPECT_EQ(hex(e.take()), "c7c0c1c0c3c0c1c0");
}

TEST(Rlp, every_length_boundary_comes_back) {
    for (const std::size_t size : {0U, 1U, 2U, 54U, 55U, 56U, 255U, 256U, 65535U, 65536U, 70000U}) {
        const Bytes payload(size, 0xab);
        Encoder e;
        const auto list = e.begin_list();
        e.add(ByteView(payload));
        e.end_list(list);
        EXPECT_EQ(list_size(string_size(payload)), e.bytes().size()) << size;
        Decoder outer(e.bytes());
        auto inner = outer.list();
        ASSERT_TRUE(inner) << size;
        EXPECT_TRUE(outer.finish());
        const auto string = inner->string();
        ASSERT_TRUE(string) << size;
        EXPECT_TRUE(std::ranges::equal(*string, payload)) << size;
        EXPECT_TRUE(inner->finish());
        for (std::size_t cut = 0; cut < e.bytes().size(); cut += 1 + cut / 64)
            EXPECT_FALSE(Decoder(ByteView(e.bytes()).first(cut)).list()) << size << " cut at " << cut;
    }
}

TEST(Rlp, the_size_of_a_single_byte_is_known_beforehand) {
    for (unsigned byte = 0; byte < 256; ++byte) {
        const auto value = static_cast<std::uint8_t>(byte);
        Encoder e;
        e.add(ByteView(&value, 1));
        EXPECT_EQ(string_size({&value, 1}), e.bytes().size()) << byte;
    }
}

TEST(Rlp, every_scalar_width_comes_back) {
    for (unsigned bits = 0; bits <= 256; ++bits) {
        for (const int below : {0, 1}) {
            if (bits == 256 && below == 0) continue;
            const U256 value = bits == 256 ? u256_max : (U256(1) << bits) - U256(below);
            Encoder e;
            e.add(value);
            EXPECT_EQ(Decoder(e.bytes()).u256().value(), value);
            const auto narrow = Decoder(e.bytes()).u64();
            ASSERT_EQ(narrow.has_value(), fits_u64(value)) << bits;
            if (narrow) {
                EXPECT_EQ(U256(*narrow), value);
            }
        }
    }
}

TEST(Rlp, refuses_what_is_not_canonical_and_says_why) {
    const auto string_error = [](std::string_view digits) {
        const auto in = of(digits);
        const auto got = Decoder(in).string();
        return got ? "accepted" : got.error().message;
    };
    using testing::HasSubstr;
    EXPECT_THAT(string_error(""), HasSubstr("input ends"));
    EXPECT_THAT(string_error("8100"), HasSubstr("stand for itself"));
    EXPECT_THAT(string_error("817f"), HasSubstr("stand for itself"));
    EXPECT_EQ(string_error("8180"), "accepted");
    EXPECT_THAT(string_error("81"), HasSubstr("longer than its input"));
    EXPECT_THAT(string_error("83ffff"), HasSubstr("longer than its input"));
    EXPECT_THAT(string_error("b8"), HasSubstr("length is cut off"));
    EXPECT_THAT(string_error("b800"), HasSubstr("leading zeros"));
    EXPECT_THAT(string_error("b837" + std::string(110, 'a')), HasSubstr("spelt long"));
    EXPECT_EQ(string_error("b838" + std::string(112, 'a')), "accepted");
    EXPECT_THAT(string_error("b90038" + std::string(112, 'a')), HasSubstr("leading zeros"));
    EXPECT_THAT(string_error("b9ff"), HasSubstr("length is cut off"));
    EXPECT_THAT(string_error("bfffffffffffffffff"), HasSubstr("longer than its input"));
    EXPECT_THAT(string_error("bffffffffffffffff7aabb"), HasSubstr("longer than its input"));
    EXPECT_THAT(string_error("bf8000000000000000aa"), HasSubstr("longer than its input"));
    EXPECT_THAT(string_error("c0"), HasSubstr("expected a string"));

    const auto list_error = [](std::string_view digits) {
        const auto in = of(digits);
        const auto got = Decoder(in).list();
        return got ? "accepted" : got.error().message;
    };
    EXPECT_THAT(list_error("80"), HasSubstr("expected a list"));
    EXPECT_THAT(list_error("c1"), HasSubstr("longer than its input"));
    EXPECT_THAT(list_error("f837" + std::string(110, '0')), HasSubstr("spelt long"));
    EXPECT_THAT(list_error("ffffffffffffffffff"), HasSubstr("longer than its input"));
    EXPECT_THAT(list_error("fff800000000000000"), HasSubstr("longer than its input"));
}

TEST(Rlp, scalars_are_strict) {
    const auto error = [](std::string_view digits) {
        const auto in = of(digits);
        const auto got = Decoder(in).u64();
        return got ? std::to_string(*got) : got.error().message;
    };
    using testing::HasSubstr;
    EXPECT_EQ(error("80"), "0");
    EXPECT_THAT(error("00"), HasSubstr("leading zeros"));
    EXPECT_THAT(error("820001"), HasSubstr("leading zeros"));
    EXPECT_EQ(error("88ffffffffffffffff"), "18446744073709551615");
    EXPECT_THAT(error("89010000000000000000"), HasSubstr("64 bits"));
    EXPECT_THAT(error("c0"), HasSubstr("expected a string"));
    const auto wide = of("a101" + std::string(64, '0'));
    EXPECT_THAT(Decoder(wide).u256().error().message, HasSubstr("256 bits"));
    const auto padded = of("a000" + std::string(62, 'f'));
    EXPECT_THAT(Decoder(padded).u256().error().message, HasSubstr("leading zeros"));
    const auto short_hash = of("82aabb");
    EXPECT_THAT(Decoder(short_hash).fixed<3>().error().message, HasSubstr("3 bytes"));
}

TEST(Rlp, raw_gives_items_with_their_prefix_and_a_failed_read_moves_nothing) {
    const auto in = of("c88363617483646f678180");
    Decoder d(in);
    EXPECT_TRUE(d.next_is_list());
    EXPECT_FALSE(d.string());
    EXPECT_EQ(hex(d.raw().value()), "c88363617483646f67");
    EXPECT_FALSE(d.next_is_list());
    EXPECT_FALSE(d.finish());
    EXPECT_EQ(hex(d.raw().value()), "8180");
    EXPECT_TRUE(d.empty());
    EXPECT_TRUE(d.finish());
    EXPECT_FALSE(d.raw());
    EXPECT_FALSE(d.next_is_list());
}

}  // namespace
}  // namespace farthing::rlp
