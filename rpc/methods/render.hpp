#pragma once
// Blocks, transactions, receipts and logs as Ethereum's OpenRPC (execution-apis) describes them. A mined
// transaction carries blockTimestamp, a receipt must not.
#include "chain/blockchain.hpp"
#include "rpc/json/writer.hpp"

namespace farthing::rpc {

/// `full`: whole transactions instead of their hashes.
void write_block(Writer& w, const chain::Block& block, bool full);
/// The head as newHeads carries it: header only.
void write_head(Writer& w, const chain::Block& block);
void write_transaction(Writer& w, const chain::Block& block, std::size_t index);
void write_pending_transaction(Writer& w, const chain::SignedTx& tx);
void write_receipt(Writer& w, const chain::Block& block, std::size_t index);
void write_log(Writer& w, const chain::LogEntry& entry);

/// The members of a header; open so that a caller may add to the object.
void write_header_members(Writer& w, const Header& header);
void write_access_list(Writer& w, const std::vector<AccessListEntry>& list);

}  // namespace farthing::rpc
