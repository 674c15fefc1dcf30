#include "chain/genesis.hpp"

#include "chain/testing.hpp"
#include "core/crypto/hash.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace farthing::chain {
namespace {

const std::string valid = R"({"chainId": 7, "sequencer": "0x00000000000000000000000000000000000000aa",
    "sequencerTip": "0x00000000000000000000000000000000000000000000000000000000000000bb")";

std::string error_of(const std::string& text) {
    const auto genesis = parse_genesis(text, ".");
    return genesis ? "accepted" : genesis.error().message;
}

TEST(Genesis, reads_numbers_as_numbers_or_digits_and_sorts_the_allocations) {
    const auto genesis = parse_genesis(valid + R"(, "baseFeeFloor": "0", "timestamp": 5, "symbol": "TST",
        "alloc": {"0x0000000000000000000000000000000000000002": "0xff",
                  "0x0000000000000000000000000000000000000001": 3}})",
                                       ".");
    ASSERT_TRUE(genesis) << genesis.error().message;
    EXPECT_EQ(genesis->base_fee_floor, 0);
    EXPECT_EQ(genesis->symbol, "TST");
    ASSERT_EQ(genesis->allocations.size(), 2u);
    EXPECT_EQ(genesis->allocations[0].balance, 3);
    EXPECT_EQ(genesis->allocations[1].balance, 255);
}

TEST(Genesis, every_mistake_gets_a_sentence_of_its_own) {
    EXPECT_EQ(error_of("[]"), "genesis: expected an object");
    EXPECT_TRUE(error_of("{").starts_with("genesis: not JSON"));
    EXPECT_EQ(error_of("{\"chainId\": 7}"), "genesis: \"sequencer\" is missing");
    EXPECT_EQ(error_of(valid + ", \"colour\": 1}"), "genesis: unknown member \"colour\"");
    EXPECT_EQ(error_of(valid + ", \"symbol\": \"\"}"), "genesis: \"symbol\" must have 1 to 16 characters");
    EXPECT_EQ(error_of(valid + ", \"timestamp\": -1}"), "genesis: \"timestamp\" must be a whole number");
    EXPECT_EQ(error_of(valid + ", \"timestamp\": 1.5}"), "genesis: \"timestamp\" must be a whole number");
    EXPECT_EQ(error_of(valid + ", \"contracts\": {\"Nothing\": {}}}"),
              "genesis: there is no contract named \"Nothing\"");
    EXPECT_EQ(error_of(valid + R"(, "alloc": {"0x0000000000000000000000000000000000000001":
                               "0x100000000000000000000000000000001"}})"),
              "genesis: the allocations exceed 2^128 wei");
    EXPECT_EQ(error_of(valid + R"(, "txGasMax": 3000000000})"),
              "genesis: \"txGasMax\" must not exceed \"blockGasLimit\"");
}

TEST(Genesis, an_allocation_file_must_be_the_one_it_commits_to) {
    const testing::TemporaryDirectory directory;
    std::filesystem::create_directories(directory.path());
    const auto load = [&](const std::string& lines, const std::string& committed) {
        std::ofstream(directory.path() / "rich.csv") << lines;
        const auto genesis = parse_genesis(valid + R"(, "allocFile": {"path": "rich.csv", "sha256": ")" +
                                               hex0x(sha256(as_bytes(committed))) + "\"}}",
                                           directory.path());
        EXPECT_TRUE(genesis);
        return all_allocations(*genesis);
    };
    const std::string one = "0x0000000000000000000000000000000000000001,5\n";
    EXPECT_EQ(load(one, one)->at(0).balance, 5);
    EXPECT_EQ(load(one, "").error().message,
              "genesis: rich.csv does not have the SHA-256 that the genesis file names");
    EXPECT_EQ(load(one + one, one + one).error().message,
              "genesis: 0x0000000000000000000000000000000000000001 is allocated twice");
    EXPECT_EQ(load(one + "x\n", one + "x\n").error().message,
              "genesis: rich.csv line 2: expected address,wei");
    std::filesystem::remove(directory.path() / "rich.csv");
    EXPECT_EQ(parse_genesis(valid + "}", ".")->allocations.size(), 0u);
}

}  // namespace
}  // namespace farthing::chain
