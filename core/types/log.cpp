#include "core/types/log.hpp"

#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/rlp/rlp.hpp"
#include "core/types/bloom_bits.hpp"

namespace farthing {

namespace {

constexpr std::size_t topics_max = 4;
constexpr std::uint8_t type_max = 2;            // EIP-1559
constexpr std::uint8_t list_prefix_min = 0xc0;  // A first byte from here on is an untyped receipt.

void add_item(Bloom& bloom, ByteView item) {
    for (const auto& bit : bloom_bits(item).bits)
        bloom[bit.at] = static_cast<std::uint8_t>(bloom[bit.at] | bit.mask);
}

void encode_log(rlp::Encoder& out, const Log& log) {
    FARTHING_CHECK(log.topics.size() <= topics_max);
    const auto fields = out.begin_list();
    out.add(log.address);
    const auto topics = out.begin_list();
    for (const auto& topic : log.topics) out.add(topic);
    out.end_list(topics);
    out.add(ByteView(log.data));
    out.end_list(fields);
}

/// Bytes of a receipt's encoding, or a little more.
std::size_t expected_size(const Receipt& receipt) {
    std::size_t size = Bloom::size() + 32;
    for (const auto& log : receipt.logs) size += 48 + 33 * log.topics.size() + log.data.size();
    return size;
}

Result<Log> decode_log(rlp::Decoder& in) {
    TRY(auto fields, in.list());
    Log log;
    TRY(log.address, fields.fixed<20>());
    TRY(auto topics, fields.list());
    while (!topics.empty()) {
        if (log.topics.size() == topics_max) return fail("log: more than 4 topics");
        TRY(const auto topic, topics.fixed<32>());
        log.topics.push_back(topic);
    }
    TRY(const auto data, fields.string());
    log.data.assign(data.begin(), data.end());
    TRY(fields.finish());
    return log;
}

}  // namespace

void add_to_bloom(Bloom& bloom, const Log& log) {
    add_item(bloom, log.address);
    for (const auto& topic : log.topics) add_item(bloom, topic);
}

bool may_contain(const Bloom& bloom, ByteView address_or_topic) {
    return may_contain(bloom, bloom_bits(address_or_topic));
}

Bloom Receipt::bloom() const {
    Bloom out;
    for (const auto& log : logs) add_to_bloom(out, log);
    return out;
}

Bytes Receipt::encode(const Bloom& own_bloom) const {
    FARTHING_CHECK(tx_type <= type_max);
    rlp::Encoder out(expected_size(*this));
    if (tx_type != 0) out.add_raw({&tx_type, 1});
    const auto fields = out.begin_list();
    out.add(std::uint64_t{success});
    out.add(cumulative_gas_used);
    out.add(own_bloom);
    const auto list = out.begin_list();
    for (const auto& log : logs) encode_log(out, log);
    out.end_list(list);
    out.end_list(fields);
    return out.take();
}

Result<Receipt> decode_receipt(ByteView encoded) {
    if (encoded.empty()) return fail("receipt is empty");
    Receipt receipt;
    if (encoded[0] < list_prefix_min) {
        receipt.tx_type = encoded[0];
        if (receipt.tx_type == 0 || receipt.tx_type > type_max) return fail("transaction type not supported");
        encoded = encoded.subspan(1);
    }
    rlp::Decoder in(encoded);
    TRY(auto fields, in.list());
    TRY(in.finish());
    TRY(const auto status, fields.u64());
    if (status > 1) return fail("receipt: status must be 0 or 1");
    receipt.success = status == 1;
    TRY(receipt.cumulative_gas_used, fields.u64());
    TRY(const auto bloom, fields.fixed<256>());
    TRY(auto logs, fields.list());
    while (!logs.empty()) {
        TRY(auto log, decode_log(logs));
        receipt.logs.push_back(std::move(log));
    }
    TRY(fields.finish());
    if (bloom != receipt.bloom()) return fail("receipt: bloom does not match the logs");
    return receipt;
}

}  // namespace farthing
