// Checking a Merkle proof from outside: nothing in it is believed, and nothing may be left over.
#include "core/crypto/hash.hpp"
#include "core/rlp/rlp.hpp"
#include "core/trie/encode.hpp"
#include "core/trie/trie.hpp"
#include "core/types/header.hpp"

namespace farthing::trie {
namespace {

/// A hex-prefix string (Yellow Paper appendix C) taken apart.
struct Compact {
    bool leaf = false;
    Path path;
};

Result<Compact> read_compact(ByteView in) {
    if (in.empty()) return fail("proof: empty path");
    const auto flags = in[0] >> 4;
    if (flags > 3) return fail("proof: unknown path flags");
    const bool odd = (flags & 1) != 0;
    if (!odd && (in[0] & 0x0f) != 0) return fail("proof: path padding is not zero");
    return Compact{(flags & 2) != 0, {in.data(), odd ? std::size_t{1} : std::size_t{2}, in.size() * 2}};
}

/// A node taken apart: a branch has 17 items, a leaf or an extension two.
struct Items {
    std::array<ByteView, 17> raw;
    std::size_t count = 0;
};

Result<Items> read_items(ByteView encoded) {
    rlp::Decoder outer(encoded);
    TRY(auto list, outer.list());
    if (auto ok = outer.finish(); !ok) return std::unexpected(std::move(ok).error());
    Items items;
    while (!list.empty()) {
        if (items.count == items.raw.size()) return fail("proof: too many items in a node");
        TRY(const auto item, list.raw());
        items.raw[items.count++] = item;
    }
    if (items.count != 2 && items.count != items.raw.size()) return fail("proof: a node has 2 or 17 items");
    return items;
}

class Walk {
 public:
    Walk(const Hash& key, std::span<const Bytes> proof) : key_(key), proof_(proof) {}

    Result<std::optional<Bytes>> run(const Hash& root) {
        if (proof_.empty()) {
            if (root == empty_trie_root) return std::nullopt;
            return fail("proof: no nodes");
        }
        if (auto ok = follow_hash(root, /*is_root=*/true); !ok) return std::unexpected(std::move(ok).error());
        while (!done_) {
            TRY(const auto items, read_items(node_));
            auto ok = items.count == 2 ? short_node(items) : branch(items);
            if (!ok) return std::unexpected(std::move(ok).error());
        }
        if (used_ != proof_.size()) return fail("proof: nodes left over");
        return std::move(value_);
    }

 private:
    Result<void> follow_hash(ByteView hash, bool is_root) {
        if (used_ == proof_.size()) return fail("proof: ends before the key is decided");
        node_ = proof_[used_++];
        if (!std::ranges::equal(keccak256(node_), hash)) return fail("proof: a node does not match its hash");
        if (!is_root && node_.size() < Hash::size()) return fail("proof: a short node must be embedded");
        return {};
    }

    /// Goes to the child that a raw item names: an embedded node or a hash.
    Result<void> follow(ByteView item) {
        if (item[0] >= 0xc0) {
            if (item.size() >= Hash::size()) return fail("proof: an embedded node is too long");
            node_ = item;
            return {};
        }
        TRY(const auto hash, rlp::Decoder(item).string());
        if (hash.size() != Hash::size()) return fail("proof: a child is neither a hash nor a node");
        return follow_hash(hash, /*is_root=*/false);
    }

    Result<void> short_node(const Items& items) {
        TRY(const auto packed, rlp::Decoder(items.raw[0]).string());
        TRY(const auto compact, read_compact(packed));
        const Path rest{key_.data(), depth_, key_nibbles};
        const auto agreed = common_prefix(compact.path, rest);
        if (compact.leaf) {
            TRY(const auto value, rlp::Decoder(items.raw[1]).string());
            if (after_extension_) return fail("proof: an extension leads to a leaf");
            if (compact.path.size() != rest.size()) return fail("proof: a leaf's path has a wrong length");
            if (value.empty()) return fail("proof: a leaf is empty");
            if (agreed == rest.size()) value_ = Bytes(value.begin(), value.end());
            done_ = true;
            return {};
        }
        if (after_extension_) return fail("proof: an extension leads to an extension");
        // At least one nibble must be left for the branch below.
        if (compact.path.size() == 0 || compact.path.size() >= rest.size())
            return fail("proof: an extension's path has a wrong length");
        if (agreed != compact.path.size()) {
            done_ = true;
            return {};
        }
        depth_ += agreed;
        after_extension_ = true;
        return follow(items.raw[1]);
    }

    Result<void> branch(const Items& items) {
        if (depth_ >= key_nibbles) return fail("proof: a branch below the end of the key");
        const auto empty = [](ByteView item) { return item.size() == 1 && item[0] == 0x80; };
        if (!empty(items.raw[16])) return fail("proof: a branch holds a value");
        const auto children = std::ranges::count_if(items.raw, [&](ByteView item) { return !empty(item); });
        if (children < 2) return fail("proof: a branch has fewer than two children");
        const auto child = items.raw[nibble(key_.data(), depth_)];
        ++depth_;
        after_extension_ = false;
        if (empty(child)) {
            done_ = true;
            return {};
        }
        return follow(child);
    }

    const Hash& key_;
    std::span<const Bytes> proof_;
    std::size_t used_ = 0;
    ByteView node_;
    std::size_t depth_ = 0;
    bool after_extension_ = false;
    bool done_ = false;
    std::optional<Bytes> value_;
};

}  // namespace

Result<std::optional<Bytes>> verify_proof(const Hash& root, const Hash& key, std::span<const Bytes> proof) {
    return Walk(key, proof).run(root);
}

}  // namespace farthing::trie
