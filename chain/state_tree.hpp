#pragma once
// The versions of the state trie: one writer grows them, readers hold views of them.
//
// Invariants: 1. versions form a line, oldest first; each lists the nodes it created and those it replaced.
// A chain that goes back (dev) continues the line with a version of an earlier block number; of two versions
// of one number the newer counts, and none counts whose number is above the newest's.
// 2. The nodes a version replaced are released only when no older version is in the window or held by a
// view. 3. A proposed version that is not adopted releases what it created.
#include "chain/diff.hpp"
#include "chain/state_view.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <mutex>
#include <shared_mutex>

namespace farthing::chain {

struct StateVersion {
    std::uint64_t block_number = 0;
    std::uint64_t timestamp = 0;
    const trie::Node* root = nullptr;
    Hash root_hash;
    trie::Change change;
    std::size_t held_bytes = 0;  ///< What `change.replaced` keeps in memory.
};
using StateVersionPtr = std::shared_ptr<StateVersion>;

/// Code by its hash; grows only. Thread-safe.
class CodeTable {
 public:
    Hash add(const Bytes& code);
    Bytes find(const Hash& code_hash) const;

 private:
    mutable std::shared_mutex mutex_;
    boost::unordered_flat_map<Hash, Bytes, FixedBytesHash> codes_;
};

struct StateWindow {
    std::uint64_t blocks = 128;
    std::uint64_t seconds = 60;
    std::size_t bytes = 256u << 20;
};

/// A slot's leaf as its trie holds it; empty for zero.
Bytes slot_leaf(const Word& value);

class StateTree {
 public:
    explicit StateTree(StateWindow window) : window_(window) {}
    ~StateTree();
    StateTree(const StateTree&) = delete;
    StateTree& operator=(const StateTree&) = delete;

    // --- the writer ------------------------------------------------------------------------------
    /// Takes over a whole trie; it is the only version from now on, what was before is forgotten. No view may
    /// exist.
    void load(const trie::Node* root, std::uint64_t block_number, std::uint64_t timestamp);
    /// Where builders of such a trie put code.
    CodeTable& codes() { return codes_; }

    /// A new version on top of `parent` (null: the newest). Not visible until adopted.
    StateVersionPtr derive(const StateVersion* parent, std::span<const Diff> diffs,
                           std::uint64_t block_number, std::uint64_t timestamp);
    /// Makes a version derived from the only one take its place: block 0's, on its allocations.
    void adopt_first(StateVersionPtr version);
    /// Makes a derived version the newest and drops versions that leave the window.
    void adopt(StateVersionPtr version);
    /// Releases a derived version that will not be adopted.
    static void discard(StateVersionPtr version);

    // --- anyone ----------------------------------------------------------------------------------
    StateView newest() const;
    std::optional<StateView> at(std::uint64_t block_number) const;
    std::uint64_t oldest_block() const;
    StateView view(const StateVersionPtr& version) const { return {version, &codes_}; }

 private:
    /// Changes one account's storage; gives the update of its leaf.
    trie::Update apply_account(const Hash& key, const std::optional<trie::LeafView>& leaf,
                               std::span<const Diff> diffs, trie::Change& change);
    void trim();
    void release_all();

    StateWindow window_;
    CodeTable codes_;
    mutable std::mutex mutex_;
    std::deque<StateVersionPtr> versions_;
    std::size_t held_bytes_ = 0;
};

}  // namespace farthing::chain
