#include "core/crypto/secp256k1.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

namespace farthing {

namespace {

/// One context for the process. libsecp256k1 only reads it in the calls below, so threads may share it.
const secp256k1_context* context() {
    static const secp256k1_context* const made = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    return made;
}

FixedBytes<64> serialize(const secp256k1_pubkey& key) {
    FixedBytes<65> out;  // 0x04 ‖ x ‖ y
    auto size = out.size();
    FARTHING_CHECK(
        secp256k1_ec_pubkey_serialize(context(), out.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED) == 1);
    return FixedBytes<64>::from(ByteView(out).subspan(1));
}

Address address_of(const FixedBytes<64>& public_key) {
    return Address::from(ByteView(keccak256(public_key)).subspan(12));
}

}  // namespace

bool has_low_s(const Signature& signature) {
    static constexpr Hash half_order =
        literals::hash("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
    return signature.s <= half_order;
}

Result<Address> recover_address(const Hash& digest, const Signature& signature) {
    if (signature.y_parity > 1) return fail("signature: y parity must be 0 or 1");
    FixedBytes<64> compact;
    std::ranges::copy(signature.r, compact.begin());
    std::ranges::copy(signature.s, compact.begin() + 32);
    secp256k1_ecdsa_recoverable_signature parsed;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                            signature.y_parity) != 1)
        return fail("signature: r or s out of range");
    secp256k1_pubkey key;
    if (secp256k1_ecdsa_recover(context(), &key, &parsed, digest.data()) != 1)
        return fail("signature: no public key fits");
    return address_of(serialize(key));
}

Result<SecretKey> SecretKey::from(ByteView thirty_two_bytes) {
    if (thirty_two_bytes.size() != 32) return fail("a private key has 32 bytes");
    if (secp256k1_ec_seckey_verify(context(), thirty_two_bytes.data()) != 1)
        return fail("private key out of range");
    return SecretKey(Hash::from(thirty_two_bytes));
}

SecretKey::~SecretKey() {
    // Through a volatile pointer, or the compiler drops writes to an object that ends.
    volatile std::uint8_t* const at = bytes_.data();
    for (std::size_t i = 0; i < bytes_.size(); ++i) at[i] = 0;
}

Signature SecretKey::sign(const Hash& digest) const {
    secp256k1_ecdsa_recoverable_signature made;
    FARTHING_CHECK(secp256k1_ecdsa_sign_recoverable(context(), &made, digest.data(), bytes_.data(), nullptr,
                                                    nullptr) == 1);
    FixedBytes<64> compact;
    int recovery_id = 0;
    FARTHING_CHECK(secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact.data(),
                                                                           &recovery_id, &made) == 1);
    // 2 and 3 mean r ≥ n, which takes 2^128 tries to meet.
    FARTHING_CHECK(recovery_id == 0 || recovery_id == 1);
    return {Hash::from(ByteView(compact).first(32)), Hash::from(ByteView(compact).subspan(32)),
            static_cast<std::uint8_t>(recovery_id)};
}

FixedBytes<64> SecretKey::public_key() const {
    secp256k1_pubkey key;
    FARTHING_CHECK(secp256k1_ec_pubkey_create(context(), &key, bytes_.data()) == 1);
    return serialize(key);
}

Address SecretKey::address() const {
    return address_of(public_key());
}

}  // namespace farthing
