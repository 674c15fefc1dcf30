#pragma once
// Signed transactions: legacy with EIP-155, EIP-2930, EIP-1559.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"
#include "core/crypto/secp256k1.hpp"

#include <optional>

namespace farthing {

enum class TxType : std::uint8_t { legacy = 0, access_list = 1, dynamic_fee = 2 };

struct AccessListEntry {
    Address address;
    std::vector<Word> storage_keys;
    bool operator==(const AccessListEntry&) const = default;
};

struct Transaction {
    TxType type = TxType::legacy;
    /// Absent only for legacy without EIP-155, which the chain refuses with its own error.
    std::optional<std::uint64_t> chain_id;
    std::uint64_t nonce = 0;
    U256 max_priority_fee_per_gas;  ///< Wei; equals max_fee_per_gas for types 0 and 1 (their gasPrice).
    U256 max_fee_per_gas;           ///< Wei.
    std::uint64_t gas_limit = 0;
    std::optional<Address> to;  ///< Absent: contract creation.
    U256 value;                 ///< Wei.
    Bytes data;
    std::vector<AccessListEntry> access_list;
    Signature signature;

    /// What is hashed to be signed (EIP-155, EIP-2930, EIP-1559).
    Bytes signing_preimage() const;
    /// keccak256(signing_preimage()).
    Hash signing_hash() const;
    /// The EIP-2718 form that travels and enters the transactions root.
    Bytes encode() const;
    /// keccak256(encode()).
    Hash hash() const;
    /// min(max_priority_fee, max_fee − base_fee). Requires: base_fee ≤ max_fee_per_gas.
    U256 priority_fee(const U256& base_fee) const;
};

/// Strict: canonical RLP, no trailing bytes, known type, integers within range (EIP-2681 nonce < 2^64−1).
/// An unknown type gives the error "transaction type not supported".
Result<Transaction> decode_transaction(ByteView encoded);

/// Who signed; refuses high s and invalid points. Costs one curve recovery.
Result<Address> recover_sender(const Transaction& tx);
/// The same where the signing hash is known already.
Result<Address> recover_sender(const Transaction& tx, const Hash& signing_hash);

/// Ethereum's intrinsic gas: 21,000 + 4 per zero byte, 16 per other byte, 2,400 per access-list address and
/// 1,900 per key (EIP-2028, EIP-2930).
std::uint64_t intrinsic_gas(const Transaction& tx);

/// Signs in place.
void sign(Transaction& tx, const SecretKey& key);

}  // namespace farthing
