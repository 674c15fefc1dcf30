// Readers beside the writer: they must never wait for it, and never see a state between two blocks.
#include "chain/blockchain.hpp"
#include "chain/testing.hpp"
#include "core/crypto/hash.hpp"
#include "core/testing/seed.hpp"
#include "core/trie/trie.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <source_location>
#include <thread>

namespace farthing::chain {
namespace {

using literals::address;
using namespace testing;
using namespace std::chrono_literals;

// Wrapped coin: has code, and storage once somebody wrapped.
const Address wrapped_coin = address("fa0001");
const Address receiver = address("b0b");

Word number_word(std::uint64_t number) {
    return to_word(U256(number));
}

class BlockchainReaders : public ::testing::Test {
 protected:
    void open(BlockchainOptions options = {}) {
        options.data_dir = directory.path();
        chain = Blockchain::open(small_genesis(preimages.tip(), 4096), options);
    }
    ~BlockchainReaders() override {
        chain.reset();
        EXPECT_EQ(trie::pool_use().nodes, 0u) << "a closed chain must give back every trie node";
    }

    ProposalPtr propose() {
        auto proposal = chain->propose(next_inputs(*chain, preimages));
        EXPECT_TRUE(proposal) << proposal.error().message;
        return *std::move(proposal);
    }

    void commit(ProposalPtr proposal) { testing::commit(*chain, std::move(proposal)); }

    /// `value` coins go to the wrapped coin, which books them in its storage and writes two logs.
    void wrap(std::uint64_t nonce, const U256& value) {
        auto tx = transfer(key_of(1), nonce, wrapped_coin, value);
        tx.gas_limit = 200'000;
        sign(tx, key_of(1));
        ASSERT_TRUE(chain->submit(tx.encode()));
    }

    TxResult<TxOutcome> call(const StateView& state, const contracts::BlockInfo& info) const {
        const auto selector = keccak256(as_bytes(std::string_view("totalSupply()")));
        return chain->call(state, info,
                           {.from = {},
                            .to = wrapped_coin,
                            .value = 0,
                            .data = Bytes(selector.begin(), selector.begin() + 4),
                            .gas_limit = chain->rules().tx_gas_max,
                            .gas_price = 0,
                            .access_list = {}});
    }

    TemporaryDirectory directory;
    fair::SeedChain preimages{number_word(7), 4096};
    std::unique_ptr<Blockchain> chain;
};

TEST_F(BlockchainReaders, calls_proofs_and_admission_complete_while_the_executor_is_held_within_a_block) {
    std::latch executor_is_inside{1};
    std::latch go_on{1};
    std::atomic<int> transactions_begun = 0;
    BlockchainOptions options;
    options.before_transaction = [&](const SignedTx&) {
        if (++transactions_begun != 2) return;  // One transaction is executed, the next hangs.
        executor_is_inside.count_down();
        go_on.wait();
    };
    open(options);
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) wrap(nonce, coin);

    std::thread engine([this] { commit(propose()); });
    executor_is_inside.wait();
    auto reader = std::async(std::launch::async, [this] {
        const auto state = chain->head_state();
        const auto outcome = call(state, chain->pending_info());
        ASSERT_TRUE(outcome && outcome->success);
        EXPECT_EQ(Hash::from(outcome->output), Hash{}) << "a block in the making must not be visible";
        const std::vector<Word> slots{number_word(2)};
        const auto proof = state.prove(wrapped_coin, slots);
        EXPECT_TRUE(
            trie::verify_proof(chain->head()->header.state_root, keccak256(wrapped_coin), proof.nodes));
        EXPECT_EQ(proof.storage.at(0).value, Word{});
        EXPECT_EQ(chain->block(std::uint64_t{0})->header.number, 0u);
        EXPECT_EQ(chain->logs({.from_block = 0, .to_block = 9, .addresses = {}, .topics = {}}).entries.size(),
                  0u);
        const auto pooled = chain->submit(transfer(key_of(2), 0, receiver, 1).encode());
        EXPECT_TRUE(pooled) << pooled.error().message;
    });
    const auto outcome = reader.wait_for(20s);
    EXPECT_EQ(outcome, std::future_status::ready) << "a reader waits for the executor";
    EXPECT_EQ(chain->head()->header.number, 0u);
    go_on.count_down();
    reader.get();
    engine.join();
    EXPECT_EQ(chain->head()->transactions.size(), 3u);
    EXPECT_EQ(Hash::from(call(chain->head_state(), chain->pending_info())->output), to_word(coin * 3));
}

TEST_F(BlockchainReaders,
       what_a_block_takes_while_its_batch_is_pooled_is_refused_and_does_not_wait_for_ever) {
    open();
    const std::vector<Bytes> batch{transfer(key_of(1), 0, receiver, 1).encode(),
                                   transfer(key_of(2), 0, receiver, 1).encode()};
    // When the first is pooled, the accounts of both have been read already.
    chain->on_pending([&](const SignedTxPtr& tx) {
        if (tx->sender != key_of(1).address()) return;
        std::thread([&] {
            EXPECT_TRUE(chain->submit(batch[1]));
            commit(propose());
        }).join();
    });
    const auto answers = chain->submit_all(batch);
    EXPECT_TRUE(answers[0]);
    ASSERT_FALSE(answers[1]);
    EXPECT_EQ(answers[1].error().error, TxError::nonce_too_low);
    EXPECT_EQ(chain->head()->transactions.size(), 2u);
    EXPECT_EQ(chain->mempool().size(), 0u);
}

TEST_F(BlockchainReaders, a_pending_nonce_never_goes_back_while_blocks_take_what_waits) {
    open();
    const auto sender = key_of(1).address();
    std::atomic<bool> is_done = false;
    auto reader = std::async(std::launch::async, [&] {
        std::uint64_t last = 0;
        while (!is_done) {
            const auto next = chain->pending_nonce(sender);
            if (next < last) return "back from " + std::to_string(last) + " to " + std::to_string(next);
            last = next;
        }
        return std::string("never");
    });
    for (std::uint64_t nonce = 0; nonce < 400; ++nonce) {
        ASSERT_TRUE(chain->submit(transfer(key_of(1), nonce, receiver, 1).encode()));
        commit(propose());
    }
    is_done = true;
    EXPECT_EQ(reader.get(), "never");
    EXPECT_EQ(chain->pending_nonce(sender), 400u);
}

TEST_F(BlockchainReaders, after_unsubscribing_no_callback_runs_any_more) {
    open();
    std::latch callback_is_inside{1};
    std::latch go_on{1};
    std::atomic<bool> is_running = false;
    const auto token = chain->on_head([&](const BlockPtr&) {
        is_running = true;
        callback_is_inside.count_down();
        go_on.wait();
        is_running = false;
    });
    std::thread engine([this] { commit(propose()); });
    callback_is_inside.wait();
    auto unsubscribed = std::async(std::launch::async, [&] {
        chain->unsubscribe(token);
        return is_running.load();
    });
    EXPECT_EQ(unsubscribed.wait_for(50ms), std::future_status::timeout);
    go_on.count_down();
    EXPECT_FALSE(unsubscribed.get());
    engine.join();
    commit(propose());
    EXPECT_FALSE(is_running);
}

TEST_F(BlockchainReaders,
       a_search_for_logs_ends_before_the_block_that_brings_too_much_and_goes_on_from_there) {
    open();
    constexpr std::uint64_t blocks = 4;
    for (std::uint64_t n = 0; n < blocks; ++n) {
        wrap(n, coin);
        commit(propose());
    }
    const auto search = [&](std::uint64_t from, const LogLimits& limits) {
        return chain->logs({.from_block = from, .to_block = blocks, .addresses = {}, .topics = {}}, limits);
    };
    const auto all = search(1, {});
    ASSERT_EQ(all.entries.size(), 2 * blocks);
    EXPECT_EQ(all.end, LogPage::End::range);
    std::size_t two_blocks = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& log = all.entries[i].log;
        EXPECT_GT(log_bytes(log), log.data.size() + 32 * log.topics.size());
        two_blocks += log_bytes(log);
    }
    const auto exact = search(1, {.results = 100, .bytes = two_blocks, .is_over = nullptr});
    EXPECT_EQ(exact.end, LogPage::End::bytes);
    EXPECT_EQ(exact.entries.size(), 4u);
    EXPECT_EQ(exact.next_block, 3u);
    const auto less = search(1, {.results = 100, .bytes = two_blocks - 1, .is_over = nullptr});
    EXPECT_EQ(less.entries.size(), 2u);
    EXPECT_EQ(less.next_block, 2u);
    // The first block is given whole, whatever it holds: so a search that goes on always ends.
    std::size_t found = 0, pages = 0;
    for (std::uint64_t from = 1; from <= blocks; ++pages) {
        const auto page = search(from, {.results = 100, .bytes = 0, .is_over = nullptr});
        found += page.entries.size();
        from = page.next_block;
    }
    EXPECT_EQ(found, 2 * blocks);
    EXPECT_EQ(pages, blocks);
    EXPECT_EQ(search(1, {.results = 3, .bytes = 0, .is_over = nullptr}).end, LogPage::End::results);
}

TEST_F(BlockchainReaders, a_bloom_query_rules_out_blocks_but_never_one_with_a_matching_log) {
    open();
    wrap(0, coin);
    commit(propose());
    const auto head = chain->head();
    const auto& bloom = head->header.logs_bloom;
    const auto& log = head->receipts.at(0).logs.at(0);
    const auto query = [](std::vector<Address> addresses, std::vector<std::vector<Hash>> topics) {
        return BloomQuery(LogFilter{0, 0, std::move(addresses), std::move(topics)});
    };
    EXPECT_TRUE(BloomQuery().may_match(bloom));
    EXPECT_TRUE(BloomQuery().may_match(Bloom{})) << "nothing is asked for";
    EXPECT_TRUE(query({receiver, log.address}, {{}, {log.topics.at(1)}}).may_match(bloom));
    EXPECT_TRUE(query({}, {{number_word(1), log.topics.at(0)}}).may_match(bloom));
    EXPECT_FALSE(query({log.address}, {}).may_match(Bloom{}));
    EXPECT_FALSE(query({receiver}, {}).may_match(bloom));
    EXPECT_FALSE(query({log.address}, {{number_word(1)}}).may_match(bloom));
}

/// What reader threads do until told to stop; each finds only whole blocks. Failures are counted, not
/// asserted, because GoogleTest's assertions would order the threads and hide races.
struct Observer {
    const Blockchain& chain;
    std::atomic<bool>& stop;
    std::atomic<std::uint64_t> faults = 0;
    std::atomic<std::uint32_t> line_of_fault = 0;
    std::atomic<std::uint64_t> reads = 0;

    void expect(bool holds, std::source_location where = std::source_location::current()) {
        if (holds) return;
        ++faults;
        line_of_fault = where.line();
    }

    /// Each block before `number` wrapped one wei more than the block before it held.
    void check_state(std::uint64_t number) {
        const auto view = chain.state(number);
        if (!view) {
            expect(number < chain.state_range().oldest);
            return;
        }
        const auto header = chain.block(number) ? chain.block(number)->header : Header{};
        expect(view->root() == header.state_root);
        const std::vector<Word> slots{number_word(2)};
        const auto proof = view->prove(wrapped_coin, slots);
        const auto leaf = trie::verify_proof(header.state_root, keccak256(wrapped_coin), proof.nodes);
        expect(leaf && leaf->has_value());
        expect(proof.account.balance == number);
        expect(proof.storage.at(0).value == number_word(number));
        expect(view->storage(wrapped_coin, number_word(2)) == number_word(number));
    }

    void check_logs(std::uint64_t newest) {
        const auto from = newest <= 8 ? 1 : newest - 8;
        const auto found =
            chain.logs({.from_block = from, .to_block = newest, .addresses = {wrapped_coin}, .topics = {}});
        expect(found.next_block == newest + 1 && found.entries.size() == 2 * (newest - from + 1));
    }

    void run(std::uint64_t seed) {
        std::minstd_rand random(static_cast<std::uint32_t>(seed));
        while (!stop) {
            const auto range = chain.state_range();
            check_state(range.newest - random() % std::min<std::uint64_t>(range.newest + 1, 24));
            if (range.newest > 0) check_logs(range.newest);
            const auto head = chain.head();
            const auto by_hash = chain.block(head->hash);
            expect(by_hash && by_hash->header.number == head->header.number);
            if (!head->transactions.empty()) {
                const auto place = chain.locate(head->transactions[0]->hash);
                expect(place && place->block->header.number == head->header.number);
            }
            expect(chain
                       .call(chain.head_state(), chain.pending_info(),
                             {.from = key_of(1).address(),
                              .to = receiver,
                              .value = 1,
                              .data = {},
                              .gas_limit = 21'000,
                              .gas_price = 0,
                              .access_list = {}})
                       .has_value());
            ++reads;
        }
    }
};

TEST_F(BlockchainReaders, threads_reading_the_window_see_only_whole_blocks_while_blocks_are_committed) {
    const bool is_long = std::getenv("FARTHING_LONG") != nullptr;
    const std::uint64_t blocks = is_long ? 2'000 : 150;
    BlockchainOptions options;
    options.window_blocks = 16;  // So that versions are reclaimed under the readers.
    options.window_s = 8;
    open(options);
    const auto seed = test_seed();

    std::atomic<bool> stop = false;
    Observer observer{*chain, stop};
    std::vector<std::thread> readers;
    for (std::uint64_t i = 0; i < 3; ++i)
        readers.emplace_back([&observer, seed, i] { observer.run(seed + i); });
    for (std::uint64_t n = 0; n < blocks; ++n) {
        wrap(n, 1);
        const auto dropped = propose();  // Its nodes are given back while others read.
        commit(propose());
    }
    stop = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(chain->head()->header.number, blocks);
    EXPECT_EQ(observer.faults, 0u) << "line " << observer.line_of_fault;
    EXPECT_GT(observer.reads, 0u);
    EXPECT_GE(chain->state_range().oldest, blocks - 32) << "old versions are kept although nobody holds them";
}

}  // namespace
}  // namespace farthing::chain
