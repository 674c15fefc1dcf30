#pragma once
// Writes genesis files: what `init` and `dev` decide, in the form that the chain reads.
#include "chain/genesis.hpp"

#include <optional>
#include <span>
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

/// How the community decides. The defaults suit a real chain.
struct GenesisGovernance {
    std::uint64_t voting_delay_s = 24 * 3600;       ///< From a proposal to its snapshot.
    std::uint64_t voting_period_s = 7 * 24 * 3600;  ///< Below 2^32.
    std::uint64_t timelock_s = 2 * 24 * 3600;       ///< From success to execution, at least.
    U256 threshold = 1'000'000'000'000'000'000;     ///< Units that a proposer needs.
    std::uint64_t quorum_percent = 4;
    U256 quorum_floor = 0;  ///< Units that every quorum has at least.
};

/// Coin made by halving, split between the stakers' pool and the treasury.
struct GenesisEmission {
    U256 rate;                      ///< Wei a second at first.
    std::uint64_t epoch_s = 0;      ///< Until it halves.
    std::uint64_t max_step_s = 0;   ///< That one block advances emission's clock at most.
    std::uint16_t stakers_bps = 0;  ///< Of 10,000; the rest is the treasury's.
};

struct GenesisPlan {
    std::uint64_t chain_id = 0;
    std::string symbol = "FAR";
    std::uint64_t timestamp = 0;  ///< Unix seconds.
    Address sequencer;
    Hash sequencer_tip;
    std::uint64_t chain_length = 0;  ///< Links of each of the sequencer's seed chains.
    Address owner;                   ///< Of Parameters, Upgrades and whatever else has an owner.
    GenesisGovernance governance;
    std::vector<chain::Allocation> allocations;
    /// Where `allocations` stand instead of in the genesis file itself: for so many that every start would
    /// feel them.
    std::optional<chain::AllocationFile> allocation_file;
    std::optional<GenesisHouse> house;
    std::uint64_t stakers_rewards_s = 0;      ///< Duration of the stakers' pool's streams.
    std::optional<GenesisEmission> emission;  ///< None: no coin is ever made.
};

std::string genesis_text(const GenesisPlan& plan);

/// Lines "address,wei", as an allocation file has them.
std::string allocation_text(std::span<const chain::Allocation> allocations);

}  // namespace farthing::node
