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

namespace {

/// A descent to a key's leaf, one node at a time.
struct Descent {
    const Node* node = nullptr;
    std::size_t depth = 0;

    bool is_over() const { return node == nullptr || node->is_leaf(); }
    /// Prefixes are skipped: the leaf's whole key is compared at the end.
    void step(const Hash& key) {
        const auto& branch = node->branch();
        depth += branch.size;
        node = branch.child(nibble(key.data(), depth++));
        if (node == nullptr) return;
        // A branch of sixteen children or a leaf with an account: three cache lines.
        const auto* const line = reinterpret_cast<const char*>(node);
        for (const std::ptrdiff_t at : {0, 64, 128}) __builtin_prefetch(line + at);
    }
    std::optional<LeafView> result(const Hash& key) const {
        if (node == nullptr || node->leaf().key != key) return std::nullopt;
        return LeafView{node->leaf().value(), node->leaf().storage};
    }
};

}  // namespace

std::optional<LeafView> find(const Node* root, const Hash& key) {
    Descent descent{.node = root};
    while (!descent.is_over()) descent.step(key);
    return descent.result(key);
}

std::vector<std::optional<LeafView>> find_many(const Node* root, std::span<const Hash> keys) {
    // As many as a core can wait for at once.
    constexpr std::size_t width = 8;
    std::vector<std::optional<LeafView>> found;
    found.reserve(keys.size());
    for (std::size_t begin = 0; begin < keys.size(); begin += width) {
        const auto some = keys.subspan(begin, std::min(width, keys.size() - begin));
        std::array<Descent, width> descents;
        for (auto& descent : descents) descent.node = root;
        for (bool goes_on = true; goes_on;) {
            goes_on = false;
            for (std::size_t i = 0; i < some.size(); ++i) {
                if (descents[i].is_over()) continue;
                descents[i].step(some[i]);
                goes_on = true;
            }
        }
        for (std::size_t i = 0; i < some.size(); ++i) found.push_back(descents[i].result(some[i]));
    }
    return found;
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
