// Usage: record_chain --extend FOLDER | record_chain --anew FOLDER. FOLDER holds chain.bin and expected.txt.
// --extend imports what is there and plays the chapters that follow; --anew begins from genesis. README.md
// says when that is allowed.
#include "chain/event_index.hpp"
#include "contracts/module.hpp"
#include "node/chain_file.hpp"
#include "node/files.hpp"
#include "recorder.hpp"

#include <fstream>
#include <iostream>
#include <stdexcept>

using namespace farthing;

namespace {

const std::string chapters_word = "# chapters ";

std::size_t chapters_in(const std::filesystem::path& expected) {
    std::ifstream in(expected);
    std::string line;
    if (!std::getline(in, line) || !line.starts_with(chapters_word))
        throw std::runtime_error(expected.string() + " does not begin with the number of chapters");
    return std::stoul(line.substr(chapters_word.size()));
}

/// Writes both files: the chain, and what each of its blocks came to.
void write(const node::DataDirectory& data, const std::filesystem::path& folder, std::size_t chapter_count) {
    const auto store = chain::Store::open(chain::chain_store_options(data.root));
    std::ofstream out(folder / "chain.bin", std::ios::binary);
    const auto report = node::export_chain(*store, data, out, [](std::uint64_t, std::uint64_t) {});
    if (!report) throw std::runtime_error(report.error().message);
    std::ofstream expected(folder / "expected.txt");
    expected << chapters_word << chapter_count << "\n";
    for (std::uint64_t number = 0; number < report->blocks; ++number) {
        const auto header = store->read(number)->header;
        expected << number << " " << hex0x(header.hash()) << " " << hex0x(header.state_root) << " "
                 << hex0x(header.receipts_root) << "\n";
    }
    store->close();
    std::cout << report->blocks << " blocks, " << report->transactions << " transactions\n";
}

void record(bool anew, const std::filesystem::path& folder, const node::DataDirectory& data) {
    const auto all = recorded::chapters();
    std::size_t done = 0;
    if (anew) {
        if (const auto made = node::make_directory(data.root, node::Privacy::owner_only); !made)
            throw std::runtime_error(made.error().message);
        const auto text = recorded::genesis_text(recorded::Seeds());
        if (const auto made = node::create_file(data.genesis(), text, node::Privacy::everyone_reads); !made)
            throw std::runtime_error(made.error().message);
    } else {
        done = chapters_in(folder / "expected.txt");
        std::ifstream in(folder / "chain.bin", std::ios::binary);
        const auto report = node::import_chain(in, data, [](std::uint64_t, std::uint64_t) {});
        if (!report) throw std::runtime_error("chain.bin: " + report.error().message);
    }
    {
        recorded::Recorder recorder(data);
        for (auto i = done; i < all.size(); ++i) all[i](recorder);
        for (const auto& mistake : recorder.mistakes()) std::cerr << mistake << "\n";
        if (!recorder.mistakes().empty()) throw std::runtime_error("nothing was written");
        if (anew)
            for (const auto* module : contracts::all_modules())
                if (module->identity.address && !recorder.called().contains(*module->identity.address))
                    std::cout << "no transaction of the recording has to do with " << module->name << "\n";
    }
    write(data, folder, all.size());
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc == 3 ? argv[1] : "";
    if (how != "--extend" && how != "--anew") {
        std::cerr << "usage: record_chain --extend|--anew FOLDER\n";
        return 2;
    }
    chain::testing::TemporaryDirectory temporary;
    try {
        record(how == "--anew", argv[2], {temporary.path() / "chain"});
    } catch (const std::exception& error) {
        std::cerr << "record_chain: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
