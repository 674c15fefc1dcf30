#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_constexpr.hpp"
#include "core/crypto/secp256k1.hpp"

#include <gtest/gtest.h>

namespace farthing {
namespace {

Bytes of(std::string_view digits) {
    return from_hex(digits).value();
}
Bytes repeat(std::uint8_t byte, std::size_t count) {
    return Bytes(count, byte);
}

// Usable in constant expressions: the selector of transfer(address,uint256), ERC-20.
static_assert(keccak256_constexpr("transfer(address,uint256)")[0] == 0xa9);
static_assert(keccak256_constexpr("transfer(address,uint256)")[3] == 0xbb);

// Known answers: Keccak team's ShortMsgKAT_256 (lengths 0 and 8), Ethereum's widely published constants.
TEST(Keccak, known_answers) {
    EXPECT_EQ(hex(keccak256({})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    EXPECT_EQ(empty_code_hash, keccak256({}));
    EXPECT_EQ(hex(keccak256(of("cc"))), "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a");
    EXPECT_EQ(hex(keccak256(as_bytes("abc"))),
              "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    EXPECT_EQ(hex(keccak256(as_bytes("Transfer(address,address,uint256)"))),
              "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    EXPECT_EQ(hex(keccak256(of("80"))), "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
    EXPECT_EQ(hex(keccak256(of("c0"))), "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
}

TEST(Keccak, constant_and_running_forms_agree_across_block_boundaries) {
    std::string text;
    for (std::size_t i = 0; i < 600; ++i) {
        ASSERT_EQ(keccak256(as_bytes(text)), keccak256_constexpr(text)) << i;
        text.push_back(static_cast<char>(i * 7 + 200));
    }
}

// FIPS 180-4 examples (NIST, SHA256.pdf and SHA2_Additional.pdf).
TEST(Sha256, nist_examples) {
    EXPECT_EQ(hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256(of("bd"))), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
    EXPECT_EQ(hex(sha256(of("c98c8e55"))),
              "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504");
    EXPECT_EQ(hex(sha256(repeat(0, 55))), "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7");
    EXPECT_EQ(hex(sha256(repeat(0, 56))), "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb");
    EXPECT_EQ(hex(sha256(repeat(0, 57))), "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785");
    EXPECT_EQ(hex(sha256(repeat(0, 64))), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
    EXPECT_EQ(hex(sha256(repeat('a', 1'000'000))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4231, test cases 1 to 4, 6 and 7.
TEST(HmacSha256, rfc_4231) {
    EXPECT_EQ(hex(hmac_sha256(repeat(0x0b, 20), as_bytes("Hi There"))),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(repeat(0xaa, 20), repeat(0xdd, 50))),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(hex(hmac_sha256(of("0102030405060708090a0b0c0d0e0f10111213141516171819"), repeat(0xcd, 50))),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    EXPECT_EQ(hex(hmac_sha256(repeat(0xaa, 131),
                              as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(hex(hmac_sha256(repeat(0xaa, 131),
                              as_bytes("This is a test using a larger than block-size key and a larger than "
                                       "block-size data. The key needs to be hashed before being used by the "
                                       "HMAC algorithm."))),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

SecretKey key(std::string_view digits) {
    return SecretKey::from(of(digits)).value();
}
constexpr std::string_view order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr std::string_view order_less_1 = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

// Account 0 of the mnemonic "test test test test test test test test test test test junk" (m/44'/60'/0'/0/0).
TEST(Secp256k1, address_of_the_first_development_account) {
    EXPECT_EQ(hex(key("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").address()),
              "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
}

// SEC 2, 2.4.1: key 1 gives the generator.
TEST(Secp256k1, public_key_of_one_is_the_generator) {
    EXPECT_EQ(hex(key(std::string(63, '0') + "1").public_key()),
              "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
              "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
}

TEST(Secp256k1, private_keys_outside_the_group_are_refused) {
    EXPECT_FALSE(SecretKey::from(repeat(0, 32)));
    EXPECT_FALSE(SecretKey::from(of(order)));
    EXPECT_FALSE(SecretKey::from(repeat(0xff, 32)));
    EXPECT_TRUE(SecretKey::from(of(order_less_1)));
    EXPECT_FALSE(SecretKey::from(repeat(1, 31)));
    EXPECT_FALSE(SecretKey::from(repeat(1, 33)));
    EXPECT_FALSE(SecretKey::from({}));
}

TEST(Secp256k1, what_is_signed_is_recovered_low_s_and_deterministic) {
    for (std::uint64_t i = 1; i <= 64; ++i) {
        const auto secret = SecretKey::from(keccak256(be64(i))).value();
        const auto digest = keccak256(be64(~i));
        const auto signature = secret.sign(digest);
        EXPECT_EQ(signature, secret.sign(digest));
        EXPECT_TRUE(has_low_s(signature));
        EXPECT_EQ(recover_address(digest, signature).value(), secret.address());
        auto other = signature;
        other.y_parity ^= 1;
        const auto recovered = recover_address(digest, other);
        EXPECT_TRUE(!recovered || *recovered != secret.address());
    }
}

TEST(Secp256k1, the_mirrored_signature_recovers_the_same_signer_but_is_high_s) {
    const auto secret = key("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
    const auto digest = keccak256(as_bytes("mirror"));
    auto signature = secret.sign(digest);
    Hash mirrored;
    const auto n = of(order);
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int difference = n[i] - signature.s[i] - borrow;
        mirrored[i] = static_cast<std::uint8_t>(difference & 0xff);
        borrow = difference < 0 ? 1 : 0;
    }
    signature.s = mirrored;
    signature.y_parity ^= 1;
    EXPECT_FALSE(has_low_s(signature));
    EXPECT_EQ(recover_address(digest, signature).value(), secret.address());
}

TEST(Secp256k1, half_the_order_is_the_last_low_s) {
    Signature signature;
    signature.s = hash_from_hex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0").value();
    EXPECT_TRUE(has_low_s(signature));
    signature.s[31] = 0xa1;
    EXPECT_FALSE(has_low_s(signature));
}

TEST(Secp256k1, impossible_signatures_are_refused) {
    const auto digest = keccak256({});
    const auto one = hash_from_hex(std::string(63, '0') + "1").value();
    const auto n = hash_from_hex(order).value();
    EXPECT_TRUE(recover_address(digest, {one, one, 0}));  // x = 1 is on the curve
    EXPECT_FALSE(recover_address(digest, {Hash{}, one, 0}));
    EXPECT_FALSE(recover_address(digest, {one, Hash{}, 0}));
    EXPECT_FALSE(recover_address(digest, {n, one, 0}));
    EXPECT_FALSE(recover_address(digest, {one, n, 1}));
    EXPECT_FALSE(recover_address(digest, {one, one, 2}));
    EXPECT_FALSE(recover_address(digest, {one, one, 255}));
    const auto five = hash_from_hex(std::string(63, '0') + "5").value();  // 5³ + 7 = 132 is no square mod p
    EXPECT_FALSE(recover_address(digest, {five, one, 0}));
}

}  // namespace
}  // namespace farthing
