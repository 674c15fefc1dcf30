#include "chain/mempool.hpp"

#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace farthing::chain {
namespace {

constexpr std::uint64_t gas = 21'000;

SignedTxPtr make_tx(std::uint64_t sender, std::uint64_t nonce, std::uint64_t fee, std::uint64_t tip,
                    std::size_t size = 110, const U256& value = 0) {
    static std::uint64_t unique = 0;
    SignedTx out;
    out.tx.type = TxType::dynamic_fee;
    out.tx.nonce = nonce;
    out.tx.max_fee_per_gas = fee;
    out.tx.max_priority_fee_per_gas = tip;
    out.tx.gas_limit = gas;
    out.tx.value = value;
    out.sender = Address::from(ByteView(to_word(U256(sender))).last(20));
    out.hash = Hash::from(to_word(U256(++unique)));
    out.encoded = Bytes(size);
    return std::make_shared<const SignedTx>(std::move(out));
}

const SenderState rich{.nonce = 0, .balance = U256(1) << 100};
SenderState rich_at_zero(const Address&) {
    return rich;
}

SenderLookup at_nonce(std::uint64_t nonce) {
    return [nonce](const Address&) { return SenderState{.nonce = nonce, .balance = rich.balance}; };
}

TEST(Mempool, a_block_takes_the_best_tips_first_and_each_senders_nonces_in_order) {
    Mempool pool({});
    const auto a0 = make_tx(1, 0, 100, 1);
    const auto a1 = make_tx(1, 1, 100, 50);
    const auto b0 = make_tx(2, 0, 100, 10);
    for (const auto& tx : {a1, a0, b0}) ASSERT_TRUE(pool.add(tx, rich));
    EXPECT_EQ(pool.best(10, 10 * gas, rich_at_zero), (std::vector{b0, a0, a1}));
}

TEST(Mempool, what_is_urgent_goes_first_whatever_others_tip) {
    Mempool pool({});
    const auto dear = make_tx(1, 0, 100, 50);
    const auto urgent = make_tx(2, 0, 100, 1, 110, 7);
    const auto behind = make_tx(3, 1, 100, 2, 110, 7);
    const auto before = make_tx(3, 0, 100, 2);
    for (const auto& tx : {dear, urgent, behind, before}) ASSERT_TRUE(pool.add(tx, rich));
    const auto is_seven = [](const Transaction& tx) { return tx.value == 7; };
    EXPECT_EQ(pool.best(10, 10 * gas, rich_at_zero, is_seven), (std::vector{urgent, dear, before, behind}));
    EXPECT_EQ(pool.best(10, gas, rich_at_zero, is_seven), std::vector{urgent});
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
    EXPECT_EQ(pool.counts(rich_at_zero), (Mempool::Counts{.pending = 1, .queued = 1}));
    EXPECT_EQ(pool.content_of(gap->sender, at_nonce(0)).queued.at(gap->sender), std::vector{gap});
    EXPECT_EQ(pool.content_of(gap->sender, at_nonce(2)).pending.at(gap->sender), std::vector{gap});
    EXPECT_TRUE(pool.content_of(make_tx(9, 0, 1, 1)->sender, at_nonce(0)).pending.empty());
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

TEST(Mempool, a_full_pool_keeps_no_place_for_what_waits_behind_a_gap_whatever_it_offers) {
    Mempool pool({.count_max = 3});
    const auto parked = make_tx(1, 5, 900, 1);
    ASSERT_TRUE(pool.add(parked, rich));
    ASSERT_TRUE(pool.add(make_tx(2, 0, 20, 1), rich));
    ASSERT_TRUE(pool.add(make_tx(2, 1, 20, 1), rich));
    EXPECT_EQ(pool.add(make_tx(3, 1, 900, 1), rich).error().error, TxError::underpriced)
        << "as parked as that";
    ASSERT_TRUE(pool.add(make_tx(4, 0, 10, 1), rich)) << "executable, so it needs not pay more";
    EXPECT_EQ(pool.find(parked->hash), nullptr);
    EXPECT_EQ(pool.add(make_tx(1, 5, 900, 1), rich).error().error, TxError::underpriced);
    EXPECT_EQ(pool.counts(rich_at_zero), (Mempool::Counts{.pending = 3, .queued = 0}));
}

TEST(Mempool, in_a_full_pool_a_sender_can_fill_its_own_gap) {
    Mempool pool({.count_max = 2});
    const auto parked = make_tx(1, 1, 20, 1);
    ASSERT_TRUE(pool.add(parked, rich));
    ASSERT_TRUE(pool.add(make_tx(2, 0, 10, 1), rich));
    ASSERT_TRUE(pool.add(make_tx(1, 0, 20, 1), rich));
    EXPECT_EQ(pool.find(parked->hash), parked);
    EXPECT_EQ(pool.counts(rich_at_zero), (Mempool::Counts{.pending = 2, .queued = 0}));
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
    EXPECT_EQ(pool.next_nonce(first->sender, at_nonce(1)), 2u);
}

/// What the pool promises, in the plainest words: a list, looked through for everything.
class PlainPool {
 public:
    explicit PlainPool(MempoolLimits limits) : limits_(limits) {}

    std::optional<TxError> add(const SignedTxPtr& tx, const SenderState& sender) {
        if (tx->encoded.size() > limits_.tx_bytes_max) return TxError::oversized;
        if (std::ranges::find(waiting_, tx) != waiting_.end()) return TxError::already_known;
        if (tx->tx.nonce < sender.nonce) return TxError::nonce_too_low;
        const auto own = most_it_can_cost(tx->tx);
        auto before = own, all = own;
        SignedTxPtr same;
        std::size_t count = 0;
        for (const auto& one : waiting_) {
            if (one->sender != tx->sender) continue;
            ++count;
            const auto cost = *most_it_can_cost(one->tx);
            all = all && *all <= u256_max - cost ? std::optional<U256>(*all + cost) : std::nullopt;
            if (one->tx.nonce == tx->tx.nonce) same = one;
            if (one->tx.nonce < tx->tx.nonce)
                before =
                    before && *before <= u256_max - cost ? std::optional<U256>(*before + cost) : std::nullopt;
        }
        if (!all || !before || *before > sender.balance) return TxError::insufficient_funds;
        const auto unchanged = waiting_;
        const auto nonces = nonces_;
        if (count == 0) nonces_[tx->sender] = 0;
        nonces_[tx->sender] = std::max(nonces_[tx->sender], sender.nonce);
        const bool executable = is_executable(*tx);
        const auto refuse = [&](TxError error) {
            waiting_ = unchanged;
            nonces_ = nonces;
            return error;
        };
        if (same) {
            for (const auto fee : {&Transaction::max_fee_per_gas, &Transaction::max_priority_fee_per_gas})
                if (tx->tx.*fee * 10 < same->tx.*fee * 11) return refuse(TxError::replacement_underpriced);
            if (tx->tx.max_fee_per_gas == same->tx.max_fee_per_gas)
                return refuse(TxError::replacement_underpriced);
            remove(same);
        } else if (count >= limits_.per_sender_max) {
            return refuse(TxError::account_limit);
        }
        while (waiting_.size() >= limits_.count_max || bytes() + tx->encoded.size() > limits_.bytes_max) {
            const auto cheapest = cheapest_last_in_line(tx->sender);
            if (!cheapest || !may_displace(*tx, executable, *cheapest)) return refuse(TxError::underpriced);
            remove(cheapest);
        }
        evictions += static_cast<int>(unchanged.size() - waiting_.size()) - (same ? 1 : 0);
        waiting_.push_back(tx);
        return std::nullopt;
    }

    void remove(const SignedTxPtr& tx) { std::erase(waiting_, tx); }
    void on_block(const Block& block) {
        for (const auto& tx : block.transactions) {
            nonces_[tx->sender] = std::max(nonces_[tx->sender], tx->tx.nonce + 1);
            std::erase_if(waiting_, [&](const auto& one) {
                return one->sender == tx->sender && one->tx.nonce <= tx->tx.nonce;
            });
        }
    }
    void clear() { waiting_.clear(); }

    const std::vector<SignedTxPtr>& waiting() const { return waiting_; }
    int evictions = 0;

 private:
    std::size_t bytes() const {
        std::size_t out = 0;
        for (const auto& one : waiting_) out += one->encoded.size();
        return out;
    }
    /// Whether all nonces from the account's on wait before it.
    bool is_executable(const SignedTx& tx) const {
        for (auto nonce = nonces_.at(tx.sender); nonce < tx.tx.nonce; ++nonce)
            if (std::ranges::none_of(waiting_, [&](const auto& one) {
                    return one->sender == tx.sender && one->tx.nonce == nonce;
                }))
                return false;
        return true;
    }
    bool may_displace(const SignedTx& incoming, bool executable, const SignedTx& waiting) const {
        if (is_executable(waiting) != executable) return executable;
        return waiting.tx.max_fee_per_gas < incoming.tx.max_fee_per_gas;
    }
    /// Those behind a gap first; of equal ones the latest. Of anybody but `except`.
    SignedTxPtr cheapest_last_in_line(const Address& except) const {
        const auto rank = [&](const auto& one) {
            return std::pair{is_executable(*one), one->tx.max_fee_per_gas};
        };
        SignedTxPtr out;
        for (const auto& one : waiting_) {
            const bool is_last = std::ranges::none_of(waiting_, [&](const auto& other) {
                return other->sender == one->sender && other->tx.nonce > one->tx.nonce;
            });
            if (one->sender != except && is_last && (!out || rank(one) <= rank(out))) out = one;
        }
        return out;
    }

    MempoolLimits limits_;
    std::vector<SignedTxPtr> waiting_;  ///< In order of arrival.
    std::map<Address, std::uint64_t>
        nonces_;  ///< Of accounts, as last heard of while something of theirs waits.
};

class MempoolTwin {
 public:
    using Answers = std::map<std::optional<TxError>, int>;

    MempoolTwin(std::uint64_t seed, MempoolLimits limits, Answers& answers)
        : random_(seed), limits_(limits), pool_(limits), plain_(limits), answers_(answers) {}

    void step() {
        const auto what = below(100);
        if (what < 2) return take_block();
        if (what < 5 && !seen_.empty()) return drop(seen_[below(seen_.size())]);
        if (what == 5 && below(20) == 0) return clear();
        const bool again = what < 10 && !seen_.empty();
        add(again ? seen_[below(seen_.size())] : make());
    }

    int evictions() const { return plain_.evictions; }

 private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    SignedTxPtr make() {
        const auto fee = 10 + below(30);
        const auto size = below(4) != 0 ? 110 : 50 + below(limits_.tx_bytes_max + 20);
        const auto huge = U256(1) << (below(2) == 0 ? 254 : 255);
        return make_tx(1 + below(12), below(8), fee, below(fee + 1), size, below(30) == 0 ? huge : U256(0));
    }

    void add(const SignedTxPtr& tx) {
        const SenderState sender{.nonce = below(10) == 0 ? below(4) : 0,
                                 .balance = below(10) == 0 ? U256(gas * 40) : u256_max};
        const auto answer = pool_.add(tx, sender);
        const auto error = answer ? std::nullopt : std::optional(answer.error().error);
        ASSERT_EQ(error, plain_.add(tx, sender));
        ++answers_[error];
        if (!error) seen_.push_back(tx);
        expect_same();
    }
    void take_block() {
        Block block;
        for (auto count = below(6); count > 0 && !plain_.waiting().empty(); --count)
            block.transactions.push_back(plain_.waiting()[below(plain_.waiting().size())]);
        pool_.on_block(block);
        plain_.on_block(block);
        expect_same();
    }
    void drop(const SignedTxPtr& tx) {
        pool_.remove(tx->hash);
        plain_.remove(tx);
        expect_same();
    }
    void clear() {
        pool_.clear();
        plain_.clear();
        expect_same();
    }

    void expect_same() {
        std::map<Address, std::vector<SignedTxPtr>> wanted;
        for (const auto& tx : plain_.waiting()) wanted[tx->sender].push_back(tx);
        for (auto& [sender, queue] : wanted)
            std::ranges::sort(queue, {}, [](const auto& tx) { return tx->tx.nonce; });
        // Whatever an account's nonce is, each of its transactions is in one of the two.
        auto content =
            pool_.content([](const Address&) { return SenderState{.nonce = 1'000, .balance = 0}; });
        ASSERT_TRUE(content.pending.empty());
        ASSERT_EQ(content.queued, wanted);
        const auto counts = pool_.counts(rich_at_zero);
        ASSERT_EQ(counts.pending + counts.queued, pool_.size());
        std::size_t pending = 0;
        for (const auto& [sender, queue] : pool_.content(rich_at_zero).pending) {
            pending += queue.size();
            ASSERT_EQ(pool_.content_of(sender, rich_at_zero).pending.at(sender), queue);
            ASSERT_EQ(pool_.next_nonce(sender, rich_at_zero), queue.size());
        }
        ASSERT_EQ(counts.pending, pending);
        ASSERT_EQ(pool_.size(), plain_.waiting().size());
    }

    std::mt19937_64 random_;
    MempoolLimits limits_;
    Mempool pool_;
    PlainPool plain_;
    std::vector<SignedTxPtr> seen_;
    Answers& answers_;  ///< How often each was given; no error: admitted.
};

TEST(Mempool, a_refusal_leaves_what_waits) {
    Mempool pool({.bytes_max = 1'000});
    std::vector<SignedTxPtr> waiting;
    for (std::size_t i = 0; i < 9; ++i) {
        waiting.push_back(make_tx(i, 0, i == 8 ? 200 : 100, 1));
        ASSERT_TRUE(pool.add(waiting.back(), rich));
    }
    // A replacement that is too long for what it pays, and a long one that would need more than the cheap
    // ones.
    EXPECT_EQ(pool.add(make_tx(8, 0, 400, 2, 1'100), rich).error().error, TxError::underpriced);
    EXPECT_EQ(pool.add(make_tx(20, 0, 150, 1, 900), rich).error().error, TxError::underpriced);
    for (const auto& tx : waiting) EXPECT_EQ(pool.find(tx->hash), tx);
    EXPECT_EQ(pool.size(), 9u);
    EXPECT_EQ(pool.best(10, 100 * gas, rich_at_zero), waiting);
    EXPECT_TRUE(pool.add(make_tx(21, 0, 150, 1, 800), rich));
    EXPECT_EQ(pool.size(), 2u);
}

TEST(Mempool, random_traffic_gives_what_a_plain_list_of_transactions_gives) {
    const auto seed = test_seed();
    MempoolTwin::Answers answers;
    for (const auto& limits :
         {MempoolLimits{.count_max = 20, .bytes_max = 1 << 20, .per_sender_max = 5, .tx_bytes_max = 500},
          MempoolLimits{.count_max = 1'000, .bytes_max = 3'000, .per_sender_max = 5, .tx_bytes_max = 500},
          MempoolLimits{.count_max = 30, .bytes_max = 4'000, .per_sender_max = 5, .tx_bytes_max = 2'500},
          MempoolLimits{.count_max = 1, .bytes_max = 200, .per_sender_max = 5, .tx_bytes_max = 300}}) {
        MempoolTwin twin(seed, limits, answers);
        for (int i = 0; i < 6'000 && !testing::Test::HasFatalFailure(); ++i) twin.step();
        EXPECT_GT(twin.evictions(), 50);
    }
    for (const auto error :
         {TxError::oversized, TxError::already_known, TxError::nonce_too_low, TxError::insufficient_funds,
          TxError::replacement_underpriced, TxError::account_limit, TxError::underpriced})
        EXPECT_GT(answers[error], 20) << text(error);
}

/// So many that a pool which looks through all senders for each answer would take minutes.
TEST(Mempool, a_full_pool_takes_the_dearer_for_the_cheapest_of_many_senders) {
    constexpr std::size_t senders = 65'536;
    Mempool pool({.count_max = senders});
    for (std::size_t i = 0; i < senders; ++i) ASSERT_TRUE(pool.add(make_tx(i, 0, 100, 1), rich));
    for (std::size_t i = 0; i < 20'000; ++i) {
        const auto refused = pool.add(make_tx(senders + i, 0, 100, 1), rich);
        ASSERT_EQ(refused.error().error, TxError::underpriced);
        ASSERT_TRUE(pool.add(make_tx(senders + i, 0, 101 + i, 1), rich));
    }
    EXPECT_EQ(pool.size(), senders);
}

TEST(Mempool, random_traffic_keeps_count_and_order) {
    std::mt19937_64 random(test_seed());
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
