#pragma once
// ECDSA over secp256k1 with public-key recovery (SEC 1, 4.1.6), as Ethereum signs.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

namespace farthing {

/// r and s big-endian; y_parity 0 or 1.
struct Signature {
    Hash r;
    Hash s;
    std::uint8_t y_parity = 0;
    bool operator==(const Signature&) const = default;
};

/// s ≤ n/2 (EIP-2).
bool has_low_s(const Signature& signature);

/// The address that signed `digest`. Fails on r or s out of range or a point that does not exist; does not
/// judge high s. Thread-safe.
Result<Address> recover_address(const Hash& digest, const Signature& signature);

/// A private key in [1, n). Wiped when destroyed.
class SecretKey {
 public:
    static Result<SecretKey> from(ByteView thirty_two_bytes);
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    /// Deterministic (RFC 6979), low-s.
    Signature sign(const Hash& digest) const;
    Address address() const;
    /// 64 bytes, x ‖ y.
    FixedBytes<64> public_key() const;
    const Hash& bytes() const { return bytes_; }

 private:
    explicit SecretKey(const Hash& bytes) : bytes_(bytes) {}
    Hash bytes_;
};

}  // namespace farthing
