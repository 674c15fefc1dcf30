#pragma once
// Block 0: one JSON file says everything the chain starts from.
#include "contracts/genesis.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace farthing::chain {

struct Allocation {
    Address address;
    U256 balance;  ///< Wei.
};

struct Genesis {
    std::uint64_t chain_id = 0;
    std::string symbol = "FAR";
    std::uint64_t timestamp = 0;  ///< Unix seconds.
    std::uint64_t block_gas_limit = 2'000'000'000;
    std::uint64_t tx_gas_max = 200'000'000;
    U256 base_fee_floor = 1'000'000'000;  ///< Wei; may be 0.
    Address sequencer;                    ///< Makes blocks and signs seals.
    Hash sequencer_tip;                   ///< extraData of block 0.
    std::vector<Allocation> allocations;  ///< Sorted by address, no address twice.
    /// By contract name: what each asks of its genesis, it documents itself.
    contracts::GenesisParams contracts;

    Bytes file;  ///< The file's bytes: R_0 commits to them.
};

/// Reads a genesis file. A CSV of allocations that it names is read beside it and checked against its
/// SHA-256. Unknown members are errors.
Result<Genesis> read_genesis(const std::filesystem::path& path);
/// The same from text in memory; `directory` is where a named CSV stands.
Result<Genesis> parse_genesis(std::string_view json, const std::filesystem::path& directory);

}  // namespace farthing::chain
