#pragma once
// What the trie's tests share: tries beside a std::map that says what they must hold.
#include "core/crypto/hash.hpp"
#include "core/trie/trie.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace farthing::trie {

using Oracle = std::map<Hash, Bytes>;

inline std::vector<Update> sorted(const Oracle& changes) {
    std::vector<Update> updates;
    for (const auto& [key, value] : changes) updates.push_back({key, value, nullptr});
    return updates;
}

inline Change apply_to(const Node*& root, const Oracle& changes) {
    Change change;
    root = apply(root, sorted(changes), change);
    return change;
}

inline void change_oracle(Oracle& oracle, const Oracle& changes) {
    for (const auto& [key, value] : changes) {
        if (value.empty()) {
            oracle.erase(key);
        } else {
            oracle[key] = value;
        }
    }
}

inline Oracle contents(const Node* root) {
    Oracle out;
    std::optional<Hash> last;
    for_each(root, [&](const Hash& key, const LeafView& leaf) {
        EXPECT_TRUE(!last || *last < key) << "for_each goes in key order";
        last = key;
        out[key] = Bytes(leaf.value.begin(), leaf.value.end());
    });
    return out;
}

inline void release_all(const Node* root) {
    Change change;
    replace_all(root, change);
    release(change.replaced);
}

/// The root of the same leaves, built at once.
inline Hash rebuilt_root(const Oracle& oracle) {
    const Node* root = nullptr;
    const auto change = apply_to(root, oracle);
    EXPECT_TRUE(change.replaced.empty());
    const auto hash = root_hash(root);
    release(change.created);
    return hash;
}

/// Keys that share long prefixes and end differently, among some that share nothing.
inline Hash random_key(std::mt19937_64& rng) {
    Hash key;
    if (rng() % 4 == 0) return keccak256(be64(rng() % 500).bytes);
    key[0] = static_cast<std::uint8_t>(rng() % 3 * 0x55);
    if (rng() % 2 == 0) key[5] = static_cast<std::uint8_t>(rng());
    if (rng() % 2 == 0) key[30] = static_cast<std::uint8_t>(rng() % 4 << 4);
    key[31] = static_cast<std::uint8_t>(rng());
    return key;
}

inline Bytes random_value(std::mt19937_64& rng) {
    return Bytes(rng() % 4 == 0 ? 1 + rng() % 80 : 1 + rng() % 3, static_cast<std::uint8_t>(1 + rng() % 255));
}

inline Oracle random_changes(std::mt19937_64& rng, const Oracle& oracle, std::size_t count) {
    Oracle changes;
    for (std::size_t i = 0; i < count; ++i) {
        auto key = random_key(rng);
        if (!oracle.empty() && rng() % 2 == 0) {
            // An existing key where one follows.
            if (const auto found = oracle.lower_bound(key); found != oracle.end()) key = found->first;
        }
        changes[key] = rng() % 3 == 0 ? Bytes{} : random_value(rng);
    }
    return changes;
}

struct Seed {
    std::uint64_t value = std::random_device{}();
    std::mt19937_64 rng{value};
};

}  // namespace farthing::trie
