#include "node/chain_file.hpp"

#include "chain/testing.hpp"
#include "consensus/solo/solo.hpp"
#include "contracts/randomness/randomness.hpp"
#include "core/abi/signature.hpp"
#include "core/crypto/hash.hpp"
#include "core/testing/seed.hpp"
#include "node/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace farthing::node {
namespace {

using namespace chain::testing;
using literals::address;
using ::testing::HasSubstr;

using ReplaceTip = abi::Function<"function replaceTip(bytes32 tip)">;

const Address wrapped_coin = address("fa0001");
constexpr std::uint64_t replace_delay_s = 100;

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
        chain::BlockchainOptions options;
        options.data_dir = data.root;
        chain = chain::Blockchain::open(*data.read_genesis(), options);
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
        chain::StoreOptions options;
        options.directory = data.root;
        const auto store = chain::Store::open(std::move(options));
        std::ostringstream out;
        const auto report = export_chain(*store, data, out, [](std::uint64_t, std::uint64_t) {});
        EXPECT_TRUE(report) << report.error().message;
        exported = *report;
        store->close();
        return out.str();
    }

    Result<ChainFileReport> import(const std::string& file) {
        std::istringstream in(file);
        return import_chain(in, copy, [](std::uint64_t, std::uint64_t) {});
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
    fair::SeedChain seeds{Hash::from(to_word(U256(7))), 64};
    std::unique_ptr<chain::Blockchain> chain;
    ChainFileReport exported;
};

TEST_F(ChainFile, an_imported_chain_has_the_same_head_root_and_blocks_and_goes_on) {
    make_blocks();
    const auto head = chain->head();
    const auto file = export_all();
    EXPECT_EQ(exported.blocks, 7u);
    EXPECT_EQ(exported.transactions, 6u);
    const auto report = import(file);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->head, head->hash);
    EXPECT_EQ(report->state_root, head->header.state_root);
    EXPECT_EQ(report->blocks, exported.blocks);
    EXPECT_EQ(report->transactions, exported.transactions);

    data = copy;
    open();
    EXPECT_EQ(chain->head()->hash, head->hash);
    EXPECT_EQ(chain->head()->seal, head->seal);
    mine();
    EXPECT_EQ(chain->head()->header.number, head->header.number + 1);
}

TEST_F(ChainFile, a_chain_whose_lost_seeds_were_replaced_imports) {
    mine();
    const fair::SeedChain fresh{Hash::from(to_word(U256(8))), 64};
    auto tx = transfer(key_of(sequencer_number), 0, contracts::randomness_address, 0);
    tx.data = ReplaceTip::encode(fresh.tip());
    tx.gas_limit = 200'000;
    sign(tx, key_of(sequencer_number));
    const std::vector<chain::SignedTxPtr> transactions{std::make_shared<chain::SignedTx>(
        chain::SignedTx{tx, tx.hash(), key_of(sequencer_number).address(), tx.encode()})};
    auto inputs = next_inputs();
    inputs.timestamp += replace_delay_s;
    inputs.preimage = fresh.link(1);
    inputs.replacement = fresh.tip();
    auto proposal = chain->process(inputs, transactions);
    ASSERT_TRUE(proposal) << proposal.error().message;
    EXPECT_TRUE((*proposal)->block().receipts[0].success);
    commit(*std::move(proposal), key_of(sequencer_number));
    const auto head = chain->head()->hash;
    const auto report = import(export_all());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->head, head);
}

TEST_F(ChainFile, a_seal_of_another_key_is_refused_with_its_block) {
    mine();
    mine(key_of(1));
    mine();
    EXPECT_EQ(refusal(export_all()), "block 2: its seal is not the sequencer's");
}

TEST_F(ChainFile, every_flipped_bit_and_every_cut_is_refused) {
    make_blocks();
    const auto file = export_all();
    std::minstd_rand random(test_seed());
    const int flips = std::getenv("FARTHING_LONG") != nullptr ? 2'000 : 40;
    for (int i = 0; i < flips; ++i) {
        auto damaged = file;
        const auto at = random() % file.size();
        damaged[at] = static_cast<char>(damaged[at] ^ 1 << random() % 8);
        EXPECT_NE(refusal(damaged), "accepted") << "byte " << at << " of " << file.size();
    }
    for (int i = 0; i < flips / 4; ++i) {
        const auto size = random() % file.size();
        EXPECT_NE(refusal(file.substr(0, size)), "accepted") << "cut to " << size;
    }
    EXPECT_EQ(refusal(file + '\0'), "more follows after the last block");
    EXPECT_EQ(refusal(""), "this is not a chain that `farthing db export` wrote");
}

TEST_F(ChainFile, a_state_that_executing_does_not_give_is_refused_even_when_sealed) {
    send(transfer(key_of(1), 0, address("b0b"), 5));
    mine();
    auto file = export_all();
    // A dishonest sequencer: another balance, a header and a seal that fit together.
    open();
    const auto block = chain->head();
    chain.reset();
    auto header = block->header;
    header.state_root = Hash::from(to_word(U256(1)));
    const auto replace = [&](ByteView from, ByteView to) {
        ASSERT_EQ(from.size(), to.size());
        const auto at = file.find(as_text(from));
        ASSERT_NE(at, std::string::npos);
        file.replace(at, from.size(), as_text(to));
    };
    replace(block->header.encode(), header.encode());
    replace(block->seal, consensus::make_seal(header.hash(), key_of(sequencer_number)));
    replace(block->hash, header.hash());
    EXPECT_THAT(refusal(file), HasSubstr("block 1: its state root is 0x"));
}

TEST_F(ChainFile, a_directory_that_holds_something_is_left_alone) {
    mine();
    const auto file = export_all();
    ASSERT_TRUE(make_directory(copy.root, Privacy::owner_only));
    ASSERT_TRUE(create_file(copy.root / "mine", "text", Privacy::owner_only));
    const auto report = import(file);
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("is not empty"));
    EXPECT_TRUE(std::filesystem::exists(copy.root / "mine"));
}

TEST_F(ChainFile, a_genesis_that_names_a_file_elsewhere_is_refused) {
    mine();
    auto file = export_all();
    const auto at = file.find("rich.csv");
    ASSERT_NE(at, std::string::npos);
    file.replace(at, 8, "../../ab");
    EXPECT_EQ(refusal(file), "the genesis names an allocation file outside of its directory");
}

}  // namespace
}  // namespace farthing::node
