// Proofs: what holds verifies, and nothing else does.
#include "core/rlp/rlp.hpp"
#include "core/trie/testing/oracle.hpp"
#include "core/types/header.hpp"

#include <gtest/gtest.h>

namespace farthing::trie {
namespace {

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
    const auto empty = verify_proof(empty_trie_root, Hash{}, {});
    ASSERT_TRUE(empty);
    EXPECT_EQ(*empty, std::nullopt);
    EXPECT_FALSE(verify_proof(Hash{}, Hash{}, {}));
    EXPECT_FALSE(verify_proof(empty_trie_root, Hash{}, std::vector<Bytes>{{0x80}}));
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
