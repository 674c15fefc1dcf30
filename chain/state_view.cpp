#include "chain/state_view.hpp"

#include "chain/state_tree.hpp"
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_many.hpp"
#include "core/rlp/rlp.hpp"
#include "core/types/header.hpp"

namespace farthing::chain {
namespace {

Account decode_leaf(const trie::LeafView& leaf) {
    auto account = decode_account(leaf.value);
    FARTHING_CHECK(account.has_value());
    return *std::move(account);
}

Account account_of(const std::optional<trie::LeafView>& leaf) {
    return leaf ? decode_leaf(*leaf) : Account{0, 0, empty_trie_root, empty_code_hash};
}

Word decode_slot(const std::optional<trie::LeafView>& leaf) {
    if (!leaf) return {};
    const auto value = rlp::Decoder(leaf->value).string();
    FARTHING_CHECK(value.has_value() && value->size() <= 32);
    Word out;
    std::ranges::copy(*value, out.end() - static_cast<std::ptrdiff_t>(value->size()));
    return out;
}

}  // namespace

Hash StateView::root() const {
    return version_->root_hash;
}

Account StateView::account(const Address& who) const {
    return account_of(trie::find(version_->root, keccak256(who)));
}

std::vector<Account> StateView::accounts(std::span<const Address> who) const {
    const std::vector<ByteView> addresses(who.begin(), who.end());
    std::vector<Hash> keys(who.size());
    keccak256_many(addresses, keys);
    std::vector<Account> out;
    out.reserve(who.size());
    for (const auto& leaf : trie::find_many(version_->root, keys)) out.push_back(account_of(leaf));
    return out;
}

bool StateView::exists(const Address& who) const {
    return trie::find(version_->root, keccak256(who)).has_value();
}

Bytes StateView::code(const Address& who) const {
    return codes_->find(account(who).code_hash);
}

Bytes StateView::code_of(const Hash& code_hash) const {
    return codes_->find(code_hash);
}

Word StateView::storage(const Address& who, const Word& slot) const {
    const auto leaf = trie::find(version_->root, keccak256(who));
    if (!leaf || leaf->storage == nullptr) return {};
    return decode_slot(trie::find(leaf->storage, keccak256(slot)));
}

AccountProof StateView::prove(const Address& who, std::span<const Word> slots) const {
    const auto key = keccak256(who);
    const auto leaf = trie::find(version_->root, key);
    AccountProof proof;
    proof.account = account(who);
    proof.nodes = trie::prove(version_->root, key);
    const auto* storage = leaf ? leaf->storage : nullptr;
    for (const auto& slot : slots) {
        const auto slot_key = keccak256(slot);
        proof.storage.push_back(
            {slot, decode_slot(trie::find(storage, slot_key)), trie::prove(storage, slot_key)});
    }
    return proof;
}

}  // namespace farthing::chain
