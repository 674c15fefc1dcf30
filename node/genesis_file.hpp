#pragma once
// Writes genesis files: what `init` and `dev` decide, in the form that the chain reads.
#include "chain/genesis.hpp"

#include <optional>
#include <string>
#include <vector>

namespace farthing::node {

/// House 1, ready at block 0: the development house.
struct GenesisHouse {
    Address owner;  ///< Its operator.
    Hash tip;
    U256 vault;      ///< Wei.
    U256 bond;       ///< Wei.
    U256 stake_min;  ///< Wei.
};

struct GenesisPlan {
    std::uint64_t chain_id = 0;
    std::string symbol = "FAR";
    std::uint64_t timestamp = 0;  ///< Unix seconds.
    Address sequencer;
    Hash sequencer_tip;
    std::uint64_t chain_length = 0;  ///< Links of each of the sequencer's seed chains.
    Address owner;                   ///< Of Parameters and Upgrades.
    std::vector<chain::Allocation> allocations;
    std::optional<GenesisHouse> house;
};

std::string genesis_text(const GenesisPlan& plan);

}  // namespace farthing::node
