#pragma once
// Start-up: the flat state on disk becomes the trie in memory.
#include "chain/genesis.hpp"
#include "chain/state_tree.hpp"
#include "chain/store.hpp"

namespace farthing::chain {

/// Loads the whole state at the store's head, block `number`, into `tree`, in so many threads (1: the
/// caller's alone). What the store throws comes through.
void load_state(Store& store, StateTree& tree, std::size_t threads, std::uint64_t number,
                std::uint64_t timestamp);

/// Makes these the state of block 0, before any contract; zero balances make no account. Requires: no address
/// twice.
void load_allocations(std::span<const Allocation> allocations, StateTree& tree, std::uint64_t timestamp);

}  // namespace farthing::chain
