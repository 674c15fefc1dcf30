// Executes the recorded chain anew and prints what every block came to: number, hash, state root, receipts
// root. Usage: replay_chain FILE. Its output must never change, whatever compiler, optimisation or sanitizer
// made it.
#include "chain/blockchain.hpp"
#include "core/base/hex.hpp"
#include "node/chain_file.hpp"

#include <unistd.h>

#include <fstream>
#include <iostream>

using namespace farthing;

static int replay(const char* file, const std::filesystem::path& folder) {
    const node::DataDirectory data{folder / "chain"};
    std::ifstream in(file, std::ios::binary);
    const auto report = node::import_chain(in, data, [](std::uint64_t, std::uint64_t) {});
    if (!report) {
        std::cerr << file << ": " << report.error().message << "\n";
        return 1;
    }
    // Opened again, as after a restart: what is served comes from the disk, the state from the journal.
    for (const bool from_journal_alone : {false, true}) {
        if (from_journal_alone) std::filesystem::remove_all(data.root / "state");
        chain::BlockchainOptions options;
        options.data_dir = data.root;
        const auto chain = chain::Blockchain::open(chain::read_genesis(data.genesis()).value(), options);
        if (chain->head()->hash != report->head || chain->head_state().root() != report->state_root) {
            std::cerr << "after a restart the head is another one\n";
            return 1;
        }
        if (from_journal_alone) break;
        for (std::uint64_t number = 0; number <= chain->head()->header.number; ++number) {
            const auto block = chain->block(number);
            std::cout << number << " " << hex0x(block->hash) << " " << hex0x(block->header.state_root) << " "
                      << hex0x(block->header.receipts_root) << "\n";
        }
    }
    return 0;
}

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: replay_chain FILE\n";
        return 2;
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "farthing-replay-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return 2;
    const int status = replay(argv[1], pattern);
    std::filesystem::remove_all(pattern);
    return status;
}
