#include "node/mnemonic.hpp"

#include "core/base/hex.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

Bytes seed_of(std::string_view sentence, std::string_view passphrase = {}) {
    const auto seed = mnemonic_seed(sentence, passphrase);
    return {seed.begin(), seed.end()};
}

// The vectors that BIP-39 names (trezor/python-mnemonic, vectors.json; passphrase TREZOR).
TEST(Mnemonic, published_bip39_seeds) {
    EXPECT_EQ(hex(seed_of("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
                          "abandon about",
                          "TREZOR")),
              "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e5349553"
              "1f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04");
    EXPECT_EQ(
        hex(seed_of("legal winner thank year wave sausage worth useful legal winner thank yellow", "TREZOR")),
        "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6f"
        "a457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607");
}

// BIP-32, test vector 1: the private key at each step of m/0'/1/2'/2/1000000000.
TEST(Mnemonic, published_bip32_chain) {
    const auto seed = from_hex("000102030405060708090a0b0c0d0e0f").value();
    const std::array<std::uint32_t, 5> path{hardened, 1, 2 + hardened, 2, 1'000'000'000};
    const std::array expected{"e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35",
                              "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea",
                              "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368",
                              "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca",
                              "0f479245fb19a38a1954c5c7c0ebab2f9bdfd96a17563ef28a6a4b1a2a764ef4",
                              "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8"};
    for (std::size_t depth = 0; depth < expected.size(); ++depth)
        EXPECT_EQ(hex(derive_key(seed, std::span(path).first(depth)).value().bytes()), expected[depth]);
}

// Addresses as the Hardhat documentation prints them.
TEST(Mnemonic, development_accounts_are_the_well_known_ones) {
    const auto seed = seed_of(development_mnemonic);
    const auto first = ethereum_key(seed, 0).value();
    EXPECT_EQ(hex(first.bytes()), "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
    EXPECT_EQ(hex(first.address()), "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    EXPECT_EQ(hex(ethereum_key(seed, 1).value().address()), "70997970c51812dc3a010c7d01b50e0d17dc79c8");
    EXPECT_EQ(hex(ethereum_key(seed, 9).value().address()), "a0ee7a142d267c1f36714e4a8f75612f20a79720");
    EXPECT_EQ(hex(ethereum_key(seed, 19).value().address()), "8626f6940e2eb28930efb4cef49b2d1f2c9c1199");
}

TEST(Mnemonic, every_word_and_the_passphrase_matter) {
    EXPECT_NE(seed_of(development_mnemonic), seed_of(development_mnemonic, " "));
    EXPECT_NE(seed_of(development_mnemonic),
              seed_of("test test test test test test test test test test junk"));
}

}  // namespace
}  // namespace farthing::node
