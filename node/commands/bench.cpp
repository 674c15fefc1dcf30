#include "node/bench_start.hpp"
#include "node/bench_transfers.hpp"
#include "node/commands/commands.hpp"

#include <filesystem>
#include <iostream>

namespace farthing::node {
namespace {

Result<int> transfers(const Arguments& arguments) {
    TransferBench bench;
    bench.accounts = arguments.whole("accounts");
    bench.senders = arguments.whole("senders");
    bench.transactions = arguments.whole("transactions");
    bench.batch = arguments.whole("batch");
    bench.connections = arguments.whole("connections");
    bench.block_time = arguments.duration("block-time");
    bench.checkpoint_blocks = arguments.whole("checkpoint-blocks");
    bench.directory = arguments.path("directory");
    if (std::filesystem::exists(bench.directory))
        return fail(bench.directory.string() +
                    " exists; name a directory that does not, it is removed afterwards");
    const auto report = run_transfer_bench(bench);
    std::filesystem::remove_all(bench.directory);
    if (!report) return std::unexpected(report.error());
    std::cout << *report;
    return 0;
}

Result<int> start(const Arguments& arguments) {
    StartBench bench;
    bench.accounts = arguments.whole("accounts");
    bench.starts = arguments.whole("starts");
    bench.directory = arguments.path("directory");
    TRY(const auto report, run_start_bench(bench));
    std::cout << report;
    return 0;
}

}  // namespace

std::vector<Command> bench_commands() {
    return {{"bench start",
             "Measure how soon a node with a large state answers, and what it holds in memory",
             "farthing bench start --accounts 10000000 --directory /tmp/ten-million",
             {{"accounts", Kind::whole, "1000000", "Funded accounts, when the directory is new"},
              {"starts", Kind::whole, "3", "Starts to measure"},
              {"directory", Kind::path, "farthing-bench-start",
               "Where the chain is made, or was by an earlier run; not removed"}},
             start},
            {"bench transfers",
             "Measure signed transfers from JSON batches to synced blocks, beside the recover bound",
             "farthing bench transfers --transactions 200000",
             {{"accounts", Kind::whole, "1000000", "Funded accounts in the state"},
              {"senders", Kind::whole, "1000", "Accounts that send"},
              {"transactions", Kind::whole, "200000", "Transfers to sign and send"},
              {"batch", Kind::whole, "100", "Calls in one HTTP request"},
              {"connections", Kind::whole, "4", "HTTP connections that send"},
              {"block-time", Kind::seconds, "0.7",
               "Seconds from block to block; 0 makes one as soon as there is work"},
              {"checkpoint-blocks", Kind::whole, "0", "Blocks from one checkpoint to the next; 0 makes none"},
              {"directory", Kind::path, "farthing-bench", "Where the chain is made; removed afterwards"}},
             transfers}};
}

}  // namespace farthing::node
