// Reading a sealed version; any thread, no lock.
#include "core/crypto/hash.hpp"
#include "core/trie/node.hpp"
#include "core/types/header.hpp"

namespace farthing::trie {
namespace {

Bytes copy(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

Hash root_hash(const Node* root) {
    if (root == nullptr) return empty_trie_root;
    // The root is hashed even where a parent would embed it.
    return root->ref.size == Hash::size() ? root->ref.bytes : keccak256(root->ref.view());
}

std::optional<LeafView> find(const Node* root, const Hash& key) {
    // Prefixes are skipped: the leaf's whole key is compared at the end.
    std::size_t depth = 0;
    for (const auto* node = root; node != nullptr;) {
        if (node->is_leaf()) {
            const auto& leaf = node->leaf();
            if (leaf.key != key) return std::nullopt;
            return LeafView{leaf.value(), leaf.storage};
        }
        const auto& branch = node->branch();
        depth += branch.size;
        node = branch.child(nibble(key.data(), depth++));
    }
    return std::nullopt;
}

std::vector<Bytes> prove(const Node* root, const Hash& key) {
    std::vector<Bytes> proof;
    Scratch scratch;
    // A node shorter than a hash stands inside its parent, which is listed already; only the root has none.
    const auto list = [&](ByteView encoded) {
        if (proof.empty() || encoded.size() >= Hash::size()) proof.push_back(copy(encoded));
    };
    std::size_t depth = 0;
    for (const auto* node = root; node != nullptr;) {
        if (node->is_leaf()) {
            list(encode_leaf(node->leaf().path(depth), node->leaf().value(), scratch));
            break;
        }
        const auto& branch = node->branch();
        const auto prefix = branch.prefix();
        if (prefix.size() != 0) {
            const auto inner = ref_of(encode_children(branch, scratch));
            list(encode_extension(prefix, inner, scratch));
            if (common_prefix(prefix, Path{key.data(), depth, key_nibbles}) != prefix.size()) break;
        }
        list(encode_children(branch, scratch));
        depth += prefix.size();
        node = branch.child(nibble(key.data(), depth++));
    }
    return proof;
}

void for_each(const Node* root, const std::function<void(const Hash& key, const LeafView& leaf)>& visit) {
    if (root == nullptr) return;
    if (root->is_leaf()) {
        visit(root->leaf().key, {root->leaf().value(), root->leaf().storage});
        return;
    }
    const auto& branch = root->branch();
    for (std::size_t i = 0; i < branch.count(); ++i) for_each(branch.children()[i], visit);
}

}  // namespace farthing::trie
