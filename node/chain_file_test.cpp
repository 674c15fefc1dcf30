#include "contracts/randomness/randomness.hpp"
#include "core/abi/signature.hpp"
#include "core/testing/seed.hpp"
#include "node/chain_file_testing.hpp"

namespace farthing::node {
namespace {

using namespace testing;
using ::testing::HasSubstr;

using ReplaceTip = abi::Function<"function replaceTip(bytes32 tip)">;

constexpr std::uint64_t replace_delay_s = 100;

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

TEST_F(ChainFile, a_replacement_that_was_in_vain_imports_as_the_failed_transaction_that_it_is) {
    mine();
    auto tx = transfer(key_of(sequencer_number), 0, contracts::randomness_address, 0);
    tx.data = ReplaceTip::encode(Hash::from(to_word(U256(9))));
    tx.gas_limit = 200'000;
    sign(tx, key_of(sequencer_number));
    send(tx);
    mine();
    ASSERT_FALSE(chain->head()->receipts.at(0).success);
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

TEST_F(ChainFile, is_no_chain_before_it_is_whole) {
    make_blocks();
    const auto file = export_all();
    bool looked = false;
    const auto report = import_halfway(file, file.size() - 1, [&] {
        looked = true;
        EXPECT_FALSE(copy.has_chain());
        // A second import beside it neither joins nor disturbs.
        const auto second = import(file);
        ASSERT_FALSE(second);
        EXPECT_THAT(second.error().message, HasSubstr("another import into"));
    });
    EXPECT_TRUE(looked);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_FALSE(std::filesystem::exists(copy.root / "importing"));
    data = copy;
    open();
    EXPECT_EQ(chain->head()->hash, report->head);
}

TEST_F(ChainFile, that_is_refused_takes_no_file_with_it_that_was_not_its_own) {
    make_blocks();
    const auto file = export_all();
    const auto key = copy.sequencer_key();
    const auto put_key = [&] {
        ASSERT_TRUE(make_directory(key.parent_path(), Privacy::owner_only));
        ASSERT_TRUE(create_file(key, "secret", Privacy::owner_only));
    };
    EXPECT_FALSE(import_halfway(file.substr(0, file.size() - 1), file.size() / 2, put_key));
    EXPECT_EQ(*read_file(key), "secret");
    EXPECT_FALSE(std::filesystem::exists(copy.root / "importing"));
    // Nor does an import that ends well overwrite what appeared meanwhile.
    std::filesystem::remove_all(copy.root);
    const auto report = import_halfway(file, file.size() / 2, [&] {
        ASSERT_TRUE(create_file(copy.genesis(), "mine", Privacy::everyone_reads));
    });
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("genesis.json appeared while the import ran"));
    EXPECT_EQ(*read_file(copy.genesis()), "mine");
}

TEST_F(ChainFile, says_what_to_do_about_an_import_that_was_killed) {
    make_blocks();
    const auto file = export_all();
    std::filesystem::create_directories(copy.root / "importing" / "journal");
    const auto report = import(file);
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("remove " + (copy.root / "importing").string()));
    std::filesystem::remove_all(copy.root / "importing");
    EXPECT_TRUE(import(file));
}

}  // namespace
}  // namespace farthing::node
