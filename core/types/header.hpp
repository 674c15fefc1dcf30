#pragma once
// The block header: Ethereum's with Cancun's fields.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"
#include "core/types/log.hpp"

namespace farthing {

/// hash = keccak256(rlp(20 fields)). Constants of every block: ommersHash of the empty list, difficulty 0,
/// nonce 0, withdrawalsRoot of the empty trie, blobGasUsed and excessBlobGas 0, parentBeaconBlockRoot 0.
struct Header {
    Hash parent_hash;
    Address miner;  ///< The sequencer or proposer.
    Hash state_root;
    Hash transactions_root;
    Hash receipts_root;
    Bloom logs_bloom;
    std::uint64_t number = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    std::uint64_t timestamp = 0;  ///< Unix seconds.
    Hash extra_data;              ///< c_h: the proposer's 32-byte preimage.
    Hash mix_hash;                ///< R_h: the block's randomness.
    U256 base_fee_per_gas;        ///< Wei.
    bool operator==(const Header&) const = default;

    Bytes encode() const;
    Hash hash() const;
};

/// Strict: refuses any other value in the constant fields.
Result<Header> decode_header(ByteView encoded);

extern const Hash empty_trie_root;    ///< keccak256(0x80).
extern const Hash empty_ommers_hash;  ///< keccak256(0xc0).

}  // namespace farthing
