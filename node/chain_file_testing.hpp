#pragma once
// A solo chain made by hand and the files that move it, for tests.
#include "chain/event_index.hpp"
#include "chain/testing.hpp"
#include "consensus/solo/solo.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "node/chain_file.hpp"
#include "node/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <streambuf>
#include <utility>

namespace farthing::node::testing {

using namespace chain::testing;
using literals::address;

inline const Address wrapped_coin = address("fa0001");

/// A solo chain made by hand, block by block, so that a test may also make what an engine never would.
class ChainFile : public ::testing::Test {
 protected:
    ChainFile() {
        const std::string allocations = hex0x(key_of(3).address()) + "," + to_decimal(coin) + "\n";
        EXPECT_TRUE(make_directory(data.root, Privacy::owner_only));
        EXPECT_TRUE(create_file(data.root / "rich.csv", allocations, Privacy::everyone_reads));
        const auto text = R"({"chainId": 31337, "timestamp": 1700000000, "sequencer": ")" +
                          hex0x(key_of(sequencer_number).address()) + R"(", "sequencerTip": ")" +
                          hex0x(seeds.tip()) + R"(", "alloc": {")" + hex0x(key_of(1).address()) +
                          R"(": "5000000000000000000", ")" + hex0x(key_of(sequencer_number).address()) +
                          R"(": "1000000000000000000"}, "allocFile": {"path": "rich.csv", "sha256": ")" +
                          hex0x(sha256(as_bytes(allocations))) +
                          R"("}, "contracts": {"Randomness": {"chainLength": 64, "replaceDelay": 100}}})";
        EXPECT_TRUE(create_file(data.genesis(), text, Privacy::everyone_reads));
        open();
    }

    void open() {
        chain.reset();
        chain_options.data_dir = data.root;
        chain = chain::Blockchain::open(*data.read_genesis(), chain_options);
    }

    void commit(chain::ProposalPtr proposal, const SecretKey& signer) {
        std::vector<chain::ProposalPtr> proposals;
        std::vector<Bytes> seals{consensus::make_seal(proposal->block().hash, signer)};
        proposals.push_back(std::move(proposal));
        chain->commit(std::move(proposals), std::move(seals));
    }

    chain::BlockInputs next_inputs() { return chain::testing::next_inputs(*chain, seeds); }

    void mine(const SecretKey& signer = key_of(sequencer_number)) {
        auto proposal = chain->propose(next_inputs());
        ASSERT_TRUE(proposal) << proposal.error().message;
        commit(*std::move(proposal), signer);
    }

    void send(const Transaction& tx) {
        const auto sent = chain->submit(tx.encode());
        ASSERT_TRUE(sent) << sent.error().message;
    }

    void make_blocks() {
        for (std::uint64_t nonce = 0; nonce < 6; ++nonce) {
            auto tx = transfer(key_of(1), nonce, nonce % 2 ? wrapped_coin : address("b0b"), 1000 + nonce);
            tx.gas_limit = 200'000;
            sign(tx, key_of(1));
            send(tx);
            if (nonce != 3) mine();  // So that one block has two transactions.
        }
        mine();  // And one has none.
    }

    std::string export_all() {
        chain.reset();
        const auto store = chain::Store::open(chain::chain_store_options(data.root));
        std::ostringstream out;
        const auto report = export_chain(*store, data, out, [](std::uint64_t, std::uint64_t) {});
        EXPECT_TRUE(report) << report.error().message;
        exported = *report;
        trusted = exported.base_hash;
        store->close();
        return out.str();
    }

    Result<ChainFileReport> import(const std::string& file) {
        std::istringstream in(file);
        return import_chain(in, copy, [](std::uint64_t, std::uint64_t) {}, trusted);
    }

    /// Runs `meanwhile` once the import has read the first `size` bytes of `file`, and waits for more.
    Result<ChainFileReport> import_halfway(const std::string& file, std::size_t size,
                                           std::function<void()> meanwhile) {
        class Halting : public std::streambuf {
         public:
            Halting(std::string first, std::string rest, std::function<void()> between)
                : first_(std::move(first)), rest_(std::move(rest)), between_(std::move(between)) {
                setg(first_.data(), first_.data(), first_.data() + first_.size());
            }

         private:
            int_type underflow() override {
                if (auto between = std::exchange(between_, nullptr)) {
                    between();
                    setg(rest_.data(), rest_.data(), rest_.data() + rest_.size());
                }
                return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
            }
            std::string first_, rest_;
            std::function<void()> between_;
        } buffer(file.substr(0, size), file.substr(size), std::move(meanwhile));
        std::istream in(&buffer);
        return import_chain(in, copy, [](std::uint64_t, std::uint64_t) {}, trusted);
    }

    std::string refusal(const std::string& file) {
        const auto report = import(file);
        EXPECT_FALSE(std::filesystem::exists(copy.root)) << "a refused import must leave nothing";
        std::filesystem::remove_all(copy.root);
        return report ? "accepted" : report.error().message;
    }

    TemporaryDirectory directory;
    DataDirectory data{directory.path() / "original"};
    DataDirectory copy{directory.path() / "copy"};
    chain::BlockchainOptions chain_options;
    fair::SeedChain seeds{Hash::from(to_word(U256(7))), 64};
    std::unique_ptr<chain::Blockchain> chain;
    ChainFileReport exported;
    std::optional<Hash> trusted;  ///< Zero for a file from block 0 on.
};

}  // namespace farthing::node::testing
