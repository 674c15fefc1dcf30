#include "core/trie/trie.hpp"

#include "core/trie/testing/oracle.hpp"
#include "core/types/header.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace farthing::trie {
namespace {

TEST(Trie, empty_trie_has_the_root_of_the_empty_string) {
    EXPECT_EQ(root_hash(nullptr), empty_trie_root);
    EXPECT_EQ(keccak256(Bytes{0x80}), empty_trie_root);
    EXPECT_EQ(find(nullptr, Hash{}), std::nullopt);
    EXPECT_TRUE(prove(nullptr, Hash{}).empty());
    Change change;
    EXPECT_EQ(apply(nullptr, {}, change), nullptr);
    EXPECT_EQ(apply(nullptr, sorted({{Hash{}, {}}}), change), nullptr);
    EXPECT_TRUE(change.created.empty() && change.replaced.empty());
    for_each(nullptr, [](const Hash&, const LeafView&) { FAIL(); });
}

TEST(Trie, random_versions_equal_a_rebuild_and_old_versions_stay) {
    const auto use_before = pool_use();
    Seed seed;
    SCOPED_TRACE(testing::Message() << "seed " << seed.value);
    for (const std::size_t batch : {1U, 2U, 5U, 40U, 300U}) {
        struct Version {
            const Node* root = nullptr;
            Oracle oracle;
            Change change;
        };
        std::vector<Version> versions{{}};
        for (int v = 0; v < 40; ++v) {
            auto oracle = versions.back().oracle;
            // Now and then everything goes.
            Oracle changes = random_changes(seed.rng, oracle, batch);
            if (v % 17 == 16) {
                for (const auto& [key, value] : oracle) changes[key] = {};
            }
            change_oracle(oracle, changes);
            const auto* root = versions.back().root;
            auto change = apply_to(root, changes);
            const std::set created(change.created.begin(), change.created.end());
            ASSERT_EQ(created.size(), change.created.size()) << "a node is listed once";
            for (const auto* node : change.replaced) ASSERT_FALSE(created.contains(node));
            ASSERT_EQ(root_hash(root), rebuilt_root(oracle));
            versions.push_back({root, std::move(oracle), std::move(change)});
        }
        for (const auto& version : versions) {
            ASSERT_EQ(contents(version.root), version.oracle);
            for (int i = 0; i < 50; ++i) {
                const auto key = random_key(seed.rng);
                const auto found = find(version.root, key);
                const auto expected = version.oracle.find(key);
                ASSERT_EQ(found.has_value(), expected != version.oracle.end());
                if (found) {
                    ASSERT_TRUE(std::ranges::equal(found->value, expected->second));
                }
            }
        }
        // The older half leaves the window from the front, the newer half is discarded from the back.
        const auto middle = versions.size() / 2;
        for (std::size_t v = 1; v <= middle; ++v) release(versions[v].change.replaced);
        for (std::size_t v = versions.size() - 1; v > middle; --v) release(versions[v].change.created);
        ASSERT_EQ(contents(versions[middle].root), versions[middle].oracle);
        ASSERT_EQ(root_hash(versions[middle].root), rebuilt_root(versions[middle].oracle));
        release_all(versions[middle].root);
        ASSERT_EQ(pool_use().nodes, use_before.nodes);
        ASSERT_EQ(pool_use().bytes, use_before.bytes);
    }
}

TEST(Trie, replaced_nodes_are_not_reachable_from_the_new_root) {
    Seed seed;
    SCOPED_TRACE(testing::Message() << "seed " << seed.value);
    const Node* root = nullptr;
    Oracle oracle;
    for (int v = 0; v < 60; ++v) {
        const auto changes = random_changes(seed.rng, oracle, 20);
        change_oracle(oracle, changes);
        const auto change = apply_to(root, changes);
        Change all;
        replace_all(root, all);
        const std::set reachable(all.replaced.begin(), all.replaced.end());
        for (const auto* node : change.created) ASSERT_TRUE(reachable.contains(node));
        for (const auto* node : change.replaced) ASSERT_FALSE(reachable.contains(node));
        release(change.replaced);
    }
    release_all(root);
}

TEST(Trie, updates_that_change_nothing_create_nothing) {
    Seed seed;
    const Node* root = nullptr;
    const auto leaves = random_changes(seed.rng, {}, 200);
    apply_to(root, leaves);
    Oracle same = contents(root);
    // Deletions of absent keys change nothing either, wherever they leave the trie.
    for (int i = 0; i < 500; ++i) same.try_emplace(random_key(seed.rng), Bytes{});
    const auto* const before = root;
    const auto change = apply_to(root, same);
    EXPECT_EQ(root, before);
    EXPECT_TRUE(change.created.empty() && change.replaced.empty()) << "seed " << seed.value;
    EXPECT_EQ(change.created_bytes + change.replaced_bytes, 0U);
    release_all(root);
}

TEST(Trie, a_leaf_carries_its_storage_root_through_splits_and_collapses) {
    const auto use_before = pool_use();
    const Node* storage = nullptr;
    apply_to(storage, {{Hash{}, {1}}, {keccak256(Bytes{1}), {2}}});
    Hash near;
    near[31] = 1;
    const Node* root = nullptr;
    Change change;
    root = apply(root, std::vector<Update>{{Hash{}, {7}, storage}}, change);
    for (const Bytes& value : {Bytes{9}, Bytes{}}) {
        Change step;
        root = apply(root, std::vector<Update>{{near, value, nullptr}}, step);
        release(step.replaced);
        ASSERT_TRUE(find(root, Hash{}));
        EXPECT_EQ(find(root, Hash{})->storage, storage);
    }
    // The same value with another storage root is a change.
    Change moved;
    root = apply(root, std::vector<Update>{{Hash{}, {7}, nullptr}}, moved);
    EXPECT_EQ(moved.replaced.size(), 1U);
    EXPECT_EQ(find(root, Hash{})->storage, nullptr);
    release(moved.created);
    // Letting go of an account trie lists its storage tries too.
    root = moved.replaced.front();
    Change all;
    replace_all(root, all);
    EXPECT_EQ(all.replaced.size(), 4U);
    release(all.replaced);
    EXPECT_EQ(pool_use().nodes, use_before.nodes);
    EXPECT_EQ(pool_use().bytes, use_before.bytes);
}

TEST(Trie, change_counts_the_bytes_of_its_nodes) {
    const auto before = pool_use();
    const Node* root = nullptr;
    const auto first = apply_to(root, {{Hash{}, Bytes(78, 1)}, {keccak256(Bytes{1}), Bytes(2000, 2)}});
    EXPECT_EQ(pool_use().bytes - before.bytes, first.created_bytes);
    EXPECT_EQ(pool_use().nodes - before.nodes, first.created.size());
    const auto second = apply_to(root, {{Hash{}, {}}, {keccak256(Bytes{1}), {}}});
    EXPECT_EQ(root, nullptr);
    EXPECT_EQ(second.replaced_bytes, first.created_bytes);
    release(second.replaced);
    EXPECT_EQ(pool_use().bytes, before.bytes);
}

/// Readers hold a version while the writer makes others and frees those that nobody holds.
TEST(Trie, readers_of_a_held_version_need_no_lock) {
    Seed seed;
    SCOPED_TRACE(testing::Message() << "seed " << seed.value);
    const Node* root = nullptr;
    Oracle oracle = random_changes(seed.rng, {}, 300);
    std::erase_if(oracle, [](const auto& leaf) { return leaf.second.empty(); });
    apply_to(root, oracle);
    const auto* const held = root;
    std::vector<std::thread> readers;
    for (int r = 0; r < 2; ++r) {
        readers.emplace_back([held, &oracle] {
            for (int i = 0; i < 20; ++i) {
                for (const auto& [key, value] : oracle) {
                    const auto found = find(held, key);
                    ASSERT_TRUE(found && std::ranges::equal(found->value, value));
                }
                const auto& key = oracle.begin()->first;
                ASSERT_TRUE(verify_proof(root_hash(held), key, prove(held, key)));
            }
        });
    }
    for (int v = 0; v < 200; ++v) {
        const auto change = apply_to(root, random_changes(seed.rng, oracle, 20));
        // Only what the held version does not reach may go: here, discarded versions.
        release(change.created);
        root = held;
    }
    for (auto& reader : readers) reader.join();
    release_all(root);
}

TEST(TrieDeathTest, unsorted_or_repeated_updates_stop_the_process) {
    Change change;
    const std::vector<Update> twice{{Hash{}, {1}}, {Hash{}, {2}}};
    EXPECT_DEATH(apply(nullptr, twice, change), "key");
}

}  // namespace
}  // namespace farthing::trie
