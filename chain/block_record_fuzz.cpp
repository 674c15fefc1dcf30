// A block's record has one encoding only, and those who read a part of it see what those see who read all.
#include "chain/block_record.hpp"
#include "core/base/check.hpp"
#include "core/testing/fuzz.hpp"

namespace farthing::chain {
namespace {

void check_parts(const BlockRecord& record, ByteView encoded) {
    const auto header = decode_front_header(encoded.first(std::min<std::size_t>(encoded.size(), 1024)));
    FARTHING_CHECK(header && *header == record.header);
    auto without = record;
    without.diff.clear();
    FARTHING_CHECK(decode_record_without_diff(encoded) == without);
    std::vector<Diff> changes;
    FARTHING_CHECK(for_each_record_change(encoded, [&](const Diff& change) { changes.push_back(change); }));
    FARTHING_CHECK(changes == record.diff);
}

AccountState any_account(fuzz::Source& from) {
    AccountState out;
    if (from.below(3) == 0) return out;
    out.nonce = from.number(from.below(9));
    out.balance = to_u256(from.bytes(from.below(33)));
    const auto code = from.bytes(from.below(20));
    out.code.assign(code.begin(), code.end());
    return out;
}

BlockRecord any_record(fuzz::Source& from) {
    BlockRecord record;
    record.header.number = from.number(from.below(9));
    record.header.timestamp = from.number(from.below(9));
    record.header.extra_data = from.fixed<32>();
    const auto seal = from.bytes(from.below(70));
    record.seal.assign(seal.begin(), seal.end());
    for (auto left = from.below(5); left > 0; --left) {
        const auto tx = from.bytes(from.below(60));
        record.transactions.emplace_back(tx.begin(), tx.end());
        record.senders.push_back(from.fixed<20>());
        Receipt receipt{
            static_cast<std::uint8_t>(from.below(3)), from.flag(), from.number(from.below(9)), {}};
        for (auto logs = from.below(3); logs > 0; --logs) {
            Log log{from.fixed<20>(), {}, {}};
            for (auto topics = from.below(5); topics > 0; --topics) log.topics.push_back(from.fixed<32>());
            const auto data = from.bytes(from.below(40));
            log.data.assign(data.begin(), data.end());
            receipt.logs.push_back(std::move(log));
        }
        record.receipts.push_back(std::move(receipt));
    }
    for (auto left = from.below(10); left > 0; --left) {
        Diff d;
        d.address[19] = static_cast<std::uint8_t>(from.below(4));
        if (from.flag()) {
            d.slot.emplace();
            (*d.slot)[31] = from.byte();
            d.word_before = from.fixed<32>();
            d.word_after[31] = from.byte();
        } else {
            d.account_before = any_account(from);
            d.account_after = any_account(from);
        }
        if (d.account_before == d.account_after && d.word_before == d.word_after) continue;
        record.diff.push_back(std::move(d));
    }
    std::ranges::stable_sort(record.diff, comes_before);
    const auto [first, last] = std::ranges::unique(
        record.diff, [](const Diff& a, const Diff& b) { return !comes_before(a, b) && !comes_before(b, a); });
    record.diff.erase(first, last);
    return record;
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (std::uint8_t i = 1; i < 8; ++i) {
        Bytes plan;
        for (unsigned n = 0; n < 120u * i; ++n)
            plan.push_back(static_cast<std::uint8_t>(n * (2u * i + 1u) + (n >> 4)));
        fuzz::Source from(plan);
        out.push_back({0});
        append(out.back(), encode_record(any_record(from)));
        plan.insert(plan.begin(), 1);
        out.push_back(std::move(plan));
    }
    return out;
}

FARTHING_FUZZ(block_record, seeds) {
    if (in.empty()) return;
    const auto rest = in.subspan(1);
    if (in[0] % 2 != 0) {
        fuzz::Source plan(rest);
        const auto record = any_record(plan);
        const auto encoded = encode_record(record);
        FARTHING_CHECK(decode_record(encoded) == record);
        return check_parts(record, encoded);
    }
    const auto record = decode_record(rest);
    if (record) {
        FARTHING_CHECK(std::ranges::equal(encode_record(*record), rest));
        return check_parts(*record, rest);
    }
    // Refused as a whole: its parts may be read or refused, but nothing worse.
    if (const auto header = decode_front_header(rest))
        FARTHING_CHECK(decode_header(header->encode()) == *header);
    if (auto front = decode_record_without_diff(rest))
        FARTHING_CHECK(front->receipts.size() == front->transactions.size());
}

}  // namespace
}  // namespace farthing::chain
