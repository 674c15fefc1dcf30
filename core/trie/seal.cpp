#include "core/trie/seal.hpp"

namespace farthing::trie {
namespace {

/// How many nodes ahead a branch's children are fetched: most of them nothing has read for long.
constexpr std::size_t fetch_ahead = 4;

void fetch_children(const Node* node) {
    if (node->is_leaf()) return;
    const auto& branch = node->branch();
    for (std::size_t i = 0; i < branch.count(); ++i) __builtin_prefetch(branch.children()[i]);
}

Ref& ref_to_write(const Node* node) {
    return const_cast<Node*>(node)->ref;
}

}  // namespace

void Sealer::seal_all() {
    for (auto depth = levels_.size(); depth-- > 0;) {
        seal_level(levels_[depth], depth);
        levels_[depth].clear();
    }
}

void Sealer::seal_level(std::span<const Node* const> nodes, std::size_t depth) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (i + fetch_ahead < nodes.size()) fetch_children(nodes[i + fetch_ahead]);
        const auto* const node = nodes[i];
        FARTHING_CHECK(!node->sealed());
        refs_.add(node->is_leaf() ? encode_leaf(node->leaf().path(depth), node->leaf().value(), scratch_)
                                  : encode_children(node->branch(), scratch_),
                  ref_to_write(node));
    }
    refs_.flush();
    for (const auto* const node : nodes) {
        if (node->is_leaf() || node->branch().size == 0) continue;
        ref_to_write(node) = ref_of(encode_extension(node->branch().prefix(), node->ref, scratch_));
    }
}

}  // namespace farthing::trie
