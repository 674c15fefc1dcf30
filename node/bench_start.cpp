#include "node/bench_start.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "node/data_directory.hpp"
#include "node/rpc_client.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

namespace farthing::node {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// One run of this program; ended when this object goes.
class Child {
 public:
    explicit Child(const std::vector<std::string>& arguments) {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
        output_ = ends[0];
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::vector<std::string> copies = {"farthing"};
        copies.insert(copies.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (auto& copy : copies) argv.push_back(copy.data());
        argv.push_back(nullptr);
        if (posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
    }
    ~Child() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(output_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Waits for a line that holds `what`; what follows it there. Empty when the program ends before.
    std::string after(const std::string& what) {
        std::string text;
        std::array<char, 4096> buffer{};
        while (true) {
            const auto found = text.find(what);
            if (found != std::string::npos && text.find('\n', found) != std::string::npos)
                return text.substr(found + what.size(), text.find('\n', found) - found - what.size());
            const auto n = read(output_, buffer.data(), buffer.size());
            if (n <= 0) return {};
            text.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }
    /// One of the process's figures in megabytes, such as RssAnon.
    double megabytes(const std::string& name) const {
        std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
        for (std::string key; status >> key;) {
            double kilobytes = 0;
            if (key == name + ":" && status >> kilobytes) return kilobytes / 1024;
        }
        return 0;
    }
    void stop() const { kill(pid_, SIGTERM); }
    /// The exit code, once the program has ended.
    int wait() {
        int status = -1;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

 private:
    pid_t pid_ = -1;
    int output_ = -1;
};

Result<void> write_accounts(const std::filesystem::path& path, std::uint64_t count) {
    std::ofstream out(path, std::ios::binary);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto hash = keccak256(concat(as_bytes("farthing.bench.account"), be64(i)));
        out << hex0x(ByteView(hash).first(20)) << "," << 1 + i % 1000 << ".25\n";
    }
    if (!out.flush()) return fail("cannot write " + path.string());
    return {};
}

std::string line(const char* format, auto... values) {
    char text[200];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

Result<std::string> make_chain(const StartBench& bench, const DataDirectory& data) {
    std::filesystem::create_directories(bench.directory);
    const auto accounts = bench.directory / "accounts.csv";
    TRY(write_accounts(accounts, bench.accounts));
    const auto begin = Clock::now();
    Child init({"init", "--data", data.root.string(), "--chain-id", "31337", "--alloc", accounts.string()});
    double peak = 0;
    std::jthread watch([&](const std::stop_token& stop) {
        for (; !stop.stop_requested(); std::this_thread::sleep_for(10ms))
            peak = std::max(peak, init.megabytes("VmHWM"));
    });
    init.after("Block 0");
    watch.request_stop();
    watch.join();
    if (init.wait() != 0) return fail("`farthing init` could not make the chain");
    std::filesystem::remove(accounts);
    return line("making block 0    %.1f s, peak %.0f MB\n", seconds_since(begin), peak);
}

Result<std::string> start_once(const StartBench& bench, const DataDirectory& data) {
    const auto begin = Clock::now();
    Child node({"node", "--data", data.root.string(), "--port", "0", "--metrics-port", "0", "--block-time",
                "3600", "--log-level", "error"});
    const auto url = node.after("HTTP and WebSocket: ");
    if (url.empty()) return fail("`farthing node` ended before it answered");
    TRY(auto transport, HttpTransport::open(url));
    RpcClient client(std::move(transport));
    TRY(const auto head, client.call_quantity("eth_blockNumber"));
    const auto ready = seconds_since(begin);
    const auto anonymous = node.megabytes("RssAnon");
    const auto file = node.megabytes("RssFile");
    const auto peak = node.megabytes("VmHWM");
    const auto stopping = Clock::now();
    node.stop();
    if (node.wait() != 0) return fail("`farthing node` did not end well");
    return line(
        "start at block %llu  %.2f s to the first answer, RssAnon %.0f MB = %.0f bytes an account, RssFile "
        "%.0f MB, peak %.0f MB, stop %.2f s\n",
        static_cast<unsigned long long>(head), ready, anonymous,
        anonymous * 1024 * 1024 / static_cast<double>(bench.accounts), file, peak, seconds_since(stopping));
}

}  // namespace

Result<std::string> run_start_bench(const StartBench& bench) {
    const DataDirectory data{bench.directory / "data"};
    auto report = line("accounts          %llu\n", static_cast<unsigned long long>(bench.accounts));
    if (!data.has_chain()) {
        std::cerr << "making a chain of " << bench.accounts << " accounts\n";
        TRY(const auto made, make_chain(bench, data));
        report += made;
    }
    for (std::uint64_t i = 0; i < bench.starts; ++i) {
        TRY(const auto started, start_once(bench, data));
        report += started;
    }
    return report;
}

}  // namespace farthing::node
