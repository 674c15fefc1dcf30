#include "consensus/solo/solo.hpp"

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

    SoloTest() {
        chain::BlockchainOptions options;
        options.data_dir = directory.path();
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
        return {.interval = interval, .now = [this] { return now.load(); }, .strictly_later = false};
    }
    bool reaches(std::uint64_t number) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, [&] { return blocks->head()->header.number >= number; });
    }
    void send(std::uint64_t from, std::uint64_t nonce) {
        const auto sent = blocks->submit(transfer(key_of(from), nonce, key_of(3).address(), 1).encode());
        ASSERT_TRUE(sent) << sent.error().message;
    }

    TemporaryDirectory directory;
    MemorySecrets secrets{chain_length};
    std::atomic<std::uint64_t> now = 1'700'000'100;
    std::mutex mutex;
    std::condition_variable changed;
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
