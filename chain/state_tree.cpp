#include "chain/state_tree.hpp"

#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_many.hpp"
#include "core/rlp/rlp.hpp"
#include "core/trie/builder.hpp"
#include "core/types/header.hpp"

#include <algorithm>
#include <mutex>
#include <ranges>

namespace farthing::chain {
namespace {

Bytes account_leaf(const AccountState& state, const Hash& code_hash, const trie::Node* storage) {
    return Account{.nonce = state.nonce,
                   .balance = state.balance,
                   .storage_root = trie::root_hash(storage),
                   .code_hash = code_hash}
        .encode();
}

/// keccak256(bytes(item)) of each item.
template <class Items, class GetBytes>
std::vector<Hash> hash_each(const Items& items, const GetBytes& bytes) {
    std::vector<ByteView> inputs;
    inputs.reserve(items.size());
    for (const auto& item : items) inputs.push_back(bytes(item));
    std::vector<Hash> hashes(inputs.size());
    keccak256_many(inputs, hashes);
    return hashes;
}

bool by_key(const trie::Update& a, const trie::Update& b) {
    return a.key < b.key;
}

}  // namespace

Bytes slot_leaf(const Word& value) {
    if (value.is_zero()) return {};
    rlp::Encoder encoder;
    const auto first = std::ranges::find_if(value, [](std::uint8_t b) { return b != 0; });
    encoder.add(ByteView(first, value.end()));
    return encoder.take();
}

Hash CodeTable::add(const Bytes& code) {
    if (code.empty()) return empty_code_hash;
    const auto hash = keccak256(code);
    const std::unique_lock lock(mutex_);
    codes_.emplace(hash, code);
    return hash;
}

Bytes CodeTable::find(const Hash& code_hash) const {
    if (code_hash == empty_code_hash) return {};
    const std::shared_lock lock(mutex_);
    const auto found = codes_.find(code_hash);
    FARTHING_CHECK(found != codes_.end());
    return found->second;
}

StateTree::~StateTree() {
    release_all();
}

void StateTree::release_all() {
    for (std::size_t i = 1; i < versions_.size(); ++i) trie::release(versions_[i]->change.replaced);
    if (!versions_.empty()) trie::release_below(versions_.back()->root);
    versions_.clear();
    held_bytes_ = 0;
}

void StateTree::load(const trie::Node* root, std::uint64_t block_number, std::uint64_t timestamp) {
    const std::lock_guard lock(mutex_);
    release_all();
    auto version = std::make_shared<StateVersion>();
    version->block_number = block_number;
    version->timestamp = timestamp;
    version->root = root;
    version->root_hash = trie::root_hash(root);
    versions_.push_back(std::move(version));
}

trie::Update StateTree::apply_account(const Hash& key, const std::optional<trie::LeafView>& leaf,
                                      std::span<const Diff> diffs, trie::Change& change) {
    const auto* storage = leaf ? leaf->storage : nullptr;

    AccountState state;
    Hash code_hash = empty_code_hash;
    auto slots = diffs;
    if (!diffs.front().slot) {
        state = diffs.front().account_after;
        code_hash = codes_.add(state.code);
        slots = diffs.subspan(1);
    } else {
        FARTHING_CHECK(leaf.has_value());
        const auto account = decode_account(leaf->value);
        FARTHING_CHECK(account.has_value());
        state = {account->nonce, account->balance, {}};
        code_hash = account->code_hash;
    }
    if (!slots.empty()) {
        const auto slot_keys = hash_each(slots, [](const Diff& diff) { return ByteView(*diff.slot); });
        std::vector<trie::Update> slot_updates;
        slot_updates.reserve(slots.size());
        for (std::size_t i = 0; i < slots.size(); ++i)
            slot_updates.push_back({slot_keys[i], slot_leaf(slots[i].word_after), nullptr});
        std::ranges::sort(slot_updates, by_key);
        storage = trie::apply(storage, slot_updates, change);
    }
    const bool gone = state.nonce == 0 && state.balance == 0 && code_hash == empty_code_hash;
    FARTHING_CHECK(!gone || storage == nullptr);
    return {key, gone ? Bytes{} : account_leaf(state, code_hash, storage), storage};
}

StateVersionPtr StateTree::derive(const StateVersion* parent, std::span<const Diff> diffs,
                                  std::uint64_t block_number, std::uint64_t timestamp) {
    if (parent == nullptr) parent = versions_.back().get();
    auto version = std::make_shared<StateVersion>();
    version->block_number = block_number;
    version->timestamp = timestamp;

    std::vector<std::span<const Diff>> accounts;
    for (std::size_t begin = 0; begin < diffs.size();) {
        auto end = begin + 1;
        while (end < diffs.size() && diffs[end].address == diffs[begin].address) ++end;
        accounts.push_back(diffs.subspan(begin, end - begin));
        begin = end;
    }
    const auto keys =
        hash_each(accounts, [](std::span<const Diff> of) { return ByteView(of.front().address); });
    const auto leaves = trie::find_many(parent->root, keys);
    std::vector<trie::Update> updates;
    updates.reserve(accounts.size());
    for (std::size_t i = 0; i < accounts.size(); ++i)
        updates.push_back(apply_account(keys[i], leaves[i], accounts[i], version->change));
    std::ranges::sort(updates, by_key);
    version->root = trie::apply(parent->root, updates, version->change);
    version->root_hash = trie::root_hash(version->root);
    version->held_bytes = version->change.replaced_bytes;
    return version;
}

void StateTree::adopt_first(StateVersionPtr version) {
    FARTHING_CHECK(versions_.size() == 1);
    const std::lock_guard lock(mutex_);
    trie::release(version->change.replaced);
    version->change = {};
    versions_.front() = std::move(version);
}

void StateTree::adopt(StateVersionPtr version) {
    const std::lock_guard lock(mutex_);
    held_bytes_ += version->held_bytes;
    version->change.created = {};  // Part of the line for good.
    versions_.push_back(std::move(version));
    trim();
}

void StateTree::discard(StateVersionPtr version) {
    trie::release(version->change.created);
}

void StateTree::trim() {
    const auto& newest = *versions_.back();
    while (versions_.size() > 1) {
        const auto& oldest = versions_.front();
        const bool within =
            versions_.size() <= window_.blocks || newest.timestamp < oldest->timestamp + window_.seconds;
        if (within && held_bytes_ <= window_.bytes) return;
        // A view holds it: try again at the next block. Views cannot appear meanwhile, they come from
        // versions_ under this mutex or are copies of one that counts already.
        if (oldest.use_count() > 1) return;
        versions_.pop_front();
        auto& next = *versions_.front();
        trie::release(next.change.replaced);
        next.change.replaced = {};
        held_bytes_ -= next.held_bytes;
        next.held_bytes = 0;
    }
}

StateView StateTree::newest() const {
    const std::lock_guard lock(mutex_);
    return {versions_.back(), &codes_};
}

std::optional<StateView> StateTree::at(std::uint64_t block_number) const {
    const std::lock_guard lock(mutex_);
    if (block_number > versions_.back()->block_number) return std::nullopt;
    const auto newest_first = std::views::reverse(versions_);
    const auto found = std::ranges::find(newest_first, block_number,
                                         [](const auto& version) { return version->block_number; });
    if (found == newest_first.end()) return std::nullopt;
    return StateView(*found, &codes_);
}

std::uint64_t StateTree::oldest_block() const {
    const std::lock_guard lock(mutex_);
    auto oldest = versions_.back()->block_number;
    for (const auto& version : std::views::reverse(versions_))
        if (version->block_number + 1 == oldest) oldest = version->block_number;
    return oldest;
}

}  // namespace farthing::chain
