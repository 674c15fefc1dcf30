// The commands as an operator types them, where they need no running node.
#include "node/commands/commands.hpp"

#include "chain/files.hpp"
#include "core/base/hex.hpp"
#include "node/cli_testing.hpp"
#include "node/data_directory.hpp"
#include "node/files.hpp"
#include "node/keystore.hpp"
#include "node/text.hpp"

#include <sstream>

namespace farthing::node {
namespace {

using testing::Ended;

class CommandsTest : public ::testing::Test {
 protected:
    void SetUp() override { ASSERT_TRUE(make_directory(data.root, Privacy::owner_only)); }
    void TearDown() override { std::filesystem::remove_all(data.root); }

    static Ended run(const std::vector<Command>& commands, const std::vector<std::string>& words) {
        return testing::run(commands, words);
    }
    Ended init(std::vector<std::string> more = {}) const {
        std::vector<std::string> words{"init",    "--chain-id", "4207", "--data", data.root.string(),
                                       "--seeds", "64"};
        words.insert(words.end(), more.begin(), more.end());
        return run(init_commands(), words);
    }
    std::size_t entries() const {
        using Entries = std::filesystem::directory_iterator;
        return static_cast<std::size_t>(std::distance(Entries(data.root), Entries()));
    }

    DataDirectory data{std::filesystem::temp_directory_path() / ("farthing-init-" + hex(random_bytes(8)))};
};

TEST_F(CommandsTest, init_makes_a_chain_beside_accounts_settings_and_the_list_it_was_given) {
    ASSERT_TRUE(make_directory(data.keystore(), Privacy::owner_only));
    ASSERT_TRUE(write_file(data.root / "farthing.toml", "port = 1\n", Privacy::everyone_reads));
    const auto list = data.root / "alloc.csv";
    ASSERT_TRUE(write_file(list, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8,5\n", Privacy::everyone_reads));
    const auto done = init({"--alloc", list.string()});
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_TRUE(data.has_chain());
    EXPECT_EQ(done.error, "making a chain of 64 seeds\n") << "what takes seconds says so first";
    EXPECT_NE(init().error.find("holds a chain already"), std::string::npos);
}

TEST_F(CommandsTest, init_refuses_a_directory_of_other_files_and_leaves_it_alone) {
    ASSERT_TRUE(write_file(data.root / "b.txt", "mine", Privacy::everyone_reads));
    ASSERT_TRUE(make_directory(data.root / "a", Privacy::everyone_reads));
    const auto done = init();
    EXPECT_EQ(done.code, 2);
    EXPECT_EQ(done.error,
              "farthing: " + data.root.string() +
                  " holds other files (a and more); give an empty or a new directory as --data\n");
    EXPECT_EQ(entries(), 2U);
}

TEST_F(CommandsTest, init_refuses_a_sequencer_that_could_not_pay_for_its_seed_chains) {
    const auto done = init({"--sequencer-coins", "0"});
    EXPECT_EQ(done.code, 2);
    EXPECT_TRUE(done.error.starts_with("farthing: --sequencer-coins must be at least 0.1: ")) << done.error;
    EXPECT_EQ(entries(), 0U);
    EXPECT_EQ(init({"--sequencer-coins", "0.1"}).code, 0);
}

TEST_F(CommandsTest, init_takes_a_directory_with_its_own_list_and_writes_over_no_other) {
    const auto list = data.root.string() + "-list";
    std::string lines;
    for (int i = 0; i < 10'001; ++i)
        lines += "0x" + std::string(34, '7') + std::to_string(100'000 + i) + ",1\n";
    ASSERT_TRUE(write_file(list, lines, Privacy::everyone_reads));
    ASSERT_TRUE(make_directory(data.root / "checkpoints", Privacy::owner_only));
    ASSERT_TRUE(write_file(data.allocations(), "mine", Privacy::everyone_reads));
    EXPECT_NE(init({"--alloc", list}).error.find("move the file away"), std::string::npos);
    EXPECT_EQ(read_file(data.allocations()).value(), "mine");
    std::filesystem::remove(data.allocations());
    ASSERT_EQ(init({"--alloc", list}).code, 0);
    // As a first try leaves it that was killed before its genesis file.
    for (const auto* made : {"genesis.json", "begun", "journal", "state", "index"})
        std::filesystem::remove_all(data.root / made);
    EXPECT_EQ(init({"--alloc", list}).code, 0);
    std::filesystem::remove(list);
}

TEST_F(CommandsTest, init_refuses_to_take_the_place_of_a_chain_that_lost_its_genesis) {
    ASSERT_EQ(init().code, 0);
    std::filesystem::remove(data.genesis());
    ASSERT_TRUE(make_directory(data.root / "checkpoints", Privacy::owner_only));
    const auto done = init();
    EXPECT_EQ(done.code, 2);
    EXPECT_NE(done.error.find("has lost its genesis.json; restore the file"), std::string::npos)
        << done.error;
    EXPECT_FALSE(data.has_chain());
    for (const auto* lost : {"journal", "state", "index"}) std::filesystem::remove_all(data.root / lost);
    EXPECT_NE(init().error.find("has lost its genesis.json; restore the file"), std::string::npos)
        << "nor where only the mark of its block 0 is left";
    EXPECT_FALSE(data.has_chain());
}

TEST_F(CommandsTest, db_verify_of_a_chain_without_its_journal_is_an_error_and_deletes_nothing) {
    ASSERT_EQ(init().code, 0);
    const auto verify = [&] { return run(db_commands(), {"db", "verify", "--data", data.root.string()}); };
    EXPECT_EQ(verify().code, 0);
    for (const auto* lost : {"journal", "state", "index"}) std::filesystem::remove_all(data.root / lost);
    const auto before = entries();
    const auto lost = verify();
    EXPECT_EQ(lost.code, 2);
    EXPECT_NE(lost.error.find("the journal is lost"), std::string::npos) << lost.error;
    EXPECT_NE(lost.error.find((data.root / "begun").string()), std::string::npos) << lost.error;
    EXPECT_EQ(entries(), before);
    // As a stop between the genesis file and block 0 leaves it.
    std::filesystem::remove(data.root / "begun");
    const auto none = verify();
    EXPECT_EQ(none.code, 2);
    EXPECT_NE(none.error.find("there is no chain in " + data.root.string() + " yet"), std::string::npos)
        << none.error;
}

TEST_F(CommandsTest, a_quorum_has_a_floor_that_can_be_reached) {
    const auto list = data.root / "alloc.csv";
    ASSERT_TRUE(
        write_file(list, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8,900\n", Privacy::everyone_reads));
    const auto with = [&](std::vector<std::string> more) {
        for (const auto* made : {"genesis.json", "journal", "state", "index", "lock", "begun"})
            std::filesystem::remove_all(data.root / made);
        more.insert(more.end(), {"--alloc", list.string(), "--sequencer-coins", "100"});
        return init(more);
    };
    const auto floor = [&] {
        return to_decimal(data.read_genesis().value().contracts.at("Governor").u256("quorumFloor"));
    };
    EXPECT_EQ(
        with({"--quorum-floor", "1000.000000000000000001"}).error,
        "farthing: --quorum-floor is more than the 1000 coins of --alloc and the sequencer: no vote could "
        "ever pass\n");
    ASSERT_EQ(with({}).code, 0);
    EXPECT_EQ(floor(), "10000000000000000000") << "a hundredth";
    ASSERT_EQ(with({"--quorum-floor", "1000"}).code, 0);
    EXPECT_EQ(floor(), "1000000000000000000000");
    ASSERT_EQ(with({"--quorum-floor", "0"}).code, 0);
    EXPECT_EQ(floor(), "0");
}

TEST_F(CommandsTest, what_the_contracts_refuse_at_genesis_can_be_tried_again) {
    // Just below 2^128 wei, and what is emitted leads beyond: each is fine without the other.
    const auto list = data.root / "alloc.csv";
    ASSERT_TRUE(write_file(list, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8,340282366920938460000\n",
                           Privacy::everyone_reads));
    const auto refused = init({"--alloc", list.string(), "--emission", "1"});
    EXPECT_EQ(refused.code, 2) << refused.out;
    EXPECT_NE(refused.error.find("genesis: Emission refuses its parameters: one is out of bounds"),
              std::string::npos)
        << refused.error;
    EXPECT_EQ(init({"--alloc", list.string()}).code, 0);
}

TEST_F(CommandsTest, init_that_finds_a_node_on_its_chain_removes_nothing_of_it) {
    // A supervisor may start one as soon as there is a genesis.
    const auto running = chain::posix_files().lock(data.root / "lock");
    const auto refused = init();
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.error.find("another farthing is running"), std::string::npos) << refused.error;
    EXPECT_TRUE(std::filesystem::exists(data.genesis()));
}

TEST_F(CommandsTest, an_emission_beyond_every_sum_is_refused_with_the_most_there_may_be) {
    const auto refused = init({"--emission", "1500000000000000000", "--halving-days", "1461"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_TRUE(refused.error.starts_with(
        "farthing: --emission is too large: with --halving-days 1461 it may be 1347862"))
        << refused.error;
    EXPECT_FALSE(data.has_chain());
}

TEST_F(CommandsTest, help_of_node_and_dev_tells_what_one_address_may_take) {
    for (const auto* name : {"node", "dev"}) {
        const auto help = run(node_commands(), {name, "--help"}).out;
        EXPECT_NE(help.find("--client-sockets"), std::string::npos) << help;
        EXPECT_NE(help.find("--client-filters"), std::string::npos) << help;
    }
    EXPECT_EQ(run(node_commands(), {"node", "--data", data.root.string(), "--client-sockets", "501"}).error,
              "farthing: --client-sockets must be a whole number from 1 to 500, not \"501\"; see `farthing "
              "node --help`\n");
}

TEST_F(CommandsTest, an_export_leaves_what_stands_in_its_way_and_ends_with_one_whole_file) {
    ASSERT_EQ(init().code, 0);
    const auto file = data.root / "chain.farthing";
    const auto part = data.root / "chain.farthing.part";
    const auto export_to_file = [&] {
        return run(db_move_commands(), {"db", "export", "--data", data.root.string(), file.string()});
    };
    ASSERT_TRUE(write_file(part, "another's", Privacy::everyone_reads));
    EXPECT_NE(export_to_file().error.find("chain.farthing.part: File exists"), std::string::npos);
    EXPECT_EQ(read_file(part).value(), "another's");
    EXPECT_FALSE(std::filesystem::exists(file));
    std::filesystem::remove(part);
    const auto done = export_to_file();
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_NE(done.error.find("Wrote 1 block, 0 transactions\n"), std::string::npos) << done.error;
    EXPECT_FALSE(std::filesystem::exists(part));
    const auto whole = read_file(file).value();
    EXPECT_NE(export_to_file().error.find("exists already"), std::string::npos);
    EXPECT_EQ(read_file(file).value(), whole);
}

TEST_F(CommandsTest, a_v3_key_file_is_imported_without_a_terminal) {
    const auto old_password = data.root / "old";
    const auto new_password = data.root / "new";
    ASSERT_TRUE(write_file(old_password, "before\n", Privacy::owner_only));
    ASSERT_TRUE(write_file(new_password, "after\n", Privacy::owner_only));
    const auto elsewhere = data.root / "elsewhere";
    const auto made = run(account_commands(), {"account", "new", "--data", elsewhere.string(),
                                               "--password-file", old_password.string()});
    ASSERT_EQ(made.code, 0) << made.error;
    const auto address = made.out.substr(0, made.out.find('\n'));
    const auto key = made.out.substr(address.size() + 1, made.out.size() - address.size() - 2);
    const auto import = [&](const std::filesystem::path& present) {
        return run(account_commands(),
                   {"account", "import", key, "--data", data.root.string(), "--password-file",
                    new_password.string(), "--old-password-file", present.string()});
    };
    EXPECT_EQ(import(new_password).code, 2) << "a wrong password opens nothing";
    const auto imported = import(old_password);
    EXPECT_EQ(imported.code, 0) << imported.error;
    EXPECT_TRUE(imported.out.starts_with(address + '\n')) << imported.out;
    EXPECT_TRUE(Keystore(data.keystore()).unlock(parse_address(address).value(), "after"));
}

TEST_F(CommandsTest, the_example_of_verify_can_be_pasted) {
    const auto example = std::string(verify_commands().front().example);
    std::istringstream in(example.substr(example.rfind("farthing verify") + 9));
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        if (word != "\\") words.push_back(word);
    const auto done = run(verify_commands(), words);
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_NE(done.out.find("39.13"), std::string::npos) << done.out;
}

}  // namespace
}  // namespace farthing::node
