#include "core/trie/builder.hpp"

#include "core/trie/nibbles.hpp"
#include "core/trie/testing/oracle.hpp"
#include "core/types/header.hpp"

#include <gtest/gtest.h>

namespace farthing::trie {
namespace {

/// Keys that agree in many half-bytes now and then, values from one byte (embedded nodes) to long ones.
std::map<Hash, Bytes> random_leaves(std::mt19937_64& random, std::size_t count) {
    std::map<Hash, Bytes> leaves;
    Hash key;
    while (leaves.size() < count) {
        const auto kept = random() % 3 == 0 ? random() % 64 : 0;
        for (std::size_t i = kept; i < key_nibbles; ++i)
            set_nibble(key.data(), i, static_cast<std::uint8_t>(random() % 16));
        leaves[key] =
            Bytes(1 + random() % (random() % 4 == 0 ? 200 : 40), static_cast<std::uint8_t>(random()));
    }
    return leaves;
}

std::vector<Update> as_updates(const std::map<Hash, Bytes>& leaves) {
    std::vector<Update> updates;
    for (const auto& [key, value] : leaves) updates.push_back({key, value, nullptr});
    return updates;
}

TEST(Builder, makes_the_trie_that_apply_makes_and_gives_every_node_back) {
    const auto before = pool_use();
    Seed seed;
    SCOPED_TRACE(testing::Message() << "seed " << seed.value);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 17U, 500U, 3000U}) {
        const auto leaves = random_leaves(seed.rng, count);
        Change change;
        const auto* const expected = apply(nullptr, as_updates(leaves), change);
        pool::Arena arena;
        Builder builder(arena);
        Builder hasher(arena, Builder::Keep::hash_only);
        for (int round = 0; round < 2; ++round) {
            for (const auto& [key, value] : leaves) {
                builder.add(key, value);
                hasher.add(key, value);
            }
            const auto* const built = builder.finish();
            ASSERT_EQ(root_hash(built), root_hash(expected)) << count;
            ASSERT_EQ(hasher.finish_hash(), root_hash(expected)) << count;
            std::map<Hash, Bytes> found;
            for_each(built, [&](const Hash& key, const LeafView& leaf) {
                found.emplace(key, Bytes(leaf.value.begin(), leaf.value.end()));
            });
            ASSERT_EQ(found, leaves);
            // A trie like any other: it can be changed and proves what it holds.
            if (count > 2) {
                Change later;
                const std::vector<Update> gone{{leaves.begin()->first, {}, nullptr}};
                const auto* const changed = apply(built, gone, later);
                Change ignored;
                const auto* const twin = apply(expected, gone, ignored);
                ASSERT_EQ(root_hash(changed), root_hash(twin));
                release(later.created);
                release(ignored.created);
                const auto proof = verify_proof(root_hash(built), leaves.rbegin()->first,
                                                prove(built, leaves.rbegin()->first));
                ASSERT_TRUE(proof && *proof == leaves.rbegin()->second);
            }
            release_all(built);
        }
        release_all(expected);
    }
    EXPECT_EQ(pool_use().nodes, before.nodes);
    EXPECT_EQ(pool_use().bytes, before.bytes);
}

TEST(Builder, lets_go_of_what_it_did_not_finish) {
    const auto before = pool_use();
    Seed seed;
    SCOPED_TRACE(testing::Message() << "seed " << seed.value);
    for (const auto keep : {Builder::Keep::nodes, Builder::Keep::hash_only}) {
        pool::Arena arena;
        Builder builder(arena, keep);
        for (const auto& [key, value] : random_leaves(seed.rng, 300)) builder.add(key, value);
    }
    EXPECT_EQ(pool_use().nodes, before.nodes);
    EXPECT_EQ(pool_use().bytes, before.bytes);
}

TEST(Builder, joins_parts_of_any_size_to_the_whole) {
    const auto before = pool_use();
    Seed seed;
    SCOPED_TRACE(testing::Message() << "seed " << seed.value);
    for (const std::size_t count : {0U, 1U, 2U, 5U, 40U, 2000U}) {
        for (const std::size_t parts : {1U, 2U, 3U, 16U}) {
            const auto leaves = random_leaves(seed.rng, count);
            Change change;
            const auto* const expected = apply(nullptr, as_updates(leaves), change);
            std::vector<const Node*> built;
            for (std::size_t part = 0; part < parts; ++part) {
                pool::Arena arena;
                Builder builder(arena);
                for (const auto& [key, value] : leaves)
                    if (nibble(key.data(), 0) * parts / 16 == part) builder.add(key, value);
                built.push_back(builder.finish());
            }
            const auto* const joined = join(built);
            ASSERT_EQ(root_hash(joined), root_hash(expected)) << count << " leaves in " << parts;
            release_all(joined);
            release_all(expected);
        }
    }
    EXPECT_EQ(pool_use().nodes, before.nodes);
    EXPECT_EQ(pool_use().bytes, before.bytes);
}

}  // namespace
}  // namespace farthing::trie
