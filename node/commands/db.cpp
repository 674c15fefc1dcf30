#include "chain/store.hpp"
#include "core/fair/chain.hpp"
#include "node/commands/commands.hpp"
#include "node/data_directory.hpp"
#include "node/text.hpp"

#include <iostream>

namespace farthing::node {
namespace {

Result<int> verify_chain(const DataDirectory& data, const chain::Genesis& genesis) {
    chain::StoreOptions options;
    options.directory = data.root;
    options.log = [](const std::string& line) { std::cerr << line << '\n'; };
    options.check_origin = [&](const Header& origin) {
        if (origin.mix_hash != fair::genesis_randomness(genesis.file))
            throw chain::StorageFailure("block 0 does not commit to " + data.genesis().string() +
                                        ": the file was changed after the chain was made, or the journal is "
                                        "another chain's; restore it from a backup");
    };
    const auto store = chain::Store::open(std::move(options));
    if (!store->head())
        return fail("there is no chain in " + data.root.string() +
                    " yet: its genesis file is there and block 0 is not, which `farthing node` makes");
    std::uint64_t last_percent = 0;
    const auto report = store->verify([&](std::uint64_t done, std::uint64_t total) {
        const auto percent = total == 0 ? 100 : done * 100 / total;
        if (percent / 10 != last_percent / 10) std::cerr << percent << " %\n";
        last_percent = percent;
    });
    if (!report) return fail(report.error().message);
    store->close();
    std::cout << "Everything is as it was written: " << counted(report->blocks, "block") << ", "
              << counted(report->transactions, "transaction") << ", "
              << counted(report->state_entries, "record") << " of state, "
              << counted(report->checkpoints, "checkpoint") << '\n';
    return 0;
}

Result<int> verify(const Arguments& arguments) {
    const DataDirectory data{arguments.path("data")};
    TRY(const auto genesis, data.read_genesis());
    try {
        return verify_chain(data, genesis);
    } catch (const chain::StorageFailure& failure) {
        return fail(failure.what());
    }
}

}  // namespace

std::vector<Command> db_commands() {
    return {{"db verify",
             "Read and hash again all that is on disk",
             "farthing db verify --data ~/.farthing",
             {setting("data")},
             verify}};
}

}  // namespace farthing::node
