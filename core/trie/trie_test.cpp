#include "core/trie/trie.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/rlp/rlp.hpp"
#include "core/trie/encode.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>
#include <set>

namespace farthing::trie {
namespace {

using Oracle = std::map<Hash, Bytes>;

std::vector<Update> sorted(const Oracle& changes) {
    std::vector<Update> updates;
    for (const auto& [key, value] : changes) updates.push_back({key, value, nullptr});
    return updates;
}

Change apply_to(const Node*& root, const Oracle& changes) {
    Change change;
    root = apply(root, sorted(changes), change);
    return change;
}

void change_oracle(Oracle& oracle, const Oracle& changes) {
    for (const auto& [key, value] : changes) {
        if (value.empty()) {
            oracle.erase(key);
        } else {
            oracle[key] = value;
        }
    }
}

Oracle contents(const Node* root) {
    Oracle out;
    std::optional<Hash> last;
    for_each(root, [&](const Hash& key, const LeafView& leaf) {
        EXPECT_TRUE(!last || *last < key) << "for_each goes in key order";
        last = key;
        out[key] = Bytes(leaf.value.begin(), leaf.value.end());
    });
    return out;
}

void release_all(const Node* root) {
    Change change;
    replace_all(root, change);
    release(change.replaced);
}

/// The root of the same leaves, built at once.
Hash rebuilt_root(const Oracle& oracle) {
    const Node* root = nullptr;
    const auto change = apply_to(root, oracle);
    EXPECT_TRUE(change.replaced.empty());
    const auto hash = root_hash(root);
    release(change.created);
    return hash;
}

/// Keys that share long prefixes and end differently, among some that share nothing.
Hash random_key(std::mt19937_64& rng) {
    Hash key;
    if (rng() % 4 == 0) return keccak256(be64(rng() % 500).bytes);
    key[0] = static_cast<std::uint8_t>(rng() % 3 * 0x55);
    if (rng() % 2 == 0) key[5] = static_cast<std::uint8_t>(rng());
    if (rng() % 2 == 0) key[30] = static_cast<std::uint8_t>(rng() % 4 << 4);
    key[31] = static_cast<std::uint8_t>(rng());
    return key;
}

Bytes random_value(std::mt19937_64& rng) {
    return Bytes(rng() % 4 == 0 ? 1 + rng() % 80 : 1 + rng() % 3, static_cast<std::uint8_t>(1 + rng() % 255));
}

Oracle random_changes(std::mt19937_64& rng, const Oracle& oracle, std::size_t count) {
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

const boost::json::object& vectors() {
    static const auto all = [] {
        std::ifstream in(FARTHING_VECTORS "/trie_vectors.json");
        const std::string text(std::istreambuf_iterator<char>(in), {});
        return boost::json::parse(text).as_object();
    }();
    return all;
}

Bytes hex_of(const boost::json::value& text) {
    return from_hex(std::string(text.as_string())).value();
}
Hash hash_of(const boost::json::value& text) {
    return Hash::from(hex_of(text));
}

TEST(Trie, empty_trie_has_the_root_of_the_empty_string) {
    EXPECT_EQ(root_hash(nullptr), empty_root);
    EXPECT_EQ(keccak256(Bytes{0x80}), empty_root);
    EXPECT_EQ(find(nullptr, Hash{}), std::nullopt);
    EXPECT_TRUE(prove(nullptr, Hash{}).empty());
    Change change;
    EXPECT_EQ(apply(nullptr, {}, change), nullptr);
    EXPECT_EQ(apply(nullptr, sorted({{Hash{}, {}}}), change), nullptr);
    EXPECT_TRUE(change.created.empty() && change.replaced.empty());
    for_each(nullptr, [](const Hash&, const LeafView&) { FAIL(); });
}

// TrieTests/hex_encoded_securetrie_test.json of github.com/ethereum/tests, test1.
TEST(Trie, published_secure_trie_vector) {
    const auto account = [](std::string_view rest) { return from_hex(rest).value(); };
    const std::map<std::string, Bytes> accounts{
        {"a94f5374fce5edbc8e2a8697c15331677e6ebf0b",
         account("f848018405f446a7a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                 "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")},
        {"095e7baea6a6c7c4c2dfeb977efac326af552d87",
         account("f8440101a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                 "a004bccc5d94f4d1f99aab44369a910179931772f2a5c001c3229f57831c102769")},
        {"d2571607e241ecf590ed94b12d87c94babe36db6",
         account("f8440180a0ba4b47865c55a341a4a78759bb913cd15c3ee8eaf30a62fa8d1c8863113d84e8"
                 "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")},
        {"62c01474f089b07dae603491675dc5b5748f7049",
         account("f8448080a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                 "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")},
        {"2adc25665018aa1fe0e6bc666dac8fc2697ff9ba",
         account("f8478083019a59a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                 "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")}};
    Oracle leaves;
    for (const auto& [address, value] : accounts) leaves[keccak256(from_hex(address).value())] = value;
    const Node* root = nullptr;
    apply_to(root, leaves);
    EXPECT_EQ(hex(root_hash(root).bytes), "730a444e08ab4b8dee147c9b232fc52d34a223d600031c1e9d25bfc985cbd797");
    release_all(root);
}

TEST(Trie, histories_of_another_implementation_have_the_same_roots_and_proofs) {
    std::size_t versions = 0;
    for (const auto& history : vectors().at("histories").as_array()) {
        const Node* root = nullptr;
        for (const auto& version : history.as_array()) {
            Oracle changes;
            for (const auto& update : version.at("updates").as_array())
                changes[hash_of(update.at(0))] = hex_of(update.at(1));
            release(apply_to(root, changes).replaced);
            ASSERT_EQ(root_hash(root), hash_of(version.at("root"))) << "version " << versions;
            for (const auto& row : version.at("proofs").as_array()) {
                std::vector<Bytes> proof;
                for (const auto& node : row.at("proof").as_array()) proof.push_back(hex_of(node));
                const auto key = hash_of(row.at("key"));
                // The other implementation proves the empty trie by its one node, 0x80.
                if (root != nullptr) {
                    EXPECT_EQ(prove(root, key), proof);
                }
                const auto value = verify_proof(root_hash(root), key, prove(root, key));
                ASSERT_TRUE(value) << value.error().message;
                EXPECT_EQ(value->value_or(Bytes{}), hex_of(row.at("value")));
            }
            ++versions;
        }
        release_all(root);
    }
    EXPECT_EQ(versions, 70U);
}

TEST(Trie, ordered_roots_of_another_implementation) {
    for (const auto& row : vectors().at("ordered").as_array()) {
        std::vector<Bytes> items(row.at("count").to_number<std::size_t>());
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].resize(i * 7 % 90 + 1);
            for (std::size_t j = 0; j < items[i].size(); ++j) items[i][j] = static_cast<std::uint8_t>(i + j);
        }
        EXPECT_EQ(ordered_root(items), hash_of(row.at("root"))) << items.size();
    }
}

// ordered_root relies on this for branches without values.
TEST(Trie, no_encoded_index_is_a_prefix_of_another) {
    std::set<Bytes> keys;
    for (std::uint64_t i = 0; i < 70'000; ++i) {
        rlp::Encoder e;
        e.add(i);
        keys.insert(e.take());
    }
    ASSERT_EQ(keys.size(), 70'000U);
    const Bytes* last = nullptr;
    for (const auto& key : keys) {
        // In sorted order a prefix stands right before what it begins.
        if (last != nullptr) {
            EXPECT_FALSE(key.size() > last->size() &&
                         std::ranges::equal(*last, std::span(key).first(last->size())));
        }
        last = &key;
    }
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

TEST(TrieDeathTest, unsorted_or_repeated_updates_stop_the_process) {
    Change change;
    const std::vector<Update> twice{{Hash{}, {1}}, {Hash{}, {2}}};
    EXPECT_DEATH(apply(nullptr, twice, change), "key");
}

class Proofs : public testing::Test {
 protected:
    void SetUp() override {
        oracle_ = random_changes(seed_.rng, {}, 300);
        std::erase_if(oracle_, [](const auto& leaf) { return leaf.second.empty(); });
        apply_to(root_, oracle_);
        hash_ = root_hash(root_);
    }
    void TearDown() override { release_all(root_); }

    std::optional<Bytes> expected(const Hash& key) const {
        const auto found = oracle_.find(key);
        return found == oracle_.end() ? std::nullopt : std::optional(found->second);
    }

    Seed seed_;
    testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_.value)};
    Oracle oracle_;
    const Node* root_ = nullptr;
    Hash hash_;
};

TEST_F(Proofs, present_and_absent_keys_verify) {
    for (int i = 0; i < 2000; ++i) {
        const auto key = random_key(seed_.rng);
        const auto value = verify_proof(hash_, key, prove(root_, key));
        ASSERT_TRUE(value) << value.error().message;
        ASSERT_EQ(*value, expected(key));
    }
}

TEST_F(Proofs, any_changed_byte_fails) {
    for (int i = 0; i < 40; ++i) {
        const auto key = random_key(seed_.rng);
        const auto proof = prove(root_, key);
        for (std::size_t n = 0; n < proof.size(); ++n) {
            for (std::size_t at = 0; at < proof[n].size(); ++at) {
                auto bad = proof;
                bad[n][at] = static_cast<std::uint8_t>(bad[n][at] ^ 1U << seed_.rng() % 8);
                ASSERT_FALSE(verify_proof(hash_, key, bad));
            }
        }
    }
}

TEST_F(Proofs, missing_repeated_or_further_nodes_fail) {
    for (int i = 0; i < 200; ++i) {
        const auto key = random_key(seed_.rng);
        const auto proof = prove(root_, key);
        for (std::size_t n = 0; n < proof.size(); ++n) {
            auto bad = proof;
            bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(n));
            ASSERT_FALSE(verify_proof(hash_, key, bad));
            bad = proof;
            bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(n), proof[n]);
            ASSERT_FALSE(verify_proof(hash_, key, bad));
        }
        auto bad = proof;
        bad.push_back(proof.back());
        ASSERT_FALSE(verify_proof(hash_, key, bad));
        bad.back().clear();
        ASSERT_FALSE(verify_proof(hash_, key, bad));
        ASSERT_FALSE(verify_proof(keccak256(hash_.bytes), key, proof));
    }
}

TEST_F(Proofs, a_proof_says_nothing_false_about_another_key) {
    for (int i = 0; i < 2000; ++i) {
        const auto key = random_key(seed_.rng);
        const auto other = random_key(seed_.rng);
        const auto value = verify_proof(hash_, other, prove(root_, key));
        if (value) {
            ASSERT_EQ(*value, expected(other));
        }
    }
}

TEST(Trie, an_empty_proof_proves_only_the_empty_trie) {
    const auto empty = verify_proof(empty_root, Hash{}, {});
    ASSERT_TRUE(empty);
    EXPECT_EQ(*empty, std::nullopt);
    EXPECT_FALSE(verify_proof(Hash{}, Hash{}, {}));
    EXPECT_FALSE(verify_proof(empty_root, Hash{}, std::vector<Bytes>{{0x80}}));
}

/// Nodes that no trie of 32-byte keys has, although their hashes match.
TEST(Trie, well_hashed_but_malformed_nodes_fail) {
    const auto refuses = [](const Bytes& node, std::string_view why) {
        const auto result = verify_proof(keccak256(node), Hash{}, std::vector<Bytes>{node});
        EXPECT_FALSE(result) << why;
        if (!result) {
            EXPECT_NE(result.error().message.find(why), std::string::npos) << result.error().message;
        }
    };
    const auto pair = [](const Bytes& path, const Bytes& value) {
        rlp::Encoder e;
        const auto list = e.begin_list();
        e.add(ByteView(path));
        e.add(ByteView(value));
        e.end_list(list);
        return e.take();
    };
    Bytes whole(33);
    whole[0] = 0x20;
    const auto good = pair(whole, {1});
    EXPECT_TRUE(verify_proof(keccak256(good), Hash{}, std::vector<Bytes>{good}));
    auto trailing = good;
    trailing.push_back(0);
    refuses(trailing, "");
    refuses({}, "");
    refuses(pair(whole, {}), "empty");
    refuses(pair({}, {1}), "empty path");
    auto bad = whole;
    bad[0] = 0x40;
    refuses(pair(bad, {1}), "flags");
    bad[0] = 0x21;
    refuses(pair(bad, {1}), "padding");
    refuses(pair(Bytes(whole.begin(), whole.end() - 1), {1}), "length");
    refuses(pair({0x00}, Bytes(32, 1)), "length");
    bad[0] = 0x00;
    refuses(pair(bad, Bytes(32, 1)), "length");
    refuses(pair({0x10}, Bytes(31, 1)), "neither");
    refuses(pair({0x10}, Bytes(32, 1)), "ends before");
    const auto branch = [](std::size_t filled, const Bytes& value, std::size_t items) {
        rlp::Encoder e;
        const auto list = e.begin_list();
        for (std::size_t i = 1; i < items; ++i) e.add(ByteView(i <= filled ? Bytes(32, 1) : Bytes{}));
        e.add(ByteView(value));
        e.end_list(list);
        return e.take();
    };
    refuses(branch(16, {1}, 17), "holds a value");
    refuses(branch(1, {}, 17), "fewer than two");
    refuses(branch(2, {}, 18), "too many");
    refuses(branch(2, {}, 3), "2 or 17");
}

}  // namespace
}  // namespace farthing::trie
