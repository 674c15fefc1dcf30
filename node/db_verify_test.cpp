// What `farthing db verify` finds, and says.
#include "chain/event_index.hpp"
#include "contracts/games/games.hpp"
#include "core/testing/vectors.hpp"
#include "node/chain_file_testing.hpp"
#include "node/cli_testing.hpp"
#include "node/commands/commands.hpp"

#include <fstream>

namespace farthing::node {
namespace {

using namespace testing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class DbVerify : public ChainFile {
 protected:
    DbVerify() {
        make_blocks();
        chain.reset();
    }
    static Ended verify(const DataDirectory& data) {
        return run(db_commands(), {"db", "verify", "--data", data.root.string()});
    }
    /// Puts another record in the place of the last one: all roots and hashes are right, as after a fault of
    /// the memory that it was written from.
    void forge_last_record(const std::function<void(chain::BlockRecord&)>& change) const {
        const auto store = chain::Store::open(chain::chain_store_options(data.root));
        const auto head = store->head()->number - 1;
        auto record = *store->read(head);
        store->rewind(head - 1);
        change(record);
        chain::BlockCommit block{record, record.header.hash(), {}};
        for (const auto& tx : record.transactions) block.tx_hashes.push_back(keccak256(tx));
        store->commit({&block, 1});
        store->close();
    }
};

TEST_F(DbVerify, of_a_whole_chain_says_that_it_is) {
    const auto done = verify(data);
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_THAT(done.out, StartsWith("Everything is as it was written: 7 blocks, 6 transactions, "));
}

TEST_F(DbVerify, names_another_file_of_allocations_and_nothing_is_exported_with_it) {
    ASSERT_TRUE(
        write_file(data.root / "rich.csv", hex0x(key_of(3).address()) + ",1\n", Privacy::everyone_reads));
    const std::string sentence =
        "farthing: genesis: rich.csv does not have the SHA-256 that the genesis file names\n";
    const auto done = verify(data);
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.error, EndsWith(sentence));
    const auto file = directory.path() / "chain.bin";
    const auto refused =
        run(db_move_commands(), {"db", "export", file.string(), "--data", data.root.string()});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.error, EndsWith(sentence));
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(DbVerify, that_mends_says_so_and_ends_with_another_code) {
    std::ofstream(data.root / "state" / "CURRENT", std::ios::trunc) << "nothing";
    const auto mended = verify(data);
    EXPECT_EQ(mended.code, 1);
    EXPECT_THAT(mended.out,
                StartsWith("What is said above was mended; now everything is as it was written: 7 "));
    EXPECT_THAT(mended.error, HasSubstr("state"));
    EXPECT_EQ(verify(data).code, 0);
}

TEST_F(DbVerify, names_a_sender_who_did_not_sign) {
    forge_last_record([](chain::BlockRecord& record) { record.senders.at(0) = address("bad"); });
    const auto done = verify(data);
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.error,
                EndsWith("block 5: transaction 0 was not signed by the sender it is filed under\n"));
}

TEST_F(DbVerify, names_a_seal_that_is_not_the_sequencers) {
    forge_last_record([](chain::BlockRecord& record) { record.seal.at(0) ^= 1; });
    const auto done = verify(data);
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.error, EndsWith("block 5: its seal is not the sequencer's\n"));
}

/// A chain with bets, from the recorded one.
class DbVerifyBets : public ChainFile {
 protected:
    DbVerifyBets() {
        const auto folder = std::filesystem::path(vectors_folder).parent_path() / "recorded_chain";
        std::ifstream file(folder / "chain.bin", std::ios::binary);
        const auto report = import_chain(file, copy, [](std::uint64_t, std::uint64_t) {});
        EXPECT_TRUE(report) << report.error().message;
    }
    /// Whether the index finds the first bet of all.
    bool finds_a_bet() {
        data = copy;
        open();
        const auto first = chain
                               ->logs({.from_block = 1,
                                       .to_block = chain->head()->header.number,
                                       .addresses = {contracts::games_address},
                                       .topics = {{contracts::Games::BetPlaced::topic}}})
                               .entries.at(0);
        const auto found =
            chain->block_of_event(first.log.topics.at(0), std::span(first.log.topics).subspan(2, 1));
        chain.reset();
        return found == first.block_number;
    }
};

TEST_F(DbVerifyBets, leaves_an_index_that_finds_every_bet) {
    ASSERT_TRUE(finds_a_bet());
    std::filesystem::remove_all(copy.root / "index");
    EXPECT_EQ(run(db_commands(), {"db", "verify", "--data", copy.root.string()}).code, 0);
    EXPECT_TRUE(finds_a_bet());
}

TEST_F(DbVerifyBets, names_events_that_the_index_lacks) {
    std::filesystem::remove_all(copy.root / "index");
    chain::StoreOptions without_rows;
    without_rows.directory = copy.root;
    chain::Store::open(std::move(without_rows))->close();
    ASSERT_FALSE(finds_a_bet());
    const auto done = run(db_commands(), {"db", "verify", "--data", copy.root.string()});
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.error,
                EndsWith("the index does not find one of its events; remove the folder index, and the "
                         "next start makes it anew\n"));
}

}  // namespace
}  // namespace farthing::node
