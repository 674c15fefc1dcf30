#pragma once
// The two kinds of node in memory. An extension is always followed by a branch, so it is kept as the branch's
// prefix: one allocation and one look-up fewer on each path.
//
// Invariants: 1. A branch has at least two children once its version is sealed. 2. `ref` names the node as
// its parent sees it (extension included) and has size 0 only while the version that creates it is being
// made. 3. A node's depth is not stored; a leaf that changes its depth is a new leaf.
#include "core/base/check.hpp"
#include "core/trie/encode.hpp"
#include "core/trie/trie.hpp"

#include <bit>

namespace farthing::trie {

enum class Kind : std::uint8_t { leaf, branch };

struct Leaf;
struct Branch;

struct Node {
    Ref ref;
    Kind kind = Kind::leaf;
    std::uint16_t mask = 0;  ///< Branch: which children exist.
    std::uint32_t size = 0;  ///< Leaf: bytes of the value. Branch: nibbles of the prefix.

    bool sealed() const { return ref.size != 0; }
    bool is_leaf() const { return kind == Kind::leaf; }
    const Leaf& leaf() const;
    const Branch& branch() const;
};

/// The value's bytes follow the struct.
struct Leaf : Node {
    const Node* storage = nullptr;
    Hash key;

    ByteView value() const { return {reinterpret_cast<const std::uint8_t*>(this + 1), size}; }
    std::uint8_t* value_data() { return reinterpret_cast<std::uint8_t*>(this + 1); }
    Path path(std::size_t depth) const { return {key.data(), depth, key_nibbles}; }
    std::size_t bytes() const { return sizeof(Leaf) + size; }
};

/// The children in order of their nibbles follow the struct, then the packed prefix.
struct Branch : Node {
    std::size_t count() const { return static_cast<std::size_t>(std::popcount(mask)); }
    const Node* const* children() const { return reinterpret_cast<const Node* const*>(this + 1); }
    const Node** children_data() { return reinterpret_cast<const Node**>(this + 1); }
    const std::uint8_t* prefix_data() const {
        return reinterpret_cast<const std::uint8_t*>(children() + count());
    }
    Path prefix() const { return {prefix_data(), 0, size}; }
    bool has(unsigned at) const { return (mask >> at & 1U) != 0; }
    const Node* child(unsigned at) const {
        if (!has(at)) return nullptr;
        const auto below = static_cast<std::uint16_t>(mask & ((1U << at) - 1));
        return children()[std::popcount(below)];
    }
    static std::size_t bytes(std::size_t count, std::size_t prefix) {
        return sizeof(Branch) + count * sizeof(const Node*) + (prefix + 1) / 2;
    }
    std::size_t bytes() const { return bytes(count(), size); }
};

inline const Leaf& Node::leaf() const {
    return *static_cast<const Leaf*>(this);
}
inline const Branch& Node::branch() const {
    return *static_cast<const Branch*>(this);
}

inline std::size_t node_bytes(const Node& node) {
    return node.is_leaf() ? node.leaf().bytes() : node.branch().bytes();
}

/// The RLP of a branch without its prefix.
inline ByteView encode_children(const Branch& branch, Scratch& scratch) {
    std::array<const Ref*, 16> refs{};
    const auto* child = branch.children();
    for (unsigned at = 0; at < 16; ++at) {
        if (branch.has(at)) refs[at] = &(*child++)->ref;
    }
    return encode_branch(refs, scratch);
}

}  // namespace farthing::trie
