#include "node/data_directory.hpp"

#include "chain/store.hpp"

#include <algorithm>
#include <array>

namespace farthing::node {
namespace {

/// What may stand in a data directory before its chain does: accounts, settings, what an interrupted start
/// leaves, the development chain's own directory, and what a file system puts into its root.
constexpr std::array own_names{"farthing.toml", "alloc.csv", "keystore", "sequencer", "house", "journal",
                               "checkpoints",   "state",     "index",    "lock",      "dev",   "lost+found"};

bool is_own(const std::string& name) {
    return std::ranges::find(own_names, name) != own_names.end() || name.starts_with("genesis.json.new-");
}

}  // namespace

Result<chain::Genesis> DataDirectory::read_genesis() const {
    if (!has_chain())
        return fail("there is no chain in " + root.string() + "; `farthing init --data " + root.string() +
                    "` makes one");
    return chain::read_genesis(genesis());
}

Result<std::vector<chain::Allocation>> DataDirectory::read_allocations() const {
    TRY(const auto genesis, read_genesis());
    return chain::all_allocations(genesis);
}

Result<void> DataDirectory::require_room(const std::filesystem::path& besides) const {
    std::error_code error;
    if (!std::filesystem::exists(root, error)) return {};
    if (!std::filesystem::is_directory(root, error)) return fail(root.string() + " is no directory");
    const auto begun = chain::begun_mark(root);
    for (const auto& part : {journal(), root / "checkpoints", root / "state", root / "index", begun})
        if (std::filesystem::exists(part, error) &&
            (part == begun || !std::filesystem::is_empty(part, error)))
            return fail(
                "the chain in " + root.string() +
                " has lost its genesis.json; restore the file, or give another --data for a new chain");
    std::vector<std::string> foreign;
    for (std::filesystem::directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
        const bool named = !besides.empty() && std::filesystem::equivalent(at->path(), besides, error);
        if (const auto name = at->path().filename().string(); !named && !is_own(name))
            foreign.push_back(name);
    }
    if (error) return fail("cannot read " + root.string() + ": " + error.message());
    if (foreign.empty()) return {};
    const auto first = *std::ranges::min_element(foreign);
    return fail(root.string() + " holds other files (" + first + (foreign.size() > 1 ? " and more" : "") +
                "); give an empty or a new directory as --data");
}

Result<std::uint64_t> seed_chain_length(const chain::Genesis& genesis) {
    constexpr std::uint64_t standard = std::uint64_t{1} << 20;
    const auto found = genesis.contracts.members.find("Randomness");
    if (found == genesis.contracts.members.end()) return standard;
    try {
        return found->second.u64("chainLength", standard);
    } catch (const std::invalid_argument& error) {
        return fail(error.what());
    }
}

}  // namespace farthing::node
