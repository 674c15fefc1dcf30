#include "core/crypto/eip712.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/secp256k1.hpp"

#include <gtest/gtest.h>

namespace farthing::eip712 {
namespace {

using literals::address;

constexpr Address cow = address("cd2a3d9f938e13cd947ec05abc7fe734df8dd826");
constexpr Address bob = address("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

Hash person(std::string_view name, const Address& wallet) {
    const std::array<Word, 2> fields{keccak256(as_bytes(name)), field(wallet)};
    return struct_hash(keccak256_constexpr("Person(string name,address wallet)"), fields);
}

// The example of EIP-712 ("Mail"): its assets' Example.js prints these values.
TEST(Eip712, mail_of_the_eip) {
    const Domain domain{"Ether Mail", "1", 1, address("cccccccccccccccccccccccccccccccccccccccc")};
    const auto separator = domain_separator(domain);
    EXPECT_EQ(hex(separator), "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
    const std::array<Word, 3> fields{person("Cow", cow), person("Bob", bob),
                                     keccak256(as_bytes("Hello, Bob!"))};
    constexpr auto mail_type =
        keccak256_constexpr("Mail(Person from,Person to,string contents)Person(string name,address wallet)");
    EXPECT_EQ(hex(mail_type), "a0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2");
    const auto mail = struct_hash(mail_type, fields);
    EXPECT_EQ(hex(mail), "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
    const auto signed_hash = digest(separator, mail);
    EXPECT_EQ(hex(signed_hash), "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    const auto key = SecretKey::from(keccak256(as_bytes("cow"))).value();
    EXPECT_EQ(key.address(), cow);
    const auto signature = key.sign(signed_hash);
    EXPECT_EQ(hex(signature.r), "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d");
    EXPECT_EQ(hex(signature.s), "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562");
    EXPECT_EQ(signature.y_parity, 1);  // v = 28
}

// ERC-2612's type hash; digest computed with eth-account 0.14.0 (PyPI), encode_typed_data.
TEST(Eip712, permit_equals_an_independent_encoder) {
    EXPECT_EQ(hex(permit_type_hash), "6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9");
    const auto separator =
        domain_separator({"Farthing Test", "1", 31337, address("1111111111111111111111111111111111111111")});
    EXPECT_EQ(hex(separator), "bfa690cb5a4c13784e00947e821e27eaa3179db26b832c8cda8ba0cad07bb69c");
    const Permit permit{address("f39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
                        address("70997970c51812dc3a010c7d01b50e0d17dc79c8"), U256("5000000000000000000"), 3,
                        u256_max};
    EXPECT_EQ(hex(permit.hash()), "523e7dc890780c60b654e421cc3d1c4681bfc261ac4876062096cd35f6e1d4c1");
    EXPECT_EQ(hex(digest(separator, permit.hash())),
              "c6d4b5d54fabec7ff583e10953b1d86e6393b8fdc9ffdbdcf7a0239d86356f1b");
}

}  // namespace
}  // namespace farthing::eip712
