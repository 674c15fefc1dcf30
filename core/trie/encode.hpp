#pragma once
// RLP of trie nodes (Yellow Paper appendix D). Sizes are computed first, so that a node is written once, into
// a buffer on the stack.
#include "core/base/bytes.hpp"
#include "core/trie/nibbles.hpp"

#include <memory>
#include <span>

namespace farthing::trie {

/// How a parent names a node: the node's RLP itself where that is shorter than 32 bytes, else its Keccak-256.
/// Size 0: no node.
struct Ref {
    Hash bytes;
    std::uint8_t size = 0;

    ByteView view() const { return {bytes.data(), size}; }
};

/// Room for one encoded node. Only a leaf with a long value needs the heap.
class Scratch {
 public:
    std::uint8_t* room(std::size_t size) {
        if (size <= inline_.size()) return inline_.data();
        heap_ = std::make_unique_for_overwrite<std::uint8_t[]>(size);
        return heap_.get();
    }

 private:
    std::array<std::uint8_t, 640> inline_;  // The longest branch is 532 bytes.
    std::unique_ptr<std::uint8_t[]> heap_;
};

/// Each gives a view into `scratch`, valid until its next use.
ByteView encode_leaf(Path path, ByteView value, Scratch& scratch);
ByteView encode_extension(Path path, const Ref& child, Scratch& scratch);
/// Null pointers are empty slots; the value slot is empty, because no key of ours is a prefix of another.
ByteView encode_branch(std::span<const Ref* const, 16> children, Scratch& scratch);

Ref ref_of(ByteView encoded);

}  // namespace farthing::trie
