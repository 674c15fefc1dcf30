#include "node/metrics.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

TEST(Metrics, counts_appear_in_prometheus_text) {
    Metrics metrics;
    metrics.count_block(7, 1'700'000'000, 3, 63'000);
    metrics.count_block(8, 1'700'000'001, 1, 21'000);
    metrics.count_call("eth_call", true);
    metrics.count_call("eth_call", false);
    metrics.count_call("eth_call", false);
    double waiting = 5;
    metrics.watch("farthing_mempool_transactions", "Waiting", [&] { return waiting; });
    const auto has = [&](const std::string& line) {
        return metrics.text().find('\n' + line + '\n') != std::string::npos;
    };
    EXPECT_TRUE(has("farthing_blocks_total 2"));
    EXPECT_TRUE(has("farthing_transactions_total 4"));
    EXPECT_TRUE(has("farthing_gas_total 84000"));
    EXPECT_TRUE(has("farthing_head_block 8"));
    EXPECT_TRUE(has(R"(farthing_rpc_calls_total{method="eth_call",outcome="error"} 2)")) << metrics.text();
    EXPECT_TRUE(has("farthing_mempool_transactions 5"));
    waiting = 6;
    EXPECT_TRUE(has("farthing_mempool_transactions 6"));
}

}  // namespace
}  // namespace farthing::node
