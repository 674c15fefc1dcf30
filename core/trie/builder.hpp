#pragma once
// Builds a trie from leaves that come in order: each node is made once, when all that is below it is known.
// For a whole state; a change to a trie is `apply`'s.
#include "core/trie/encode.hpp"
#include "core/trie/pool.hpp"
#include "core/trie/trie.hpp"

#include <memory>

namespace farthing::trie {

/// One thread; builders with arenas of their own work beside one another. Not finishing releases what was
/// built (storage tries that leaves point at are not followed).
class Builder {
 public:
    enum class Keep {
        nodes,
        hash_only,  ///< Nodes go as soon as their parent is named: a root of any number of leaves in little
                    ///< memory.
    };

    explicit Builder(pool::Arena& arena, Keep keep = Keep::nodes);
    ~Builder();
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    /// Requires: keys ascend; a value is not empty.
    void add(const Hash& key, ByteView value, const Node* storage = nullptr);
    /// The root with every hash computed, null when nothing was added. The builder is empty again.
    /// Requires: Keep::nodes.
    const Node* finish();
    /// The same where nothing is kept.
    Hash finish_hash();

 private:
    struct Open;  ///< A branch whose children are still coming.

    const Node* take_root();
    void close_until(std::size_t depth);
    const Node* make_branch(const Open& open, std::size_t from);
    void seal(const Node* node, std::size_t depth);
    void forget_children(const Open& open);
    void let_go(const Node* node);

    pool::Arena& arena_;
    Keep keep_;
    std::vector<Open> open_;
    const Node* pending_ =
        nullptr;  ///< Below the deepest open branch; unsealed, its depth comes with the next key.
    Hash last_key_;
    Scratch scratch_;
};

/// One trie of tries whose keys ascend from each to the next; takes them over. Quick where all of them branch
/// at the first half-byte, as large ones do.
const Node* join(std::span<const Node* const> parts);

/// Frees a whole trie, storage tries included, without listing it first as replace_all does.
void release_below(const Node* root);

}  // namespace farthing::trie
