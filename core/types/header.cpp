#include "core/types/header.hpp"

#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_constexpr.hpp"
#include "core/rlp/rlp.hpp"

namespace farthing {

constinit const Hash empty_trie_root = keccak256_constexpr("\x80");
constinit const Hash empty_ommers_hash = keccak256_constexpr("\xc0");

namespace {

constexpr FixedBytes<8> zero_nonce{};
constexpr Hash zero_beacon_root{};

/// Reads a field that is the same in every block.
template <std::size_t N>
Result<void> expect(rlp::Decoder& fields, const FixedBytes<N>& constant, const char* name) {
    TRY(const auto got, fields.fixed<N>());
    if (got != constant) return fail(std::string("header: unexpected ") + name);
    return {};
}

Result<void> expect_zero(rlp::Decoder& fields, const char* name) {
    TRY(const auto got, fields.u64());
    if (got != 0) return fail(std::string("header: ") + name + " must be 0");
    return {};
}

}  // namespace

Bytes Header::encode() const {
    rlp::Encoder out(640);  // 614 bytes at today's numbers.
    const auto fields = out.begin_list();
    out.add(parent_hash);
    out.add(empty_ommers_hash);
    out.add(miner);
    out.add(state_root);
    out.add(transactions_root);
    out.add(receipts_root);
    out.add(logs_bloom);
    out.add(std::uint64_t{0});  // difficulty
    out.add(number);
    out.add(gas_limit);
    out.add(gas_used);
    out.add(timestamp);
    out.add(extra_data);
    out.add(mix_hash);
    out.add(zero_nonce);
    out.add(base_fee_per_gas);
    out.add(empty_trie_root);   // withdrawalsRoot
    out.add(std::uint64_t{0});  // blobGasUsed
    out.add(std::uint64_t{0});  // excessBlobGas
    out.add(zero_beacon_root);
    out.end_list(fields);
    return out.take();
}

Hash Header::hash() const {
    return keccak256(encode());
}

Result<Header> decode_header(ByteView encoded) {
    rlp::Decoder in(encoded);
    TRY(auto fields, in.list());
    TRY(in.finish());
    Header header;
    TRY(header.parent_hash, fields.fixed<32>());
    TRY(expect(fields, empty_ommers_hash, "ommersHash"));
    TRY(header.miner, fields.fixed<20>());
    TRY(header.state_root, fields.fixed<32>());
    TRY(header.transactions_root, fields.fixed<32>());
    TRY(header.receipts_root, fields.fixed<32>());
    TRY(header.logs_bloom, fields.fixed<256>());
    TRY(expect_zero(fields, "difficulty"));
    TRY(header.number, fields.u64());
    TRY(header.gas_limit, fields.u64());
    TRY(header.gas_used, fields.u64());
    TRY(header.timestamp, fields.u64());
    TRY(header.extra_data, fields.fixed<32>());
    TRY(header.mix_hash, fields.fixed<32>());
    TRY(expect(fields, zero_nonce, "nonce"));
    TRY(header.base_fee_per_gas, fields.u256());
    TRY(expect(fields, empty_trie_root, "withdrawalsRoot"));
    TRY(expect_zero(fields, "blobGasUsed"));
    TRY(expect_zero(fields, "excessBlobGas"));
    TRY(expect(fields, zero_beacon_root, "parentBeaconBlockRoot"));
    TRY(fields.finish());
    return header;
}

}  // namespace farthing
