#include "node/bench_transfers.hpp"

#include "chain/worker_pool.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "node/bench_client.hpp"
#include "node/files.hpp"
#include "node/genesis_file.hpp"
#include "node/log.hpp"
#include "node/runtime.hpp"
#include "node/seed_folder.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <thread>

namespace farthing::node {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t transfer_gas = 21'000;
const U256 gwei = 1'000'000'000;
const U256 coin = gwei * gwei;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Address account_at(std::uint64_t index) {
    const auto hash = keccak256(concat(as_bytes("farthing.bench.account"), be64(index)));
    return Address::from(ByteView(hash).first(20));
}

/// CPU seconds by thread name, and bytes written to disk, of this process so far.
struct ProcessUse {
    std::map<std::string, double> cpu_s;
    std::uint64_t bytes_written = 0;

    static ProcessUse now() {
        ProcessUse use;
        const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
        std::error_code gone;
        for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
            std::ifstream file(task.path() / "stat");
            const std::string stat{std::istreambuf_iterator<char>(file), {}};
            const auto open = stat.find('(');
            const auto close = stat.rfind(')');
            if (close == std::string::npos) continue;
            unsigned long user = 0;
            unsigned long system = 0;
            std::sscanf(stat.c_str() + close + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                        &user, &system);
            use.cpu_s[stat.substr(open + 1, close - open - 1)] += static_cast<double>(user + system) / ticks;
        }
        std::ifstream io("/proc/self/io");
        for (std::string key; io >> key;) {
            std::uint64_t value = 0;
            io >> value;
            if (key == "write_bytes:") use.bytes_written = value;
        }
        return use;
    }
};

/// The accounts stand in a file of their own, as `farthing init` puts so many.
Result<chain::Genesis> make_genesis(const TransferBench& bench, const DataDirectory& data,
                                    const Address& sequencer, const Hash& tip) {
    chain::Genesis genesis;
    genesis.chain_id = 31337;
    genesis.timestamp = 1'700'000'000;
    genesis.sequencer = sequencer;
    genesis.sequencer_tip = tip;
    genesis.block_gas_limit = std::max<std::uint64_t>(bench.block_transactions * transfer_gas, 200'000'000);
    std::vector<chain::Allocation> allocations{{sequencer, coin * 1'000}};
    for (std::uint64_t i = 0; i < bench.senders; ++i)
        allocations.push_back({bench_key(i).address(), coin * 1'000'000});
    for (std::uint64_t i = bench.senders; i < bench.accounts; ++i)
        allocations.push_back({account_at(i), coin});
    std::ranges::sort(allocations, {}, &chain::Allocation::address);
    const auto lines = allocation_text(allocations);
    genesis.allocation_file = chain::AllocationFile{data.allocations(), sha256(as_bytes(lines))};
    TRY(write_file(data.allocations(), lines, Privacy::everyone_reads));
    genesis.contracts.members["Randomness"].members["chainLength"].text = "65536";
    genesis.file = Bytes{'b', 'e', 'n', 'c', 'h'};
    return genesis;
}

struct Load {
    std::vector<std::string> requests;
    std::vector<Transaction> sample;  ///< For the recover bound.
};

/// Signs everything beforehand. Each connection gets whole senders, so that nonces arrive in order.
Load sign_load(const TransferBench& bench) {
    const auto per_sender = bench.transactions / bench.senders;
    std::vector<std::vector<Transaction>> signed_by(bench.senders);
    chain::WorkerPool workers(std::thread::hardware_concurrency());
    workers.for_each(bench.senders, [&](std::size_t sender) {
        const auto key = bench_key(sender);
        for (std::uint64_t nonce = 0; nonce < per_sender; ++nonce) {
            Transaction tx;
            tx.type = TxType::dynamic_fee;
            tx.chain_id = 31337;
            tx.nonce = nonce;
            tx.max_fee_per_gas = gwei * 100'000;
            tx.max_priority_fee_per_gas = gwei;
            tx.gas_limit = transfer_gas;
            const auto to = keccak256(concat(be64(sender), be64(nonce)));
            tx.to = account_at(bench.senders + low_u64(to_u256(to)) % (bench.accounts - bench.senders));
            tx.value = 1;
            sign(tx, key);
            signed_by[sender].push_back(std::move(tx));
        }
    });
    Load load;
    Batches batches(bench.batch);
    for (std::uint64_t nonce = 0; nonce < per_sender; ++nonce)
        for (std::uint64_t sender = 0; sender < bench.senders; ++sender) {
            const auto& tx = signed_by[sender][nonce];
            batches.add(tx);
            if (load.sample.size() < 20'000) load.sample.push_back(tx);
        }
    load.requests = batches.take();
    return load;
}

/// Recoveries a second with every core at it.
double measure_recover_bound(const std::vector<Transaction>& sample) {
    chain::WorkerPool workers(std::thread::hardware_concurrency());
    const auto begin = Clock::now();
    workers.for_each(sample.size(),
                     [&](std::size_t i) { FARTHING_CHECK(recover_sender(sample[i]).has_value()); });
    return static_cast<double>(sample.size()) / seconds_since(begin);
}

struct Measured {
    double wall_s = 0;
    std::vector<double> call_ms;  ///< Latency of eth_call during the load, sorted.
    std::uint64_t blocks = 0;
    ProcessUse before;
    ProcessUse after;
};

/// A reader beside the load: what a wallet feels while blocks are full.
std::vector<double> time_calls(std::uint16_t port, const std::atomic<bool>& done) {
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":")" +
                             hex0x(literals::address("fa0001")) +
                             R"(","data":"0x18160ddd"},"latest"]})";  // totalSupply()
    const auto request = http_post(body);
    Poster poster(port);
    std::vector<double> latencies;
    while (!done) {
        const auto begin = Clock::now();
        const auto& response = poster.post(request);
        FARTHING_CHECK(response.find("\"result\"") != std::string::npos);
        latencies.push_back(seconds_since(begin) * 1e3);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::ranges::sort(latencies);
    return latencies;
}

Result<Measured> drive(Runtime& node, const TransferBench& bench, const Load& load) {
    const auto total = load.requests.empty() ? 0 : bench.transactions / bench.senders * bench.senders;
    std::atomic<std::uint64_t> mined = 0;
    std::atomic<std::uint64_t> blocks = 0;
    const auto token = node.chain().on_head([&](const chain::BlockPtr& block) {
        ++blocks;
        mined += block->transactions.size();
    });
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> refused = false;
    std::atomic<bool> done = false;
    std::string refusal;
    Measured measured;
    measured.before = ProcessUse::now();
    const auto begin = Clock::now();
    std::vector<std::thread> clients;
    for (std::uint64_t c = 0; c < bench.connections; ++c)
        clients.emplace_back([&] {
            pthread_setname_np(pthread_self(), "load");
            Poster poster(node.port());
            for (auto i = next++; i < load.requests.size() && !refused; i = next++) {
                const auto& response = poster.post(load.requests[i]);
                if (response.find("\"error\"") != std::string::npos && !refused.exchange(true))
                    refusal = response;
            }
            // A thread that has ended no longer tells what it used.
            while (!done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
    std::thread caller([&] { measured.call_ms = time_calls(node.port(), done); });
    for (auto reported = Clock::now(); mined < total && !refused;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (seconds_since(reported) < 1) continue;
        reported = Clock::now();
        std::cerr << "  " << mined << " of " << total << " transactions in " << blocks << " blocks\n";
    }
    measured.wall_s = seconds_since(begin);
    measured.after = ProcessUse::now();
    done = true;
    for (auto& client : clients) client.join();
    caller.join();
    node.chain().unsubscribe(token);
    measured.blocks = blocks;
    if (refused) return fail("the node refused a transaction: " + refusal.substr(0, 400));
    return measured;
}

std::string line(const char* format, auto... values) {
    char text[200];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string report(const TransferBench& bench, const Measured& measured, double bound) {
    const auto sent = bench.transactions / bench.senders * bench.senders;
    const auto count = static_cast<double>(sent);
    const auto rate = count / measured.wall_s;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::string out;
    out +=
        line("transactions      %.0f in %.2f s, %llu blocks (mean %.0f)\n", count, measured.wall_s,
             static_cast<unsigned long long>(measured.blocks), count / static_cast<double>(measured.blocks));
    out += line("rate              %.0f tx/s from JSON batches to synced blocks\n", rate);
    out += line("recover bound     %.0f recoveries/s on %u cores, same run\n", bound,
                std::thread::hardware_concurrency());
    out += line("ratio             %.3f\n", rate / bound);
    const auto& calls = measured.call_ms;
    if (!calls.empty())
        out += line("eth_call          p50 %.2f ms, p99 %.2f ms during the load, %zu calls\n",
                    calls[calls.size() / 2], calls[calls.size() * 99 / 100], calls.size());
    out += line("written to disk   %.0f bytes a transaction\n",
                static_cast<double>(measured.after.bytes_written - measured.before.bytes_written) / count);
    out += line("peak RSS          %.0f MB, %llu accounts\n", static_cast<double>(usage.ru_maxrss) / 1024,
                static_cast<unsigned long long>(bench.accounts));
    out += "CPU by thread, microseconds a transaction:\n";
    double all = 0;
    for (const auto& [name, after] : measured.after.cpu_s) {
        const auto before = measured.before.cpu_s.find(name);
        const auto used = after - (before == measured.before.cpu_s.end() ? 0 : before->second);
        all += used;
        if (used > 0) out += line("  %-16s %.2f\n", name.c_str(), used / count * 1e6);
    }
    out += line("  %-16s %.2f\n", "all", all / count * 1e6);
    return out;
}

}  // namespace

Result<std::string> run_transfer_bench(const TransferBench& bench) {
    if (bench.senders == 0 || bench.accounts <= bench.senders)
        return fail("accounts must outnumber senders, and there must be senders");
    const DataDirectory data{bench.directory};
    start_log("warning");
    std::cerr << "making a chain of " << bench.accounts << " accounts\n";
    const auto sequencer = bench_key(~std::uint64_t{0});
    TRY(const auto seeds, SeedFolder(data.sequencer_seeds()).create(65'536));
    TRY(const auto genesis, make_genesis(bench, data, sequencer.address(), seeds->tip()));
    RuntimeOptions options;
    options.port = 0;
    options.metrics_port = 0;
    options.development = true;
    options.block_time = bench.block_time;
    options.mempool_count = bench.transactions + 1;
    options.checkpoint_blocks = bench.checkpoint_blocks;
    StopSignal stop;
    TRY(const auto node, Runtime::start(data, genesis, sequencer, options, stop));
    std::cerr << "signing " << bench.transactions << " transactions\n";
    const auto load = sign_load(bench);
    // Before and after: on a shared machine the bound itself drifts within a run.
    const auto bound_before = measure_recover_bound(load.sample);
    std::cerr << "sending\n";
    TRY(const auto measured, drive(*node, bench, load));
    const auto bound = (bound_before + measure_recover_bound(load.sample)) / 2;
    return report(bench, measured, bound);
}

}  // namespace farthing::node
