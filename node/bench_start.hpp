#pragma once
// `farthing bench start`: how long a node takes to answer with a large state, and what it then holds in
// memory.
#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace farthing::node {

struct StartBench {
    std::uint64_t accounts = 1'000'000;  ///< Funded at block 0.
    std::uint64_t starts = 3;
    std::filesystem::path directory;  ///< Made when missing, kept and used again otherwise.
};

/// Starts the node of this program in processes of their own, as an operator would, and gives the report.
Result<std::string> run_start_bench(const StartBench& bench);

}  // namespace farthing::node
