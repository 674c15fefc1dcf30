#pragma once
// Rows of the flat state, in order, become a trie: at start-up, for block 0, and to check a checkpoint.
#include "chain/diff.hpp"
#include "core/trie/builder.hpp"

namespace farthing::chain {

class CodeTable;

/// One thread; several work beside one another on parts of the state that do not share a first half-byte.
class StateBuild {
 public:
    /// Null codes: nothing is kept, only the root's hash comes out.
    explicit StateBuild(CodeTable* codes);
    ~StateBuild();
    StateBuild(const StateBuild&) = delete;
    StateBuild& operator=(const StateBuild&) = delete;

    /// An account by its hashed address, then its slots by their hashed numbers. Requires: ascending order;
    /// no empty account, no zero slot.
    void account(const Hash& key, const AccountState& account);
    void slot(const Hash& key, const Word& value);
    /// Whether a slot may follow: an account came before.
    bool has_account() const { return key_.has_value(); }
    /// The trie; null for an empty state. Whoever takes it releases it.
    const trie::Node* finish();
    Hash finish_hash();

 private:
    void finish_account();

    CodeTable* codes_;
    trie::pool::Arena arena_;
    trie::Builder accounts_;
    trie::Builder slots_;
    bool has_slots_ = false;
    std::optional<Hash> key_;  ///< Of the account whose slots may follow.
    AccountState account_;
    std::vector<const trie::Node*> storages_;  ///< Of accounts so far: nobody else knows them until finish().
};

}  // namespace farthing::chain
