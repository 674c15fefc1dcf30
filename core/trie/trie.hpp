#pragma once
// Immutable Merkle-Patricia trie in memory (Yellow Paper appendix D), copy on write.
//
// A Node never changes once its version is sealed, so any thread may read any sealed root without a lock for
// as long as someone keeps that version alive. One writer makes new versions. Keys are 32 bytes and already
// hashed (the "secure" trie); values are whole leaf values. A leaf of the account trie also points at the
// root of its account's storage trie, so one root reaches the whole state.
//
// Reclaiming: a Change lists the nodes a version created and those of older versions it replaced. The owner
// of the versions (chain's state window) calls `release(replaced)` when no view older than the version is
// left, or `release(created)` when the version itself is discarded. There are no reference counts.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <functional>
#include <optional>

namespace farthing::trie {

struct Node;  // Defined in node.hpp: branch (with the extension above it), leaf.

/// One change of a leaf. Empty value: delete.
struct Update {
    Hash key;
    Bytes value;
    const Node* storage = nullptr;  ///< Root of the account's storage trie; null for empty and for slots.
};

/// What one version did to the node pool.
struct Change {
    std::vector<const Node*> created;
    std::vector<const Node*> replaced;
    std::size_t created_bytes = 0;   ///< Pool bytes of `created`.
    std::size_t replaced_bytes = 0;  ///< Pool bytes of `replaced`: what keeping the older version costs.
};

struct LeafView {
    ByteView value;
    const Node* storage = nullptr;
};

/// Applies updates (sorted by key, no key twice) to `root` (null = empty) and returns the new root with every
/// hash computed. Unchanged subtrees are shared. A no-op update (same value, same storage) creates nothing.
/// Appends to `change`. Storage tries of deleted accounts are not followed: see replace_all. One caller at a
/// time for tries that share nodes.
const Node* apply(const Node* root, std::span<const Update> updates, Change& change);

/// Lists `root` and every node below it, storage tries included, as replaced: for a deleted account (pass the
/// storage root) or for a whole state that is let go.
void replace_all(const Node* root, Change& change);

/// Frees the nodes. Requires: no one reads them any more; none is listed twice.
void release(std::span<const Node* const> nodes);

/// The 32-byte root; empty_trie_root for null.
Hash root_hash(const Node* root);

std::optional<LeafView> find(const Node* root, const Hash& key);

/// `find` of each key, several descents beside one another, so that the memory's delays overlap.
std::vector<std::optional<LeafView>> find_many(const Node* root, std::span<const Hash> keys);

/// RLP nodes from the root towards `key`, as eth_getProof lists them; proves absence where there is no leaf.
/// Empty for an empty trie.
std::vector<Bytes> prove(const Node* root, const Hash& key);

/// Checks a proof against a root hash; gives the value, or nothing where absence is proven. Fails when the
/// proof proves neither.
Result<std::optional<Bytes>> verify_proof(const Hash& root, const Hash& key, std::span<const Bytes> proof);

/// Calls `visit(key, leaf)` for every leaf in key order.
void for_each(const Node* root, const std::function<void(const Hash& key, const LeafView& leaf)>& visit);

/// Root of the trie {rlp(i) → items[i]}: the transactions root and the receipts root.
Hash ordered_root(std::span<const Bytes> items);

/// Nodes alive in this process and the bytes they take; for metrics and leak tests.
struct PoolUse {
    std::size_t nodes = 0;
    std::size_t bytes = 0;
};
PoolUse pool_use();

}  // namespace farthing::trie
