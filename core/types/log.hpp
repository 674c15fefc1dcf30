#pragma once
// Logs, their bloom filter and receipts (Yellow Paper 4.3.1).
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

namespace farthing {

struct Log {
    Address address;
    std::vector<Hash> topics;  ///< At most 4.
    Bytes data;
    bool operator==(const Log&) const = default;
};

using Bloom = FixedBytes<256>;

/// Adds address and topics (YP equation 29: three bits of 2,048 each).
void add_to_bloom(Bloom& bloom, const Log& log);
bool may_contain(const Bloom& bloom, ByteView address_or_topic);

struct Receipt {
    std::uint8_t tx_type = 0;
    bool success = false;
    std::uint64_t cumulative_gas_used = 0;
    std::vector<Log> logs;
    bool operator==(const Receipt&) const = default;

    Bloom bloom() const;
    /// EIP-2718 form: type byte (none for type 0), then RLP of [status, cumulative gas, bloom, logs].
    Bytes encode() const { return encode(bloom()); }
    /// The same for a caller that has computed bloom() already.
    Bytes encode(const Bloom& own_bloom) const;
};

/// Strict inverse of Receipt::encode; the bloom must match the logs. Errors as decode_transaction's.
Result<Receipt> decode_receipt(ByteView encoded);

}  // namespace farthing
