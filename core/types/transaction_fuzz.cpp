// What decodes as a transaction is its one encoding, and its sender depends on every field; what is signed
// and encoded here comes back whole, with its signer.
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/testing/fuzz.hpp"
#include "core/types/transaction.hpp"

namespace farthing {
namespace {

void check_decoding(ByteView in) {
    const auto tx = decode_transaction(in);
    if (!tx) return;
    FARTHING_CHECK(std::ranges::equal(tx->encode(), in));
    FARTHING_CHECK(tx->hash() == keccak256(in));
    FARTHING_CHECK(tx->nonce < ~std::uint64_t{0});
    FARTHING_CHECK(intrinsic_gas(*tx) >= 21'000);
    const auto sender = recover_sender(*tx);
    if (!sender) return;
    FARTHING_CHECK(has_low_s(tx->signature));
    FARTHING_CHECK(recover_address(tx->signing_hash(), tx->signature) == *sender);
    auto other = *tx;
    other.value = other.value == 0 ? U256(1) : U256(other.value - 1);
    const auto forged = recover_sender(other);
    FARTHING_CHECK(!forged || *forged != *sender);
}

Transaction any_transaction(fuzz::Source& from) {
    Transaction tx;
    tx.type = static_cast<TxType>(from.below(3));
    if (tx.type != TxType::legacy || from.flag()) tx.chain_id = from.number(1 + from.below(4));
    tx.nonce = from.number() / 2;
    tx.max_fee_per_gas = to_u256(from.bytes(from.below(33)));
    tx.max_priority_fee_per_gas =
        tx.type == TxType::dynamic_fee ? to_u256(from.bytes(from.below(33))) : tx.max_fee_per_gas;
    tx.gas_limit = from.number(from.below(9));
    if (from.flag()) tx.to = from.fixed<20>();
    tx.value = to_u256(from.bytes(from.below(33)));
    const auto data = from.bytes(from.below(300));
    tx.data.assign(data.begin(), data.end());
    if (tx.type == TxType::legacy) return tx;
    for (auto entries = from.below(4); entries > 0; --entries) {
        AccessListEntry entry{from.fixed<20>(), {}};
        for (auto keys = from.below(3); keys > 0; --keys) entry.storage_keys.push_back(from.fixed<32>());
        tx.access_list.push_back(std::move(entry));
    }
    return tx;
}

void check_signing(ByteView in) {
    fuzz::Source plan(in);
    const auto key = SecretKey::from(to_word(U256(1 + plan.byte())));
    auto tx = any_transaction(plan);
    // EIP-1559 forbids a tip above the cap, and the legacy v has room for ids below 2^63 only.
    if (tx.max_priority_fee_per_gas > tx.max_fee_per_gas)
        std::swap(tx.max_priority_fee_per_gas, tx.max_fee_per_gas);
    sign(tx, *key);
    const auto encoded = tx.encode();
    const auto decoded = decode_transaction(encoded);
    if (!decoded) {
        FARTHING_CHECK(tx.chain_id == std::uint64_t{0});
        return;
    }
    FARTHING_CHECK(decoded->encode() == encoded);
    FARTHING_CHECK(decoded->signature == tx.signature);
    FARTHING_CHECK(decoded->data == tx.data && decoded->access_list == tx.access_list);
    FARTHING_CHECK(recover_sender(*decoded) == key->address());
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out{{1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}};
    const auto key = SecretKey::from(to_word(U256(1)));
    for (std::uint8_t i = 0; i < 8; ++i) {
        Bytes plan(200, static_cast<std::uint8_t>(i * 37 + 1));
        plan[0] = i;
        fuzz::Source source(plan);
        auto tx = any_transaction(source);
        tx.chain_id = 1 + i;
        sign(tx, *key);
        Bytes input{0};
        append(input, tx.encode());
        out.push_back(std::move(input));
        plan.insert(plan.begin(), 1);
        out.push_back(std::move(plan));
    }
    return out;
}

FARTHING_FUZZ(transaction, seeds) {
    if (in.empty()) return;
    if (in[0] % 2 == 0)
        check_decoding(in.subspan(1));
    else
        check_signing(in.subspan(1));
}

}  // namespace
}  // namespace farthing
