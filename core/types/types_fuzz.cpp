// Headers, receipts and accounts: what decodes is the one encoding of what it decodes to.
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/testing/fuzz.hpp"
#include "core/types/account.hpp"
#include "core/types/header.hpp"
#include "core/types/log.hpp"

namespace farthing {
namespace {

void check_receipt(const Receipt& receipt) {
    const auto bloom = receipt.bloom();
    for (const auto& log : receipt.logs) {
        FARTHING_CHECK(may_contain(bloom, log.address));
        for (const auto& topic : log.topics) FARTHING_CHECK(may_contain(bloom, topic));
    }
}

Receipt any_receipt(fuzz::Source& from) {
    Receipt receipt{static_cast<std::uint8_t>(from.below(3)), from.flag(), from.number(from.below(9)), {}};
    for (auto logs = from.below(5); logs > 0; --logs) {
        Log log{from.fixed<20>(), {}, {}};
        for (auto topics = from.below(5); topics > 0; --topics) log.topics.push_back(from.fixed<32>());
        const auto data = from.bytes(from.below(100));
        log.data.assign(data.begin(), data.end());
        receipt.logs.push_back(std::move(log));
    }
    return receipt;
}

Header any_header(fuzz::Source& from) {
    Header h;
    h.parent_hash = from.fixed<32>();
    h.miner = from.fixed<20>();
    h.state_root = from.fixed<32>();
    h.number = from.number(from.below(9));
    h.gas_limit = from.number(from.below(9));
    h.gas_used = from.number(from.below(9));
    h.timestamp = from.number(from.below(9));
    h.extra_data = from.fixed<32>();
    h.mix_hash = from.fixed<32>();
    h.base_fee_per_gas = to_u256(from.bytes(from.below(33)));
    return h;
}

Account any_account(fuzz::Source& from) {
    return {from.number(from.below(9)), to_u256(from.bytes(from.below(33))), from.fixed<32>(),
            from.fixed<32>()};
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (std::uint8_t i = 0; i < 6; ++i) {
        Bytes plan(150, static_cast<std::uint8_t>(i * 51 + 3));
        const auto add = [&](std::uint8_t kind, const Bytes& bytes) {
            out.push_back({kind});
            append(out.back(), bytes);
        };
        fuzz::Source a(plan), b(plan), c(plan);
        add(0, any_receipt(a).encode());
        add(1, any_header(b).encode());
        add(2, any_account(c).encode());
        add(3, plan);
    }
    return out;
}

FARTHING_FUZZ(types, seeds) {
    if (in.empty()) return;
    const auto rest = in.subspan(1);
    switch (in[0] % 4) {
        case 0:
            if (const auto receipt = decode_receipt(rest)) {
                FARTHING_CHECK(std::ranges::equal(receipt->encode(), rest));
                check_receipt(*receipt);
            }
            break;
        case 1:
            if (const auto header = decode_header(rest)) {
                FARTHING_CHECK(std::ranges::equal(header->encode(), rest));
                FARTHING_CHECK(header->hash() == keccak256(rest));
            }
            break;
        case 2:
            if (const auto account = decode_account(rest))
                FARTHING_CHECK(std::ranges::equal(account->encode(), rest));
            break;
        default: {
            fuzz::Source plan(rest);
            const auto receipt = any_receipt(plan);
            const auto header = any_header(plan);
            const auto account = any_account(plan);
            FARTHING_CHECK(decode_receipt(receipt.encode()) == receipt);
            FARTHING_CHECK(decode_header(header.encode()) == header);
            FARTHING_CHECK(decode_account(account.encode()) == account);
        }
    }
}

}  // namespace
}  // namespace farthing
