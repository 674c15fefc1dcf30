#include "chain/block.hpp"

namespace farthing::chain {

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
