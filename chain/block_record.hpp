#pragma once
// One block as the journal keeps it: everything needed to serve it, to replay it and to undo it.
#include "chain/diff.hpp"
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/types/header.hpp"
#include "core/types/log.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace farthing::chain {

/// Block 0 is an ordinary record whose diff creates the allocations.
struct BlockRecord {
    Header header;
    Bytes seal;                       ///< The engine's; empty for block 0.
    std::vector<Bytes> transactions;  ///< EIP-2718 encodings, in block order.
    std::vector<Address> senders;     ///< One a transaction.
    std::vector<Receipt> receipts;    ///< One a transaction.
    std::vector<Diff> diff;           ///< Sorted by comes_before, no key twice.
    bool operator==(const BlockRecord&) const = default;
};

/// RLP of [header, seal, [transaction…], senders joined, [receipt…], [account group…]]; see FORMAT.md.
/// Requires: as many senders and receipts as transactions; a sorted diff.
Bytes encode_record(const BlockRecord& record);

/// Strict inverse: refuses every other encoding of the same record.
Result<BlockRecord> decode_record(ByteView encoded);

/// All but the diff, which is left out unread.
Result<BlockRecord> decode_record_without_diff(ByteView encoded);

/// Visits the diff alone, change by change: that of block 0 may be larger than memory should hold twice.
Result<void> for_each_record_change(ByteView encoded, const std::function<void(const Diff&)>& visit);

/// Transactions, receipts, logs and gas are those of the header. Of the diff, nothing can be said.
Result<void> check_roots(const BlockRecord& record);

/// The header alone, from the first bytes of an encoding. The caller checks it by its hash.
Result<Header> decode_front_header(ByteView front);

}  // namespace farthing::chain
