#include "chain/event_index.hpp"
#include "chain/worker_pool.hpp"
#include "consensus/solo/solo.hpp"
#include "core/fair/chain.hpp"
#include "core/types/transaction.hpp"
#include "node/commands/commands.hpp"
#include "node/data_directory.hpp"
#include "node/text.hpp"

#include <atomic>
#include <functional>
#include <iostream>
#include <thread>

namespace farthing::node {
namespace {

/// Of a check that found something wrong and could mend it.
constexpr int mended_exit_code = 1;

/// What the store does not understand of a block: who sent its transactions, and who made it.
class SignatureCheck {
 public:
    explicit SignatureCheck(const Address& sequencer)
        : sequencer_(sequencer), workers_(std::max(1u, std::thread::hardware_concurrency())) {}

    Result<void> operator()(const chain::BlockRecord& record) {
        std::atomic<std::size_t> wrong = record.transactions.size();
        workers_.for_each(record.transactions.size(), [&](std::size_t i) {
            const auto tx = decode_transaction(record.transactions[i]);
            const auto sender = tx ? recover_sender(*tx) : std::unexpected(tx.error());
            if (!sender || *sender != record.senders[i]) wrong = i;
        });
        if (wrong < record.transactions.size())
            return fail("transaction " + std::to_string(wrong) +
                        " was not signed by the sender it is filed under");
        const auto& header = record.header;
        if (header.number > 0 && !consensus::check_seal(header.hash(), record.seal, sequencer_))
            return fail("its seal is not the sequencer's");
        return {};
    }

 private:
    Address sequencer_;
    chain::WorkerPool workers_;
};

Result<int> verify_chain(const DataDirectory& data, const chain::Genesis& genesis) {
    std::size_t mended = 0;
    auto options = chain::chain_store_options(data.root);
    options.log = [&mended](const std::string& line) {
        std::cerr << line << '\n';
        ++mended;
    };
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
    SignatureCheck signatures(genesis.sequencer);
    std::uint64_t last_percent = 0;
    const auto report = store->verify(
        [&](std::uint64_t done, std::uint64_t total) {
            const auto percent = total == 0 ? 100 : done * 100 / total;
            if (percent / 10 != last_percent / 10) std::cerr << percent << " %\n";
            last_percent = percent;
        },
        std::ref(signatures));
    if (!report) return fail(report.error().message);
    store->close();
    std::cout << (mended == 0 ? "Everything is as it was written: "
                              : "What is said above was mended; now everything is as it was written: ")
              << counted(report->blocks, "block") << ", " << counted(report->transactions, "transaction")
              << ", " << counted(report->state_entries, "record") << " of state, "
              << counted(report->checkpoints, "checkpoint") << '\n';
    return mended == 0 ? 0 : mended_exit_code;
}

Result<int> verify(const Arguments& arguments) {
    const DataDirectory data{arguments.path("data")};
    TRY(const auto genesis, data.read_genesis());
    TRY(std::ignore, data.read_allocations());
    try {
        return verify_chain(data, genesis);
    } catch (const chain::StorageFailure& failure) {
        return fail(failure.what());
    }
}

}  // namespace

std::vector<Command> db_commands() {
    return {{"db verify",
             "Read and hash again all that is on disk (exit code 1: something was wrong and is mended)",
             "farthing db verify --data ~/.farthing",
             {setting("data")},
             verify}};
}

}  // namespace farthing::node
