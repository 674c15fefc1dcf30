#pragma once
// What stands where in a data directory. The chain's own files (journal/, state/, index/, lock) are beside
// these.
#include "chain/genesis.hpp"
#include "core/crypto/secp256k1.hpp"

#include <filesystem>

namespace farthing::node {

struct DataDirectory {
    std::filesystem::path root;

    std::filesystem::path genesis() const { return root / "genesis.json"; }
    std::filesystem::path allocations() const { return root / "alloc.csv"; }
    std::filesystem::path journal() const { return root / "journal"; }
    std::filesystem::path keystore() const { return root / "keystore"; }
    std::filesystem::path sequencer_key() const { return root / "sequencer" / "key"; }
    std::filesystem::path sequencer_seeds() const { return root / "sequencer" / "seeds"; }
    std::filesystem::path house_key() const { return root / "house" / "key"; }
    std::filesystem::path house_seeds() const { return root / "house" / "seeds"; }

    bool has_chain() const { return std::filesystem::exists(genesis()); }
    /// The genesis of the chain kept here; the error names the command that makes one.
    Result<chain::Genesis> read_genesis() const;
    /// All allocations of that genesis; an error when their file is not the one it was made with.
    Result<std::vector<chain::Allocation>> read_allocations() const;
    /// Whether a new chain may be made here: not among somebody's other files, and not in the place of a
    /// chain that lost its genesis.json and can be restored. `besides` is a file that the operator named.
    Result<void> require_room(const std::filesystem::path& besides = {}) const;
};

/// Links of each of the sequencer's seed chains, as the genesis file says.
Result<std::uint64_t> seed_chain_length(const chain::Genesis& genesis);

}  // namespace farthing::node
