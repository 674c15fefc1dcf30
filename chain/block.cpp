#include "chain/block.hpp"

#include "core/base/wide.hpp"

namespace farthing::chain {

std::optional<U256> most_it_can_cost(const Transaction& tx) {
    // 64 bits of gas and one of carry: below this no step can overflow, and 512 bits are slow.
    static const U256 plain_fee_max = U256(1) << 190, plain_value_max = U256(1) << 255;
    if (tx.max_fee_per_gas < plain_fee_max && tx.value < plain_value_max)
        return tx.max_fee_per_gas * tx.gas_limit + tx.value;
    using Wide = boost::multiprecision::uint512_t;
    const Wide cost = to_wide<Wide>(tx.max_fee_per_gas) * tx.gas_limit + to_wide<Wide>(tx.value);
    if (cost > to_wide<Wide>(u256_max)) return std::nullopt;
    return to_narrow(cost);
}

std::uint64_t Block::gas_used(std::size_t tx_index) const {
    const auto before = tx_index == 0 ? 0 : receipts[tx_index - 1].cumulative_gas_used;
    return receipts[tx_index].cumulative_gas_used - before;
}

std::uint64_t Block::first_log_index(std::size_t tx_index) const {
    std::uint64_t index = 0;
    for (std::size_t i = 0; i < tx_index; ++i) index += receipts[i].logs.size();
    return index;
}

}  // namespace farthing::chain
