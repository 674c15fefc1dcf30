// The kept corpus and the seeds of every fuzz target of this layer, through the same functions in an ordinary
// build; then damaged copies of them.
#include "core/testing/fuzz.hpp"
#include "core/testing/vectors.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace farthing::fuzz {
namespace {

std::vector<Bytes> kept_inputs(const Target& target) {
    std::vector<std::filesystem::path> files;
    const auto folder = std::filesystem::path(vectors_folder).parent_path() / "fuzz/corpus" / target.name;
    if (std::filesystem::exists(folder))
        for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<Bytes> out = target.seeds();
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(in), {});
        out.push_back(bytes_of(text));
    }
    return out;
}

class FuzzReplay : public ::testing::TestWithParam<Target> {};

/// A target that finds something wrong stops the program, and says where.
TEST_P(FuzzReplay, kept_inputs_and_damaged_copies_pass) {
    const auto& target = GetParam();
    const auto inputs = kept_inputs(target);
    ASSERT_FALSE(inputs.empty()) << "no seed and no corpus: the target is not exercised";
    for (const auto& input : inputs) target.run(input);
    const char* set = std::getenv("FARTHING_SEED");
    // Always the same copies in the ordinary tests: finding new ones is the fuzzers' work, and the long
    // tests'.
    const bool is_long = std::getenv("FARTHING_LONG") != nullptr;
    const auto seed = set != nullptr ? std::strtoull(set, nullptr, 10) : is_long ? std::random_device{}() : 1;
    std::cout << "FARTHING_SEED=" << seed << "\n" << std::flush;
    std::mt19937_64 random(seed);
    for (int i = 0; i < 200; ++i) {
        Bytes input = inputs[random() % inputs.size()];
        for (auto left = 1 + random() % 4; left > 0 && !input.empty(); --left) {
            const auto at = random() % input.size();
            if (random() % 8 == 0)
                input.resize(at);
            else
                input[at] = static_cast<std::uint8_t>(random());
        }
        target.run(input);
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzReplay, ::testing::ValuesIn(targets()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace farthing::fuzz
