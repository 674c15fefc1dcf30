// Large states and long chains: old blocks go, recent states stay within their memory, and nothing else
// changes.
#include "chain/files.hpp"
#include "chain/testing.hpp"
#include "core/crypto/hash.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace farthing::chain {
namespace {

using namespace testing;

/// One chain of its own, of which two with the same seed make the same blocks.
struct World {
    explicit World(BlockchainOptions with, std::uint64_t seed) : options(std::move(with)), random(seed) {
        options.data_dir = directory.path();
        open();
    }
    void open() {
        chain.reset();
        chain = Blockchain::open(genesis, options);
    }

    void mine(std::span<const SignedTxPtr> transactions) {
        auto proposal = chain->process(next_inputs(*chain, preimages), transactions);
        ASSERT_TRUE(proposal) << proposal.error().message;
        commit(*chain, *std::move(proposal));
    }

    void mine_something() {
        std::vector<SignedTxPtr> transactions;
        for (const std::uint64_t from : {1u, 2u, 3u}) {
            auto tx = transfer(key_of(from), chain->head_state().account(key_of(from).address()).nonce,
                               key_of(1'000 + random() % 50).address(), 1 + random() % 1'000);
            if (random() % 2 == 0) {
                tx.to = literals::address("fa0001");  // Wrapped coin: writes storage and logs.
                tx.gas_limit = 300'000;
                sign(tx, key_of(from));
            }
            auto encoded = tx.encode();
            const auto hash = keccak256(encoded);
            transactions.push_back(std::make_shared<const SignedTx>(
                SignedTx{tx, hash, key_of(from).address(), std::move(encoded)}));
        }
        mine(transactions);
    }

    TemporaryDirectory directory;
    BlockchainOptions options;
    std::mt19937_64 random;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    Genesis genesis = small_genesis(preimages.tip(), 4096);
    std::unique_ptr<Blockchain> chain;
};

BlockchainOptions pruned() {
    BlockchainOptions options;
    options.checkpoint_blocks = 8;
    options.retain_blocks = 5;
    options.segment_bytes = 10'000;
    options.background_checkpoints = false;
    return options;
}

void expect_same(World& a, World& b) {
    ASSERT_EQ(a.chain->head()->hash, b.chain->head()->hash);
    EXPECT_EQ(a.chain->head_state().root(), b.chain->head_state().root());
    for (const std::uint64_t who : {1u, 2u, 3u, 1'000u, 1'049u}) {
        const auto address = key_of(who).address();
        EXPECT_EQ(a.chain->head_state().account(address), b.chain->head_state().account(address));
    }
    EXPECT_EQ(a.chain->block(0)->hash, b.chain->block(0)->hash);
    for (auto n = a.chain->oldest_block(); n <= a.chain->head()->header.number; ++n) {
        const auto block = a.chain->block(n);
        ASSERT_NE(block, nullptr) << n;
        EXPECT_EQ(block->hash, b.chain->block(n)->hash);
        for (std::uint32_t i = 0; i < block->transactions.size(); ++i)
            EXPECT_EQ(a.chain->locate(block->transactions[i]->hash)->block->header.number, n);
    }
}

TEST(Retain, a_chain_restarted_from_its_checkpoint_goes_on_as_its_unpruned_twin) {
    const auto seed = test_seed();
    World base(pruned(), seed);
    World twin({}, seed);
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 7; ++i) {
            base.mine_something();
            twin.mine_something();
        }
        expect_same(base, twin);
        base.options.load_threads = 1 + static_cast<std::size_t>(round) % 4;
        if (round % 2 == 1) {
            base.chain.reset();
            std::filesystem::remove_all(base.directory.path() / "state");
        }
        base.open();
        expect_same(base, twin);
    }
    EXPECT_GT(base.chain->oldest_block(), 1u);
    EXPECT_EQ(base.chain->block(1), nullptr);
    EXPECT_EQ(twin.chain->oldest_block(), 0u);
}

TEST(Retain, another_genesis_file_is_refused_when_block_0_is_gone_too) {
    World world(pruned(), 1);
    for (int i = 0; i < 60; ++i) world.mine_something();
    ASSERT_GT(world.chain->oldest_block(), 0u);
    world.genesis.file = {'{', ' ', '}'};
    try {
        world.open();
        FAIL() << "took the chain of another genesis file";
    } catch (const StorageFailure& failure) {
        EXPECT_TRUE(std::string(failure.what()).contains("another genesis file")) << failure.what();
    }
}

TEST(Retain, the_journal_of_another_chain_costs_no_checkpoint) {
    World world(pruned(), 1);
    World other(pruned(), 2);
    other.chain.reset();
    std::filesystem::remove_all(other.directory.path());
    other.genesis.file = {'{', ' ', '}'};
    other.open();
    for (int i = 0; i < 60; ++i) {
        world.mine_something();
        other.mine_something();
    }
    const auto head = world.chain->head()->hash;
    world.chain.reset();
    other.chain.reset();
    const auto journal = world.directory.path() / "journal";
    const auto theirs = other.directory.path() / "journal";
    const auto aside = other.directory.path() / "aside";
    std::filesystem::rename(journal, aside);
    std::filesystem::rename(theirs, journal);
    // Another start may find no state, which only a checkpoint replaces.
    std::filesystem::remove_all(world.directory.path() / "state");
    std::filesystem::remove_all(world.directory.path() / "index");
    EXPECT_THROW(world.open(), StorageFailure);
    std::filesystem::rename(journal, theirs);
    std::filesystem::rename(aside, journal);
    world.open();
    EXPECT_EQ(world.chain->head()->hash, head);
}

TEST(Retain, a_rewind_to_before_what_can_be_rebuilt_is_refused_and_changes_nothing) {
    auto options = pruned();
    options.retain_blocks = 25;  // More than what checkpoints need, so that blocks stay that none leads to.
    World world(options, 2);
    for (int i = 0; i < 60; ++i) world.mine_something();
    const auto head = world.chain->head();
    ASSERT_GT(world.chain->oldest_block(), 0u);
    EXPECT_THROW(world.chain->rewind(world.chain->oldest_block()), std::runtime_error);
    EXPECT_THROW(world.chain->rewind(world.chain->oldest_block() - 1), std::runtime_error);
    EXPECT_THROW(world.chain->rewind(1), std::runtime_error);
    EXPECT_THROW(world.chain->rewind(0), std::runtime_error);
    EXPECT_EQ(world.chain->head()->hash, head->hash);
    world.mine_something();
    world.chain->rewind(head->header.number);
    EXPECT_EQ(world.chain->head_state().root(), head->header.state_root);
    world.mine_something();
    world.open();
    world.mine_something();
}

constexpr std::size_t many_accounts = 60'000;
constexpr std::size_t full_block = 20'000;

Address account_at(std::uint64_t i) {
    return Address::from(ByteView(keccak256(be64(i))).first(20));
}

/// Transfers as if each had been signed by its sender: who signed is known before a block is executed.
std::vector<SignedTxPtr> full_block_of(std::uint64_t block) {
    std::vector<SignedTxPtr> out;
    for (std::uint64_t i = 0; i < full_block; ++i) {
        Transaction tx;
        tx.type = TxType::dynamic_fee;
        tx.chain_id = 31337;
        tx.nonce = block / 3;
        tx.max_fee_per_gas = gwei * 3;
        tx.gas_limit = 21'000;
        const auto sender = block % 3 * full_block + i;
        tx.to = account_at((sender * 7 + 1) % many_accounts);
        tx.value = 1;
        tx.signature.r[31] = tx.signature.s[31] = 1;
        auto encoded = tx.encode();
        const auto hash = keccak256(encoded);
        out.push_back(
            std::make_shared<const SignedTx>(SignedTx{tx, hash, account_at(sender), std::move(encoded)}));
    }
    return out;
}

TEST(Window, holds_no_more_than_its_bytes_under_full_blocks_and_says_what_it_holds) {
    BlockchainOptions options;
    options.history_bytes = 40u << 20;
    World world({}, 3);
    world.chain.reset();
    std::filesystem::remove_all(world.directory.path());
    for (std::size_t i = 0; i < many_accounts; ++i)
        world.genesis.allocations.push_back({account_at(i), coin});
    std::ranges::sort(world.genesis.allocations, {}, &Allocation::address);
    options.data_dir = world.directory.path();
    world.options = options;
    world.open();
    const auto alone = trie::pool_use().bytes;
    std::vector<Hash> roots{world.chain->head_state().root()};
    for (std::uint64_t block = 0; block < 7; ++block) {
        world.mine(full_block_of(block));
        ASSERT_EQ(world.chain->head()->transactions.size(), full_block);
        roots.push_back(world.chain->head()->header.state_root);
        const auto held = trie::pool_use().bytes - alone;
        // Nonces and balances of other lengths make leaves a little larger.
        EXPECT_LE(held, options.history_bytes + (4u << 20)) << "after block " << block + 1;
        const auto [oldest, newest] = world.chain->state_range();
        EXPECT_EQ(newest, block + 1);
        for (std::uint64_t n = 0; n <= newest; ++n) {
            const auto state = world.chain->state(n);
            ASSERT_EQ(state.has_value(), n >= oldest) << n << " of " << newest;
            if (state) {
                EXPECT_EQ(state->root(), roots[n]);
            }
        }
    }
    EXPECT_GT(world.chain->state_range().oldest, 0u) << "bytes, and not the 128 blocks, were what counted";
    EXPECT_LT(world.chain->state_range().oldest, world.chain->state_range().newest);
}

}  // namespace
}  // namespace farthing::chain
