#pragma once
// Block 0: one JSON file says everything the chain starts from.
#include "contracts/genesis.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace farthing::chain {

struct Allocation {
    Address address;
    U256 balance;  ///< Wei.
};

struct AllocationFile {
    std::filesystem::path path;
    Hash sha256;
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
    std::vector<Allocation> allocations;  ///< Those in the file itself, sorted by address, no address twice.
    /// The many others, in a file of lines "address,wei". Read only when block 0 is made: a node that has its
    /// chain starts without it.
    std::optional<AllocationFile> allocation_file;
    /// By contract name: what each asks of its genesis, it documents itself.
    contracts::GenesisParams contracts;

    Bytes file;  ///< The file's bytes: R_0 commits to them.
};

/// Reads a genesis file. Unknown members are errors.
Result<Genesis> read_genesis(const std::filesystem::path& path);
/// The same from text in memory; `directory` is where a named CSV stands.
Result<Genesis> parse_genesis(std::string_view json, const std::filesystem::path& directory);

/// Every allocation, sorted by address. Errors: the allocation file is missing or not the one that the
/// genesis commits to, an address stands twice, the sum exceeds 2^128 wei.
Result<std::vector<Allocation>> all_allocations(const Genesis& genesis);

}  // namespace farthing::chain
