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

/// What Account::encode gives, without the heap: a start does this for every account there is.
class AccountLeaf {
 public:
    explicit AccountLeaf(const Account& account) {
        put_number(to_word(U256(account.nonce)));
        put_number(to_word(account.balance));
        for (const auto& hash : {account.storage_root, account.code_hash}) {
            put(0x80 + Hash::size());
            std::ranges::copy(hash, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
            size_ += Hash::size();
        }
        // Two hashes alone make the list a long one, and no list of these four needs a second length byte.
        bytes_[0] = 0xf8;
        bytes_[1] = static_cast<std::uint8_t>(size_ - 2);
    }
    ByteView view() const { return {bytes_.data(), size_}; }

 private:
    void put(std::size_t byte) { bytes_[size_++] = static_cast<std::uint8_t>(byte); }
    void put_number(const Word& word) {
        const auto first = std::ranges::find_if(word, [](std::uint8_t b) { return b != 0; });
        const auto size = static_cast<std::size_t>(word.end() - first);
        if (size != 1 || *first >= 0x80) put(0x80 + size);
        for (auto at = first; at != word.end(); ++at) put(*at);
    }

    std::array<std::uint8_t, 2 + 9 + 33 + 66> bytes_{};
    std::size_t size_ = 2;  ///< The list's prefix comes last.
};

}  // namespace

StateBuild::StateBuild(CodeTable* codes)
    : codes_(codes), accounts_(arena_, kept(codes)), slots_(arena_, kept(codes)) {}

StateBuild::~StateBuild() {
    for (const auto* storage : storages_) trie::release_below(storage);
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
    accounts_.add(*key_, AccountLeaf(account).view(), storage);
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

}  // namespace farthing::chain
