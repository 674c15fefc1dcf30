// Blocks that left memory: read again once for many readers, within a bound, and never after they are gone.
#include "chain/block_cache.hpp"
#include "chain/testing.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace farthing::chain {
namespace {

using literals::address;
using namespace testing;

class OldBlocks : public ::testing::Test {
 protected:
    void open(BlockchainOptions options) {
        chain.reset();
        options.data_dir = directory.path();
        chain = Blockchain::open(genesis, options);
    }

    /// So many transfers, in a block of their own.
    void mine(std::size_t transactions) {
        const auto first = chain->pending_nonce(key_of(1).address());
        for (std::size_t i = 0; i < transactions; ++i) {
            const auto sent =
                chain->submit(transfer(key_of(1), first + i, address("b0b"), ++values).encode());
            ASSERT_TRUE(sent) << sent.error().message;
        }
        const auto head = chain->head();
        auto proposal = chain->propose({.timestamp = head->header.timestamp + 1,
                                        .preimage = preimages.link(head->header.number + 1),
                                        .miner = genesis.sequencer,
                                        .replacement = std::nullopt});
        ASSERT_TRUE(proposal) << proposal.error().message;
        std::vector<ProposalPtr> proposals;
        proposals.push_back(*std::move(proposal));
        chain->commit(std::move(proposals), {Bytes(65)});
        ASSERT_EQ(chain->head()->transactions.size(), transactions);
        made.resize(chain->head()->header.number);
        made.push_back(chain->head());
    }

    void expect_found(const BlockPtr& block) const {
        for (std::uint32_t i = 0; i < block->transactions.size(); ++i) {
            const auto place = chain->locate(block->transactions[i]->hash);
            ASSERT_TRUE(place);
            EXPECT_EQ(place->block->hash, block->hash);
            EXPECT_EQ(place->index, i);
            EXPECT_EQ(place->block->receipts[i], block->receipts[i]);
        }
    }
    void expect_gone(const BlockPtr& block) const {
        EXPECT_EQ(chain->block(block->hash), nullptr);
        for (const auto& tx : block->transactions) EXPECT_FALSE(chain->locate(tx->hash));
    }

    /// Such that each block but the newest leaves memory, and one that was read stays until the next is.
    static BlockchainOptions with_little_memory() {
        BlockchainOptions options;
        options.block_cache_bytes = 0;
        return options;
    }

    TemporaryDirectory directory;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    Genesis genesis = small_genesis(preimages.tip(), 4096);
    std::unique_ptr<Blockchain> chain;
    std::vector<BlockPtr> made;  ///< By number; null for block 0.
    std::uint64_t values = 0;
};

TEST_F(OldBlocks, are_decoded_once_for_all_their_transactions) {
    open(with_little_memory());
    mine(40);
    mine(40);
    mine(1);
    EXPECT_EQ(chain->blocks_decoded(), 0u);
    for (const std::uint64_t number : {1u, 2u}) {
        expect_found(made[number]);
        EXPECT_EQ(chain->block(number)->hash, made[number]->hash);
        EXPECT_EQ(chain->block(made[number]->hash)->receipts, made[number]->receipts);
        EXPECT_EQ(chain->blocks_decoded(), number);
    }
    expect_found(made[3]);
    EXPECT_EQ(chain->blocks_decoded(), 2u) << "the newest never left memory";
}

TEST_F(OldBlocks, stay_in_memory_within_the_bound_and_the_ones_asked_for_last_longest) {
    auto options = with_little_memory();
    open(options);
    for (int i = 0; i < 4; ++i) mine(30);
    const auto decoded_by = [&](std::initializer_list<std::uint64_t> numbers) {
        const auto before = chain->blocks_decoded();
        for (const auto number : numbers) EXPECT_EQ(chain->block(number)->hash, made[number]->hash);
        return chain->blocks_decoded() - before;
    };
    EXPECT_EQ(decoded_by({1, 1, 2, 2, 1, 2}), 4u) << "one at a time";
    // A block of 30 transfers counts for 32 to 40 kB: in one half there is room for two and not for three.
    options.block_cache_bytes = 2 * 90'000;
    open(options);
    mine(30);
    for (int i = 0; i < 3; ++i) mine(30);
    EXPECT_EQ(decoded_by({1, 2, 1, 2}), 2u);
    EXPECT_EQ(decoded_by({1, 3}), 1u);
    EXPECT_EQ(decoded_by({1, 3, 1}), 0u) << "2 was asked for longest ago";
    EXPECT_EQ(decoded_by({2}), 1u);
}

TEST_F(OldBlocks, that_a_rewind_took_away_are_found_nowhere) {
    open(with_little_memory());
    for (int i = 0; i < 4; ++i) mine(5);
    const auto before = made;
    for (const std::uint64_t number : {1u, 2u, 3u, 2u}) expect_found(before[number]);
    chain->rewind(1);
    made.resize(2);
    expect_gone(before[2]);
    EXPECT_EQ(chain->block(2), nullptr);
    for (int i = 0; i < 3; ++i) mine(3);
    expect_gone(before[2]);
    expect_gone(before[3]);
    ASSERT_NE(made[2]->hash, before[2]->hash);
    for (const auto& block : made)
        if (block) expect_found(block);
    EXPECT_EQ(chain->block(2)->hash, made[2]->hash);
}

TEST_F(OldBlocks, that_were_dropped_are_not_served_from_memory) {
    BlockchainOptions options;  // With memory for all of them.
    options.checkpoint_blocks = 4;
    options.retain_blocks = 3;
    options.segment_bytes = 6'000;
    options.background_checkpoints = false;
    open(options);
    for (int i = 0; i < 4; ++i) mine(4);
    open(options);
    for (const std::uint64_t number : {1u, 2u}) expect_found(made[number]);
    ASSERT_EQ(chain->blocks_decoded(), 3u) << "the head and these two";
    while (chain->oldest_block() <= 2) mine(4);
    for (const std::uint64_t number : {1u, 2u}) {
        expect_gone(made[number]);
        EXPECT_EQ(chain->block(number), nullptr);
    }
    for (auto number = chain->oldest_block(); number < made.size(); ++number) expect_found(made[number]);
}

TEST_F(OldBlocks, are_the_same_for_readers_in_many_threads_while_others_leave_memory) {
    open(with_little_memory());
    for (int i = 0; i < 6; ++i) mine(8);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> readers;
    for (std::uint64_t seed = 0; seed < 4; ++seed)
        readers.emplace_back([&, seed] {
            std::minstd_rand random(static_cast<std::uint32_t>(seed + 1));
            for (int i = 0; i < 300; ++i) {
                const auto& block = made[1 + random() % 6];
                const auto index = static_cast<std::uint32_t>(random() % 8);
                const auto place = chain->locate(block->transactions[index]->hash);
                if (!place || place->block->hash != block->hash || place->index != index) ++wrong;
            }
        });
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(wrong, 0);
}

/// Reads blocks of late until told to stop, and counts what is neither a block as it was made nor gone.
/// Rewinds may reach `rewound_max` blocks back.
std::uint64_t faults_of_reader(const Blockchain& chain, std::uint64_t seed, std::uint64_t rewound_max,
                               const std::atomic<bool>& stop) {
    std::minstd_rand random(static_cast<std::uint32_t>(seed));
    std::uint64_t faults = 0;
    while (!stop) {
        const auto head = chain.head()->header.number;
        const auto number = head - random() % std::min<std::uint64_t>(head + 1, 12);
        const auto block = chain.block(number);
        if (!block) {
            if (number + rewound_max <= head && number >= chain.oldest_block()) ++faults;
            continue;
        }
        if (block->header.number != number || block->header.hash() != block->hash) ++faults;
        if (block->receipts.size() != block->transactions.size()) ++faults;
        const auto again = chain.block(block->hash);
        if (again && again->hash != block->hash) ++faults;
        for (const auto& tx : block->transactions) {
            const auto place = chain.locate(tx->hash);
            if (place && place->block->transactions.at(place->index)->hash != tx->hash) ++faults;
        }
    }
    return faults;
}

TEST_F(OldBlocks, are_themselves_or_gone_for_readers_while_the_chain_commits_drops_and_rewinds) {
    constexpr std::uint64_t rewound_max = 3;
    auto options = with_little_memory();
    options.checkpoint_blocks = 4;
    options.retain_blocks = 6;
    options.segment_bytes = 6'000;
    options.background_checkpoints = false;
    open(options);
    mine(4);
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> faults = 0;
    std::vector<std::thread> readers;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        readers.emplace_back([&, seed] { faults += faults_of_reader(*chain, seed, rewound_max, stop); });
    for (std::uint64_t step = 1; step <= 80 && !HasFatalFailure(); ++step) {
        mine(4);
        const auto head = chain->head()->header.number;
        if (step % 8 == 0) chain->rewind(head - rewound_max);
    }
    stop = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(faults, 0u);
    EXPECT_GT(chain->oldest_block(), 4u) << "blocks were dropped meanwhile";
}

TEST(ReadBlocks, counts_what_logs_take) {
    const auto block_with = [](std::uint8_t number, std::size_t data) {
        auto block = std::make_shared<Block>();
        block->hash[0] = number;
        block->receipts.resize(1);
        block->receipts[0].logs.push_back({{}, {}, Bytes(data)});
        return block;
    };
    ReadBlocks blocks(50'000);
    blocks.put(block_with(1, 20'000));
    blocks.put(block_with(2, 20'000));
    Hash one, two;
    one[0] = 1;
    two[0] = 2;
    EXPECT_TRUE(blocks.find(one) && blocks.find(two));
    blocks.put(block_with(3, 20'000));
    EXPECT_EQ(blocks.find(one), nullptr);
    EXPECT_NE(blocks.find(two), nullptr);
}

}  // namespace
}  // namespace farthing::chain
