#include "node/dev_chain.hpp"

#include "contracts/staking/pool.hpp"
#include "contracts/timelock/timelock.hpp"
#include "core/base/hex.hpp"
#include "node/files.hpp"
#include "node/genesis_file.hpp"
#include "node/seed_folder.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

constexpr std::uint64_t now = 1'800'000'000;

class DevChainTest : public testing::Test {
 protected:
    DataDirectory data{std::filesystem::temp_directory_path() / ("farthing-dev-" + hex(random_bytes(8)))};
    void TearDown() override { std::filesystem::remove_all(data.root); }
};

TEST_F(DevChainTest, first_start_makes_what_later_starts_read) {
    const auto made = open_dev_chain(data, {}, now).value();
    const auto read = open_dev_chain(data, {}, now + 100).value();
    EXPECT_EQ(made.genesis.file, read.genesis.file);
    EXPECT_EQ(made.genesis.timestamp, now);
    EXPECT_EQ(made.genesis.chain_id, 31337U);
    EXPECT_EQ(made.sequencer.bytes(), read.sequencer.bytes());
    EXPECT_EQ(made.genesis.sequencer, made.sequencer.address());
    ASSERT_EQ(read.accounts.size(), 10U);
    EXPECT_EQ(hex(read.accounts[0].key.address()), "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    EXPECT_EQ(to_decimal(read.accounts[9].balance), "10000000000000000000000");
    EXPECT_TRUE(SeedFolder(data.sequencer_seeds()).with_tip(made.genesis.sequencer_tip).value());
}

TEST_F(DevChainTest, own_accounts_are_never_among_the_printed_ones) {
    const auto chain = open_dev_chain(data, {}, now).value();
    for (const auto& account : chain.accounts) {
        EXPECT_NE(account.key.address(), chain.sequencer.address());
        EXPECT_NE(account.key.address(), chain.house.address());
    }
    for (const auto& own : {chain.sequencer.address(), chain.house.address()})
        EXPECT_NE(std::ranges::find(chain.genesis.allocations, own, &chain::Allocation::address),
                  chain.genesis.allocations.end());
}

TEST_F(DevChainTest, the_community_owns_what_has_an_owner) {
    const auto chain = open_dev_chain(data, {}, now).value();
    const auto& given = chain.genesis.contracts.members;
    for (const auto* owned : {"Parameters", "Upgrades", "VotingUnits"})
        EXPECT_EQ(given.at(owned).address("owner"), contracts::timelock_address) << owned;
    EXPECT_EQ(given.at("Governor").u64("votingDelay"), 60U);
    EXPECT_EQ(given.at("Governor").u64("votingPeriod"), 3600U);
    EXPECT_EQ(given.at("Governor").u64("lateQuorumVoteExtension"), 514U);
    EXPECT_EQ(given.at("Governor").u64("quorumNumerator"), 4U);
    EXPECT_EQ(to_decimal(given.at("Governor").u256("quorumFloor")), "100000000000000000000");
    EXPECT_EQ(to_decimal(given.at("Governor").u256("proposalThreshold")), "1000000000000000000");
    EXPECT_EQ(given.at("Timelock").u64("minDelay"), 60U);
}

TEST_F(DevChainTest, what_an_existing_chain_cannot_change_is_refused) {
    ASSERT_TRUE(open_dev_chain(data, {.chain_id = 5, .account_count = 3}, now));
    EXPECT_EQ(open_dev_chain(data, {}, now).value().accounts.size(), 3U) << "defaults follow the chain";
    EXPECT_EQ(
        open_dev_chain(data, {.chain_id = 6, .account_count = 3, .chain_id_set = true}, now).error().message,
        "the chain in " + data.root.string() + " has chain id 5; give another --data for a new chain");
    EXPECT_TRUE(open_dev_chain(data, {.account_count = 4, .account_count_set = true}, now)
                    .error()
                    .message.find("has 3 development accounts") != std::string::npos);
    EXPECT_TRUE(open_dev_chain(
        data, {.chain_id = 5, .account_count = 3, .chain_id_set = true, .account_count_set = true}, now));
}

TEST_F(DevChainTest, interrupted_first_start_is_taken_up_again) {
    ASSERT_TRUE(open_dev_chain(data, {}, now));
    std::filesystem::remove(data.genesis());
    EXPECT_TRUE(open_dev_chain(data, {}, now)) << "keys and seeds without a genesis are what a kill leaves";
}

TEST_F(DevChainTest, a_chain_without_its_genesis_or_of_another_command_is_refused) {
    ASSERT_TRUE(open_dev_chain(data, {}, now));
    std::filesystem::rename(data.house_key(), data.root / "kept");
    EXPECT_NE(open_dev_chain(data, {}, now).error().message.find("was not made by `farthing dev`"),
              std::string::npos);
    std::filesystem::rename(data.root / "kept", data.house_key());
    ASSERT_TRUE(make_directory(data.journal(), Privacy::owner_only));
    ASSERT_TRUE(write_file(data.journal() / "000000.log", "blocks", Privacy::owner_only));
    std::filesystem::remove(data.genesis());
    EXPECT_NE(open_dev_chain(data, {}, now).error().message.find("has lost its genesis.json"),
              std::string::npos);
    EXPECT_FALSE(data.has_chain()) << "nothing is made beside a chain that may be restored";
    std::filesystem::rename(data.journal(), data.root / "state");
    EXPECT_NE(open_dev_chain(data, {}, now).error().message.find("has lost its genesis.json"),
              std::string::npos);
    EXPECT_FALSE(data.has_chain()) << "nor beside what is left of one";
}

TEST_F(DevChainTest, nothing_is_written_among_other_peoples_files) {
    ASSERT_TRUE(make_directory(data.root, Privacy::owner_only));
    ASSERT_TRUE(write_file(data.root / "thesis.tex", "mine", Privacy::owner_only));
    EXPECT_EQ(
        open_dev_chain(data, {}, now).error().message,
        data.root.string() + " holds other files (thesis.tex); give an empty or a new directory as --data");
    using Entries = std::filesystem::directory_iterator;
    EXPECT_EQ(std::distance(Entries(data.root), Entries()), 1);
    std::filesystem::remove(data.root / "thesis.tex");
    ASSERT_TRUE(write_file(data.root / "farthing.toml", "", Privacy::owner_only));
    EXPECT_TRUE(open_dev_chain(data, {}, now)) << "settings are no chain of somebody else's";
}

TEST_F(DevChainTest, lost_key_is_a_sentence) {
    ASSERT_TRUE(open_dev_chain(data, {}, now));
    ASSERT_TRUE(write_file(data.sequencer_key(), "zz\n", Privacy::owner_only));
    EXPECT_EQ(open_dev_chain(data, {}, now).error().message,
              data.sequencer_key().string() + " must hold a private key as 64 hexadecimal digits");
    std::filesystem::remove(data.sequencer_key());
    EXPECT_TRUE(open_dev_chain(data, {}, now).error().message.starts_with("cannot read "));
}

TEST(GenesisFile, plan_reads_back_as_the_chain_sees_it) {
    GenesisPlan plan;
    plan.chain_id = 4207;
    plan.symbol = "ABC";
    plan.timestamp = now;
    plan.sequencer[19] = 1;
    plan.sequencer_tip[0] = 2;
    plan.chain_length = 1024;
    plan.owner[19] = 3;
    plan.stakers_rewards_s = 60;
    plan.emission = GenesisEmission{.rate = 5, .epoch_s = 3600, .max_step_s = 7, .stakers_bps = 9'000};
    plan.allocations.push_back({plan.owner, U256(1) << 100});
    const auto genesis = chain::parse_genesis(genesis_text(plan), ".").value();
    EXPECT_EQ(genesis.chain_id, 4207U);
    EXPECT_EQ(genesis.symbol, "ABC");
    EXPECT_EQ(genesis.timestamp, now);
    EXPECT_EQ(genesis.sequencer, plan.sequencer);
    EXPECT_EQ(genesis.sequencer_tip, plan.sequencer_tip);
    ASSERT_EQ(genesis.allocations.size(), 1U);
    EXPECT_EQ(genesis.allocations[0].balance, U256(1) << 100);
    EXPECT_EQ(seed_chain_length(genesis).value(), 1024U);
    const auto& given = genesis.contracts.members;
    EXPECT_EQ(given.at("Upgrades").address("owner"), plan.owner);
    EXPECT_EQ(given.at("Governor").u64("votingPeriod"), 604'800U);
    EXPECT_EQ(given.at("Governor").u64("lateQuorumVoteExtension"), 86'400U);
    EXPECT_EQ(given.at("Timelock").u64("minDelay"), 172'800U);
    const auto& emission = genesis.contracts.at("Emission");
    EXPECT_EQ(emission.u256("hardCap"), (U256(1) << 100) + 5 * 3600 * 2);
    EXPECT_EQ(emission.at("split").u64("treasury"), 1'000U);
    EXPECT_EQ(emission.at("sinks").address("stakers"), contracts::pool_address(plan.owner, 0));
}

}  // namespace
}  // namespace farthing::node
