#include "rpc/methods/fee_methods.hpp"

#include <algorithm>
#include <charconv>

namespace farthing::rpc {
namespace {

constexpr std::uint64_t history_blocks_max = 1024;
constexpr std::size_t percentiles_max = 100;

struct Paid {
    U256 tip;
    std::uint64_t gas = 0;
};

/// Tips of a block's transactions, cheapest first.
std::vector<Paid> paid_tips(const chain::Block& block) {
    std::vector<Paid> out;
    for (std::size_t i = 0; i < block.transactions.size(); ++i)
        out.push_back(
            {block.transactions[i]->tx.priority_fee(block.header.base_fee_per_gas), block.gas_used(i)});
    std::ranges::stable_sort(out, {}, &Paid::tip);
    return out;
}

/// The tip at each percentile of the block's gas (ascending); zeros for an empty block.
void write_rewards(Writer& w, const chain::Block& block, const std::vector<double>& percentiles) {
    const auto tips = paid_tips(block);
    w.begin_array();
    std::size_t at = 0;
    std::uint64_t gas = tips.empty() ? 0 : tips[0].gas;
    for (const auto percentile : percentiles) {
        const auto wanted =
            static_cast<std::uint64_t>(static_cast<double>(block.header.gas_used) * percentile / 100);
        while (at + 1 < tips.size() && gas < wanted) gas += tips[++at].gas;
        w.quantity(tips.empty() ? U256(0) : tips[at].tip);
    }
    w.end_array();
}

std::string ratio(std::uint64_t part, std::uint64_t whole) {
    char buffer[32];
    const double value = whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    return {std::begin(buffer), std::to_chars(std::begin(buffer), std::end(buffer), value).ptr};
}

RpcResult<void> check(const std::vector<double>& percentiles) {
    if (percentiles.size() > percentiles_max)
        return rpc_fail(code::invalid_params, "invalid reward percentile: over the query limit 100");
    for (std::size_t i = 0; i < percentiles.size(); ++i) {
        if (!(percentiles[i] >= 0 && percentiles[i] <= 100))
            return rpc_fail(code::invalid_params, "invalid reward percentile: not between 0 and 100");
        if (i > 0 && percentiles[i] < percentiles[i - 1])
            return rpc_fail(code::invalid_params, "invalid reward percentile: not in ascending order");
    }
    return {};
}

}  // namespace

U256 suggested_tip(const chain::Blockchain& chain) {
    const auto head = chain.head();
    if (head->header.gas_used < head->header.gas_limit / 2) return 0;
    const auto tips = paid_tips(*head);
    return tips.empty() ? U256(0) : tips[tips.size() * 6 / 10].tip;
}

U256 FeeMethods::gas_price() {
    return base_fee() + max_priority_fee();
}
U256 FeeMethods::max_priority_fee() {
    return suggested_tip(backend_.chain());
}
U256 FeeMethods::base_fee() {
    return backend_.chain().pending_info().base_fee;
}

RpcResult<Json> FeeMethods::fee_history(const Count& blocks, const BlockTag& newest,
                                        const std::optional<std::vector<double>>& percentiles) {
    if (percentiles) TRY(check(*percentiles));
    const auto& chain = backend_.chain();
    const auto head = chain.head();
    if (const auto* number = std::get_if<std::uint64_t>(&newest.at); number && *number > head->header.number)
        return rpc_fail(code::server_error, "request beyond head block: requested " +
                                                std::to_string(*number) + ", head " +
                                                std::to_string(head->header.number));
    TRY(const auto last, backend_.known_block(newest));
    // As far back as blocks are there: block 0 stands alone where those after it were dropped.
    const auto kept = chain.oldest_block();
    const auto there = last->header.number < kept ? 1 : last->header.number + 1 - kept;
    const auto count = std::min({blocks.value, history_blocks_max, there});
    const auto oldest = last->header.number + 1 - count;
    std::vector<chain::BlockPtr> found;
    for (auto number = oldest; number <= last->header.number; ++number) {
        found.push_back(chain.block(number));
        if (!found.back()) return rpc_fail(code::server_error, "header not found");
    }
    const auto next = chain.block(last->header.number + 1);
    Writer w;
    w.begin_object().key("oldestBlock").quantity(count == 0 ? 0 : oldest).key("baseFeePerGas").begin_array();
    for (const auto& block : found) w.quantity(block->header.base_fee_per_gas);
    if (count > 0) w.quantity(next ? next->header.base_fee_per_gas : chain.pending_info().base_fee);
    w.end_array().key("gasUsedRatio").begin_array();
    for (const auto& block : found) w.raw(ratio(block->header.gas_used, block->header.gas_limit));
    w.end_array().key("baseFeePerBlobGas").begin_array();
    for (std::size_t i = 0; count > 0 && i <= count; ++i) w.quantity(blob_base_fee());
    w.end_array().key("blobGasUsedRatio").begin_array();
    for (std::size_t i = 0; i < count; ++i) w.number(0);
    w.end_array();
    if (percentiles && !percentiles->empty()) {
        w.key("reward").begin_array();
        for (const auto& block : found) write_rewards(w, *block, *percentiles);
        w.end_array();
    }
    return w.end_object().take();
}

void FeeMethods::add_to(Dispatcher& dispatcher) {
    using Self = FeeMethods;
    static constexpr auto rows = methods(
        method<"eth_gasPrice() returns (quantity)", &Self::gas_price>(
            "Wei a gas that a legacy transaction should pay."),
        method<"eth_maxPriorityFeePerGas() returns (quantity)", &Self::max_priority_fee>(
            "Wei a gas to tip; 0 while blocks have room."),
        method<"eth_baseFee() returns (quantity)", &Self::base_fee>("Base fee of the next block, wei a gas."),
        method<"eth_blobBaseFee() returns (quantity)", &Self::blob_base_fee>(
            "1, the minimum: there are no blobs."),
        method<"eth_feeHistory(count blocks, blockTag newest, number[] percentiles?) returns (feeHistory)",
               &Self::fee_history>("Base fees, fill and tips of up to 1024 blocks."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
