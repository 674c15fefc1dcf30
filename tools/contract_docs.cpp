// Prints what docs/ shows of each contract, from the rows that run it.
//     contract_docs --write DOCS     writes docs/abi, docs/solidity, docs/storage and docs/contracts
//     contract_docs --check DOCS     exits with 1 and names the files that differ
#include "contracts/print.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

namespace {

namespace fs = std::filesystem;
using namespace farthing::contracts;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The folder below contracts/ that declares the contract: its README tells what no declaration can.
std::string folder_of(const Module& module, const fs::path& root) {
    const auto declaration = '"' + std::string(module.name) + "\", {.id";
    for (const auto& entry : fs::recursive_directory_iterator(root / "contracts"))
        if (entry.path().extension() == ".cpp" && read(entry.path()).find(declaration) != std::string::npos)
            return entry.path().parent_path().filename().string();
    return {};
}

/// The printed page, with the way to the folder's README below its first sentence.
std::string page(const Module& module, const fs::path& root) {
    auto text = docs_page(module);
    const auto folder = folder_of(module, root);
    const auto below = text.find("\n<!--");
    if (folder.empty() || below == std::string::npos) return text;
    text.insert(below,
                "\nPurpose, roles, invariants, the failures it avoids and what can go wrong for its user: "
                "[contracts/" +
                    folder + "](../../contracts/" + folder + "/README.md).\n");
    return text;
}

/// Path below docs/ → content. The newest version of a contract is the one that is shown.
std::map<fs::path, std::string> printed(const fs::path& docs) {
    std::map<fs::path, std::string> out;
    for (const Module* module : all_modules()) {
        const std::string name(module->name);
        out[fs::path("abi") / (name + ".json")] = abi_json(*module);
        out[fs::path("solidity") / ("I" + name + ".sol")] = solidity_interface(*module);
        out[fs::path("storage") / (name + ".json")] = storage_layout_json(*module);
        out[fs::path("contracts") / (name + ".md")] =
            page(*module, fs::absolute(docs).lexically_normal().parent_path());
    }
    return out;
}

int write(const fs::path& docs) {
    for (const auto& [path, content] : printed(docs)) {
        fs::create_directories((docs / path).parent_path());
        std::ofstream(docs / path, std::ios::binary) << content;
    }
    return 0;
}

/// The four folders hold these files and no others.
int check(const fs::path& docs) {
    const auto expected = printed(docs);
    int differing = 0;
    const auto complain = [&](const fs::path& path, std::string_view what) {
        std::cerr << (docs / path).string() << " " << what << "\n";
        differing = 1;
    };
    for (const auto& [path, content] : expected)
        if (read(docs / path) != content)
            complain(path, fs::exists(docs / path) ? "differs from the declarations" : "is missing");
    for (const auto* folder : {"abi", "solidity", "storage", "contracts"}) {
        if (!fs::is_directory(docs / folder)) continue;
        for (const auto& entry : fs::directory_iterator(docs / folder)) {
            const auto path = fs::path(folder) / entry.path().filename();
            if (!expected.contains(path)) complain(path, "belongs to no contract");
        }
    }
    if (differing != 0) std::cerr << "run: cmake --build --preset dev --target docs\n";
    return differing;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc == 3 ? argv[1] : "";
    if (mode == "--write") return write(argv[2]);
    if (mode == "--check") return check(argv[2]);
    std::cerr << "usage: contract_docs --write|--check DOCS\n";
    return 2;
}
