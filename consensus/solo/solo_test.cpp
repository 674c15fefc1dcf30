#include "consensus/solo/solo.hpp"

#include "chain/store_testing.hpp"
#include "chain/testing.hpp"
#include "contracts/randomness/randomness.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>

namespace farthing::consensus {
namespace {

using namespace chain::testing;
using namespace std::chrono_literals;

class MemorySecrets final : public ProposerSecrets {
 public:
    explicit MemorySecrets(std::uint64_t length, std::uint64_t first = 1'000)
        : length_(length), first_(first) {
        make_chain();
    }

    std::shared_ptr<const fair::SeedChain> chain_of(const Hash& link) override {
        for (const auto& chain : chains_)
            if (chain->index_of(link)) return chain;
        return nullptr;
    }
    std::shared_ptr<const fair::SeedChain> chain_with_tip(const Hash& tip) override {
        for (const auto& chain : chains_)
            if (chain->tip() == tip) return chain;
        return nullptr;
    }
    std::shared_ptr<const fair::SeedChain> make_chain() override {
        const auto secret = Hash::from(to_word(U256(first_ + chains_.size())));
        return chains_.emplace_back(std::make_shared<fair::SeedChain>(secret, length_));
    }
    const Hash& first_tip() const { return chains_.front()->tip(); }
    std::size_t made() const { return chains_.size(); }

 private:
    std::uint64_t length_;
    std::uint64_t first_;
    std::vector<std::shared_ptr<const fair::SeedChain>> chains_;
};

class SoloTest : public ::testing::Test {
 protected:
    static constexpr std::uint64_t chain_length = 64;

    SoloTest() { open({}); }

    void open(const chain::MempoolLimits& limits, chain::FileSystem* files = nullptr) {
        blocks.reset();
        chain::BlockchainOptions options;
        options.data_dir = directory.path();
        options.mempool = limits;
        options.files = files;
        blocks = chain::Blockchain::open(chain::testing::small_genesis(secrets.first_tip(), chain_length),
                                         options);
        blocks->on_head([this](const chain::BlockPtr&) {
            {
                const std::lock_guard lock(mutex);
            }
            changed.notify_all();
        });
    }

    SoloOptions options(std::chrono::milliseconds interval) {
        return {.interval = interval,
                .now = [this] { return now.load(); },
                .warn = [this](const auto& line) { warnings.push_back(line); }};
    }
    bool reaches(std::uint64_t number) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, [&] { return blocks->head()->header.number >= number; });
    }
    void send(std::uint64_t from, std::uint64_t nonce) {
        const auto sent = blocks->submit(transfer(key_of(from), nonce, key_of(3).address(), 1).encode());
        ASSERT_TRUE(sent) << sent.error().message;
    }
    /// The sequencer sends away all but a few gwei in block 1; one is left of its nonce.
    void empty_the_sequencer(SoloEngine& engine) {
        const auto fee = gwei * 3 * 21'000;
        const auto tx = transfer(key_of(sequencer_number), 0, key_of(3).address(), U256(coin * 100 - fee));
        ASSERT_TRUE(blocks->submit(tx.encode()));
        engine.mine(1);
        ASSERT_LT(sequencer_balance(), gwei * 200'000);
    }
    U256 sequencer_balance() const {
        return blocks->head_state().account(key_of(sequencer_number).address()).balance;
    }
    std::uint64_t number() const { return blocks->head()->header.number; }
    bool is_next_registered() const {
        contracts::ChainUse use;
        blocks->inspect([&](contracts::Host& host) { use = contracts::sequencer_chain_use(host); });
        return use.next_registered;
    }

    TemporaryDirectory directory;
    MemorySecrets secrets{chain_length};
    std::atomic<std::uint64_t> now = 1'700'000'100;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> warnings;
    std::unique_ptr<chain::Blockchain> blocks;
};

TEST_F(SoloTest, at_once_makes_a_block_for_a_transaction_and_none_without) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.start([](const std::string& error) { FAIL() << error; });
    send(1, 0);
    ASSERT_TRUE(reaches(1));
    std::this_thread::sleep_for(50ms);
    engine.stop();
    EXPECT_EQ(blocks->head()->header.number, 1u);
    EXPECT_EQ(blocks->head()->transactions.size(), 1u);
}

TEST_F(SoloTest, a_transaction_that_cannot_run_yet_does_not_make_blocks_spin) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.start([](const std::string& error) { FAIL() << error; });
    send(1, 1);
    std::this_thread::sleep_for(100ms);
    engine.stop();
    EXPECT_EQ(blocks->head()->header.number, 0u);
}

TEST_F(SoloTest, an_interval_makes_empty_blocks_too) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(10ms));
    engine.start([](const std::string& error) { FAIL() << error; });
    EXPECT_TRUE(reaches(3));
    engine.stop();
}

TEST_F(SoloTest, every_block_is_sealed_by_the_sequencer_and_by_nobody_else) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.mine(1);
    const auto head = blocks->head();
    EXPECT_TRUE(check_seal(head->hash, head->seal, blocks->genesis().sequencer));
    EXPECT_FALSE(check_seal(head->header.parent_hash, head->seal, blocks->genesis().sequencer));
    EXPECT_FALSE(check_seal(head->hash, make_seal(head->hash, key_of(1)), blocks->genesis().sequencer));
    EXPECT_FALSE(check_seal(head->hash, ByteView(head->seal).first(64), blocks->genesis().sequencer));
}

TEST_F(SoloTest, time_never_goes_back_and_dev_time_always_moves_on) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.mine(2);
    EXPECT_EQ(blocks->block(1)->header.timestamp, 1'700'000'100u);
    EXPECT_EQ(blocks->block(2)->header.timestamp, 1'700'000'100u);
    now = 1'600'000'000;
    engine.mine(1);
    EXPECT_EQ(blocks->head()->header.timestamp, 1'700'000'100u);
    auto strict = options(0ms);
    strict.strictly_later = true;
    EXPECT_EQ(next_timestamp(strict, 1'700'000'100), 1'700'000'101u);
}

TEST_F(SoloTest, blocks_at_will_and_going_back_wait_their_turn_beside_a_running_engine) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.start([](const std::string& error) { FAIL() << error; });
    // Past a rotation and back before it: the position is read from the head.
    engine.between_blocks([&] { engine.mine(chain_length - 4); });
    engine.between_blocks([&] { engine.mine(10); });
    EXPECT_EQ(blocks->head()->header.number, chain_length + 6);
    engine.between_blocks([&] { engine.rewind(chain_length - 8); });
    EXPECT_EQ(blocks->head()->header.number, chain_length - 8);
    send(1, 0);
    ASSERT_TRUE(reaches(chain_length - 7));
    engine.between_blocks([&] { engine.mine(20); });
    EXPECT_GE(blocks->head()->header.number, chain_length + 13);
    EXPECT_THROW(engine.between_blocks([] { throw std::runtime_error("as asked"); }), std::runtime_error);
    engine.stop();
    engine.between_blocks([&] { engine.rewind(0); });
    EXPECT_EQ(blocks->head()->header.number, 0u);
}

TEST_F(SoloTest, seed_chains_rotate_by_themselves_for_ever) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.mine(3 * chain_length + 5);
    EXPECT_EQ(blocks->head()->header.number, 3 * chain_length + 5);
    EXPECT_GE(secrets.made(), 4u);
    // An auditor's walk: every link leads to the one before, or to a tip that an earlier event announced.
    const auto announced = blocks->logs({.from_block = 1,
                                         .to_block = blocks->head()->header.number,
                                         .addresses = {contracts::randomness_address},
                                         .topics = {}});
    std::map<Hash, std::uint64_t> tips;
    for (const auto& entry : announced.entries) tips.emplace(entry.log.topics.at(1), entry.block_number);
    std::size_t rotations = 0;
    for (std::uint64_t number = 1; number <= blocks->head()->header.number; ++number) {
        const auto hashed = fair::previous_link(blocks->block(number)->header.extra_data);
        if (hashed == blocks->block(number - 1)->header.extra_data) continue;
        ASSERT_TRUE(tips.contains(hashed)) << "block " << number;
        EXPECT_LT(tips.at(hashed), number);
        ++rotations;
    }
    EXPECT_EQ(rotations, 3u);
}

TEST_F(SoloTest, blocks_made_one_by_one_as_transactions_come_go_on_from_chain_to_chain) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.start([](const std::string& error) { FAIL() << error; });
    for (std::uint64_t made = 0; made < 2 * chain_length + 3; ++made) {
        send(1, made);
        ASSERT_TRUE(reaches(made + 1));
    }
    engine.stop();
    EXPECT_GE(secrets.made(), 3u);
}

TEST_F(SoloTest, a_lost_chain_is_replaced_only_after_the_pause_and_says_so) {
    SoloEngine(*blocks, secrets, key_of(sequencer_number), options(0ms)).mine(2);
    MemorySecrets others{chain_length, 5'000};
    auto replacing = options(0ms);
    replacing.replace_lost_chain = true;
    SoloEngine engine(*blocks, others, key_of(sequencer_number), replacing);
    EXPECT_THROW(engine.mine(1), std::runtime_error);
    now += 3'600;
    engine.mine(3);
    EXPECT_EQ(blocks->head()->header.number, 6u);
    const auto block = blocks->block(3);
    ASSERT_EQ(block->receipts.size(), 1u);
    EXPECT_TRUE(block->receipts[0].success);
    ASSERT_EQ(block->receipts[0].logs.size(), 1u);
    EXPECT_EQ(fair::previous_link(block->header.extra_data), block->receipts[0].logs[0].topics.at(1));
}

TEST_F(SoloTest, a_sequencer_that_sent_its_coins_away_can_always_be_helped) {
    {
        SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
        empty_the_sequencer(engine);
        EXPECT_TRUE(warnings.empty());
    }
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    ASSERT_EQ(warnings.size(), 1u) << "a start is warned of it";
    EXPECT_TRUE(warnings[0].contains("send it at least 200000000000000 wei in one transfer: 46 blocks"))
        << warnings[0];
    // As far as the last block that can register a tip, and no further.
    EXPECT_THROW(engine.mine(100), std::runtime_error);
    EXPECT_EQ(number(), chain_length - 17);
    EXPECT_EQ(warnings.size(), 3u) << "at the start, at half, and when blocks stop";
    send(1, 0);
    EXPECT_THROW(engine.mine(1), std::runtime_error) << "that helps somebody else";
    const auto gift = transfer(key_of(2), 0, key_of(sequencer_number).address(), coin);
    ASSERT_TRUE(blocks->submit(gift.encode()));
    engine.mine(1);
    EXPECT_TRUE(is_next_registered());
    ASSERT_EQ(blocks->head()->transactions.size(), 2u);
    EXPECT_EQ(blocks->head()->transactions[0]->hash, gift.hash());
    engine.mine(2 * chain_length);
    EXPECT_EQ(number(), 3 * chain_length - 16);
}

TEST_F(SoloTest, a_running_engine_waits_for_the_sequencers_coins_and_goes_on) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(1ms));
    empty_the_sequencer(engine);
    engine.start([](const std::string& error) { FAIL() << error; });
    ASSERT_TRUE(reaches(chain_length - 17));
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(number(), chain_length - 17);
    ASSERT_TRUE(blocks->submit(transfer(key_of(2), 0, key_of(sequencer_number).address(), coin).encode()));
    EXPECT_TRUE(reaches(chain_length + 5));
    engine.stop();
}

TEST_F(SoloTest, a_chain_that_is_past_registering_keeps_a_way_out_for_a_sequencer_without_coins) {
    const auto sequencer = key_of(sequencer_number);
    const auto seeds = secrets.chain_with_tip(secrets.first_tip());
    ASSERT_TRUE(blocks->submit(
        transfer(sequencer, 0, key_of(3).address(), U256(coin * 100 - gwei * 3 * 21'000)).encode()));
    while (number() < chain_length - 10) chain::testing::mine(*blocks, *seeds);
    SoloEngine engine(*blocks, secrets, sequencer, options(3'600'000ms));
    EXPECT_THROW(engine.mine(100), std::runtime_error);
    EXPECT_EQ(number(), chain_length - 1) << "the last link is kept for what pays for the replacement";
    ASSERT_TRUE(blocks->submit(transfer(key_of(2), 0, sequencer.address(), coin).encode()));
    engine.mine(1);
    EXPECT_EQ(sequencer_balance() / coin, U256(1));

    send(1, 0);
    engine.start([](const std::string& error) { FAIL() << error; });
    engine.finish();
    EXPECT_EQ(number(), chain_length) << "a stop at the end of the seeds is a clean one";
    EXPECT_THROW(engine.mine(1), std::runtime_error);
    auto replacing = options(0ms);
    replacing.replace_lost_chain = true;
    now = blocks->head()->header.timestamp + 3'600;
    SoloEngine next(*blocks, secrets, sequencer, replacing);
    next.mine(2);
    EXPECT_EQ(number(), chain_length + 3);
    EXPECT_EQ(blocks->head_state().account(key_of(1).address()).nonce, 1u);
}

TEST_F(SoloTest, a_full_pool_of_higher_fees_does_not_delay_the_next_seed_chain) {
    open({.count_max = 8});
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.mine(chain_length / 2);
    const auto fill = [&](std::uint64_t first) {
        for (std::uint64_t nonce = first; nonce < first + 8; ++nonce) {
            auto tx = transfer(key_of(1), nonce, key_of(3).address(), 1);
            tx.max_fee_per_gas = gwei * 50;
            tx.max_priority_fee_per_gas = gwei * 50;
            sign(tx, key_of(1));
            ASSERT_TRUE(blocks->submit(tx.encode()));
        }
    };
    fill(0);
    engine.mine(1);
    EXPECT_TRUE(is_next_registered());
    EXPECT_EQ(blocks->head()->transactions.size(), 9u) << "and nobody's place is taken";
    EXPECT_EQ(blocks->head()->transactions[0]->sender, key_of(sequencer_number).address());
    EXPECT_TRUE(warnings.empty());
}

TEST_F(SoloTest, a_registration_leaves_the_sequencers_own_transactions_their_nonces) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.mine(chain_length / 2);
    send(sequencer_number, 0);
    engine.mine(1);
    EXPECT_FALSE(is_next_registered());
    ASSERT_EQ(blocks->head()->transactions.size(), 1u);
    EXPECT_EQ(blocks->head()->transactions[0]->tx.to, key_of(3).address());
    engine.mine(1);
    EXPECT_TRUE(is_next_registered());
}

TEST_F(SoloTest, a_sequencer_that_always_has_something_waiting_rotates_in_time) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
    engine.mine(chain_length / 2);
    while (number() < chain_length && !is_next_registered()) {
        send(sequencer_number, blocks->pending_nonce(key_of(sequencer_number).address()));
        engine.mine(1);
    }
    EXPECT_EQ(number(), chain_length - 24 + 1);
    EXPECT_TRUE(is_next_registered());
    EXPECT_TRUE(warnings.empty());
}

TEST_F(SoloTest, a_clean_stop_makes_blocks_of_what_waits) {
    send(2, 5);
    for (const auto interval : {0ms, 3'600'000ms}) {
        SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(interval));
        const auto nonce = blocks->pending_nonce(key_of(1).address());
        engine.start([](const std::string& error) { FAIL() << error; });
        for (std::uint64_t i = 0; i < 3; ++i) send(1, nonce + i);
        engine.finish();
        EXPECT_EQ(blocks->head_state().account(key_of(1).address()).nonce, nonce + 3);
        EXPECT_EQ(blocks->mempool_counts(), (chain::Mempool::Counts{0, 1}));
    }
}

TEST_F(SoloTest, a_stop_on_a_dying_disk_makes_no_block_says_so_and_ends) {
    std::size_t failures = 0, made = 0;
    for (std::uint64_t operations = 1; made == 0; ++operations) {
        ASSERT_LT(operations, 200u);
        FaultyFiles disk(operations);
        try {
            open({}, &disk);
        } catch (const chain::StorageFailure&) {
            continue;
        }
        std::string failure;
        // What a failed sync left is a block if the next start finds it whole.
        const auto before = number();
        {
            SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(3'600'000ms));
            engine.start([&](const std::string& error) { failure = error; });
            send(1, blocks->pending_nonce(key_of(1).address()));
            engine.finish();
        }
        EXPECT_EQ(number(), failure.empty() ? before + 1 : before) << operations;
        ++(failure.empty() ? made : failures);
        blocks.reset();
    }
    EXPECT_GT(failures, 0u);
}

TEST_F(SoloTest, a_clean_stop_uses_up_no_link_that_is_held_back) {
    SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(3'600'000ms));
    empty_the_sequencer(engine);
    EXPECT_THROW(engine.mine(100), std::runtime_error);
    engine.start([](const std::string& error) { FAIL() << error; });
    send(1, 0);
    engine.finish();
    EXPECT_EQ(number(), chain_length - 17);
}

TEST_F(SoloTest, a_lost_chain_whose_sequencer_owns_nothing_is_refused_with_the_reason) {
    {
        SoloEngine engine(*blocks, secrets, key_of(sequencer_number), options(0ms));
        empty_the_sequencer(engine);
    }
    MemorySecrets others{chain_length, 5'000};
    auto replacing = options(0ms);
    replacing.replace_lost_chain = true;
    SoloEngine engine(*blocks, others, key_of(sequencer_number), replacing);
    now += 3'600;
    try {
        engine.mine(1);
        FAIL() << "made a block";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("cannot pay the 60000000000000 wei"), std::string::npos)
            << error.what();
    }
}

TEST_F(SoloTest, a_foreign_key_or_a_missing_secret_is_refused_with_a_sentence) {
    EXPECT_THROW(SoloEngine(*blocks, secrets, key_of(1), options(0ms)), std::runtime_error);
    class NoSecrets final : public ProposerSecrets {
        std::shared_ptr<const fair::SeedChain> chain_of(const Hash&) override { return nullptr; }
        std::shared_ptr<const fair::SeedChain> chain_with_tip(const Hash&) override { return nullptr; }
        std::shared_ptr<const fair::SeedChain> make_chain() override { return nullptr; }
    } nothing;
    EXPECT_THROW(SoloEngine(*blocks, nothing, key_of(sequencer_number), options(0ms)), std::runtime_error);
}

}  // namespace
}  // namespace farthing::consensus
