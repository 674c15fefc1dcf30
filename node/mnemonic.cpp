#include "node/mnemonic.hpp"

#include "node/files.hpp"

#include <cryptopp/hmac.h>
#include <cryptopp/pwdbased.h>
#include <cryptopp/sha.h>
#include <secp256k1.h>

namespace farthing::node {
namespace {

/// An extended private key: what derivation hands from step to step.
struct ExtendedKey {
    Hash secret;
    Hash chain_code;
    ExtendedKey() = default;
    ExtendedKey(const ExtendedKey&) = default;
    ExtendedKey& operator=(const ExtendedKey&) = default;
    ~ExtendedKey() { wipe(this, sizeof *this); }
};

FixedBytes<64> hmac_sha512(ByteView key, ByteView message) {
    FixedBytes<64> out;
    CryptoPP::HMAC<CryptoPP::SHA512> hmac(key.data(), key.size());
    hmac.CalculateDigest(out.data(), message.data(), message.size());
    return out;
}

ExtendedKey split(const FixedBytes<64>& both) {
    ExtendedKey out;
    out.secret = Hash::from(ByteView(both).first(32));
    out.chain_code = Hash::from(ByteView(both).subspan(32));
    return out;
}

/// The 33-byte form: 02 or 03 by the parity of y, then x.
Bytes compressed(const FixedBytes<64>& public_key) {
    Bytes out{static_cast<std::uint8_t>(2 + (public_key[63] & 1))};
    append(out, ByteView(public_key).first(32));
    return out;
}

/// CKDpriv.
Result<ExtendedKey> child(const ExtendedKey& parent, std::uint32_t index) {
    Bytes message;
    if (index >= hardened) {
        message.push_back(0);
        append(message, parent.secret);
    } else {
        TRY(const auto key, SecretKey::from(parent.secret));
        message = compressed(key.public_key());
    }
    append(message, ByteView(be64(index)).subspan(4));
    auto out = split(hmac_sha512(parent.chain_code, message));
    wipe(message);
    // secret = left half + parent's secret (mod n); fails where BIP-32 says to take the next index.
    if (!secp256k1_ec_seckey_tweak_add(secp256k1_context_static, out.secret.data(), parent.secret.data()))
        return fail("no key at index " + std::to_string(index));
    return out;
}

}  // namespace

FixedBytes<64> mnemonic_seed(std::string_view sentence, std::string_view passphrase) {
    const auto secret = as_bytes(sentence);
    const auto salt = concat(as_bytes("mnemonic"), as_bytes(passphrase));
    FixedBytes<64> out;
    CryptoPP::PKCS5_PBKDF2_HMAC<CryptoPP::SHA512>().DeriveKey(out.data(), out.size(), 0, secret.data(),
                                                              secret.size(), salt.data(), salt.size(), 2048);
    return out;
}

Result<SecretKey> derive_key(ByteView seed, std::span<const std::uint32_t> path) {
    auto key = split(hmac_sha512(as_bytes("Bitcoin seed"), seed));
    for (const auto index : path) {
        TRY(key, child(key, index));
    }
    return SecretKey::from(key.secret);
}

Result<SecretKey> ethereum_key(ByteView seed, std::uint32_t index) {
    return derive_key(seed, std::array<std::uint32_t, 5>{44 + hardened, 60 + hardened, hardened, 0, index});
}

}  // namespace farthing::node
