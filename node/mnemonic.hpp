#pragma once
// Accounts from a mnemonic sentence, as wallets derive them: BIP-39 seeds, BIP-32 keys, BIP-44 paths.
#include "core/base/bytes.hpp"
#include "core/crypto/secp256k1.hpp"

#include <span>
#include <string_view>

namespace farthing::node {

/// PBKDF2-HMAC-SHA512 of the sentence, 2,048 rounds, salt "mnemonic" ‖ passphrase (BIP-39). Both are taken as
/// they stand: they must already be in Unicode form NFKD, which ASCII is. The word list is not consulted.
FixedBytes<64> mnemonic_seed(std::string_view sentence, std::string_view passphrase = {});

constexpr std::uint32_t hardened = 0x80000000;

/// The private key at `path` below the seed's master key (BIP-32). Fails, with probability below 2^-127 a
/// step, where BIP-32 says the child does not exist. Requires: a seed of 16 to 64 bytes.
Result<SecretKey> derive_key(ByteView seed, std::span<const std::uint32_t> path);

/// m/44'/60'/0'/0/index, the path of Ethereum wallets.
Result<SecretKey> ethereum_key(ByteView seed, std::uint32_t index);

/// The sentence that development nodes share; its keys are public knowledge.
constexpr std::string_view development_mnemonic =
    "test test test test test test test test test test test junk";

}  // namespace farthing::node
