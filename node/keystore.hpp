#pragma once
// Secrets at rest: Web3 Secret Storage, version 3, as geth and every wallet library reads it.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/crypto/secp256k1.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::node {

/// What a guess of the password costs (RFC 7914): memory 128·n·r bytes, time proportional to n·r·p.
struct ScryptCost {
    std::uint64_t n = 1 << 18;  ///< A power of two.
    std::uint64_t r = 8;
    std::uint64_t p = 1;
};

/// The JSON of a V3 file holding 32 secret bytes (scrypt, aes-128-ctr). `label` is one clear-text member,
/// such as {"address", "…"}; salt, vector and id are fresh random bytes.
struct Label {
    std::string_view name;
    std::string_view value;
};
std::string seal_secret(const Hash& secret, std::string_view password, std::span<const Label> labels,
                        const ScryptCost& cost = {});

/// What a key file may ask of the machine: it may come from anyone, and the derivation is done before
/// anything in it can be checked. The standard limits allow 16 times what geth and MetaMask write and take a
/// minute at most.
struct DerivationLimits {
    std::uint64_t scrypt_memory = 1 << 30;  ///< Bytes: 128·n·r.
    std::uint64_t scrypt_work = 1 << 25;    ///< n·r·p.
    std::uint64_t pbkdf2_rounds = 10'000'000;
};

/// Opens a V3 file made here or elsewhere (scrypt or pbkdf2). Errors: not JSON, another version or cipher,
/// parameters that are missing, malformed or beyond the limits, and a wrong password, which cannot be told
/// from a damaged file.
Result<Hash> open_secret(std::string_view json, std::string_view password,
                         const DerivationLimits& limits = {});

/// The clear-text member `name` of a V3 file.
Result<std::string> secret_label(std::string_view json, std::string_view name);

struct KeyFile {
    Address address;
    std::filesystem::path path;
};

/// A folder of key files with geth's names: UTC--<time>--<address>.
class Keystore {
 public:
    explicit Keystore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Sorted by name, so by age. Files that are no key files are passed over.
    Result<std::vector<KeyFile>> list() const;
    /// Writes the key encrypted, mode 0600 in a folder of mode 0700. Refuses an address already present.
    Result<KeyFile> add(const SecretKey& key, std::string_view password, const ScryptCost& cost = {}) const;
    Result<SecretKey> unlock(const Address& address, std::string_view password) const;

 private:
    std::filesystem::path folder_;
};

}  // namespace farthing::node
