// A trie changed step by step holds what a plain map holds and has the root of a trie built at once; no
// proof, damaged in any way, makes a verifier believe something false.
#include "core/base/check.hpp"
#include "core/testing/fuzz.hpp"
#include "core/trie/trie.hpp"
#include "core/types/header.hpp"

#include <map>

namespace farthing::trie {
namespace {

using Map = std::map<Hash, Bytes>;

/// Few bytes of a key are free, so that keys share prefixes of every length.
Hash any_key(fuzz::Source& from) {
    Hash key;
    const auto at = from.byte();
    key[at % 32] = from.byte();
    key[31] = static_cast<std::uint8_t>(key[31] ^ at);
    if (at >= 128) key[0] = from.byte();
    return key;
}

Bytes any_value(fuzz::Source& from) {
    const auto size = from.byte();
    const auto few = static_cast<std::size_t>(size % 4);
    const auto bytes = from.bytes(size >= 200 ? 40 : few);
    return {bytes.begin(), bytes.end()};  // None: the leaf is deleted.
}

const Node* apply_all(const Node* root, const Map& changes) {
    std::vector<Update> updates;
    for (const auto& [key, value] : changes) updates.push_back({key, value, nullptr});
    Change change;
    const auto* next = apply(root, updates, change);
    release(change.replaced);
    return next;
}

void release_all(const Node* root) {
    Change change;
    replace_all(root, change);
    release(change.replaced);
}

/// One of the ways to tamper with a proof.
void damage(std::vector<Bytes>& proof, fuzz::Source& from) {
    if (proof.empty()) {
        proof.push_back(any_value(from));
        return;
    }
    const auto which = from.below(proof.size());
    auto& node = proof[which];
    switch (from.below(5)) {
        case 0:
            proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(which));
            break;
        case 1:
            proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(which), node);
            break;
        case 2: {
            const auto bytes = from.bytes(from.below(80));
            node.assign(bytes.begin(), bytes.end());
            break;
        }
        case 3:
            std::swap(node, proof.back());
            break;
        default:
            if (!node.empty()) node[from.below(node.size())] = from.byte();
    }
}

void check_proofs(const Node* root, const Map& map, fuzz::Source& from) {
    for (int i = 0; i < 4; ++i) {
        const auto key = any_key(from);
        const auto found = map.find(key);
        const auto truth = found == map.end() ? std::nullopt : std::optional(found->second);
        auto proof = prove(root, key);
        const auto proven = verify_proof(root_hash(root), key, proof);
        FARTHING_CHECK(proven && *proven == truth);
        damage(proof, from);
        const auto claimed = verify_proof(root_hash(root), key, proof);
        FARTHING_CHECK(!claimed || *claimed == truth);
    }
}

/// A root and nodes of the fuzzer's own making: whatever they claim, checking them ends in order.
void check_foreign(fuzz::Source& from) {
    const auto root = from.fixed<32>();
    std::vector<Bytes> proof;
    while (!from.empty() && proof.size() < 8) {
        const auto node = from.bytes(from.below(200));
        proof.emplace_back(node.begin(), node.end());
    }
    const auto claimed = verify_proof(root, any_key(from), proof);
    FARTHING_CHECK(!claimed || !proof.empty() || root == empty_trie_root);
}

void check_steps(fuzz::Source& from) {
    const auto before = pool_use();
    const Node* root = nullptr;
    Map map;
    while (!from.empty()) {
        Map changes;
        for (auto count = 1 + from.below(8); count > 0; --count) {
            const auto key = any_key(from);
            changes[key] = any_value(from);
        }
        for (const auto& [key, value] : changes)
            if (value.empty())
                map.erase(key);
            else
                map[key] = value;
        root = apply_all(root, changes);
        if (from.flag()) check_proofs(root, map, from);
    }
    Map seen;
    for_each(root, [&](const Hash& key, const LeafView& leaf) {
        FARTHING_CHECK(seen.empty() || seen.rbegin()->first < key);
        seen[key].assign(leaf.value.begin(), leaf.value.end());
    });
    FARTHING_CHECK(seen == map);
    const Node* at_once = apply_all(nullptr, map);
    FARTHING_CHECK(root_hash(at_once) == root_hash(root));
    release_all(at_once);
    release_all(root);
    FARTHING_CHECK(pool_use().nodes == before.nodes && pool_use().bytes == before.bytes);
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (std::uint8_t i = 1; i < 8; ++i) {
        Bytes plan{0};
        for (unsigned n = 0; n < 60u * i; ++n)
            plan.push_back(static_cast<std::uint8_t>(n * (2u * i + 1) + (n >> 5)));
        out.push_back(std::move(plan));
    }
    return out;
}

FARTHING_FUZZ(trie, seeds) {
    fuzz::Source from(in);
    if (from.below(4) == 3)
        check_foreign(from);
    else
        check_steps(from);
}

}  // namespace
}  // namespace farthing::trie
