// An estimate holds when the transaction comes a second later, or many: a solo sequencer makes several blocks
// a second, and within one of them a pool has nothing to pay yet.
#include "chain/testing.hpp"
#include "contracts/emission/emission.hpp"
#include "contracts/staking/pool.hpp"
#include "contracts/testing/multicall.hpp"
#include "core/abi/signature.hpp"
#include "rpc/api.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using literals::address;

const Address wrapped_coin = address("fa0001");

using Deposit = abi::Function<"function deposit() payable">;
using Approve = abi::Function<"function approve(address spender, uint256 value) returns (bool)">;
using Stake = abi::Function<"function stake(uint256 amount)">;
using Withdraw = abi::Function<"function withdraw(uint256 amount)">;
using GetReward = abi::Function<"function getReward()">;
using Exit = abi::Function<"function exit()">;
using Compound = abi::Function<"function compound(address user) returns (uint256 amount)">;

/// A chain that emits a coin a second to its stakers and whose blocks come at what time a test likes.
class EstimateTest : public ::testing::Test {
 protected:
    EstimateTest() {
        auto& emission = genesis.contracts.members["Emission"].members;
        emission["owner"].text = hex0x(user(1));
        emission["hardCap"].text = to_decimal(coin * 1'000'000'000);
        emission["maxStep"].text = "1000";
        emission["schedule"].members["kind"].text = "0";
        emission["schedule"].members["ratePerSecondE18"].text = to_decimal(coin * coin);
        emission["split"].members["stakers"].text = "10000";
        emission["sinks"].members["stakers"].text = hex0x(pool);
        auto& pools = genesis.contracts.members["PoolFactory"].members;
        pools["owner"].text = hex0x(user(1));
        pools["stakersPool"].members["rewardsDuration"].text = "1000";
        pools["stakersPool"].members["source"].text = hex0x(contracts::emission_address);
        chain::BlockchainOptions options;
        options.data_dir = directory.path();
        // As a solo sequencer within one second: the coming block may share the head's time.
        options.next_timestamp = [](std::uint64_t parent) { return parent; };
        chain = chain::Blockchain::open(genesis, options);
        api = std::make_unique<Api>(*chain, ApiOptions{});
        api->add_to(dispatcher);
        for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{2}}) {
            send(n, wrapped_coin, Deposit::encode(), 2'000'000, coin * 50);
            send(n, wrapped_coin, Approve::encode(pool, u256_max), 2'000'000);
            send(n, pool, Stake::encode(coin), 2'000'000);
        }
        mine(1);
    }

    static Address user(std::uint64_t number) { return key_of(number).address(); }
    std::uint64_t estimate(std::uint64_t from, const Bytes& data, std::string_view tag) {
        const auto answer = boost::json::parse(
            dispatcher.handle(R"({"jsonrpc":"2.0","id":1,"method":"eth_estimateGas","params":[{"from":")" +
                                  hex0x(user(from)) + R"(","to":")" + hex0x(pool) + R"(","data":")" +
                                  hex0x(data) + R"("},")" + std::string(tag) + "\"]}",
                              {}));
        const auto* found = answer.as_object().if_contains("result");
        EXPECT_TRUE(found) << boost::json::serialize(answer);
        if (!found) return 0;
        const std::string digits = std::string(found->as_string()).substr(2);
        return std::stoull(digits, nullptr, 16);
    }
    void send(std::uint64_t from, const Address& to, Bytes data, std::uint64_t gas, const U256& value = 0) {
        auto tx = transfer(key_of(from), chain->pending_nonce(user(from)), to, value);
        tx.gas_limit = gas;
        tx.data = std::move(data);
        sign(tx, key_of(from));
        const auto sent = chain->submit(tx.encode());
        ASSERT_TRUE(sent) << sent.error().message;
    }
    chain::BlockPtr mine(std::uint64_t seconds) { return chain::testing::mine(*chain, preimages, seconds); }
    /// Somebody's stake changes in a block; at once `data` is estimated, and mined `seconds` later with no
    /// more gas than that.
    void expect_enough(const Bytes& data, std::uint64_t seconds, std::string_view tag) {
        SCOPED_TRACE(std::to_string(seconds) + " s later, estimated on " + std::string(tag));
        send(2, pool, Stake::encode(U256(1)), 2'000'000);
        ASSERT_TRUE(mine(3)->receipts.at(0).success);
        const auto enough = estimate(1, data, tag);
        send(1, pool, data, enough);
        const auto block = mine(seconds);
        ASSERT_EQ(block->receipts.size(), 1U);
        EXPECT_TRUE(block->receipts[0].success) << "of " << enough << " gas, used " << block->header.gas_used;
        if (seconds > 0) {
            EXPECT_EQ(block->header.gas_used, enough);
        } else {
            EXPECT_LE(block->header.gas_used, enough);
        }
    }

    TemporaryDirectory directory;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    chain::Genesis genesis = small_genesis(preimages.tip(), 4096);
    const Address pool = contracts::pool_address(user(1), 0);
    std::unique_ptr<chain::Blockchain> chain;
    Dispatcher dispatcher;
    std::unique_ptr<Api> api;
};

TEST_F(EstimateTest, what_is_estimated_in_the_very_second_of_the_last_change_suffices_later) {
    for (const std::string_view tag : {"latest", "pending"})
        for (const std::uint64_t seconds : {0U, 1U, 2U, 60U, 5000U}) {
            expect_enough(GetReward::encode(), seconds, tag);
            expect_enough(Withdraw::encode(U256(1)), seconds, tag);
            expect_enough(Compound::encode(user(1)), seconds, tag);
            expect_enough(Exit::encode(), seconds, tag);
            send(1, pool, Stake::encode(coin), 2'000'000);
            mine(1);
        }
}

TEST_F(EstimateTest, the_callers_own_change_in_that_second_does_not_hide_what_comes) {
    // Staked, and the reward claimed at once: the claim is estimated before anything was earned.
    ASSERT_NO_FATAL_FAILURE(send(3, wrapped_coin, Deposit::encode(), 2'000'000, coin * 50));
    send(3, wrapped_coin, Approve::encode(pool, u256_max), 2'000'000);
    send(3, pool, Stake::encode(coin), 2'000'000);
    mine(7);
    const auto enough = estimate(3, GetReward::encode(), "latest");
    send(3, pool, GetReward::encode(), enough);
    const auto block = mine(1);
    EXPECT_TRUE(block->receipts.at(0).success);
    EXPECT_EQ(block->header.gas_used, enough);
}

TEST_F(EstimateTest, calls_beyond_the_deepest_frame_are_told_and_end_the_transaction) {
    using contracts::testing::multicall3_address, contracts::testing::nested;
    const auto ask = [&](std::string_view method, std::uint32_t levels) {
        return dispatcher.handle(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) +
                                     R"(","params":[{"from":")" + hex0x(user(1)) + R"(","to":")" +
                                     hex0x(multicall3_address) + R"(","data":")" +
                                     hex0x(nested(address("57"), {}, levels).second) + "\"}]}",
                                 {});
    };
    const std::string refused =
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"max call depth exceeded"}})";
    for (const std::string_view method : {"eth_call", "eth_estimateGas"}) {
        EXPECT_TRUE(ask(method, 32).contains("\"result\"")) << method;
        EXPECT_EQ(ask(method, 33), refused) << method;
    }
    send(1, multicall3_address, nested(address("57"), {}, 33).second, 5'000'000);
    const auto block = mine(1);
    ASSERT_EQ(block->receipts.size(), 1U);
    EXPECT_FALSE(block->receipts[0].success);
    EXPECT_LT(block->header.gas_used, 5'000'000U) << "what was used, not all";
}

TEST_F(EstimateTest, a_plain_payment_is_estimated_as_ever) {
    EXPECT_EQ(estimate(1, Stake::encode(coin), "latest"), estimate(1, Stake::encode(coin), "pending"));
    EXPECT_EQ(dispatcher.handle(R"({"jsonrpc":"2.0","id":1,"method":"eth_estimateGas","params":[{"from":")" +
                                    hex0x(user(1)) + R"(","to":")" + hex0x(user(2)) + R"(","value":"0x1"}]})",
                                {}),
              R"({"jsonrpc":"2.0","id":1,"result":"0x5208"})");
}

}  // namespace
}  // namespace farthing::rpc
