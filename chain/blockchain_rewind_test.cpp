// A development chain that goes back (evm_revert): as if the blocks after had never been, on disk and in
// memory.
#include "chain/testing.hpp"
#include "core/abi/signature.hpp"

#include <gtest/gtest.h>

namespace farthing::chain {
namespace {

using literals::address;
using namespace testing;

using Deposit = abi::Function<"function deposit() payable">;
using Withdraw = abi::Function<"function withdraw(uint256 wad)">;

class RewindTest : public ::testing::Test {
 protected:
    RewindTest() { open(); }
    ~RewindTest() override {
        chain.reset();
        EXPECT_EQ(trie::pool_use().nodes, 0u) << "a closed chain must give back every trie node";
    }

    void open() {
        BlockchainOptions options;
        options.data_dir = directory.path();
        options.window_blocks = 8;
        options.window_s = 0;
        chain = Blockchain::open(genesis, options);
    }

    void mine() { testing::mine(*chain, preimages); }

    /// Transfers to new and old accounts and writes of storage that come and go.
    void mine_something(std::mt19937_64& random) {
        for (const std::uint64_t from : {1u, 2u, 3u}) {
            auto tx = transfer(key_of(from), chain->pending_nonce(key_of(from).address()),
                               key_of(1'000 + random() % 50).address(), 1 + random() % 1'000);
            if (random() % 2 == 0) {
                const bool out = random() % 2 == 0;
                tx.to = address("fa0001");
                tx.data = out ? Withdraw::encode(tx.value) : Deposit::encode();
                if (out) tx.value = 0;
                tx.gas_limit = 300'000;
                sign(tx, key_of(from));
            }
            ASSERT_TRUE(chain->submit(tx.encode()));
        }
        mine();
    }

    TemporaryDirectory directory;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    Genesis genesis = small_genesis(preimages.tip(), 4096);
    std::unique_ptr<Blockchain> chain;
};

TEST_F(RewindTest, the_chain_goes_on_from_any_earlier_block_as_if_nothing_had_followed) {
    std::mt19937_64 random(5);
    std::vector<BlockPtr> line{chain->head()};
    for (int turn = 0; turn < 60; ++turn) {
        if (random() % 3 == 0) {
            const auto target = random() % line.size();
            chain->rewind(target);
            line.resize(target + 1);
        } else if (random() % 8 == 0) {
            chain.reset();
            open();
        } else {
            mine_something(random);
            line.push_back(chain->head());
        }
        ASSERT_EQ(chain->head()->hash, line.back()->hash);
        ASSERT_EQ(chain->head_state().root(), line.back()->header.state_root);
        EXPECT_EQ(chain->block(line.size()), nullptr);
        const auto range = chain->state_range();
        for (std::uint64_t number = 0; number < line.size(); ++number) {
            EXPECT_EQ(chain->block(number)->hash, line[number]->hash);
            const auto state = chain->state(number);
            ASSERT_EQ(state.has_value(), number >= range.oldest) << number << " of " << line.size();
            if (state) {
                EXPECT_EQ(state->root(), line[number]->header.state_root);
            }
        }
    }
}

TEST_F(RewindTest, what_left_the_chain_is_not_found_and_may_be_sent_again) {
    const auto tx = transfer(key_of(1), 0, key_of(2).address(), 5);
    ASSERT_TRUE(chain->submit(tx.encode()));
    mine();
    const auto gone = chain->head();
    ASSERT_TRUE(chain->submit(transfer(key_of(2), 0, key_of(1).address(), 1).encode()));
    chain->rewind(0);
    EXPECT_EQ(chain->block(gone->hash), nullptr);
    EXPECT_FALSE(chain->locate(tx.hash()));
    EXPECT_EQ(chain->mempool().size(), 0u);
    ASSERT_TRUE(chain->submit(tx.encode()));
    mine();
    EXPECT_EQ(chain->locate(tx.hash())->block->header.number, 1u);
    EXPECT_EQ(chain->head()->hash, gone->hash) << "the same transaction at the same time";
}

TEST_F(RewindTest, a_view_of_a_block_that_left_the_chain_still_reads) {
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, address("b0b"), 5).encode()));
    mine();
    const auto view = chain->head_state();
    chain->rewind(0);
    std::mt19937_64 random(6);
    for (int i = 0; i < 20; ++i) mine_something(random);
    EXPECT_EQ(view.account(address("b0b")).balance, 5);
    EXPECT_EQ(chain->head_state().account(address("b0b")).balance, 0);
}

TEST_F(RewindTest, subscribers_hear_of_it_after_it_happened) {
    std::vector<std::uint64_t> heard;
    const auto token = chain->on_rewind([&](std::uint64_t number) {
        EXPECT_EQ(chain->head()->header.number, number);
        heard.push_back(number);
    });
    mine();
    mine();
    chain->rewind(2);  // Nothing to do, nothing to tell.
    chain->rewind(1);
    chain->unsubscribe(token);
    chain->rewind(0);
    EXPECT_EQ(heard, std::vector<std::uint64_t>{1});
}

}  // namespace
}  // namespace farthing::chain
