#include "node/chain_file_format.hpp"

#include "core/rlp/rlp.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace farthing::node {

std::string allocation_file_of(std::string_view genesis) {
    boost::system::error_code error;
    const auto parsed = boost::json::parse(genesis, error);
    const auto* file = error || !parsed.is_object() ? nullptr : parsed.get_object().if_contains("allocFile");
    const auto* path = file && file->is_object() ? file->get_object().if_contains("path") : nullptr;
    return path && path->is_string() ? std::string(path->get_string()) : std::string();
}

void write_number(std::ostream& out, std::uint64_t value, std::size_t size) {
    for (auto left = size; left > 0; --left) out.put(static_cast<char>(value >> 8 * (left - 1)));
}

void write_bytes(std::ostream& out, ByteView bytes) {
    const auto text = as_text(bytes);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void write_item(std::ostream& out, ByteView item) {
    write_number(out, item.size(), 4);
    write_bytes(out, item);
}

Result<Bytes> read_bytes(std::istream& in, std::size_t size) {
    constexpr std::size_t piece = 1 << 20;
    Bytes out;
    while (out.size() < size) {
        const auto begin = out.size();
        out.resize(begin + std::min(piece, size - begin));
        in.read(reinterpret_cast<char*>(out.data() + begin),
                static_cast<std::streamsize>(out.size() - begin));
        if (!in) return fail("the file ends early");
    }
    return out;
}

Result<std::uint64_t> read_number(std::istream& in, std::size_t size) {
    TRY(const auto bytes, read_bytes(in, size));
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
}

Result<Bytes> read_item(std::istream& in) {
    TRY(const auto size, read_number(in, 4));
    return read_bytes(in, size);
}

Bytes encode_block(const chain::BlockRecord& record) {
    rlp::Encoder encoder;
    const auto list = encoder.begin_list();
    encoder.add_raw(record.header.encode());
    encoder.add(ByteView(record.seal));
    const auto transactions = encoder.begin_list();
    for (const auto& tx : record.transactions) encoder.add(ByteView(tx));
    encoder.end_list(transactions);
    encoder.end_list(list);
    return encoder.take();
}

Result<FileBlock> decode_block(ByteView item) {
    rlp::Decoder whole(item);
    TRY(auto list, whole.list());
    TRY(whole.finish());
    FileBlock block;
    TRY(const auto header, list.raw());
    TRY(block.header, decode_header(header));
    TRY(const auto seal, list.string());
    block.seal.assign(seal.begin(), seal.end());
    TRY(auto transactions, list.list());
    TRY(list.finish());
    while (!transactions.empty()) {
        TRY(const auto tx, transactions.string());
        block.transactions.emplace_back(tx.begin(), tx.end());
    }
    return block;
}

Bytes encode_base(const chain::BlockRecord& record) {
    rlp::Encoder encoder;
    const auto list = encoder.begin_list();
    encoder.add_raw(encode_block(record));
    const auto receipts = encoder.begin_list();
    for (const auto& receipt : record.receipts) encoder.add(ByteView(receipt.encode()));
    encoder.end_list(receipts);
    encoder.end_list(list);
    return encoder.take();
}

Result<FileBase> decode_base(ByteView item) {
    rlp::Decoder whole(item);
    TRY(auto list, whole.list());
    TRY(whole.finish());
    FileBase base;
    TRY(const auto block, list.raw());
    TRY(base.block, decode_block(block));
    TRY(auto receipts, list.list());
    TRY(list.finish());
    while (!receipts.empty()) {
        TRY(const auto encoded, receipts.string());
        TRY(auto receipt, decode_receipt(encoded));
        base.receipts.push_back(std::move(receipt));
    }
    return base;
}

}  // namespace farthing::node
