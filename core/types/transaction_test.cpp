#include "core/types/transaction.hpp"

#include "core/base/hex.hpp"
#include "core/rlp/rlp.hpp"
#include "core/testing/seed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>

namespace farthing {
namespace {

using literals::address;
using testing::HasSubstr;

Bytes of(std::string_view digits) {
    return from_hex(digits).value();
}

SecretKey development_key() {
    return SecretKey::from(of("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")).value();
}
constexpr Address second_account = address("70997970c51812dc3a010c7d01b50e0d17dc79c8");

std::vector<AccessListEntry> two_entries() {
    Word ones;
    std::ranges::fill(ones.bytes, std::uint8_t{0x11});
    Address other;
    std::ranges::fill(other.bytes, std::uint8_t{0x22});
    return {{second_account, {Word{}, ones}}, {other, {}}};
}

struct Vector {
    const char* name;
    std::string_view encoded;
    std::string_view hash;
};

// Signed with eth-account 0.14.0 (PyPI) and the first development account's key, chain id 31337; the first
// one is EIP-155's own example (key 0x4646…46).
constexpr Vector eip_155{
    "EIP-155",
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
    "8025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f"
    "761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
    "33469b22e9f636356c4160a87eb19df52b7412e8eac32a4a55ffe88ea8350788"};
constexpr Vector legacy{
    "legacy",
    "f86b0784b2d05e0083015f909470997970c51812dc3a010c7d01b50e0d17dc79c87b85a9059cbb0082f4f6"
    "a0a8f6c2689b1bcc142852afb728c8a2b893b08d68a418660ef9c5f858d3ae463ca039735c8b86a3a153c0"
    "6f1d8ace80ed7f10cf7d5b889cecdc79c8dd335934518e",
    "bf29b9b7255efd6347087cc5be8b147c586c176eb1a234846212b7daf5b35c1f"};
constexpr Vector unprotected{
    "unprotected",
    "f86380843b9aca008252089470997970c51812dc3a010c7d01b50e0d17dc79c801801ca0c9baefb2dc"
    "d425eab49601bde7346998a10a658adff8f45fee42137b2599e88fa05dae80cf5725ce0e94701f2285"
    "205cd47fbead0b95476149e3a8b35426ea1725",
    "b1f94d4647a2a4bee43b7be8ceb8af7ba0396de34574d6597fff97cb2b950e02"};
constexpr Vector eip_2930{
    "EIP-2930",
    "01f8dd827a690185012a05f20082ea609470997970c51812dc3a010c7d01b50e0d17dc79c880820001f8"
    "72f8599470997970c51812dc3a010c7d01b50e0d17dc79c8f842a0000000000000000000000000000000"
    "0000000000000000000000000000000000a0111111111111111111111111111111111111111111111111"
    "1111111111111111d6942222222222222222222222222222222222222222c080a011757681664e603d00"
    "bf0941fac4211f3ec86839507a7755d9fc262b5d380b4da059287a9acdbb2694e33f249252012a7582b7"
    "a4229067e93d0c001017512b29f2",
    "2f720b9ea2b240e40ad53d6df18f2746270af13992494257393d870c7a332f4a"};
constexpr Vector eip_1559{
    "EIP-1559",
    "02f877827a6982012c843b9aca008477359400830186a09470997970c51812dc3a010c7d01b50e0d17dc"
    "79c8880de0b6b3a764000080c080a04f12fc2ffcf43fe2949afc74328cd53e34583989035cc53ce534b8"
    "116c52b772a048c1624c947e99bc89418968b82a851f65606da1a4e142d6bd7a0bb7272ca20a",
    "bf5203092ff95da42cd7bb67a98f7b2de99984ba91845c32af81d3617d199764"};
constexpr Vector creation{
    "creation",
    "02f8d3827a6980808d10000000000000000000000000830186a08080826000f872f8599470997970c518"
    "12dc3a010c7d01b50e0d17dc79c8f842a000000000000000000000000000000000000000000000000000"
    "00000000000000a01111111111111111111111111111111111111111111111111111111111111111d694"
    "2222222222222222222222222222222222222222c080a0bd34e770769ca3d612bde12d1f9811c06c82c8"
    "cf30450948bc11280e94d18cbba02e49a6a219168c54b12a51709d9f7c2c9d84a4f0caa373281efa14af"
    "b0c2c54e",
    "470be33e7a24460f4c39f0e008663947b5e6fb8a1dd8285a50bcd689bdd841ed"};
constexpr std::array vectors{eip_155, legacy, unprotected, eip_2930, eip_1559, creation};

TEST(Transaction, published_vectors_decode_recover_and_encode_to_themselves) {
    for (const auto& vector : vectors) {
        const auto tx = decode_transaction(of(vector.encoded));
        ASSERT_TRUE(tx) << vector.name << ": " << tx.error().message;
        EXPECT_EQ(hex(tx->encode()), vector.encoded) << vector.name;
        EXPECT_EQ(hex(tx->hash()), vector.hash) << vector.name;
        if (vector.name != eip_155.name) {
            EXPECT_EQ(recover_sender(*tx).value(), development_key().address()) << vector.name;
        }
    }
}

TEST(Transaction, eip_155_example_signs_as_the_eip_prints) {
    Transaction tx;
    tx.chain_id = 1;
    tx.nonce = 9;
    tx.max_fee_per_gas = tx.max_priority_fee_per_gas = 20'000'000'000;
    tx.gas_limit = 21'000;
    tx.to = address("3535353535353535353535353535353535353535");
    tx.value = U256("1000000000000000000");
    EXPECT_EQ(hex(tx.signing_hash()), "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
    const auto key = SecretKey::from(Bytes(32, 0x46)).value();
    sign(tx, key);
    EXPECT_EQ(hex(tx.encode()), eip_155.encoded);
    EXPECT_EQ(recover_sender(tx).value(), key.address());
}

TEST(Transaction, fields_land_where_they_belong) {
    const auto old = decode_transaction(of(unprotected.encoded)).value();
    EXPECT_EQ(old.type, TxType::legacy);
    EXPECT_FALSE(old.chain_id);
    EXPECT_EQ(old.signature.y_parity, 1);

    const auto listed = decode_transaction(of(eip_2930.encoded)).value();
    EXPECT_EQ(listed.type, TxType::access_list);
    EXPECT_EQ(listed.chain_id, 31337U);
    EXPECT_EQ(listed.nonce, 1U);
    EXPECT_EQ(listed.max_fee_per_gas, 5'000'000'000);
    EXPECT_EQ(listed.max_priority_fee_per_gas, listed.max_fee_per_gas);
    EXPECT_EQ(listed.gas_limit, 60'000U);
    EXPECT_EQ(listed.to, second_account);
    EXPECT_EQ(listed.data, (Bytes{0, 1}));
    EXPECT_EQ(listed.access_list, two_entries());

    const auto created = decode_transaction(of(creation.encoded)).value();
    EXPECT_EQ(created.type, TxType::dynamic_fee);
    EXPECT_FALSE(created.to);
    EXPECT_EQ(created.max_fee_per_gas, U256(1) << 100);
    EXPECT_EQ(created.max_priority_fee_per_gas, 0);
}

std::string refusal(ByteView encoded) {
    const auto tx = decode_transaction(encoded);
    return tx ? "accepted" : tx.error().message;
}

TEST(Transaction, unknown_types_are_named) {
    for (unsigned type = 0; type <= 0x7f; ++type) {
        if (type == 1 || type == 2) continue;
        auto bytes = of(eip_1559.encoded);
        bytes[0] = static_cast<std::uint8_t>(type);
        EXPECT_EQ(refusal(bytes), "transaction type not supported") << type;
    }
    EXPECT_EQ(refusal({}), "transaction is empty");
    EXPECT_THAT(refusal(Bytes{0x02}), HasSubstr("rlp"));
    EXPECT_THAT(refusal(Bytes{0x80}), HasSubstr("expected a list"));
    EXPECT_THAT(refusal(Bytes{0xc0}), HasSubstr("input ends"));
}

/// Legacy fields with one of them replaced by a ready RLP item.
Bytes legacy_with(std::size_t field, std::string_view item) {
    const std::array<std::string_view, 9> defaults{"80", "01", "825208", "80", "80", "80", "1b", "01", "01"};
    rlp::Encoder out;
    const auto list = out.begin_list();
    for (std::size_t i = 0; i < defaults.size(); ++i) out.add_raw(of(i == field ? item : defaults[i]));
    out.end_list(list);
    return out.take();
}

TEST(Transaction, each_field_is_held_to_its_range) {
    EXPECT_EQ(refusal(legacy_with(99, "")), "accepted");
    EXPECT_EQ(refusal(legacy_with(0, "88fffffffffffffffe")), "accepted");
    EXPECT_THAT(refusal(legacy_with(0, "88ffffffffffffffff")), HasSubstr("EIP-2681"));
    EXPECT_THAT(refusal(legacy_with(0, "00")), HasSubstr("leading zeros"));
    EXPECT_THAT(refusal(legacy_with(1, "a101" + std::string(64, '0'))), HasSubstr("256 bits"));
    EXPECT_THAT(refusal(legacy_with(2, "89010000000000000000")), HasSubstr("64 bits"));
    EXPECT_THAT(refusal(legacy_with(3, "93" + std::string(38, '1'))), HasSubstr("20 bytes"));
    EXPECT_THAT(refusal(legacy_with(3, "95" + std::string(42, '1'))), HasSubstr("20 bytes"));
    EXPECT_THAT(refusal(legacy_with(3, "c0")), HasSubstr("expected a string"));
    EXPECT_THAT(refusal(legacy_with(4, "820000")), HasSubstr("leading zeros"));
    EXPECT_THAT(refusal(legacy_with(7, "a101" + std::string(64, '0'))), HasSubstr("r or s"));
    EXPECT_THAT(refusal(legacy_with(8, "8200ff")), HasSubstr("leading zeros"));
    EXPECT_THAT(refusal(legacy_with(8, "0101")), HasSubstr("left over"));
    EXPECT_THAT(refusal(legacy_with(8, "")), HasSubstr("input ends"));
}

TEST(Transaction, v_of_a_legacy_signature_follows_eip_155) {
    for (const unsigned v : {0U, 1U, 26U, 29U, 34U}) {
        rlp::Encoder item;
        item.add(std::uint64_t{v});
        EXPECT_THAT(refusal(legacy_with(6, hex(item.bytes()))), HasSubstr("EIP-155")) << v;
    }
    const auto chain_of = [](std::string_view v) { return decode_transaction(legacy_with(6, v))->chain_id; };
    EXPECT_FALSE(chain_of("1b"));
    EXPECT_FALSE(chain_of("1c"));
    EXPECT_EQ(chain_of("23"), 0U);
    EXPECT_EQ(chain_of("25"), 1U);
    EXPECT_EQ(chain_of("26"), 1U);
    // 2·(2^64 − 1) + 36 is the largest v whose chain id has 64 bits.
    EXPECT_EQ(chain_of("89020000000000000022"), UINT64_MAX);
    EXPECT_THAT(refusal(legacy_with(6, "89020000000000000023")), HasSubstr("chain id exceeds"));
}

TEST(Transaction, y_parity_of_a_typed_signature_is_a_bit) {
    auto bytes = of(eip_1559.encoded);
    const std::size_t at = bytes.size() - 67;
    ASSERT_EQ(bytes[at], 0x80);
    bytes[at] = 0x02;
    EXPECT_THAT(refusal(bytes), HasSubstr("y parity"));
    bytes[at] = 0x01;
    EXPECT_EQ(refusal(bytes), "accepted");
}

TEST(Transaction, high_s_and_empty_signatures_have_no_sender) {
    auto tx = decode_transaction(of(eip_1559.encoded)).value();
    auto high = tx;
    high.signature.s =
        hash_from_hex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1").value();
    EXPECT_EQ(recover_sender(high).error().message, "invalid transaction v, r, s values");
    tx.signature = {};
    EXPECT_EQ(recover_sender(tx).error().message, "invalid transaction v, r, s values");
    EXPECT_TRUE(decode_transaction(tx.encode()));  // Judged only when the sender is asked for.
}

TEST(Transaction, intrinsic_gas_counts_data_and_access_list) {
    Transaction tx;
    EXPECT_EQ(intrinsic_gas(tx), 21'000U);
    tx.data = {0, 0, 1};
    EXPECT_EQ(intrinsic_gas(tx), 21'000U + 4 + 4 + 16);
    tx.access_list = two_entries();
    EXPECT_EQ(intrinsic_gas(tx), 21'024U + 2 * 2'400 + 2 * 1'900);
}

TEST(Transaction, priority_fee_is_what_the_cap_leaves) {
    Transaction tx;
    tx.max_fee_per_gas = 10;
    tx.max_priority_fee_per_gas = 3;
    EXPECT_EQ(tx.priority_fee(0), 3);
    EXPECT_EQ(tx.priority_fee(7), 3);
    EXPECT_EQ(tx.priority_fee(8), 2);
    EXPECT_EQ(tx.priority_fee(10), 0);
    EXPECT_DEATH(tx.priority_fee(11), "base_fee");
}

class Random {
 public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::uint64_t below(std::uint64_t n) { return engine_() % n; }
    std::uint64_t u64() { return engine_() >> below(64); }
    U256 u256() { return below(8) == 0 ? u256_max : U256(u64()) * U256(u64()) * U256(u64()); }
    template <std::size_t N>
    FixedBytes<N> bytes() {
        FixedBytes<N> out;
        for (auto& byte : out.bytes) byte = static_cast<std::uint8_t>(engine_());
        return out;
    }

 private:
    std::mt19937_64 engine_;
};

Transaction random_transaction(Random& random) {
    Transaction tx;
    tx.type = static_cast<TxType>(random.below(3));
    if (tx.type != TxType::legacy || random.below(4) != 0) tx.chain_id = random.u64();
    tx.nonce = random.u64() / 2;
    tx.max_fee_per_gas = random.u256();
    tx.max_priority_fee_per_gas = tx.type == TxType::dynamic_fee ? random.u256() : tx.max_fee_per_gas;
    tx.gas_limit = random.u64();
    if (random.below(4) != 0) tx.to = random.bytes<20>();
    tx.value = random.u256();
    tx.data.resize(random.below(80));
    for (auto& byte : tx.data) byte = static_cast<std::uint8_t>(random.below(256));
    for (auto n = tx.type == TxType::legacy ? 0 : random.below(3); n > 0; --n) {
        AccessListEntry entry{random.bytes<20>(), {}};
        for (auto k = random.below(3); k > 0; --k) entry.storage_keys.push_back(random.bytes<32>());
        tx.access_list.push_back(std::move(entry));
    }
    tx.signature = {random.bytes<32>(), random.bytes<32>(), static_cast<std::uint8_t>(random.below(2))};
    for (auto zeros = random.below(4); zeros > 0; --zeros) tx.signature.r[zeros - 1] = 0;
    return tx;
}

/// Whatever is accepted must encode back to the very same bytes: a hash names one transaction.
void expect_canonical(ByteView encoded) {
    const auto tx = decode_transaction(encoded);
    if (!tx) return;
    EXPECT_EQ(hex(tx->encode()), hex(encoded));
}

TEST(Transaction, random_ones_survive_and_every_mutation_is_refused_or_canonical) {
    Random random(test_seed());
    for (int round = 0; round < 60; ++round) {
        const auto tx = random_transaction(random);
        const auto encoded = tx.encode();
        const auto decoded = decode_transaction(encoded);
        ASSERT_TRUE(decoded) << decoded.error().message << ' ' << hex(encoded);
        EXPECT_EQ(decoded->encode(), encoded);
        EXPECT_EQ(decoded->signing_hash(), tx.signing_hash());
        auto mutated = encoded;
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            for (const unsigned delta :
                 {0x01U, 0x02U, 0x7fU, 0x80U, 0xffU, 1U + unsigned(random.below(255))}) {
                mutated[i] = static_cast<std::uint8_t>(encoded[i] ^ delta);
                expect_canonical(mutated);
            }
            mutated[i] = encoded[i];
            EXPECT_FALSE(decode_transaction(ByteView(encoded).first(i))) << "cut at " << i;
        }
        for (const std::uint8_t extra : Bytes{0x00, 0x80, 0xc0, 0xff}) {
            auto extended = encoded;
            extended.push_back(extra);
            EXPECT_THAT(refusal(extended), HasSubstr("left over"));
        }
    }
}

}  // namespace
}  // namespace farthing
