// The transactions and receipts roots: a trie that is hashed once and never kept.
#include "core/crypto/hash.hpp"
#include "core/trie/ref_batch.hpp"
#include "core/trie/trie.hpp"
#include "core/types/header.hpp"

namespace farthing::trie {
namespace {

/// rlp(i). No such key is a prefix of another: the first byte alone tells the length. So a branch never
/// holds a value.
struct OrderedKey {
    std::array<std::uint8_t, 9> bytes{};
    std::uint8_t size = 0;
    std::size_t item = 0;

    Path path(std::size_t depth) const { return {bytes.data(), depth, std::size_t{2} * size}; }
};

OrderedKey make_key(std::size_t i) {
    OrderedKey key;
    key.item = i;
    if (i > 0 && i < 0x80) {
        key.bytes[key.size++] = static_cast<std::uint8_t>(i);
        return key;
    }
    std::size_t n = 0;
    for (auto rest = i; rest != 0; rest >>= 8) ++n;
    key.bytes[key.size++] = static_cast<std::uint8_t>(0x80 + n);
    while (n-- > 0) key.bytes[key.size++] = static_cast<std::uint8_t>(i >> (8 * n));
    return key;
}

/// The trie above sorted keys, by depth, so that the nodes of one depth are hashed together.
class Ordered {
 public:
    explicit Ordered(std::span<const Bytes> items) : items_(items) {}

    /// Requires: sorted, not empty.
    Hash root(std::span<const OrderedKey> keys) {
        levels_[0].emplace_back().keys = keys;
        for (std::size_t depth = 0; depth < levels_.size(); ++depth)
            for (auto& node : levels_[depth])
                if (node.keys.size() > 1) branch(node, depth);
        for (auto depth = levels_.size(); depth-- > 1;) {
            for (auto& node : levels_[depth]) refs_.add(encode(node, depth), node.ref);
            refs_.flush();
            for (auto& node : levels_[depth])
                if (node.prefix_size(depth) != 0) node.ref = ref_of(encode_prefix(node, depth));
        }
        // The root is hashed even where a parent would embed it.
        auto& top = levels_[0].front();
        auto encoded = encode(top, 0);
        if (top.prefix_size(0) != 0) {
            top.ref = ref_of(encoded);
            encoded = encode_prefix(top, 0);
        }
        return keccak256(encoded);
    }

 private:
    struct OrderedNode {
        std::span<const OrderedKey> keys;  ///< One: a leaf.
        // Of a branch: how deep its keys part, and its children, which stand together one deeper.
        std::size_t parts_at = 0;
        std::size_t first_child = 0;
        Ref ref;

        std::size_t prefix_size(std::size_t depth) const { return keys.size() == 1 ? 0 : parts_at - depth; }
    };

    /// Makes the children.
    void branch(OrderedNode& node, std::size_t depth) {
        const auto keys = node.keys;
        node.parts_at = depth + common_prefix(keys.front().path(depth), keys.back().path(depth));
        auto& below = levels_[node.parts_at + 1];
        node.first_child = below.size();
        for (std::size_t i = 0; i < keys.size();) {
            auto end = i + 1;
            while (end < keys.size() && nibble_at(keys[end], node) == nibble_at(keys[i], node)) ++end;
            below.emplace_back().keys = keys.subspan(i, end - i);
            i = end;
        }
    }
    static unsigned nibble_at(const OrderedKey& key, const OrderedNode& node) {
        return nibble(key.bytes.data(), node.parts_at);
    }

    /// A branch without its prefix.
    ByteView encode(const OrderedNode& node, std::size_t depth) {
        const auto& first = node.keys.front();
        if (node.keys.size() == 1) return encode_leaf(first.path(depth), items_[first.item], scratch_);
        std::array<const Ref*, 16> children{};
        const auto* child = &levels_[node.parts_at + 1][node.first_child];
        for (std::size_t i = 0; i < node.keys.size(); i += (child++)->keys.size())
            children[nibble_at(node.keys[i], node)] = &child->ref;
        return encode_branch(children, scratch_);
    }
    ByteView encode_prefix(const OrderedNode& node, std::size_t depth) {
        return encode_extension({node.keys.front().bytes.data(), depth, node.parts_at}, node.ref, scratch_);
    }

    std::span<const Bytes> items_;
    std::array<std::vector<OrderedNode>, 2 * sizeof(OrderedKey::bytes) + 1> levels_;
    RefBatch refs_;
    Scratch scratch_;
};

}  // namespace

Hash ordered_root(std::span<const Bytes> items) {
    if (items.empty()) return empty_trie_root;
    std::vector<OrderedKey> keys;
    keys.reserve(items.size());
    // In order of the encoded keys 0 stands as 0x80, between 127 and 128.
    for (std::size_t i = 1; i < items.size() && i < 0x80; ++i) keys.push_back(make_key(i));
    keys.push_back(make_key(0));
    for (std::size_t i = 0x80; i < items.size(); ++i) keys.push_back(make_key(i));
    return Ordered(items).root(keys);
}

}  // namespace farthing::trie
