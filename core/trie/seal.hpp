#pragma once
// Gives new nodes their refs, the deepest first: a branch's encoding holds its children's refs.
#include "core/trie/node.hpp"
#include "core/trie/ref_batch.hpp"

namespace farthing::trie {

class Sealer {
 public:
    /// Takes a node that stands `depth` nibbles below its trie's root. Requires: unsealed, added once.
    void add(const Node* node, std::size_t depth) { levels_[depth].push_back(node); }
    /// Seals everything added. Requires: of each, all children are sealed or added.
    void seal_all();

 private:
    void seal_level(std::span<const Node* const> nodes, std::size_t depth);

    std::array<std::vector<const Node*>, key_nibbles + 1> levels_;
    RefBatch refs_;
    Scratch scratch_;
};

}  // namespace farthing::trie
