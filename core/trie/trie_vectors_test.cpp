// Roots and proofs that others computed.
#include "core/base/hex.hpp"
#include "core/rlp/rlp.hpp"
#include "core/testing/vectors.hpp"
#include "core/trie/testing/oracle.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace farthing::trie {
namespace {

const boost::json::object& vectors() {
    static const auto all = [] {
        std::ifstream in(vectors_folder + "/trie_vectors.json");
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

}  // namespace
}  // namespace farthing::trie
