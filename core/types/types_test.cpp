#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/types/account.hpp"
#include "core/types/bloom_bits.hpp"
#include "core/types/header.hpp"
#include "core/types/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

namespace farthing {
namespace {

using literals::address;
using testing::HasSubstr;

constexpr Address alice = address("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

template <std::size_t N>
FixedBytes<N> filled(std::uint8_t byte) {
    FixedBytes<N> out;
    std::ranges::fill(out.bytes, byte);
    return out;
}

Header sample_header() {
    Header header;
    header.parent_hash = filled<32>(1);
    header.miner = alice;
    header.state_root = filled<32>(2);
    header.transactions_root = filled<32>(3);
    header.receipts_root = filled<32>(4);
    header.logs_bloom[0] = 0x80;
    header.logs_bloom[255] = 1;
    header.number = 1'234'567;
    header.gas_limit = 2'000'000'000;
    header.gas_used = 21'000;
    header.timestamp = 1'763'683'200;
    header.extra_data = filled<32>(5);
    header.mix_hash = filled<32>(6);
    header.base_fee_per_gas = 1'000'000'000;
    return header;
}

Log transfer_log() {
    return {alice, {keccak256(as_bytes("Transfer(address,address,uint256)"))}, {0x2a}};
}

// Yellow Paper: the roots of nothing.
TEST(Header, constants_of_empty_things) {
    EXPECT_EQ(hex(empty_trie_root), "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
    EXPECT_EQ(hex(empty_ommers_hash), "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
}

// Computed over the same 20 fields with the Python package rlp 5.0.0 and eth-utils 6.0.0 (keccak).
TEST(Header, hash_equals_an_independent_encoder) {
    EXPECT_EQ(sample_header().encode().size(), 614U);
    EXPECT_EQ(hex(sample_header().hash()),
              "47d079813e9fa3b4c12221a6792ec677bb931135011b2b149118b6ac3113e12e");
}

TEST(Header, comes_back) {
    EXPECT_EQ(decode_header(sample_header().encode()).value(), sample_header());
    EXPECT_EQ(decode_header(Header{}.encode()).value(), Header{});
}

TEST(Header, every_changed_byte_is_refused_or_another_header) {
    const auto encoded = sample_header().encode();
    auto changed = encoded;
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        for (const unsigned delta : {1U, 0x80U, 0xffU}) {
            changed[i] = static_cast<std::uint8_t>(encoded[i] ^ delta);
            if (const auto header = decode_header(changed)) {
                EXPECT_EQ(header->encode(), changed) << i;
                EXPECT_NE(*header, sample_header()) << i;
                ++accepted;
            }
        }
        changed[i] = encoded[i];
        EXPECT_FALSE(decode_header(ByteView(encoded).first(i)));
    }
    EXPECT_GT(accepted, 0U);
    changed.push_back(0);
    EXPECT_THAT(decode_header(changed).error().message, HasSubstr("left over"));
}

/// Finds the constant in the encoding, spoils its last byte and gives the error.
std::string spoiled(ByteView constant) {
    auto encoded = sample_header().encode();
    const auto at = std::ranges::search(encoded, constant);
    EXPECT_FALSE(at.empty());
    *(at.end() - 1) ^= 1;
    const auto header = decode_header(encoded);
    return header ? "accepted" : header.error().message;
}

TEST(Header, constant_fields_admit_no_other_value) {
    EXPECT_THAT(spoiled(empty_ommers_hash), HasSubstr("ommersHash"));
    EXPECT_THAT(spoiled(empty_trie_root), HasSubstr("withdrawalsRoot"));
    EXPECT_THAT(spoiled(concat(Bytes{0xa0}, Hash{})), HasSubstr("parentBeaconBlockRoot"));
    EXPECT_THAT(spoiled(concat(Bytes{0x88}, FixedBytes<8>{})), HasSubstr("nonce"));
    // A difficulty of 1 where 0x80 stands: right behind the bloom, in front of the number.
    auto encoded = sample_header().encode();
    const auto number = Bytes{0x80, 0x83, 0x12, 0xd6, 0x87};
    const auto at = std::ranges::search(encoded, number);
    ASSERT_FALSE(at.empty());
    *at.begin() = 1;
    EXPECT_THAT(decode_header(encoded).error().message, HasSubstr("difficulty"));
    // The two blob fields sit before the last 33 bytes.
    encoded = sample_header().encode();
    encoded[encoded.size() - 35] = 1;
    EXPECT_THAT(decode_header(encoded).error().message, HasSubstr("blobGasUsed"));
    encoded = sample_header().encode();
    encoded[encoded.size() - 34] = 1;
    EXPECT_THAT(decode_header(encoded).error().message, HasSubstr("excessBlobGas"));
}

// Encoded with the Python packages rlp 5.0.0 and eth-utils 6.0.0.
TEST(Account, encodes_as_the_trie_stores_it) {
    const Account account{5, U256("100000000000000000000"), empty_trie_root, empty_code_hash};
    EXPECT_EQ(hex(account.encode()),
              "f84d0589056bc75e2d63100000a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
              "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    EXPECT_EQ(decode_account(account.encode()).value(), account);
    const Account largest{UINT64_MAX, u256_max, filled<32>(0xff), filled<32>(0)};
    EXPECT_EQ(decode_account(largest.encode()).value(), largest);
}

TEST(Account, malformed_ones_are_refused) {
    const auto encoded = Account{5, 7, empty_trie_root, empty_code_hash}.encode();
    for (std::size_t i = 0; i < encoded.size(); ++i) EXPECT_FALSE(decode_account(ByteView(encoded).first(i)));
    auto longer = encoded;
    longer.push_back(0x80);
    EXPECT_FALSE(decode_account(longer));
    EXPECT_FALSE(decode_account({}));
}

// Computed with the Python packages rlp 5.0.0 and eth-utils 6.0.0, bloom by the Yellow Paper's definition.
TEST(Receipt, encodings_equal_an_independent_encoder) {
    const Receipt typed{2, true, 21'000, {transfer_log()}};
    EXPECT_EQ(hex(keccak256(typed.encode())),
              "b9ab18902881437970c2628ae7c717b842ac25ac0310e5392e1c294277435231");
    const Receipt failed{0, false, 50'000, {}};
    EXPECT_EQ(hex(keccak256(failed.encode())),
              "83c70888eea28378eddb9f489ddd563b2c39ce91d8f3e0ddce40bee4ea40635d");
}

Receipt many_logs() {
    Receipt receipt{1, true, 1'000'000, {}};
    for (std::uint8_t topics = 0; topics <= 4; ++topics) {
        Log log{filled<20>(topics), {}, Bytes(topics * 40U, 0xee)};
        for (std::uint8_t i = 0; i < topics; ++i) log.topics.push_back(keccak256(Bytes{topics, i}));
        receipt.logs.push_back(log);
    }
    return receipt;
}

TEST(Receipt, comes_back) {
    for (const std::uint8_t type : Bytes{0, 1, 2}) {
        auto receipt = many_logs();
        receipt.tx_type = type;
        EXPECT_EQ(decode_receipt(receipt.encode()).value(), receipt);
    }
}

TEST(Receipt, malformed_ones_are_refused) {
    const auto encoded = many_logs().encode();
    for (std::size_t i = 0; i < encoded.size(); ++i) EXPECT_FALSE(decode_receipt(ByteView(encoded).first(i)));
    auto changed = encoded;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        changed[i] ^= 1;
        if (const auto receipt = decode_receipt(changed)) {
            EXPECT_EQ(receipt->encode(), changed) << i;
        }
        changed[i] = encoded[i];
    }
    changed[0] = 3;
    EXPECT_EQ(decode_receipt(changed).error().message, "transaction type not supported");
    changed[0] = 0;
    EXPECT_EQ(decode_receipt(changed).error().message, "transaction type not supported");
    const Receipt receipt{0, true, 1, {}};
    Bloom wrong;
    wrong[7] = 1;
    EXPECT_THAT(decode_receipt(receipt.encode(wrong)).error().message, HasSubstr("bloom"));
    auto status = receipt.encode();
    ASSERT_EQ(status[3], 1);
    status[3] = 2;
    EXPECT_THAT(decode_receipt(status).error().message, HasSubstr("status"));
    auto five_topics = many_logs();
    five_topics.logs[0].topics.resize(5);
    EXPECT_DEATH(five_topics.encode(), "topics");
}

TEST(Bloom, holds_what_was_added_and_three_bits_for_each) {
    Bloom bloom;
    EXPECT_FALSE(may_contain(bloom, alice));
    add_to_bloom(bloom, transfer_log());
    EXPECT_TRUE(may_contain(bloom, alice));
    EXPECT_TRUE(may_contain(bloom, transfer_log().topics[0]));
    EXPECT_FALSE(may_contain(bloom, filled<20>(0x77)));
    EXPECT_TRUE(may_contain(bloom, bloom_bits(alice)));
    EXPECT_FALSE(may_contain(bloom, bloom_bits(filled<20>(0x77))));
    int bits = 0;
    for (const auto byte : bloom) bits += std::popcount(byte);
    EXPECT_LE(bits, 6);
    EXPECT_GE(bits, 4);
}

}  // namespace
}  // namespace farthing
