#include "chain/mempool.hpp"

#include <gtest/gtest.h>

#include <random>

namespace farthing::chain {
namespace {

constexpr std::uint64_t gas = 21'000;

SignedTxPtr make_tx(std::uint8_t sender, std::uint64_t nonce, std::uint64_t fee, std::uint64_t tip) {
    static std::uint64_t unique = 0;
    SignedTx out;
    out.tx.type = TxType::dynamic_fee;
    out.tx.nonce = nonce;
    out.tx.max_fee_per_gas = fee;
    out.tx.max_priority_fee_per_gas = tip;
    out.tx.gas_limit = gas;
    out.sender[19] = sender;
    out.hash = Hash::from(to_word(U256(++unique)));
    out.encoded = Bytes(110);
    return std::make_shared<const SignedTx>(std::move(out));
}

const SenderState rich{.nonce = 0, .balance = U256(1) << 100};
SenderState rich_at_zero(const Address&) {
    return rich;
}

TEST(Mempool, a_block_takes_the_best_tips_first_and_each_senders_nonces_in_order) {
    Mempool pool({});
    const auto a0 = make_tx(1, 0, 100, 1);
    const auto a1 = make_tx(1, 1, 100, 50);
    const auto b0 = make_tx(2, 0, 100, 10);
    for (const auto& tx : {a1, a0, b0}) ASSERT_TRUE(pool.add(tx, rich));
    EXPECT_EQ(pool.best(10, 10 * gas, rich_at_zero), (std::vector{b0, a0, a1}));
}

TEST(Mempool, equal_tips_go_in_order_of_arrival) {
    Mempool pool({});
    const auto late_sender_first = make_tx(9, 0, 100, 5);
    const auto early_sender_second = make_tx(1, 0, 100, 5);
    ASSERT_TRUE(pool.add(late_sender_first, rich));
    ASSERT_TRUE(pool.add(early_sender_second, rich));
    EXPECT_EQ(pool.best(10, 10 * gas, rich_at_zero), (std::vector{late_sender_first, early_sender_second}));
}

TEST(Mempool, a_transaction_behind_a_gap_or_below_the_base_fee_waits) {
    Mempool pool({});
    const auto gap = make_tx(1, 2, 100, 1);
    const auto cheap = make_tx(2, 0, 9, 1);
    ASSERT_TRUE(pool.add(gap, rich));
    ASSERT_TRUE(pool.add(cheap, rich));
    EXPECT_TRUE(pool.best(10, 10 * gas, rich_at_zero).empty());
    EXPECT_EQ(pool.content(rich_at_zero).queued.size(), 1u);
    EXPECT_EQ(pool.content(rich_at_zero).pending.size(), 1u);
}

TEST(Mempool, a_replacement_must_raise_both_fees_by_a_tenth) {
    Mempool pool({});
    ASSERT_TRUE(pool.add(make_tx(1, 0, 100, 10), rich));
    EXPECT_EQ(pool.add(make_tx(1, 0, 109, 11), rich).error().error, TxError::replacement_underpriced);
    EXPECT_EQ(pool.add(make_tx(1, 0, 200, 10), rich).error().error, TxError::replacement_underpriced);
    const auto better = make_tx(1, 0, 110, 11);
    ASSERT_TRUE(pool.add(better, rich));
    EXPECT_EQ(pool.size(), 1u);
    EXPECT_EQ(pool.find(better->hash), better);
}

TEST(Mempool, refusals_use_the_words_wallets_know) {
    Mempool pool({});
    const auto tx = make_tx(1, 0, 100, 10);
    ASSERT_TRUE(pool.add(tx, rich));
    EXPECT_EQ(pool.add(tx, rich).error().message, "already known");
    EXPECT_EQ(pool.add(make_tx(2, 3, 100, 10), {.nonce = 7, .balance = rich.balance}).error().message,
              "nonce too low: next nonce 7, tx nonce 3");
    EXPECT_TRUE(pool.add(make_tx(3, 0, 100, 10), {.nonce = 0, .balance = 5})
                    .error()
                    .message.starts_with("insufficient funds for gas * price + value"));
}

TEST(Mempool, everything_a_sender_has_waiting_must_be_covered_by_its_balance) {
    Mempool pool({});
    const SenderState two{.nonce = 0, .balance = U256(2 * gas * 100)};
    ASSERT_TRUE(pool.add(make_tx(1, 0, 100, 1), two));
    ASSERT_TRUE(pool.add(make_tx(1, 1, 100, 1), two));
    EXPECT_EQ(pool.add(make_tx(1, 2, 100, 1), two).error().error, TxError::insufficient_funds);
}

TEST(Mempool, a_full_pool_evicts_the_cheapest_and_refuses_what_pays_no_more) {
    Mempool pool({.count_max = 2});
    const auto cheap = make_tx(1, 0, 20, 1);
    ASSERT_TRUE(pool.add(cheap, rich));
    ASSERT_TRUE(pool.add(make_tx(2, 0, 30, 1), rich));
    EXPECT_EQ(pool.add(make_tx(3, 0, 20, 1), rich).error().error, TxError::underpriced);
    ASSERT_TRUE(pool.add(make_tx(4, 0, 40, 1), rich));
    EXPECT_EQ(pool.size(), 2u);
    EXPECT_EQ(pool.find(cheap->hash), nullptr);
}

TEST(Mempool, bounds_hold_for_each_sender_and_in_bytes) {
    Mempool pool({.bytes_max = 350, .per_sender_max = 2});
    ASSERT_TRUE(pool.add(make_tx(1, 0, 100, 1), rich));
    ASSERT_TRUE(pool.add(make_tx(1, 1, 100, 1), rich));
    EXPECT_EQ(pool.add(make_tx(1, 2, 100, 1), rich).error().error, TxError::account_limit);
    ASSERT_TRUE(pool.add(make_tx(2, 0, 100, 1), rich));
    EXPECT_EQ(pool.add(make_tx(3, 0, 100, 1), rich).error().error, TxError::underpriced);
}

TEST(Mempool, after_a_block_what_it_included_or_made_stale_is_gone) {
    Mempool pool({});
    const auto first = make_tx(1, 0, 100, 1);
    ASSERT_TRUE(pool.add(first, rich));
    ASSERT_TRUE(pool.add(make_tx(1, 1, 100, 1), rich));
    Block block;
    block.transactions = {first};
    pool.on_block(block);
    EXPECT_EQ(pool.size(), 1u);
    EXPECT_EQ(pool.next_nonce(first->sender, 1), 2u);
}

TEST(Mempool, random_traffic_keeps_count_and_order) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Mempool pool({.count_max = 50});
    for (int i = 0; i < 5'000; ++i) {
        const auto fee = 50 + random() % 100;
        (void)pool.add(make_tx(static_cast<std::uint8_t>(random() % 8), random() % 12, fee, random() % fee),
                       rich);
        ASSERT_LE(pool.size(), 50u);
        std::map<Address, std::uint64_t> next;
        for (const auto& tx : pool.best(60, 1'000 * gas, rich_at_zero)) {
            ASSERT_EQ(tx->tx.nonce, next[tx->sender]++);
            ASSERT_GE(tx->tx.max_fee_per_gas, 60);
        }
        if (random() % 4 == 0)
            if (const auto best = pool.best(60, gas, rich_at_zero); !best.empty()) pool.remove(best[0]->hash);
    }
}

}  // namespace
}  // namespace farthing::chain
