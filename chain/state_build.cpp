#include "chain/state_build.hpp"

#include "chain/state_tree.hpp"
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/types/header.hpp"

namespace farthing::chain {
namespace {

trie::Builder::Keep kept(const CodeTable* codes) {
    return codes == nullptr ? trie::Builder::Keep::hash_only : trie::Builder::Keep::nodes;
}

}  // namespace

StateBuild::StateBuild(CodeTable* codes)
    : codes_(codes), accounts_(arena_, kept(codes)), slots_(arena_, kept(codes)) {}

StateBuild::~StateBuild() {
    for (const auto* storage : storages_) release_state(storage);
}

void StateBuild::account(const Hash& key, const AccountState& account) {
    FARTHING_CHECK(!account.is_empty());
    finish_account();
    key_ = key;
    account_ = account;
}

void StateBuild::slot(const Hash& key, const Word& value) {
    FARTHING_CHECK(has_account() && !value.is_zero());
    has_slots_ = true;
    slots_.add(key, slot_leaf(value));
}

void StateBuild::finish_account() {
    if (!key_) return;
    const trie::Node* storage = nullptr;
    Account account{.nonce = account_.nonce,
                    .balance = account_.balance,
                    .storage_root = empty_trie_root,
                    .code_hash = empty_code_hash};
    if (!account_.code.empty())
        account.code_hash = codes_ == nullptr ? keccak256(account_.code) : codes_->add(account_.code);
    if (has_slots_ && codes_ == nullptr) {
        account.storage_root = slots_.finish_hash();
    } else if (has_slots_) {
        storage = slots_.finish();
        account.storage_root = trie::root_hash(storage);
        storages_.push_back(storage);
    }
    accounts_.add(*key_, account.encode(), storage);
    has_slots_ = false;
    key_.reset();
}

const trie::Node* StateBuild::finish() {
    finish_account();
    const auto* const root = accounts_.finish();
    storages_.clear();
    return root;
}

Hash StateBuild::finish_hash() {
    finish_account();
    return accounts_.finish_hash();
}

void release_state(const trie::Node* root) {
    if (root == nullptr) return;
    trie::Change everything;
    trie::replace_all(root, everything);
    trie::release(everything.replaced);
}

}  // namespace farthing::chain
