// Making a version: one descent for all updates that share a prefix.
#include "core/trie/node.hpp"
#include "core/trie/pool.hpp"
#include "core/trie/seal.hpp"

#include <cstring>
#include <new>

namespace farthing::trie {
namespace {

using Updates = std::span<const Update* const>;
using Children = std::array<const Node*, 16>;

std::size_t common_prefix(const Hash& a, const Hash& b, std::size_t depth) {
    return common_prefix(Path{a.data(), depth, key_nibbles}, Path{b.data(), depth, key_nibbles});
}

bool deletes(const Update& u) {
    return u.value.empty();
}

/// A node made here is placed when its parent is finished or the batch ends: only then is its depth final.
/// Placed nodes are sealed together at the end. A node that turns out superfluous before it is placed is
/// freed at once and appears in no list; one that is placed stays.
class Batch {
 public:
    explicit Batch(Change& change) : change_(change) {}

    const Node* update(const Node* node, std::size_t depth, Updates ups) {
        if (ups.empty()) return node;
        if (node == nullptr) return build(depth, ups);
        return node->is_leaf() ? update_leaf(node->leaf(), depth, ups)
                               : update_branch(node->branch(), depth, ups);
    }

    /// Ends the batch: `root` is placed, and every placed node sealed.
    void finish(const Node* root) {
        if (root != nullptr) place(root, 0);
        sealer_.seal_all();
    }

 private:
    static const Node* make_leaf(const Hash& key, ByteView value, const Node* storage) {
        auto* const leaf = ::new (pool::allocate(sizeof(Leaf) + value.size())) Leaf;
        leaf->kind = Kind::leaf;
        leaf->size = static_cast<std::uint32_t>(value.size());
        leaf->storage = storage;
        leaf->key = key;
        std::ranges::copy(value, leaf->value_data());
        return leaf;
    }
    static const Node* make_leaf(const Update& u) { return make_leaf(u.key, u.value, u.storage); }

    static const Node* make_branch(Path prefix, const Children& children) {
        std::size_t count = 0;
        for (const auto* child : children) count += child != nullptr ? 1 : 0;
        auto* const branch = ::new (pool::allocate(Branch::bytes(count, prefix.size()))) Branch;
        branch->kind = Kind::branch;
        branch->size = static_cast<std::uint32_t>(prefix.size());
        auto** to = branch->children_data();
        for (unsigned at = 0; at < 16; ++at) {
            if (children[at] == nullptr) continue;
            branch->mask = static_cast<std::uint16_t>(branch->mask | 1U << at);
            *to++ = children[at];
        }
        auto* const packed = reinterpret_cast<std::uint8_t*>(to);
        std::memset(packed, 0, (prefix.size() + 1) / 2);
        for (std::size_t i = 0; i < prefix.size(); ++i) set_nibble(packed, i, prefix[i]);
        return branch;
    }

    void place(const Node* node, std::size_t depth) {
        if (node->sealed()) return;
        sealer_.add(node, depth);
        change_.created.push_back(node);
        change_.created_bytes += pool::taken(node_bytes(*node));
    }

    static Children children_of(const Branch& branch) {
        Children children{};
        const auto* from = branch.children();
        for (unsigned at = 0; at < 16; ++at) {
            if (branch.has(at)) children[at] = *from++;
        }
        return children;
    }

    void retire(const Node* node) {
        if (node->sealed()) {
            change_.replaced.push_back(node);
            change_.replaced_bytes += pool::taken(node_bytes(*node));
        } else {
            pool::free(const_cast<Node*>(node), node_bytes(*node));
        }
    }

    /// A subtree where none was.
    const Node* build(std::size_t depth, Updates ups) {
        if (std::ranges::any_of(ups, [](const Update* u) { return deletes(*u); })) {
            std::vector<const Update*> kept;
            std::ranges::copy_if(ups, std::back_inserter(kept), [](const Update* u) { return !deletes(*u); });
            return kept.empty() ? nullptr : build_all(depth, kept);
        }
        return build_all(depth, ups);
    }

    /// As build. Requires: at least one update, no deletions.
    const Node* build_all(std::size_t depth, Updates ups) {
        if (ups.size() == 1) return make_leaf(*ups[0]);
        const auto agreed = common_prefix(ups.front()->key, ups.back()->key, depth);
        const auto at = depth + agreed;
        Children children{};
        for (std::size_t i = 0; i < ups.size();) {
            const auto [n, end] = group(ups, i, at);
            children[n] = build_all(at + 1, ups.subspan(i, end - i));
            place(children[n], at + 1);
            i = end;
        }
        return make_branch({ups.front()->key.data(), depth, at}, children);
    }

    struct Group {
        unsigned nibble;
        std::size_t end;
    };
    /// The run of updates from `begin` that share their nibble `at`.
    static Group group(Updates ups, std::size_t begin, std::size_t at) {
        const unsigned n = nibble(ups[begin]->key.data(), at);
        auto end = begin + 1;
        while (end < ups.size() && nibble(ups[end]->key.data(), at) == n) ++end;
        return {n, end};
    }

    const Node* update_leaf(const Leaf& leaf, std::size_t depth, Updates ups) {
        if (ups.size() == 1 && ups[0]->key == leaf.key) return replace_leaf(leaf, *ups[0]);
        return reach(leaf, leaf.path(depth), depth, ups);
    }

    const Node* replace_leaf(const Leaf& leaf, const Update& u) {
        if (!deletes(u) && u.storage == leaf.storage && std::ranges::equal(u.value, leaf.value()))
            return &leaf;
        const auto* const made = deletes(u) ? nullptr : make_leaf(u);
        retire(&leaf);
        return made;
    }

    /// Handles the updates that leave `path` (a leaf's rest or a branch's prefix) before its end. Deletions
    /// among them concern nothing; an insertion splits the path.
    const Node* reach(const Node& node, Path path, std::size_t depth, Updates ups) {
        const auto agree = [&](const Update& u) {
            return common_prefix(path, Path{u.key.data(), depth, depth + path.size()});
        };
        std::vector<const Update*> kept;
        for (const auto* u : ups) {
            if (!deletes(*u) || agree(*u) == path.size()) kept.push_back(u);
        }
        if (kept.empty()) return &node;
        // Of sorted keys the one that leaves earliest is the first or the last.
        const auto agreed = std::min(agree(*kept.front()), agree(*kept.back()));
        if (agreed == path.size()) return on_path(node, depth, kept);
        Children children{};
        children[path[agreed]] = lower(node, agreed + 1);
        const auto* const top = make_branch({path.packed, path.from, path.from + agreed}, children);
        retire(&node);
        return update_branch(top->branch(), depth, kept);
    }

    const Node* on_path(const Node& node, std::size_t depth, Updates ups) {
        // A leaf's path ends where keys end: what agrees all along is the leaf's own key.
        return node.is_leaf() ? replace_leaf(node.leaf(), *ups[0]) : update_below(node.branch(), depth, ups);
    }

    /// A copy of the node that stands `nibbles` deeper, unsealed.
    static const Node* lower(const Node& node, std::size_t nibbles) {
        if (node.is_leaf()) return make_leaf(node.leaf().key, node.leaf().value(), node.leaf().storage);
        const auto& branch = node.branch();
        auto prefix = branch.prefix();
        prefix.from += nibbles;
        return make_branch(prefix, children_of(branch));
    }

    const Node* update_branch(const Branch& branch, std::size_t depth, Updates ups) {
        if (branch.size == 0) return update_below(branch, depth, ups);
        const auto prefix = branch.prefix();
        const auto on_prefix = [&](const Update& u) {
            return common_prefix(prefix, Path{u.key.data(), depth, key_nibbles}) == prefix.size();
        };
        if (on_prefix(*ups.front()) && on_prefix(*ups.back())) return update_below(branch, depth, ups);
        return reach(branch, prefix, depth, ups);
    }

    /// Requires: every update's key runs through the branch.
    const Node* update_below(const Branch& branch, std::size_t depth, Updates ups) {
        const auto at = depth + branch.size;
        auto children = children_of(branch);
        bool changed = false;
        for (std::size_t i = 0; i < ups.size();) {
            const auto [n, end] = group(ups, i, at);
            const auto* const child = update(children[n], at + 1, ups.subspan(i, end - i));
            changed |= child != children[n];
            children[n] = child;
            i = end;
        }
        if (!changed) return &branch;
        const auto* const made = finish(branch, at, children);
        retire(&branch);
        return made;
    }

    const Node* finish(const Branch& branch, std::size_t at, const Children& children) {
        const Node* only = nullptr;
        unsigned only_at = 0;
        std::size_t count = 0;
        for (unsigned n = 0; n < 16; ++n) {
            if (children[n] == nullptr) continue;
            ++count;
            only = children[n];
            only_at = n;
        }
        if (count == 0) return nullptr;
        if (count == 1) return collapse(branch, only_at, only);
        for (const auto* child : children) {
            if (child != nullptr) place(child, at + 1);
        }
        return make_branch(branch.prefix(), children);
    }

    /// The one child left takes the branch's place.
    const Node* collapse(const Branch& branch, unsigned only_at, const Node* only) {
        if (only->is_leaf()) {
            if (!only->sealed()) return only;
            const auto* const leaf = lower(*only, 0);
            retire(only);
            return leaf;
        }
        const auto& below = only->branch();
        std::array<std::uint8_t, key_nibbles / 2> packed{};
        std::size_t size = 0;
        const auto put = [&](std::uint8_t n) { set_nibble(packed.data(), size++, n); };
        for (std::size_t i = 0; i < branch.size; ++i) put(branch.prefix()[i]);
        put(static_cast<std::uint8_t>(only_at));
        for (std::size_t i = 0; i < below.size; ++i) put(below.prefix()[i]);
        const auto* const made = make_branch({packed.data(), 0, size}, children_of(below));
        retire(only);
        return made;
    }

    Change& change_;
    Sealer sealer_;
};

}  // namespace

const Node* apply(const Node* root, std::span<const Update> updates, Change& change) {
    std::vector<const Update*> ups;
    ups.reserve(updates.size());
    for (const auto& u : updates) {
        FARTHING_CHECK(ups.empty() || ups.back()->key < u.key);
        ups.push_back(&u);
    }
    const auto held = pool::lock();
    Batch batch(change);
    const auto* const made = batch.update(root, 0, ups);
    batch.finish(made);
    return made;
}

void replace_all(const Node* root, Change& change) {
    if (root == nullptr) return;
    change.replaced.push_back(root);
    change.replaced_bytes += pool::taken(node_bytes(*root));
    if (root->is_leaf()) {
        replace_all(root->leaf().storage, change);
        return;
    }
    const auto& branch = root->branch();
    for (std::size_t i = 0; i < branch.count(); ++i) replace_all(branch.children()[i], change);
}

void release(std::span<const Node* const> nodes) {
    const auto held = pool::lock();
    for (const auto* node : nodes) pool::free(const_cast<Node*>(node), node_bytes(*node));
}

}  // namespace farthing::trie
