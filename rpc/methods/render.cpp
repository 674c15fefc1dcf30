#include "rpc/methods/render.hpp"

namespace farthing::rpc {
namespace {

void write_fees(Writer& w, const Transaction& tx, const U256* base_fee) {
    if (tx.type == TxType::dynamic_fee) {
        w.key("maxFeePerGas").quantity(tx.max_fee_per_gas);
        w.key("maxPriorityFeePerGas").quantity(tx.max_priority_fee_per_gas);
    }
    const bool is_mined = tx.type == TxType::dynamic_fee && base_fee && *base_fee <= tx.max_fee_per_gas;
    w.key("gasPrice").quantity(is_mined ? U256(*base_fee + tx.priority_fee(*base_fee)) : tx.max_fee_per_gas);
}

void write_signature(Writer& w, const Transaction& tx) {
    const auto parity = tx.signature.y_parity;
    if (tx.type == TxType::legacy) {
        // EIP-155; without a chain id the old 27 and 28.
        w.key("v").quantity(tx.chain_id ? U256(*tx.chain_id) * 2 + 35 + parity : U256(27 + parity));
    } else {
        w.key("v").quantity(std::uint64_t{parity}).key("yParity").quantity(std::uint64_t{parity});
    }
    w.key("r").quantity(to_u256(tx.signature.r)).key("s").quantity(to_u256(tx.signature.s));
}

/// The members that do not depend on a block.
void write_members(Writer& w, const chain::SignedTx& signed_tx, const U256* base_fee) {
    const auto& tx = signed_tx.tx;
    w.key("hash")
        .data(signed_tx.hash)
        .key("type")
        .quantity(std::uint64_t{static_cast<std::uint8_t>(tx.type)});
    w.key("nonce").quantity(tx.nonce).key("from").data(signed_tx.sender).key("to");
    tx.to ? w.data(*tx.to) : w.null();
    w.key("value").quantity(tx.value).key("gas").quantity(tx.gas_limit).key("input").data(tx.data);
    write_fees(w, tx, base_fee);
    if (tx.chain_id) w.key("chainId").quantity(*tx.chain_id);
    if (tx.type != TxType::legacy) {
        w.key("accessList");
        write_access_list(w, tx.access_list);
    }
    write_signature(w, tx);
}

void write_logs(Writer& w, const chain::Block& block, std::size_t index) {
    w.begin_array();
    auto log_index = block.first_log_index(index);
    for (const auto& log : block.receipts[index].logs)
        write_log(w, chain::log_entry(block, static_cast<std::uint32_t>(index), log_index++, log));
    w.end_array();
}

}  // namespace

void write_access_list(Writer& w, const std::vector<AccessListEntry>& list) {
    w.begin_array();
    for (const auto& entry : list) {
        w.begin_object().key("address").data(entry.address).key("storageKeys").begin_array();
        for (const auto& key : entry.storage_keys) w.data(key);
        w.end_array().end_object();
    }
    w.end_array();
}

void write_header_members(Writer& w, const Header& header) {
    w.key("number").quantity(header.number).key("parentHash").data(header.parent_hash);
    w.key("nonce").data(FixedBytes<8>{}).key("mixHash").data(header.mix_hash);
    w.key("sha3Uncles").data(empty_ommers_hash).key("logsBloom").data(header.logs_bloom);
    w.key("transactionsRoot").data(header.transactions_root).key("stateRoot").data(header.state_root);
    w.key("receiptsRoot").data(header.receipts_root).key("miner").data(header.miner);
    w.key("difficulty").quantity(std::uint64_t{0}).key("extraData").data(header.extra_data);
    w.key("gasLimit").quantity(header.gas_limit).key("gasUsed").quantity(header.gas_used);
    w.key("timestamp").quantity(header.timestamp).key("baseFeePerGas").quantity(header.base_fee_per_gas);
    w.key("withdrawalsRoot").data(empty_trie_root).key("blobGasUsed").quantity(std::uint64_t{0});
    w.key("excessBlobGas").quantity(std::uint64_t{0}).key("parentBeaconBlockRoot").data(Hash{});
}

void write_head(Writer& w, const chain::Block& block) {
    w.begin_object().key("hash").data(block.hash);
    write_header_members(w, block.header);
    w.end_object();
}

void write_block(Writer& w, const chain::Block& block, bool full) {
    w.begin_object().key("hash").data(block.hash);
    write_header_members(w, block.header);
    w.key("size").quantity(block.size).key("uncles").begin_array().end_array();
    w.key("withdrawals").begin_array().end_array().key("transactions").begin_array();
    for (std::size_t i = 0; i < block.transactions.size(); ++i)
        full ? write_transaction(w, block, i) : static_cast<void>(w.data(block.transactions[i]->hash));
    w.end_array().end_object();
}

void write_transaction(Writer& w, const chain::Block& block, std::size_t index) {
    w.begin_object();
    w.key("blockHash").data(block.hash).key("blockNumber").quantity(block.header.number);
    w.key("blockTimestamp")
        .quantity(block.header.timestamp)
        .key("transactionIndex")
        .quantity(std::uint64_t{index});
    write_members(w, *block.transactions[index], &block.header.base_fee_per_gas);
    w.end_object();
}

void write_pending_transaction(Writer& w, const chain::SignedTx& tx) {
    w.begin_object().key("blockHash").null().key("blockNumber").null().key("transactionIndex").null();
    write_members(w, tx, nullptr);
    w.end_object();
}

void write_receipt(Writer& w, const chain::Block& block, std::size_t index) {
    const auto& tx = *block.transactions[index];
    const auto& receipt = block.receipts[index];
    const auto& base_fee = block.header.base_fee_per_gas;
    w.begin_object()
        .key("transactionHash")
        .data(tx.hash)
        .key("transactionIndex")
        .quantity(std::uint64_t{index});
    w.key("blockHash").data(block.hash).key("blockNumber").quantity(block.header.number);
    w.key("from").data(tx.sender).key("to");
    tx.tx.to ? w.data(*tx.tx.to) : w.null();
    w.key("type")
        .quantity(std::uint64_t{receipt.tx_type})
        .key("status")
        .quantity(std::uint64_t{receipt.success});
    w.key("cumulativeGasUsed")
        .quantity(receipt.cumulative_gas_used)
        .key("gasUsed")
        .quantity(block.gas_used(index));
    w.key("effectiveGasPrice").quantity(U256(base_fee + tx.tx.priority_fee(base_fee)));
    w.key("contractAddress").null().key("logsBloom").data(receipt.bloom()).key("logs");
    write_logs(w, block, index);
    w.end_object();
}

void write_log(Writer& w, const chain::LogEntry& entry) {
    w.begin_object().key("address").data(entry.log.address).key("topics").begin_array();
    for (const auto& topic : entry.log.topics) w.data(topic);
    w.end_array().key("data").data(entry.log.data);
    w.key("blockHash").data(entry.block_hash).key("blockNumber").quantity(entry.block_number);
    w.key("blockTimestamp").quantity(entry.timestamp);
    w.key("transactionHash").data(entry.tx_hash);
    w.key("transactionIndex")
        .quantity(std::uint64_t{entry.tx_index})
        .key("logIndex")
        .quantity(entry.log_index);
    w.key("removed").boolean(false).end_object();
}

}  // namespace farthing::rpc
