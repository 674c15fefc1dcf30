#include "rpc/methods/block_methods.hpp"

#include "core/rlp/rlp.hpp"
#include "rpc/methods/render.hpp"

namespace farthing::rpc {
namespace {

const Json null{"null"};

Json block_json(const chain::BlockPtr& block, bool full) {
    if (!block) return null;
    Writer w;
    write_block(w, *block, full);
    return w.take();
}

Json transaction_json(const chain::BlockPtr& block, std::uint64_t index) {
    if (!block || index >= block->transactions.size()) return null;
    Writer w;
    write_transaction(w, *block, index);
    return w.take();
}

std::optional<std::uint64_t> count_of(const chain::BlockPtr& block) {
    if (!block) return std::nullopt;
    return block->transactions.size();
}

std::optional<std::uint64_t> no_uncles(const chain::BlockPtr& block) {
    if (!block) return std::nullopt;
    return 0;
}

std::optional<Bytes> raw_of(const chain::BlockPtr& block, std::uint64_t index) {
    if (!block || index >= block->transactions.size()) return std::nullopt;
    return block->transactions[index]->encoded;
}

}  // namespace

std::uint64_t BlockMethods::block_number() {
    return backend_.chain().head()->header.number;
}

RpcResult<Json> BlockMethods::block_by_number(const Call& call, const BlockTag& at, const bool& full) {
    if (at.is(BlockTag::Name::pending)) return pending_block(call, full);
    TRY(const auto block, backend_.kept_block(at));
    return block_json(block, full);
}

/// The next block as far as it can be known: hash, nonce and proposer's secrets are not.
RpcResult<Json> BlockMethods::pending_block(const Call& call, bool full) const {
    TRY(const auto waiting, pending_transactions(call));
    const auto [state, info, number] = backend_.pending_state();
    Header header;
    header.parent_hash = info.parent_hash;
    header.miner = info.miner;
    header.state_root = state.root();
    header.transactions_root = header.receipts_root = empty_trie_root;
    header.number = number;
    header.gas_limit = info.gas_limit;
    header.timestamp = info.timestamp;
    header.base_fee_per_gas = info.base_fee;
    Writer w;
    w.begin_object().key("hash").null();
    write_header_members(w, header);
    w.key("size").quantity(std::uint64_t{0}).key("uncles").begin_array().end_array();
    w.key("withdrawals").begin_array().end_array().key("transactions").begin_array();
    for (const auto& tx : waiting)
        full ? write_pending_transaction(w, *tx) : static_cast<void>(w.data(tx->hash));
    w.end_array().end_object();
    return w.take();
}

Json BlockMethods::block_by_hash(const Hash& hash, const bool& full) {
    return block_json(backend_.chain().block(hash), full);
}

RpcResult<Json> BlockMethods::block_receipts(const BlockTag& at) {
    if (at.is(BlockTag::Name::pending)) return null;
    TRY(const auto block, backend_.kept_block(at));
    if (!block) return null;
    Writer w;
    w.begin_array();
    for (std::size_t i = 0; i < block->transactions.size(); ++i) write_receipt(w, *block, i);
    w.end_array();
    return w.take();
}

RpcResult<BlockMethods::MaybeCount> BlockMethods::count_by_number(const Call& call, const BlockTag& at) {
    if (at.is(BlockTag::Name::pending)) {
        TRY(const auto waiting, pending_transactions(call));
        return waiting.size();
    }
    TRY(const auto block, backend_.kept_block(at));
    return count_of(block);
}
BlockMethods::MaybeCount BlockMethods::count_by_hash(const Hash& hash) {
    return count_of(backend_.chain().block(hash));
}
RpcResult<BlockMethods::MaybeCount> BlockMethods::uncles_by_number(const BlockTag& at) {
    TRY(const auto block, backend_.kept_block(at));
    return no_uncles(block);
}
BlockMethods::MaybeCount BlockMethods::uncles_by_hash(const Hash& hash) {
    return no_uncles(backend_.chain().block(hash));
}
Json BlockMethods::uncle_by_number(const BlockTag&, const std::uint64_t&) {
    return null;
}
Json BlockMethods::uncle_by_hash(const Hash&, const std::uint64_t&) {
    return null;
}

Json BlockMethods::transaction_by_hash(const Hash& hash) {
    const auto& chain = backend_.chain();
    // The pool first: a transaction that leaves it between the two looks is in a block by then.
    if (const auto waiting = chain.mempool().find(hash)) {
        Writer w;
        write_pending_transaction(w, *waiting);
        return w.take();
    }
    const auto location = chain.locate(hash);
    return location ? transaction_json(location->block, location->index) : null;
}

RpcResult<std::vector<chain::SignedTxPtr>> BlockMethods::pending_transactions(const Call& call) const {
    TRY(const auto slot, backend_.searches().take(call.client));
    return backend_.chain().pending_transactions();
}

RpcResult<chain::SignedTxPtr> BlockMethods::pending_transaction(const Call& call, std::uint64_t index) const {
    TRY(const auto waiting, pending_transactions(call));
    return index < waiting.size() ? waiting[index] : nullptr;
}

RpcResult<Json> BlockMethods::transaction_by_number(const Call& call, const BlockTag& at,
                                                    const std::uint64_t& index) {
    if (at.is(BlockTag::Name::pending)) {
        TRY(const auto waiting, pending_transaction(call, index));
        if (!waiting) return null;
        Writer w;
        write_pending_transaction(w, *waiting);
        return w.take();
    }
    TRY(const auto block, backend_.kept_block(at));
    return transaction_json(block, index);
}

Json BlockMethods::transaction_by_block_hash(const Hash& block, const std::uint64_t& index) {
    return transaction_json(backend_.chain().block(block), index);
}

Json BlockMethods::receipt(const Hash& hash) {
    const auto location = backend_.chain().locate(hash);
    if (!location) return null;
    Writer w;
    write_receipt(w, *location->block, location->index);
    return w.take();
}

RpcResult<Bytes> BlockMethods::raw_header(const BlockTag& at) {
    TRY(const auto block, backend_.known_block(at));
    return block->header.encode();
}

/// EIP-4895 block body: [header, transactions, ommers, withdrawals], typed transactions as byte strings.
RpcResult<Bytes> BlockMethods::raw_block(const BlockTag& at) {
    TRY(const auto block, backend_.known_block(at));
    rlp::Encoder e;
    const auto whole = e.begin_list();
    e.add_raw(block->header.encode());
    const auto body = e.begin_list();
    for (const auto& tx : block->transactions)
        tx->tx.type == TxType::legacy ? e.add_raw(tx->encoded) : e.add(ByteView(tx->encoded));
    e.end_list(body);
    e.end_list(e.begin_list());
    e.end_list(e.begin_list());
    e.end_list(whole);
    return e.take();
}

RpcResult<std::vector<Bytes>> BlockMethods::raw_receipts(const BlockTag& at) {
    TRY(const auto block, backend_.known_block(at));
    std::vector<Bytes> out;
    for (const auto& receipt : block->receipts) out.push_back(receipt.encode());
    return out;
}

std::optional<Bytes> BlockMethods::raw_transaction(const Hash& hash) {
    if (const auto waiting = backend_.chain().mempool().find(hash)) return waiting->encoded;
    const auto location = backend_.chain().locate(hash);
    if (!location) return Bytes{};  // As geth: 0x for an unknown hash.
    return raw_of(location->block, location->index);
}

RpcResult<std::optional<Bytes>> BlockMethods::raw_transaction_by_number(const Call& call, const BlockTag& at,
                                                                        const std::uint64_t& index) {
    if (at.is(BlockTag::Name::pending)) {
        TRY(const auto waiting, pending_transaction(call, index));
        return waiting ? std::optional(waiting->encoded) : std::nullopt;
    }
    TRY(const auto block, backend_.kept_block(at));
    return raw_of(block, index);
}

std::optional<Bytes> BlockMethods::raw_transaction_by_block_hash(const Hash& block,
                                                                 const std::uint64_t& index) {
    return raw_of(backend_.chain().block(block), index);
}

void BlockMethods::add_to(Dispatcher& dispatcher) {
    using Self = BlockMethods;
    static constexpr auto rows = methods(
        method<"eth_blockNumber() returns (quantity)", &Self::block_number>("Number of the newest block."),
        method<"eth_getBlockByNumber(blockTag at, bool full = false) returns (block)",
               &Self::block_by_number>("A block; null when there is none."),
        method<"eth_getBlockByHash(hash block, bool full = false) returns (block)", &Self::block_by_hash>(
            "A block; null when there is none."),
        method<"eth_getBlockReceipts(blockTag at) returns (receipts)", &Self::block_receipts>(
            "All receipts of a block."),
        method<"eth_getBlockTransactionCountByNumber(blockTag at) returns (quantity)",
               &Self::count_by_number>("How many transactions a block has."),
        method<"eth_getBlockTransactionCountByHash(hash block) returns (quantity)", &Self::count_by_hash>(
            "How many transactions a block has."),
        method<"eth_getUncleCountByBlockNumber(blockTag at) returns (quantity)", &Self::uncles_by_number>(
            "0: there are none."),
        method<"eth_getUncleCountByBlockHash(hash block) returns (quantity)", &Self::uncles_by_hash>(
            "0: there are none."),
        method<"eth_getUncleByBlockNumberAndIndex(blockTag at, quantity index) returns (block)",
               &Self::uncle_by_number>("null: there are none."),
        method<"eth_getUncleByBlockHashAndIndex(hash block, quantity index) returns (block)",
               &Self::uncle_by_hash>("null: there are none."),
        method<"eth_getTransactionByHash(hash tx) returns (transaction)", &Self::transaction_by_hash>(
            "A transaction, mined or waiting; null when unknown."),
        method<"eth_getTransactionByBlockNumberAndIndex(blockTag at, quantity index) returns (transaction)",
               &Self::transaction_by_number>("A transaction by its place."),
        method<"eth_getTransactionByBlockHashAndIndex(hash block, quantity index) returns (transaction)",
               &Self::transaction_by_block_hash>("A transaction by its place."),
        method<"eth_getTransactionReceipt(hash tx) returns (receipt)", &Self::receipt>(
            "A receipt; null until it is mined."),
        method<"eth_getRawTransactionByHash(hash tx) returns (data)", &Self::raw_transaction>(
            "The signed bytes."),
        method<"eth_getRawTransactionByBlockNumberAndIndex(blockTag at, quantity index) returns (data)",
               &Self::raw_transaction_by_number>("The signed bytes."),
        method<"eth_getRawTransactionByBlockHashAndIndex(hash block, quantity index) returns (data)",
               &Self::raw_transaction_by_block_hash>("The signed bytes."),
        method<"debug_getRawHeader(blockTag at) returns (data)", &Self::raw_header>(
            "RLP of a header; its keccak is the hash."),
        method<"debug_getRawBlock(blockTag at) returns (data)", &Self::raw_block>("RLP of a block."),
        method<"debug_getRawReceipts(blockTag at) returns (data[])", &Self::raw_receipts>(
            "EIP-2718 forms of the receipts."),
        method<"debug_getRawTransaction(hash tx) returns (data)", &Self::raw_transaction>(
            "The signed bytes."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
