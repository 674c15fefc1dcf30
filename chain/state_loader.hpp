#pragma once
// Start-up: the flat state on disk becomes the trie in memory. One thread reads rows, the caller's builds; or
// the caller's does both.
#include "chain/state_tree.hpp"
#include "chain/store.hpp"

namespace farthing::chain {

/// Loads the whole state at the store's head into `tree`, without ending the load. What the store throws
/// comes through.
void load_rows(Store& store, StateTree& tree, bool reads_beside);

}  // namespace farthing::chain
