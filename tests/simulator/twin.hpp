#pragma once
// The chain that never crashed: executes every block once more, in memory, from genesis on.
#include "chain/block_builder.hpp"

namespace farthing::simulator {

class Twin {
 public:
    explicit Twin(const chain::Genesis& genesis);

    /// The hash that the next block must have with this block's transactions, time and preimage.
    Hash follow(const chain::Block& block);
    const Hash& genesis_hash() const { return genesis_hash_; }

 private:
    const chain::Genesis& genesis_;
    chain::StateTree tree_{chain::StateWindow{.blocks = 1, .seconds = 0}};
    Header head_;
    Hash genesis_hash_;
};

}  // namespace farthing::simulator
