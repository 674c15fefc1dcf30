#include "chain/event_index.hpp"
#include "chain/files.hpp"
#include "chain/store.hpp"
#include "core/base/hex.hpp"
#include "node/chain_file.hpp"
#include "node/commands/commands.hpp"
#include "node/text.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace farthing::node {
namespace {

/// A line on stderr each tenth of the way.
ChainFileProgress print_progress() {
    return [last_tenth = std::uint64_t{0}](std::uint64_t block, std::uint64_t last) mutable {
        const auto tenth = last == 0 ? 10 : block * 10 / last;
        if (tenth != last_tenth) std::cerr << "block " << block << " of " << last << '\n';
        last_tenth = tenth;
    };
}

/// On stderr, since stdout may carry the chain.
void print_report(const char* done, const ChainFileReport& report, const char* about_base) {
    std::cerr << done << ' ' << counted(report.blocks, "block") << ", "
              << counted(report.transactions, "transaction") << '\n';
    if (report.base > 0)
        std::cerr << "Base  block " << report.base << ", " << hex0x(report.base_hash) << about_base << '\n';
    std::cerr << "Head  " << hex0x(report.head) << "\nRoot  " << hex0x(report.state_root) << '\n';
}

Result<ChainFileReport> export_to(std::ostream& out, const DataDirectory& data) {
    auto options = chain::chain_store_options(data.root);
    options.log = [](const std::string& line) { std::cerr << line << '\n'; };
    try {
        const auto store = chain::Store::open(std::move(options));
        auto report = export_chain(*store, data, out, print_progress());
        store->close();
        return report;
    } catch (const chain::StorageFailure& failure) {
        return fail(failure.what());
    }
}

/// A file that has its name only when it is whole, and then survives a power cut.
Result<ChainFileReport> export_whole(const std::filesystem::path& target, const DataDirectory& data) {
    auto unfinished = target;
    unfinished += ".part";
    std::ofstream out(unfinished, std::ios::binary | std::ios::noreplace);
    if (!out)
        return fail("cannot write " + unfinished.string() + ": " + std::strerror(errno) +
                    " (another export may be writing it, or one was stopped; then remove it)");
    auto report = export_to(out, data);
    out.close();
    std::error_code ignored;
    if (report) {
        try {
            auto& files = chain::posix_files();
            files.open(unfinished, chain::OpenMode::existing)->sync();
            files.rename(unfinished, target);
            files.sync_directory(std::filesystem::absolute(target).parent_path());
        } catch (const chain::StorageFailure& failure) {
            report = fail(failure.what());
        }
    }
    if (!report) std::filesystem::remove(unfinished, ignored);
    return report;
}

Result<int> export_command(const Arguments& arguments) {
    const DataDirectory data{arguments.path("data")};
    if (!data.has_chain()) return fail("there is no chain in " + data.root.string());
    const auto target = arguments.path("file");
    auto report = Result<ChainFileReport>();
    if (target == "-") {
        report = export_to(std::cout, data);
    } else {
        if (std::filesystem::exists(target))
            return fail(target.string() + " exists already; name another file");
        report = export_whole(target, data);
    }
    if (!report) return std::unexpected(report.error());
    print_report(
        "Wrote", *report,
        ", with the state after it: this node has dropped what comes before. An import can execute the "
        "blocks after it alone");
    return 0;
}

Result<int> import_command(const Arguments& arguments) {
    const DataDirectory data{arguments.path("data")};
    const auto source = arguments.path("file");
    auto report = Result<ChainFileReport>();
    std::optional<Hash> trusted;
    if (arguments.has("trust-base")) {
        const auto hash = hash_from_hex(arguments.text("trust-base"));
        if (!hash) return fail("--trust-base wants the hash of a block: 0x and 64 hexadecimal digits");
        trusted = *hash;
    }
    if (source == "-") {
        report = import_chain(std::cin, data, print_progress(), trusted);
    } else {
        std::ifstream in(source, std::ios::binary);
        if (!in) return fail("cannot read " + source.string());
        report = import_chain(in, data, print_progress(), trusted);
    }
    if (!report) return std::unexpected(report.error());
    print_report(
        "Executed and checked", *report,
        ": the sequencer sealed it and the state has its root. The blocks before it are not in the file "
        "and were not checked");
    return 0;
}

Option file_option(std::string_view help) {
    return {"file", Kind::text, "", help, UINT32_MAX, true, true};
}

}  // namespace

std::vector<Command> db_move_commands() {
    return {
        {"db export",
         "Write the chain to one file: whole, or from the state of a checkpoint on where old blocks were "
         "dropped",
         "farthing db export --data ~/.farthing chain.farthing",
         {setting("data"), file_option("File to write; - for standard output")},
         export_command},
        {"db import",
         "Execute every block of such a file and compare: an audit, and how a chain moves. A file that "
         "begins "
         "with a state needs --trust-base: the blocks before it are not in the file, and what they did is "
         "believed. To make blocks on it, copy the folder sequencer/ (and house/ of a development chain) "
         "from where "
         "the chain ran",
         "farthing db import --data ~/audit chain.farthing",
         {setting("data"),
          file_option("File to read; - for standard input"),
          {"trust-base", Kind::text, "",
           "Hash of the block whose state the file begins with, from a node you trust"}},
         import_command}};
}

}  // namespace farthing::node
