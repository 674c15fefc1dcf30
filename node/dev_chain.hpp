#pragma once
// The development chain: well-known funded accounts, a sequencer and a house of its own, made at the first
// start.
#include "node/data_directory.hpp"

#include <vector>

namespace farthing::node {

struct DevAccount {
    SecretKey key;
    U256 balance;  ///< Wei at block 0.
};

struct DevChain {
    chain::Genesis genesis;
    SecretKey sequencer;
    SecretKey house;  ///< Operator of house 1.
    std::vector<DevAccount> accounts;
};

/// What was asked for; a chain that exists already must agree where something is set.
struct DevRequest {
    std::uint64_t chain_id = 31337;
    std::uint64_t account_count = 10;
    bool chain_id_set = false;
    bool account_count_set = false;
};

/// Seeds of the sequencer's and of the house's chains.
inline constexpr std::uint64_t dev_chain_length = 1 << 16;

/// Reads the chain in `data`, or makes one. The genesis file is written last, so that an interrupted first
/// start leaves nothing that a later one would trip over.
Result<DevChain> open_dev_chain(const DataDirectory& data, const DevRequest& request, std::uint64_t now);

}  // namespace farthing::node
