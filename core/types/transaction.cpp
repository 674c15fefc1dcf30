#include "core/types/transaction.hpp"

#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/rlp/rlp.hpp"

namespace farthing {

namespace {

/// First bytes up to here are EIP-2718 types; a legacy transaction begins with a list's prefix.
constexpr std::uint8_t type_byte_max = 0x7f;
constexpr std::uint64_t unprotected_v = 27;  // YP appendix F; plus y parity
constexpr std::uint64_t protected_v = 35;    // EIP-155; plus y parity plus twice the chain id

void encode_access_list(rlp::Encoder& out, const std::vector<AccessListEntry>& entries) {
    const auto list = out.begin_list();
    for (const auto& entry : entries) {
        const auto pair = out.begin_list();
        out.add(entry.address);
        const auto keys = out.begin_list();
        for (const auto& key : entry.storage_keys) out.add(key);
        out.end_list(keys);
        out.end_list(pair);
    }
    out.end_list(list);
}

Result<std::vector<AccessListEntry>> decode_access_list(rlp::Decoder& in) {
    TRY(auto list, in.list());
    std::vector<AccessListEntry> entries;
    while (!list.empty()) {
        TRY(auto pair, list.list());
        AccessListEntry entry;
        TRY(entry.address, pair.fixed<20>());
        TRY(auto keys, pair.list());
        while (!keys.empty()) {
            TRY(const auto key, keys.fixed<32>());
            entry.storage_keys.push_back(key);
        }
        TRY(pair.finish());
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// All fields up to the signature, in the order of the type's EIP.
void encode_unsigned(rlp::Encoder& out, const Transaction& tx) {
    const bool typed = tx.type != TxType::legacy;
    FARTHING_CHECK(!typed || tx.chain_id.has_value());
    if (typed) out.add(*tx.chain_id);
    out.add(tx.nonce);
    if (tx.type == TxType::dynamic_fee) out.add(tx.max_priority_fee_per_gas);
    out.add(tx.max_fee_per_gas);
    out.add(tx.gas_limit);
    out.add(tx.to ? ByteView(*tx.to) : ByteView());
    out.add(tx.value);
    out.add(ByteView(tx.data));
    if (typed) encode_access_list(out, tx.access_list);
}

/// Bytes of a typical encoding without its access list.
std::size_t expected_size(const Transaction& tx) {
    return 160 + tx.data.size();
}

void add_type_byte(rlp::Encoder& out, TxType type) {
    const auto byte = static_cast<std::uint8_t>(type);
    if (type != TxType::legacy) out.add_raw({&byte, 1});
}

/// v of a legacy signature. 256 bits, because twice a chain id may need 65.
U256 legacy_v(const Transaction& tx) {
    if (!tx.chain_id) return U256(unprotected_v + tx.signature.y_parity);
    return U256(*tx.chain_id) * 2 + U256(protected_v + tx.signature.y_parity);
}

/// Sets chain id and y parity from v.
Result<void> read_legacy_v(Transaction& tx, const U256& v) {
    if (v == unprotected_v || v == unprotected_v + 1) {
        tx.signature.y_parity = static_cast<std::uint8_t>(low_u64(v) - unprotected_v);
        return {};
    }
    if (v < protected_v) return fail("transaction: v must be 27, 28 or follow EIP-155");
    const U256 rest = v - protected_v;
    const U256 chain_id = rest / 2;
    if (!fits_u64(chain_id)) return fail("transaction: chain id exceeds 64 bits");
    tx.chain_id = low_u64(chain_id);
    tx.signature.y_parity = static_cast<std::uint8_t>(low_u64(rest) & 1);
    return {};
}

/// A big-endian scalar of at most 32 bytes into a fixed array, without a detour over integers.
Result<Hash> read_signature_scalar(rlp::Decoder& fields) {
    TRY(const auto bytes, fields.string());
    if (bytes.size() > 32) return fail("transaction: r or s exceeds 256 bits");
    if (!bytes.empty() && bytes[0] == 0) return fail("rlp: scalar has leading zeros");
    Hash out;
    std::ranges::copy(bytes, out.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return out;
}

void add_signature_scalar(rlp::Encoder& out, const Hash& scalar) {
    const auto first = std::ranges::find_if(scalar, [](std::uint8_t byte) { return byte != 0; });
    out.add(ByteView(first, scalar.end()));
}

/// From the nonce to the data: the part all types share.
Result<void> decode_common(rlp::Decoder& fields, Transaction& tx) {
    TRY(tx.nonce, fields.u64());
    if (tx.nonce == UINT64_MAX) return fail("transaction: nonce must be below 2^64-1 (EIP-2681)");
    TRY(tx.max_priority_fee_per_gas, fields.u256());
    tx.max_fee_per_gas = tx.max_priority_fee_per_gas;
    if (tx.type == TxType::dynamic_fee) {
        TRY(tx.max_fee_per_gas, fields.u256());
    }
    TRY(tx.gas_limit, fields.u64());
    TRY(const auto to, fields.string());
    if (!to.empty() && to.size() != Address::size())
        return fail("transaction: to must have 20 bytes or none");
    if (!to.empty()) tx.to = Address::from(to);
    TRY(tx.value, fields.u256());
    TRY(const auto data, fields.string());
    tx.data.assign(data.begin(), data.end());
    return {};
}

Result<void> decode_legacy(rlp::Decoder& fields, Transaction& tx) {
    TRY(decode_common(fields, tx));
    TRY(const auto v, fields.u256());
    return read_legacy_v(tx, v);
}

Result<void> decode_typed(rlp::Decoder& fields, Transaction& tx) {
    TRY(tx.chain_id, fields.u64());
    TRY(decode_common(fields, tx));
    TRY(tx.access_list, decode_access_list(fields));
    TRY(const auto y_parity, fields.u64());
    if (y_parity > 1) return fail("transaction: y parity must be 0 or 1");
    tx.signature.y_parity = static_cast<std::uint8_t>(y_parity);
    return {};
}

}  // namespace

Bytes Transaction::signing_preimage() const {
    rlp::Encoder out(expected_size(*this));
    add_type_byte(out, type);
    const auto fields = out.begin_list();
    encode_unsigned(out, *this);
    if (type == TxType::legacy && chain_id) {
        out.add(*chain_id);
        out.add(std::uint64_t{0});
        out.add(std::uint64_t{0});
    }
    out.end_list(fields);
    return out.take();
}

Hash Transaction::signing_hash() const {
    return keccak256(signing_preimage());
}

Bytes Transaction::encode() const {
    FARTHING_CHECK(signature.y_parity <= 1);
    rlp::Encoder out(expected_size(*this));
    add_type_byte(out, type);
    const auto fields = out.begin_list();
    encode_unsigned(out, *this);
    if (type == TxType::legacy)
        out.add(legacy_v(*this));
    else
        out.add(std::uint64_t{signature.y_parity});
    add_signature_scalar(out, signature.r);
    add_signature_scalar(out, signature.s);
    out.end_list(fields);
    return out.take();
}

Hash Transaction::hash() const {
    return keccak256(encode());
}

U256 Transaction::priority_fee(const U256& base_fee) const {
    FARTHING_CHECK(base_fee <= max_fee_per_gas);
    const U256 left = max_fee_per_gas - base_fee;
    return left < max_priority_fee_per_gas ? left : max_priority_fee_per_gas;
}

Result<Transaction> decode_transaction(ByteView encoded) {
    if (encoded.empty()) return fail("transaction is empty");
    Transaction tx;
    const bool typed = encoded[0] <= type_byte_max;
    if (typed) {
        if (encoded[0] != static_cast<std::uint8_t>(TxType::access_list) &&
            encoded[0] != static_cast<std::uint8_t>(TxType::dynamic_fee))
            return fail("transaction type not supported");
        tx.type = static_cast<TxType>(encoded[0]);
        encoded = encoded.subspan(1);
    }
    rlp::Decoder in(encoded);
    TRY(auto fields, in.list());
    TRY(in.finish());
    TRY(typed ? decode_typed(fields, tx) : decode_legacy(fields, tx));
    TRY(tx.signature.r, read_signature_scalar(fields));
    TRY(tx.signature.s, read_signature_scalar(fields));
    TRY(fields.finish());
    return tx;
}

Result<Address> recover_sender(const Transaction& tx) {
    return recover_sender(tx, tx.signing_hash());
}

Result<Address> recover_sender(const Transaction& tx, const Hash& signing_hash) {
    if (!has_low_s(tx.signature)) return fail("invalid transaction v, r, s values");  // EIP-2
    auto sender = recover_address(signing_hash, tx.signature);
    if (!sender) return fail("invalid transaction v, r, s values");
    return sender;
}

std::uint64_t intrinsic_gas(const Transaction& tx) {
    const auto zeros = static_cast<std::uint64_t>(std::ranges::count(tx.data, std::uint8_t{0}));
    auto gas = 21'000 + 4 * zeros + 16 * (tx.data.size() - zeros);
    for (const auto& entry : tx.access_list) gas += 2'400 + 1'900 * entry.storage_keys.size();
    return gas;
}

void sign(Transaction& tx, const SecretKey& key) {
    tx.signature = key.sign(tx.signing_hash());
}

}  // namespace farthing
