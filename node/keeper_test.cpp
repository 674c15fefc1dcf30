#include "node/keeper.hpp"

#include "core/abi/signature.hpp"
#include "node/bet_finder.hpp"
#include "node/dev_chain.hpp"
#include "node/files.hpp"
#include "node/runtime.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace farthing::node {
namespace {

const U256 coin = 1'000'000'000'000'000'000;
constexpr Address wrapped_coin = literals::address("fa0001");
constexpr std::uint64_t chain_length = 8;

using SetClientSeed = abi::Function<"function setClientSeed(string seed)">;
using PlaceBet = abi::Function<
    "function placeBet(uint64 house, uint8 game, bytes params, uint256 stake, uint64 "
    "lastBlock) payable returns (uint64 bet)">;

/// A development chain, and on it a house of our own with seed chains of eight links.
class KeeperTest : public testing::Test {
 protected:
    void SetUp() override {
        dev = std::make_unique<DevChain>(open_dev_chain(data, {}, 1'700'000'000).value());
        runtime = Runtime::start(data, dev->genesis, dev->sequencer,
                                 {.port = 0, .metrics_port = 0, .development = true}, stop_signal)
                      .value();
        player = std::make_unique<TxSender>(node, dev->accounts[1].key, 31337);
        const auto tip = seeds.create(chain_length).value()->tip();
        TxSender owner(node, dev->accounts[0].key, 31337);
        const auto bond = coin * 100, vault = coin * 1000;
        ASSERT_TRUE(register_house(owner, bond, tip));
        ASSERT_TRUE(owner.send(games_address, GamesClient::fund(house, vault), vault));
        ASSERT_TRUE(player->send(games_address, SetClientSeed::encode(std::string("lucky"))));
    }
    void TearDown() override {
        runtime.reset();
        std::filesystem::remove_all(data.root);
    }

    static Result<Sent> register_house(TxSender& by, const U256& bond, const Hash& tip) {
        contracts::Limits limits;
        limits.min_stake = U256(1);
        limits.bet_bps = 100;
        limits.round_bps = 150;
        limits.open_bps = 2500;
        limits.games = 2;
        return by.send(games_address, GamesClient::register_house(wrapped_coin, bond, tip, limits), bond);
    }
    Keeper keeper() {
        return {node,
                seeds,
                dev->accounts[0].key,
                31337,
                {.house = house,
                 .chain_length = chain_length,
                 .log = [this](LogLevel level, const std::string& line) {
                     if (level != LogLevel::info) complaints.push_back(line);
                 }}};
    }
    /// A dice bet in a block, and so in a round, of its own.
    Hash bet() {
        const auto params = fair::params_of({fair::Game::dice, 4950});
        const auto sent = player->send(
            games_address, PlaceBet::encode(house, std::uint8_t{1}, params, coin, std::uint64_t{1'000'000}),
            coin);
        EXPECT_TRUE(sent) << sent.error().message;
        // The engine makes the entropy block by itself, a moment later.
        while (sent && runtime->chain().head()->header.number <= sent->block_number)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return sent ? sent->hash : Hash{};
    }
    contracts::House record() { return GamesClient(node).house(house).value(); }
    /// Steps until nothing is due.
    void keep(Keeper& by) {
        for (int i = 0; i < 20; ++i) {
            const auto done = by.step();
            ASSERT_TRUE(done) << done.error().message;
            if (!*done) return;
        }
        FAIL() << "the keeper never rests";
    }

    static constexpr std::uint64_t house = 2;
    DataDirectory data{std::filesystem::temp_directory_path() / ("farthing-keeper-" + hex(random_bytes(8)))};
    StopSignal stop_signal;
    std::unique_ptr<DevChain> dev;
    std::unique_ptr<Runtime> runtime;
    std::function<void(std::string_view body)> before_call;
    RpcClient node{std::make_unique<LocalTransport>([this](std::string_view body) {
        if (before_call) before_call(body);
        return runtime->handle(body);
    })};
    SeedFolder seeds{data.root / "own-house"};
    std::unique_ptr<TxSender> player;
    std::vector<std::string> complaints;
};

TEST_F(KeeperTest, reveals_every_round_and_what_it_reveals_recomputes) {
    auto mine = keeper();
    EXPECT_FALSE(mine.step().value()) << "nothing is due before the first bet";
    const auto tx = bet();
    keep(mine);
    EXPECT_EQ(record().last_revealed, 1U);
    EXPECT_EQ(record().open_rounds, 0U);
    const auto found = find_bet(node, tx, 0).value();
    const auto recomputed = fair::recompute(found.facts).value();
    ASSERT_TRUE(found.settled);
    EXPECT_EQ(recomputed.payout, found.settled->payout);
    EXPECT_EQ(recomputed.result, found.settled->result);
    EXPECT_EQ(found.committed_by, "a tip registered on the chain");
    EXPECT_TRUE(complaints.empty()) << complaints.front();
    EXPECT_TRUE(find_bet(node, tx, 1).error().message.ends_with("there is no bet 1 (the first is 0)"));
}

TEST_F(KeeperTest, keeper_that_was_away_covers_several_rounds_with_one_reveal) {
    bet();
    bet();
    const auto third = bet();
    auto fresh = keeper();
    EXPECT_TRUE(fresh.step().value());
    EXPECT_EQ(record().last_revealed, 3U);
    EXPECT_EQ(record().open_rounds, 0U);
    EXPECT_EQ(find_bet(node, third, 0).value().committed_by, "the seed revealed for round 2");
}

TEST_F(KeeperTest, seed_chains_follow_each_other_for_ever) {
    auto mine = keeper();
    for (int i = 0; i < 30; ++i) {
        const auto tx = bet();
        keep(mine);
        const auto found = find_bet(node, tx, 0);
        ASSERT_TRUE(found) << "bet " << i << ": " << found.error().message;
        ASSERT_TRUE(found->facts.committed) << "bet " << i;
        ASSERT_TRUE(fair::recompute(found->facts)) << "bet " << i;
    }
    EXPECT_EQ(record().last_revealed, 30U);
}

TEST_F(KeeperTest, rotation_with_open_rounds_keeps_their_chain) {
    for (int i = 0; i < 5; ++i) bet();
    auto mine = keeper();
    // As a keeper that dies between registering and revealing leaves it.
    const auto next = seeds.create(chain_length).value();
    TxSender owner(node, dev->accounts[0].key, 31337);
    ASSERT_TRUE(owner.send(games_address, GamesClient::set_next_tip(house, next->tip())));
    bet();
    bet();
    keep(mine);
    EXPECT_EQ(record().last_revealed, 7U);
    EXPECT_EQ(record().open_rounds, 0U);
    EXPECT_TRUE(next->index_of(record().head));
}

TEST_F(KeeperTest, a_tip_that_somebody_else_registers_first_is_given_up_for_another) {
    const auto selector = hex(ByteView(GamesClient::set_next_tip(house, {})).first(4));
    int copies = 0, failures = 0;
    before_call = [&](std::string_view body) {
        // Somebody reads the waiting transaction and is faster.
        const auto at = body.find(selector);
        if (copies > 0 || at == std::string_view::npos || !body.contains("eth_sendRawTransaction")) return;
        ++copies;
        const auto tip = hash_from_hex("0x" + std::string(body.substr(at + 8 + 64, 64))).value();
        ASSERT_TRUE(register_house(*player, U256(1), tip));
    };
    auto mine = keeper();
    for (int i = 0; i < 12; ++i) {
        bet();
        for (int step = 0; step < 20; ++step) {
            const auto done = mine.step();
            if (!done) ++failures;
            if (done && !*done) break;
        }
    }
    EXPECT_EQ(copies, 1);
    EXPECT_EQ(failures, 1) << "only the transaction that came too late";
    EXPECT_EQ(record().last_revealed, 12U);
}

TEST_F(KeeperTest, killed_keeper_is_continued_by_another) {
    for (int i = 0; i < 12; ++i) {
        bet();
        if (i % 3 == 0) continue;
        auto another = keeper();
        keep(another);
    }
    auto last = keeper();
    keep(last);
    EXPECT_EQ(record().last_revealed, 12U);
}

TEST_F(KeeperTest, missing_seed_file_is_named_with_its_link) {
    bet();
    for (const auto& file : std::filesystem::directory_iterator(data.root / "own-house"))
        std::filesystem::remove(file.path());
    SeedFolder empty(data.root / "own-house");
    Keeper blind(node, empty, dev->accounts[0].key, 31337, {.house = house, .chain_length = 8, .log = {}});
    EXPECT_NE(blind.step().error().message.find("is missing; restore it"), std::string::npos);
}

TEST_F(KeeperTest, unknown_house_and_poor_keeper_are_told) {
    Keeper lost(node, seeds, dev->accounts[0].key, 31337, {.house = 99, .chain_length = 8, .log = {}});
    EXPECT_EQ(lost.step().error().message, "there is no house 99 on this chain");
    // Anyone may reveal; this stranger has a coin for a few settlements only.
    Hash bytes;
    bytes[31] = 42;
    const auto stranger = SecretKey::from(bytes).value();
    ASSERT_TRUE(player->send(stranger.address(), {}, coin / 100));
    bet();
    Keeper poor(node, seeds, stranger, 31337,
                {.house = house,
                 .chain_length = chain_length,
                 .log = [this](LogLevel level, const std::string& line) {
                     if (level == LogLevel::warning) complaints.push_back(line);
                 }});
    ASSERT_TRUE(poor.step().value());
    ASSERT_EQ(complaints.size(), 1U);
    EXPECT_NE(complaints[0].find("settlements; send it more"), std::string::npos);
}

}  // namespace
}  // namespace farthing::node
