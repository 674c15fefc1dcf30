// The pool: what admitting costs while there is room and when it is full, and what choosing a block costs.
#include "chain/mempool.hpp"

#include <benchmark/benchmark.h>

namespace farthing::chain {
namespace {

const SenderState rich{.nonce = 0, .balance = U256(1) << 100};

SignedTxPtr make_tx(std::uint64_t sender, std::uint64_t fee) {
    static std::uint64_t unique = 0;
    SignedTx out;
    out.tx.type = TxType::dynamic_fee;
    out.tx.max_fee_per_gas = fee;
    out.tx.max_priority_fee_per_gas = 1;
    out.tx.gas_limit = 21'000;
    out.sender = Address::from(ByteView(to_word(U256(sender))).last(20));
    out.hash = Hash::from(to_word(U256(++unique)));
    out.encoded = Bytes(110);
    return std::make_shared<const SignedTx>(std::move(out));
}

/// A pool that is full of one transaction each of as many senders as it holds.
std::unique_ptr<Mempool> full_pool(std::size_t senders) {
    auto pool = std::make_unique<Mempool>(MempoolLimits{.count_max = senders});
    for (std::size_t i = 0; i < senders; ++i) (void)pool->add(make_tx(i, 100), rich);
    return pool;
}

void pool_admits(benchmark::State& run) {
    const auto senders = static_cast<std::size_t>(run.range(0));
    for (auto unused : run) {
        run.PauseTiming();
        std::vector<SignedTxPtr> txs;
        for (std::size_t i = 0; i < senders; ++i) txs.push_back(make_tx(i, 100));
        Mempool pool({.count_max = senders});
        run.ResumeTiming();
        for (const auto& tx : txs) benchmark::DoNotOptimize(pool.add(tx, rich));
    }
    run.SetItemsProcessed(run.iterations() * run.range(0));
}
BENCHMARK(pool_admits)->Arg(1'024)->Arg(65'536)->Unit(benchmark::kMillisecond);

/// Each pays more than all before it, so that the cheapest of `senders` has to be found and to go.
void full_pool_takes_the_dearer(benchmark::State& run) {
    const auto senders = static_cast<std::size_t>(run.range(0));
    const auto pool = full_pool(senders);
    std::uint64_t next = senders;
    for (auto unused : run) {
        const auto tx = make_tx(next, 101 + next);
        ++next;
        benchmark::DoNotOptimize(pool->add(tx, rich));
    }
}
BENCHMARK(full_pool_takes_the_dearer)->Arg(1'024)->Arg(65'536);

void full_pool_refuses_the_cheap(benchmark::State& run) {
    const auto senders = static_cast<std::size_t>(run.range(0));
    const auto pool = full_pool(senders);
    const auto tx = make_tx(senders, 99);
    for (auto unused : run) benchmark::DoNotOptimize(pool->add(tx, rich));
}
BENCHMARK(full_pool_refuses_the_cheap)->Arg(1'024)->Arg(65'536);

void pool_chooses_a_block_of_20000(benchmark::State& run) {
    const auto pool = full_pool(65'536);
    const SenderLookup lookup = [](const Address&) { return rich; };
    for (auto unused : run) benchmark::DoNotOptimize(pool->best(1, 20'000 * std::uint64_t{21'000}, lookup));
}
BENCHMARK(pool_chooses_a_block_of_20000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace farthing::chain
