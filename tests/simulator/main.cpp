// farthing_simulator: runs seeds and says of each what came of it.
#include "core/base/hex.hpp"
#include "core/trie/trie.hpp"
#include "simulation.hpp"

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

namespace {

using namespace farthing;
using namespace farthing::simulator;

constexpr std::string_view help =
    R"(Usage: farthing_simulator [--seeds FROM..TO | --seed N] [--ops N] [--twice] [--trace] [--story]

Runs a whole node on a virtual disk and clock, on one thread, once for each seed: what people send, when the
power fails and what the disk loses all follow from the seed. Prints a line for each.

  --seeds FROM..TO  these seeds, the last one included (default 0..9)
  --seed N          this one
  --ops N           rounds of a run, for a shorter or longer one of the same kind (default: drawn from the seed)
  --twice           runs each seed a second time and demands the same digest
  --trace           also prints what tests/simulator/model.py checks, as lines of JSON
  --story           also prints every operation on the disk and everything that happens, on stderr

Exit code 1 when a seed failed.

Example, what the test of seed 42 does:  farthing_simulator --seed 42 --trace | python3 tests/simulator/model.py
)";

struct Arguments {
    std::uint64_t from = 0, to = 9;
    Settings settings;
    bool twice = false;
};

std::uint64_t number(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        throw std::invalid_argument("'" + std::string(text) + "' is no number");
    return out;
}

Arguments parse(const std::vector<std::string>& words) {
    Arguments out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = [&]() -> std::string_view {
            if (++i == words.size()) throw std::invalid_argument(words[i - 1] + " wants a value");
            return words[i];
        };
        if (words[i] == "--seeds") {
            const auto range = value();
            const auto dots = range.find("..");
            if (dots == std::string_view::npos) throw std::invalid_argument("--seeds wants FROM..TO");
            out.from = number(range.substr(0, dots));
            out.to = number(range.substr(dots + 2));
        } else if (words[i] == "--seed") {
            out.from = out.to = number(value());
        } else if (words[i] == "--ops") {
            out.settings.rounds = number(value());
        } else if (words[i] == "--twice") {
            out.twice = true;
        } else if (words[i] == "--trace") {
            out.settings.trace = &std::cout;
        } else if (words[i] == "--story") {
            out.settings.story = &std::cerr;
        } else {
            throw std::invalid_argument("unknown argument '" + words[i] + "'; see --help");
        }
    }
    return out;
}

std::uint64_t running_seed = 0;

/// A broken invariant aborts: whoever reads the output must still learn the seed.
void on_abort(int) {
    char text[80];
    const auto size = std::snprintf(text, sizeof text, "seed=%llu FAILED: aborted\n",
                                    static_cast<unsigned long long>(running_seed));
    if (size > 0 && ::write(STDOUT_FILENO, text, static_cast<std::size_t>(size)) < 0) std::_Exit(3);
    std::_Exit(3);
}

Outcome run_once(std::uint64_t seed, const Settings& settings) {
    auto result = std::make_unique<Simulation>(seed, settings)->run();
    if (const auto left = trie::pool_use().nodes; left != 0)
        throw Mistake(std::to_string(left) + " nodes of tries were never given back");
    return result;
}

bool run_seed(std::uint64_t seed, const Arguments& arguments) {
    running_seed = seed;
    try {
        const auto result = run_once(seed, arguments.settings);
        if (arguments.twice) {
            auto again = arguments.settings;
            again.trace = again.story = nullptr;
            if (run_once(seed, again).digest != result.digest)
                throw Mistake("the second run has another digest");
        }
        std::cout << "seed=" << seed << " digest=" << hex(result.digest).substr(0, 16)
                  << " blocks=" << result.blocks << " transactions=" << result.transactions
                  << " starts=" << result.starts;
        constexpr const char* names[] = {"",         "cuts",         "kills",       "errors",
                                         "no_space", "short_writes", "failed_syncs"};
        for (std::size_t i = 1; i < std::size(names); ++i)
            std::cout << ' ' << names[i] << '=' << result.faults[i];
        std::cout << " at_start=" << result.faults_at_start << " rots=" << result.rots << '\n';
        return true;
    } catch (const std::exception& mistake) {
        std::cout << "seed=" << seed << " FAILED: " << mistake.what() << '\n';
        return false;
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGABRT, on_abort);
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> words(argv + 1, argv + argc);
    for (const auto& word : words)
        if (word == "--help" || word == "-h") {
            std::cout << help;
            return 0;
        }
    try {
        const auto arguments = parse(words);
        bool is_good = true;
        for (auto seed = arguments.from; seed <= arguments.to; ++seed) is_good &= run_seed(seed, arguments);
        std::cout << std::flush;
        const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
        if (std::distance(begin(tasks), end(tasks)) != 1) {
            std::cout << "FAILED: the simulation is not single-threaded\n";
            is_good = false;
        }
        return is_good ? 0 : 1;
    } catch (const std::invalid_argument& error) {
        std::cerr << "farthing_simulator: " << error.what() << '\n';
        return 2;
    }
}
