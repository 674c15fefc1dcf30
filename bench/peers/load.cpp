// Loads any Ethereum node on this machine with transactions signed beforehand, and measures it from outside:
// time from the first send to the last receipt, processor time and memory of its process. bench/peers/run
// drives it.
#include "chain/worker_pool.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "node/bench_client.hpp"
#include "node/cli.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>

namespace farthing::node {
namespace {

using Clock = std::chrono::steady_clock;

const U256 gwei = 1'000'000'000;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Plan {
    std::uint16_t port = 0;
    std::string pid;
    std::uint64_t chain_id = 0;
    std::uint64_t senders = 0;
    std::uint64_t each = 0;
    std::uint64_t batch = 0;
    std::uint64_t connections = 0;
    std::chrono::milliseconds timeout{};
    std::optional<SecretKey> funder;  ///< Sends one transaction to each sender, in place of theirs.
    std::string what;
    std::optional<Address> to;
    U256 value;
    Bytes data;
    std::uint64_t gas = 0;
    U256 max_fee;
};

/// transfer(address to, uint256 amount).
Bytes token_transfer(const Address& to, const U256& amount) {
    return concat(literals::fixed<4>("a9059cbb"), Bytes(12), to, to_word(amount));
}

/// Senders pay round a ring; the funder pays each.
Transaction make(const Plan& plan, std::uint64_t payee, std::uint64_t nonce) {
    Transaction tx;
    tx.type = TxType::dynamic_fee;
    tx.chain_id = plan.chain_id;
    tx.nonce = nonce;
    tx.max_fee_per_gas = plan.max_fee;
    tx.max_priority_fee_per_gas = gwei;
    tx.gas_limit = plan.gas;
    const auto other = bench_key(payee % plan.senders).address();
    tx.to = plan.to.value_or(other);
    tx.value = plan.what == "tokens" ? U256(0) : plan.value;
    tx.data = plan.what == "tokens" ? token_transfer(other, plan.value) : plan.data;
    return tx;
}

std::string call(std::string_view method, const std::string& params) {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + R"(","params":)" + params + "}";
}

/// The nonce an account goes on with.
std::uint64_t next_nonce(Poster& poster, const Address& who) {
    const auto& answer =
        poster.post(http_post(call("eth_getTransactionCount", "[\"" + hex0x(who) + "\",\"pending\"]")));
    const auto at = answer.find("\"result\":\"0x");
    FARTHING_CHECK(at != std::string::npos);
    return std::stoull(answer.substr(at + 12), nullptr, 16);
}

struct Load {
    std::vector<std::vector<std::string>>
        requests;  ///< By connection: each serves whole senders, in nonce order.
    std::vector<Hash> hashes;
    std::vector<Hash> last;  ///< Of each sender.
};

Load sign_load(const Plan& plan) {
    Poster poster(plan.port);
    const auto senders = plan.funder ? 1 : plan.senders;
    const auto each = plan.funder ? plan.senders : plan.each;
    std::vector<std::vector<Transaction>> signed_by(senders);
    std::vector<std::uint64_t> first(senders);
    const auto key = [&](std::uint64_t sender) { return plan.funder ? *plan.funder : bench_key(sender); };
    for (std::uint64_t sender = 0; sender < senders; ++sender)
        first[sender] = next_nonce(poster, key(sender).address());
    chain::WorkerPool workers(std::thread::hardware_concurrency());
    workers.for_each(senders, [&](std::size_t sender) {
        for (std::uint64_t i = 0; i < each; ++i) {
            auto tx = make(plan, plan.funder ? i : sender + 1, first[sender] + i);
            sign(tx, key(sender));
            signed_by[sender].push_back(std::move(tx));
        }
    });
    Load load;
    for (std::uint64_t c = 0; c < std::min(plan.connections, senders); ++c) {
        Batches batches(plan.batch);
        for (std::uint64_t i = 0; i < each; ++i)
            for (auto sender = c; sender < senders; sender += plan.connections)
                batches.add(signed_by[sender][i]);
        load.requests.push_back(batches.take());
    }
    for (const auto& one : signed_by) {
        for (const auto& tx : one) load.hashes.push_back(tx.hash());
        load.last.push_back(load.hashes.back());
    }
    return load;
}

/// A process as /proc shows it; zeros when there is none to look at.
double cpu_seconds(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/stat");
    const std::string stat{std::istreambuf_iterator<char>(file), {}};
    const auto close = stat.rfind(')');
    if (close == std::string::npos) return 0;
    unsigned long user = 0;
    unsigned long system = 0;
    std::sscanf(stat.c_str() + close + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                &system);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double peak_megabytes(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/status");
    for (std::string word; file >> word;)
        if (word == "VmHWM:" && file >> word) return std::stod(word) / 1024;
    return 0;
}

double own_cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string receipt_call(const Hash& hash) {
    return call("eth_getTransactionReceipt", "[\"" + hex0x(hash) + "\"]");
}

/// Sends everything; the first refusal, or nothing.
std::string send_all(const Plan& plan, const Load& load) {
    std::atomic<bool> refused = false;
    std::string refusal;
    std::vector<std::jthread> clients;
    for (const auto& requests : load.requests)
        clients.emplace_back([&] {
            Poster poster(plan.port);
            for (const auto& request : requests) {
                if (refused) return;
                const auto& answer = poster.post(request);
                if (answer.find("\"error\"") != std::string::npos && !refused.exchange(true))
                    refusal = answer;
            }
        });
    clients.clear();
    return refusal;
}

/// Waits for the receipt of each sender's last transaction, one at a time: a sender's transactions enter
/// blocks in order. Gives whether all came in time.
bool wait_for_receipts(const Plan& plan, const Load& load, Clock::time_point begin) {
    Poster poster(plan.port);
    for (const auto& hash : load.last)
        while (poster.post(http_post(receipt_call(hash))).find("\"blockNumber\":\"") == std::string::npos) {
            if (Clock::now() - begin > plan.timeout) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
        }
    return true;
}

struct Checked {
    std::uint64_t successes = 0;
    std::set<std::string> blocks;
};

/// Every receipt must say success; outside the measured time.
Checked check_receipts(const Plan& plan, const Load& load) {
    Poster poster(plan.port);
    Checked out;
    constexpr std::size_t at_once = 100;
    for (std::size_t from = 0; from < load.hashes.size(); from += at_once) {
        std::string body;
        for (auto i = from; i < std::min(from + at_once, load.hashes.size()); ++i)
            body += (body.empty() ? "[" : ",") + receipt_call(load.hashes[i]);
        const auto& answer = poster.post(http_post(body + "]"));
        for (std::size_t at = 0; (at = answer.find("\"status\":\"0x1\"", at)) != std::string::npos; ++at)
            ++out.successes;
        constexpr std::string_view key = "\"blockNumber\":\"";
        for (std::size_t at = 0; (at = answer.find(key, at)) != std::string::npos; ++at)
            out.blocks.insert(
                answer.substr(at + key.size(), answer.find('"', at + key.size()) - at - key.size()));
    }
    return out;
}

/// One line of JSON.
Result<std::string> measure(const Plan& plan) {
    const auto load = sign_load(plan);
    const auto own_before = own_cpu_seconds();
    const auto before = cpu_seconds(plan.pid);
    const auto begin = Clock::now();
    const auto refusal = send_all(plan, load);
    if (!refusal.empty()) return fail("the node refused a transaction: " + refusal);
    const auto sent_s = seconds_since(begin);
    const bool done = wait_for_receipts(plan, load, begin);
    const auto wall_s = seconds_since(begin);
    const auto used = cpu_seconds(plan.pid) - before;
    const auto own_used = own_cpu_seconds() - own_before;
    if (!done)
        return fail("not all receipts came within " + std::to_string(plan.timeout.count() / 1000) + " s");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto settled = cpu_seconds(plan.pid) - before;
    const auto peak = peak_megabytes(plan.pid);
    const auto checked = check_receipts(plan, load);
    const auto count = load.hashes.size();
    if (checked.successes != count)
        return fail(std::to_string(count - checked.successes) + " of " + std::to_string(count) +
                    " transactions failed or have no receipt");
    char text[500];
    std::snprintf(text, sizeof text,
                  "{\"transactions\":%zu,\"blocks\":%zu,\"sent_s\":%.3f,\"wall_s\":%.3f,\"tx_per_s\":%.0f,"
                  "\"cpu_s_per_1000\":%.4f,\"settled_cpu_s_per_1000\":%.4f,\"client_cpu_s_per_1000\":%.4f,"
                  "\"peak_mb\":%.1f}\n",
                  count, checked.blocks.size(), sent_s, wall_s, static_cast<double>(count) / wall_s,
                  used * 1e3 / static_cast<double>(count), settled * 1e3 / static_cast<double>(count),
                  own_used * 1e3 / static_cast<double>(count), peak);
    return std::string(text);
}

Result<int> send(const Arguments& arguments) {
    Plan plan;
    plan.port = static_cast<std::uint16_t>(arguments.whole("port"));
    plan.pid = std::to_string(arguments.whole("pid"));
    plan.chain_id = arguments.whole("chain-id");
    plan.senders = arguments.whole("senders");
    plan.each = arguments.whole("each");
    plan.batch = arguments.whole("batch");
    plan.connections = arguments.whole("connections");
    plan.timeout = arguments.duration("timeout");
    plan.what = arguments.text("what");
    if (plan.what != "coins" && plan.what != "tokens" && plan.what != "data")
        return fail("--what is coins, tokens or data");
    plan.gas = arguments.whole("gas");
    plan.max_fee = gwei * arguments.whole("max-fee-gwei");
    TRY(plan.value, parse_u256(arguments.text("value")));
    TRY(plan.data, from_hex(arguments.text("data")));
    if (arguments.has("to")) {
        TRY(plan.to, address_from_hex(arguments.text("to")));
    }
    if (arguments.has("funder")) {
        TRY(const auto bytes, from_hex(arguments.text("funder")));
        TRY(plan.funder, SecretKey::from(bytes));
    }
    if (plan.what != "coins" && !plan.to) return fail("--what " + plan.what + " needs --to");
    TRY(const auto report, measure(plan));
    std::cout << report;
    return 0;
}

Result<int> address(const Arguments& arguments) {
    std::cout << hex0x(bench_key(arguments.whole("index")).address()) << '\n';
    return 0;
}

std::vector<Command> load_commands() {
    return {{"send",
             "Sign transactions, send them to a node on this machine and measure it, as one line of JSON",
             "farthing_load send --port 8545 --pid 4711 --chain-id 31337",
             {{"port", Kind::whole, "", "The node's", 65535, false, true},
              {"pid", Kind::whole, "0", "The node's process, to be measured"},
              {"chain-id", Kind::whole, "", "The chain's", UINT32_MAX, false, true},
              {"senders", Kind::whole, "100", "Accounts that send, each to the next"},
              {"each", Kind::whole, "200", "Transactions of each sender"},
              {"batch", Kind::whole, "100", "Calls in one HTTP request"},
              {"connections", Kind::whole, "8", "HTTP connections that send"},
              {"timeout", Kind::seconds, "60", "From the first send to the last receipt"},
              {"what", Kind::text, "coins", "coins, tokens (of the contract --to), or data (to --to)"},
              {"to", Kind::text, "", "The contract that is called"},
              {"value", Kind::text, "1", "Wei or token units in each transaction"},
              {"data", Kind::text, "0x", "The calldata of `data`"},
              {"gas", Kind::whole, "21000", "Gas limit of each"},
              {"max-fee-gwei", Kind::whole, "100", "Maximum fee per gas of each"},
              {"funder", Kind::text, "", "This private key sends once to each sender, in place of them"}},
             send},
            {"address",
             "Print a sender's address",
             "farthing_load address --index 0",
             {{"index", Kind::whole, "0", "Which sender"}},
             address}};
}

}  // namespace
}  // namespace farthing::node

int main(int argc, char** argv) {
    const auto commands = farthing::node::load_commands();
    return farthing::node::run_command_line(commands, argc, argv);
}
