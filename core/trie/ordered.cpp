// The transactions and receipts roots: a trie that is hashed once and never kept.
#include "core/crypto/hash.hpp"
#include "core/trie/encode.hpp"
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

class Ordered {
 public:
    explicit Ordered(std::span<const Bytes> items) : items_(items) {}

    /// Encodes the node above `keys` into the scratch buffer. Requires: sorted, not empty.
    ByteView encode(std::span<const OrderedKey> keys, std::size_t depth) {
        const auto& first = keys.front();
        if (keys.size() == 1) return encode_leaf(first.path(depth), items_[first.item], scratch_);
        const auto agreed = common_prefix(first.path(depth), keys.back().path(depth));
        const auto at = depth + agreed;
        std::array<Ref, 16> refs;
        std::array<const Ref*, 16> children{};
        for (std::size_t i = 0; i < keys.size();) {
            const auto n = nibble(keys[i].bytes.data(), at);
            auto end = i + 1;
            while (end < keys.size() && nibble(keys[end].bytes.data(), at) == n) ++end;
            refs[n] = ref_of(encode(keys.subspan(i, end - i), at + 1));
            children[n] = &refs[n];
            i = end;
        }
        const auto branch = encode_branch(children, scratch_);
        if (agreed == 0) return branch;
        const auto inner = ref_of(branch);
        return encode_extension({first.bytes.data(), depth, at}, inner, scratch_);
    }

 private:
    std::span<const Bytes> items_;
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
    return keccak256(Ordered(items).encode(keys, 0));
}

}  // namespace farthing::trie
