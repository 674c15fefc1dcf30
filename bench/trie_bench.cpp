// The state trie at 1,000,000 accounts of 78-byte values: build, update, read, prove, and what it takes.
#include "core/crypto/hash.hpp"
#include "core/trie/trie.hpp"

#include <benchmark/benchmark.h>

#include <random>

namespace farthing::trie {
namespace {

constexpr std::size_t account_count = 1'000'000;

Bytes account_value(std::uint64_t seed) {
    Bytes value(78);
    for (std::size_t i = 0; i < 8; ++i) value[i] = static_cast<std::uint8_t>(seed >> (8 * i) | 1);
    return value;
}

std::vector<Update> accounts() {
    std::vector<Update> out(account_count);
    for (std::size_t i = 0; i < account_count; ++i) out[i] = {keccak256(be64(i).bytes), account_value(i)};
    std::ranges::sort(out, {}, &Update::key);
    return out;
}

/// One state for all benchmarks; each block's update moves it on.
struct State {
    std::vector<Update> leaves = accounts();
    const Node* root = nullptr;
    std::mt19937_64 rng{1};

    State() {
        Change change;
        root = apply(nullptr, leaves, change);
    }
    std::vector<Update> block(std::size_t count) {
        std::vector<Update> out;
        for (std::size_t i = 0; i < count; ++i)
            out.push_back({leaves[rng() % account_count].key, account_value(rng())});
        std::ranges::sort(out, {}, &Update::key);
        const auto repeated = std::ranges::unique(out, {}, &Update::key);
        out.erase(repeated.begin(), repeated.end());
        return out;
    }
};

State& state() {
    static auto& one = *new State;
    return one;
}

void report_per_item(benchmark::State& run, std::size_t items) {
    run.counters["per_item"] = benchmark::Counter(static_cast<double>(items),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void build_from_sorted_leaves(benchmark::State& run) {
    const auto& leaves = state().leaves;
    std::size_t built = 0;
    PoolUse use;
    for (auto _ : run) {
        const auto before = pool_use();
        Change change;
        benchmark::DoNotOptimize(apply(nullptr, leaves, change));
        run.PauseTiming();
        use = {pool_use().nodes - before.nodes, pool_use().bytes - before.bytes};
        built += leaves.size();
        release(change.created);
        run.ResumeTiming();
    }
    report_per_item(run, built);
    run.counters["bytes_per_leaf"] = static_cast<double>(use.bytes) / static_cast<double>(account_count);
    run.counters["nodes_per_leaf"] = static_cast<double>(use.nodes) / static_cast<double>(account_count);
}
BENCHMARK(build_from_sorted_leaves)->Unit(benchmark::kMillisecond);

/// A block's updates, with the older version released as the state window does.
void update(benchmark::State& run) {
    auto& s = state();
    std::size_t updated = 0;
    std::size_t replaced = 0;
    std::size_t replaced_bytes = 0;
    for (auto _ : run) {
        run.PauseTiming();
        const auto updates = s.block(static_cast<std::size_t>(run.range(0)));
        run.ResumeTiming();
        Change change;
        s.root = apply(s.root, updates, change);
        release(change.replaced);
        updated += updates.size();
        replaced += change.replaced.size();
        replaced_bytes += change.replaced_bytes;
    }
    report_per_item(run, updated);
    run.counters["replaced_per_update"] = static_cast<double>(replaced) / static_cast<double>(updated);
    run.counters["history_bytes_per_update"] =
        static_cast<double>(replaced_bytes) / static_cast<double>(updated);
}
BENCHMARK(update)->Arg(100)->Arg(1'000)->Arg(10'000)->Arg(50'000)->Unit(benchmark::kMillisecond);

void find_account(benchmark::State& run) {
    auto& s = state();
    for (auto _ : run) benchmark::DoNotOptimize(find(s.root, s.leaves[s.rng() % account_count].key));
}
BENCHMARK(find_account);

void prove_account(benchmark::State& run) {
    auto& s = state();
    for (auto _ : run) benchmark::DoNotOptimize(prove(s.root, s.leaves[s.rng() % account_count].key));
}
BENCHMARK(prove_account);

/// A block's transactions root: items of the size of a signed transfer.
void ordered_root_of_a_block(benchmark::State& run) {
    const std::vector<Bytes> items(20'000, Bytes(120, 7));
    for (auto _ : run) benchmark::DoNotOptimize(ordered_root(items));
    report_per_item(run, items.size() * static_cast<std::size_t>(run.iterations()));
}
BENCHMARK(ordered_root_of_a_block)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace farthing::trie
