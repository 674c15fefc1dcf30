#pragma once
// eth_ and debug_ methods that read blocks, transactions and receipts.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

class BlockMethods {
 public:
    explicit BlockMethods(const Backend& backend) : backend_(backend) {}
    void add_to(Dispatcher& dispatcher);

 private:
    using MaybeCount = std::optional<std::uint64_t>;

    std::uint64_t block_number();
    RpcResult<Json> block_by_number(const Call& call, const BlockTag& at, const bool& full);
    Json block_by_hash(const Hash& hash, const bool& full);
    RpcResult<Json> block_receipts(const BlockTag& at);
    RpcResult<MaybeCount> count_by_number(const Call& call, const BlockTag& at);
    MaybeCount count_by_hash(const Hash& hash);
    RpcResult<MaybeCount> uncles_by_number(const BlockTag& at);
    MaybeCount uncles_by_hash(const Hash& hash);
    Json uncle_by_number(const BlockTag& at, const std::uint64_t& index);
    Json uncle_by_hash(const Hash& hash, const std::uint64_t& index);
    Json transaction_by_hash(const Hash& hash);
    RpcResult<Json> transaction_by_number(const Call& call, const BlockTag& at, const std::uint64_t& index);
    Json transaction_by_block_hash(const Hash& block, const std::uint64_t& index);
    Json receipt(const Hash& hash);
    RpcResult<Bytes> raw_header(const BlockTag& at);
    RpcResult<Bytes> raw_block(const BlockTag& at);
    RpcResult<std::vector<Bytes>> raw_receipts(const BlockTag& at);
    std::optional<Bytes> raw_transaction(const Hash& hash);
    RpcResult<std::optional<Bytes>> raw_transaction_by_number(const Call& call, const BlockTag& at,
                                                              const std::uint64_t& index);
    std::optional<Bytes> raw_transaction_by_block_hash(const Hash& block, const std::uint64_t& index);

    // What looks at the whole pool needs a slot.
    RpcResult<Json> pending_block(const Call& call, bool full) const;
    RpcResult<std::vector<chain::SignedTxPtr>> pending_transactions(const Call& call) const;
    /// Null when the next block would not have as many.
    RpcResult<chain::SignedTxPtr> pending_transaction(const Call& call, std::uint64_t index) const;

    const Backend& backend_;
};

}  // namespace farthing::rpc
