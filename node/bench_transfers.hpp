#pragma once
// `farthing bench transfers`: the real node under a pre-signed load, measured against the cost of recovering
// the senders' signatures, which no Ethereum chain can do without.
#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace farthing::node {

struct TransferBench {
    std::uint64_t accounts = 1'000'000;  ///< Funded at genesis.
    std::uint64_t senders = 1'000;
    std::uint64_t transactions = 200'000;
    std::uint64_t batch = 100;  ///< Calls in one HTTP request.
    std::uint64_t connections = 4;
    std::uint64_t block_transactions = 20'000;  ///< What fits into a block.
    std::uint64_t checkpoint_blocks = 0;        ///< A checkpoint each so many; 0: none.
    /// 0: a block as soon as there is work. As it stands two cores nearly fill each block.
    std::chrono::milliseconds block_time{700};
    std::filesystem::path directory;  ///< Must not exist; removed afterwards.
};

/// Runs it and gives the report, or says what went wrong (a refused transaction, a full disk).
Result<std::string> run_transfer_bench(const TransferBench& bench);

}  // namespace farthing::node
