#include "rpc/methods/fee_methods.hpp"

#include <algorithm>
#include <charconv>

namespace farthing::rpc {
namespace {

constexpr std::uint64_t history_blocks_max = 1024;
constexpr std::size_t percentiles_max = 100;
/// As many as wallets ask for before each transaction need no slot of the searches.
constexpr std::uint64_t quick_blocks_max = 20;

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
std::vector<U256> rewards(const chain::Block& block, const std::vector<double>& percentiles) {
    const auto tips = paid_tips(block);
    std::vector<U256> out;
    std::size_t at = 0;
    std::uint64_t gas = tips.empty() ? 0 : tips[0].gas;
    for (const auto percentile : percentiles) {
        const auto wanted =
            static_cast<std::uint64_t>(static_cast<double>(block.header.gas_used) * percentile / 100);
        while (at + 1 < tips.size() && gas < wanted) gas += tips[++at].gas;
        out.push_back(tips.empty() ? U256(0) : tips[at].tip);
    }
    return out;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string number(double value) {
    char buffer[32];
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

/// What one block says of fees.
struct BlockFees {
    U256 base_fee;
    double fill = 0;
    std::vector<U256> rewards;
};

/// Of up to `count` blocks, the last of them `newest`, oldest first: fewer where reading their transactions
/// takes too long, as the method may answer. One block is in memory at a time.
std::vector<BlockFees> fees_until(const Backend& backend, std::uint64_t newest, std::uint64_t count,
                                  const std::vector<double>& percentiles) {
    const auto& chain = backend.chain();
    const auto until = std::chrono::steady_clock::now() + backend.options().call_timeout;
    std::vector<BlockFees> out;
    for (auto number = newest; out.size() < count; --number) {
        if (!out.empty() && std::chrono::steady_clock::now() > until) break;
        const auto header = chain.header(number);
        const auto block = percentiles.empty() ? nullptr : chain.block(number);
        if (!header || (!percentiles.empty() && !block)) break;  // It was dropped meanwhile.
        out.push_back({.base_fee = header->base_fee_per_gas,
                       .fill = ratio(header->gas_used, header->gas_limit),
                       .rewards = block ? rewards(*block, percentiles) : std::vector<U256>{}});
    }
    std::ranges::reverse(out);
    return out;
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

RpcResult<Json> FeeMethods::fee_history(const Call& call, const Count& blocks, const BlockTag& newest,
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
    const auto wanted = std::min({blocks.value, history_blocks_max, there});
    std::optional<Slots::Held> slot;
    if (wanted > quick_blocks_max) {
        TRY(auto taken, backend_.searches().take(call.client));
        slot.emplace(std::move(taken));
    }
    const auto fees =
        fees_until(backend_, last->header.number, wanted, percentiles.value_or(std::vector<double>{}));
    const auto count = fees.size();
    const auto next = chain.header(last->header.number + 1);
    Writer w;
    w.begin_object().key("oldestBlock").quantity(count == 0 ? 0 : last->header.number + 1 - count);
    w.key("baseFeePerGas").begin_array();
    for (const auto& block : fees) w.quantity(block.base_fee);
    if (count > 0) w.quantity(next ? next->base_fee_per_gas : chain.pending_info().base_fee);
    w.end_array().key("gasUsedRatio").begin_array();
    for (const auto& block : fees) w.raw(number(block.fill));
    w.end_array().key("baseFeePerBlobGas").begin_array();
    for (std::size_t i = 0; count > 0 && i <= count; ++i) w.quantity(blob_base_fee());
    w.end_array().key("blobGasUsedRatio").begin_array();
    for (std::size_t i = 0; i < count; ++i) w.number(0);
    w.end_array();
    if (percentiles && !percentiles->empty()) {
        w.key("reward").begin_array();
        for (const auto& block : fees) {
            w.begin_array();
            for (const auto& reward : block.rewards) w.quantity(reward);
            w.end_array();
        }
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
