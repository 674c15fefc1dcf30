#include "core/trie/builder.hpp"

#include "core/trie/node.hpp"

#include <cstring>
#include <new>

namespace farthing::trie {

struct Builder::Open {
    std::size_t depth = 0;  ///< The nibble that tells the children apart.
    std::array<const Node*, 16> children{};
};

Builder::Builder(pool::Arena& arena, Keep keep) : arena_(arena), keep_(keep) {}

Builder::~Builder() {
    if (pending_ != nullptr) let_go(pending_);
    for (const auto& open : open_)
        for (const auto* child : open.children)
            if (child != nullptr) let_go(child);
}

/// Frees a subtree that was never handed out.
void Builder::let_go(const Node* node) {
    if (!node->is_leaf() && keep_ == Keep::nodes) {
        const auto& branch = node->branch();
        for (std::size_t i = 0; i < branch.count(); ++i) let_go(branch.children()[i]);
    }
    arena_.free(const_cast<Node*>(node), node_bytes(*node));
}

void Builder::add(const Hash& key, ByteView value, const Node* storage) {
    FARTHING_CHECK(!value.empty());
    if (pending_ != nullptr) {
        FARTHING_CHECK(last_key_ < key);
        const auto agreed =
            common_prefix(Path{last_key_.data(), 0, key_nibbles}, Path{key.data(), 0, key_nibbles});
        close_until(agreed);
        if (open_.empty() || open_.back().depth < agreed) open_.push_back({agreed, {}});
        seal(pending_, agreed + 1);
        open_.back().children[nibble(last_key_.data(), agreed)] = pending_;
    }
    auto* const leaf = ::new (arena_.allocate(sizeof(Leaf) + value.size())) Leaf;
    leaf->kind = Kind::leaf;
    leaf->size = static_cast<std::uint32_t>(value.size());
    leaf->storage = storage;
    leaf->key = key;
    std::memcpy(leaf->value_data(), value.data(), value.size());
    pending_ = leaf;
    last_key_ = key;
}

/// Closes the open branches deeper than `depth`, into pending_.
void Builder::close_until(std::size_t depth) {
    while (!open_.empty() && open_.back().depth > depth) {
        auto open = open_.back();
        open_.pop_back();
        seal(pending_, open.depth + 1);
        open.children[nibble(last_key_.data(), open.depth)] = pending_;
        // It hangs below whichever is deeper: the branch that is open above it or the one that is to come.
        const auto above = open_.empty() ? depth : std::max(depth, open_.back().depth);
        pending_ = make_branch(open, above + 1);
    }
}

const Node* Builder::make_branch(const Open& open, std::size_t from) {
    std::size_t count = 0;
    for (const auto* child : open.children) count += child != nullptr ? 1 : 0;
    const Path prefix{last_key_.data(), from, open.depth};
    auto* const branch = ::new (arena_.allocate(Branch::bytes(count, prefix.size()))) Branch;
    branch->kind = Kind::branch;
    branch->size = static_cast<std::uint32_t>(prefix.size());
    auto** to = branch->children_data();
    for (unsigned at = 0; at < 16; ++at) {
        if (open.children[at] == nullptr) continue;
        branch->mask = static_cast<std::uint16_t>(branch->mask | 1U << at);
        *to++ = open.children[at];
    }
    auto* const packed = reinterpret_cast<std::uint8_t*>(to);
    std::memset(packed, 0, (prefix.size() + 1) / 2);
    for (std::size_t i = 0; i < prefix.size(); ++i) set_nibble(packed, i, prefix[i]);
    seal(branch, from);
    if (keep_ == Keep::hash_only) forget_children(open);
    return branch;
}

/// A branch's own name does not change with its depth, so it is sealed as soon as its children are.
void Builder::seal(const Node* node, std::size_t depth) {
    if (node->sealed()) return;
    auto& ref = const_cast<Node*>(node)->ref;
    if (node->is_leaf()) {
        ref = ref_of(encode_leaf(node->leaf().path(depth), node->leaf().value(), scratch_));
        return;
    }
    const auto& branch = node->branch();
    ref = ref_of(encode_children(branch, scratch_));
    if (branch.size != 0) ref = ref_of(encode_extension(branch.prefix(), ref, scratch_));
}

void Builder::forget_children(const Open& open) {
    for (const auto* child : open.children)
        if (child != nullptr) arena_.free(const_cast<Node*>(child), node_bytes(*child));
}

const Node* Builder::take_root() {
    if (pending_ == nullptr) return nullptr;
    while (!open_.empty()) {
        auto open = open_.back();
        open_.pop_back();
        seal(pending_, open.depth + 1);
        open.children[nibble(last_key_.data(), open.depth)] = pending_;
        pending_ = make_branch(open, open_.empty() ? 0 : open_.back().depth + 1);
    }
    seal(pending_, 0);
    arena_.report();
    return std::exchange(pending_, nullptr);
}

const Node* Builder::finish() {
    FARTHING_CHECK(keep_ == Keep::nodes);
    return take_root();
}

Hash Builder::finish_hash() {
    const auto* const root = take_root();
    const auto hash = root_hash(root);
    if (root != nullptr) let_go(root);
    arena_.report();
    return hash;
}

namespace {

bool branches_at_once(const Node* node) {
    return !node->is_leaf() && node->branch().size == 0;
}

/// The children of both under one branch. Requires: both branch at the first half-byte, at different ones.
const Node* join_branches(const Branch& a, const Branch& b) {
    FARTHING_CHECK((a.mask & b.mask) == 0);
    const auto held = pool::lock();
    auto* const branch = ::new (pool::allocate(Branch::bytes(a.count() + b.count(), 0))) Branch;
    branch->kind = Kind::branch;
    branch->mask = static_cast<std::uint16_t>(a.mask | b.mask);
    auto** const to = branch->children_data();
    // All of b's keys come after all of a's.
    std::ranges::copy(std::span(a.children(), a.count()), to);
    std::ranges::copy(std::span(b.children(), b.count()), to + a.count());
    Scratch scratch;
    branch->ref = ref_of(encode_children(*branch, scratch));
    return branch;
}

const Node* join_two(const Node* a, const Node* b) {
    if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
    if (branches_at_once(a) && branches_at_once(b)) {
        const auto* const joined = join_branches(a->branch(), b->branch());
        release(std::array{a, b});
        return joined;
    }
    std::vector<Update> leaves;
    Change old;
    for_each(b, [&](const Hash& key, const LeafView& leaf) {
        leaves.push_back({key, Bytes(leaf.value.begin(), leaf.value.end()), leaf.storage});
    });
    const auto list = [&old](const auto& self, const Node* node) -> void {
        old.replaced.push_back(node);  // Not replace_all: the storage tries live on.
        if (node->is_leaf()) return;
        for (std::size_t i = 0; i < node->branch().count(); ++i) self(self, node->branch().children()[i]);
    };
    list(list, b);
    Change change;
    const auto* const joined = apply(a, leaves, change);
    release(change.replaced);
    release(old.replaced);
    return joined;
}

}  // namespace

namespace {

void free_below(const Node* node) {
    if (node == nullptr) return;
    if (node->is_leaf()) {
        free_below(node->leaf().storage);
    } else {
        const auto& branch = node->branch();
        for (std::size_t i = 0; i < branch.count(); ++i) __builtin_prefetch(branch.children()[i]);
        for (std::size_t i = 0; i < branch.count(); ++i) free_below(branch.children()[i]);
    }
    pool::free(const_cast<Node*>(node), node_bytes(*node));
}

}  // namespace

void release_below(const Node* root) {
    const auto held = pool::lock();
    free_below(root);
}

const Node* join(std::span<const Node* const> parts) {
    const Node* joined = nullptr;
    for (const auto* part : parts) joined = join_two(joined, part);
    return joined;
}

}  // namespace farthing::trie
