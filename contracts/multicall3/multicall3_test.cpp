// Multicall3: order, failure, coin, the block it speaks of, and random batches against a model.
#include "contracts/testing/games_chain.hpp"
#include "contracts/testing/multicall.hpp"

namespace farthing::contracts {
extern const Module multicall3;

namespace {

using namespace testing;

// The structs as a caller writes them; the contract has its own.
struct Call {
    Address target;
    Bytes data;
    using Abi = abi::Struct<"struct Call { address target; bytes callData; }", &Call::target, &Call::data>;
};
struct Call3Value {
    Address target;
    bool may_fail = false;
    U256 value;
    Bytes data;
    using Abi =
        abi::Struct<"struct Call3Value { address target; bool allowFailure; uint256 value; bytes callData; }",
                    &Call3Value::target, &Call3Value::may_fail, &Call3Value::value, &Call3Value::data>;
};

using BalanceOf = abi::Function<"function balanceOf(address account) view returns (uint256 balance)">;
using Transfer = abi::Function<"function transfer(address to, uint256 value) returns (bool ok)">;
using Deposit = abi::Function<"function deposit() payable">;

const Bytes call_failed = error_string("Multicall3: call failed");

class Multicall3Test : public ::testing::Test {
 protected:
    static constexpr Address at = multicall3_address;

    Multicall3Test() { c.host.install(multicall3, at); }

    auto aggregate(const std::vector<Call>& calls) {
        return c.call<
            "function aggregate(Call[] calls) payable returns (uint256 blockNumber, bytes[] "
            "returnData)",
            Call>(c.alice, at, calls);
    }
    auto try_aggregate(bool require_success, const std::vector<Call>& calls) {
        return c.call<
            "function tryAggregate(bool requireSuccess, Call[] calls) payable returns (Result[] returnData)",
            Call, Returned>(c.alice, at, require_success, calls);
    }
    auto try_block_and_aggregate(bool require_success, const std::vector<Call>& calls) {
        return c.call<
            "function tryBlockAndAggregate(bool requireSuccess, Call[] calls) payable returns "
            "(uint256 blockNumber, bytes32 blockHash, Result[] returnData)",
            Call, Returned>(c.alice, at, require_success, calls);
    }
    auto aggregate3(const std::vector<Call3>& calls) {
        return c.call<"function aggregate3(Call3[] calls) payable returns (Result[] returnData)", Call3,
                      Returned>(c.alice, at, calls);
    }
    auto aggregate3_value(const std::vector<Call3Value>& calls, const U256& wei) {
        return c.pay<"function aggregate3Value(Call3Value[] calls) payable returns (Result[] returnData)",
                     Call3Value, Returned>(c.alice, at, wei, calls);
    }
    Hash block_hash(std::uint64_t number) {
        return c
            .call<"function getBlockHash(uint256 blockNumber) view returns (bytes32 blockHash)">(c.alice, at,
                                                                                                 U256(number))
            .value;
    }

    Bytes balance_call(const Address& who) { return BalanceOf::encode(who); }
    Bytes too_much() { return Transfer::encode(c.alice, U256(1) << 200); }
    Bytes too_much_error() {
        return error<"error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)">(
            at, c.balance(c.coin, at), U256(U256(1) << 200));
    }

    GamesChain c;
};

TEST_F(Multicall3Test, results_stand_in_the_order_of_the_calls) {
    ASSERT_TRUE((c.pay<"function deposit() payable">(c.alice, c.coin, U256(7)).success));
    const auto done = aggregate({{c.coin, balance_call(c.alice)},
                                 {c.coin, balance_call(c.bob)},
                                 {account(99), Bytes{1, 2, 3}},
                                 {c.coin, balance_call(c.alice)}});
    ASSERT_TRUE(done.success);
    const auto& [number, data] = done.value;
    EXPECT_EQ(number, c.host.head.number);
    const auto seven = abi::encode(U256(7));
    EXPECT_EQ(data, (std::vector<Bytes>{seven, abi::encode(U256(0)), {}, seven}))
        << "an account without code answers nothing, successfully";
    EXPECT_TRUE(std::get<1>(aggregate({}).value).empty());
}

TEST_F(Multicall3Test, a_failure_undoes_everything_or_itself) {
    const Bytes deposit = Deposit::encode();
    const std::vector<Call> calls{{c.coin, deposit}, {c.coin, too_much()}, {c.coin, balance_call(at)}};
    EXPECT_EQ(aggregate(calls).revert, call_failed);
    EXPECT_EQ(try_aggregate(true, calls).revert, call_failed);
    EXPECT_EQ(try_block_and_aggregate(true, calls).revert, call_failed);
    EXPECT_EQ(
        (c.call<"function blockAndAggregate(Call[] calls) payable returns (uint256 blockNumber, bytes32 "
                "blockHash, Result[] returnData)",
                Call, Returned>(c.alice, at, calls)
             .revert),
        call_failed);
    const std::vector<Returned> expected{{true, {}}, {false, too_much_error()}, {true, abi::encode(U256(0))}};
    EXPECT_EQ(try_aggregate(false, calls).value, expected);
    const auto [number, hash, results] = try_block_and_aggregate(false, calls).value;
    EXPECT_EQ(number, c.host.head.number);
    EXPECT_TRUE(hash.is_zero()) << "a block does not know its own hash";
    EXPECT_EQ(results, expected);

    EXPECT_EQ(aggregate3({{c.coin, true, too_much()}, {c.coin, false, too_much()}}).revert, call_failed);
    EXPECT_EQ(aggregate3({{c.coin, true, too_much()}, {c.coin, false, deposit}}).value,
              (std::vector<Returned>{{false, too_much_error()}, {true, {}}}));
}

TEST_F(Multicall3Test, coin_goes_where_the_calls_say_and_must_add_up) {
    const Bytes deposit = Deposit::encode();
    const std::vector<Call3Value> calls{{c.coin, false, 5, deposit}, {c.bob, false, 6, {}}};
    const auto mismatch = error_string("Multicall3: value mismatch");
    EXPECT_EQ(aggregate3_value(calls, 12).revert, mismatch);
    EXPECT_EQ(aggregate3_value(calls, 10).revert, call_failed) << "the second call cannot be paid";
    const auto bob_had = c.host.balance_of(c.bob);
    ASSERT_TRUE(aggregate3_value(calls, 11).success);
    EXPECT_EQ(c.balance(c.coin, at), 5) << "the calls are Multicall3's, and so is what they buy";
    EXPECT_EQ(c.host.balance_of(c.bob), bob_had + 6);
    EXPECT_EQ(c.host.balance_of(at), 0);
    EXPECT_EQ(aggregate3_value({{c.coin, true, 3, too_much()}}, 2).revert, mismatch);
    const auto failed = aggregate3_value({{c.coin, true, 3, too_much()}}, 3);
    ASSERT_TRUE(failed.success);
    EXPECT_FALSE(failed.value[0].success) << "transfer takes no coin";
    EXPECT_EQ(c.host.balance_of(at), 3);
    EXPECT_EQ(aggregate3_value({{c.coin, false, u256_max, {}}, {c.coin, false, 1, {}}}, 0).revert,
              call_failed);
}

TEST_F(Multicall3Test, calls_nest_to_frame_32_and_one_more_ends_the_transaction_though_it_may_fail) {
    const auto ask = [&](std::uint32_t levels) {
        const auto [to, data] = nested(c.coin, balance_call(c.alice), levels);
        return c.send(c.alice, to, 0, data);
    };
    const auto deepest = ask(call_depth_max);
    ASSERT_TRUE(deepest.success);
    Bytes inside = deepest.value;
    for (std::uint32_t level = 0; level < call_depth_max; ++level) {
        const auto results = Aggregate3::decode_output(inside).value();
        const auto& only = std::get<0>(results).at(0);
        ASSERT_TRUE(only.success);
        inside = only.data;
    }
    EXPECT_EQ(inside, abi::encode(c.balance(c.coin, c.alice)));
    const auto deeper = ask(call_depth_max + 1);
    EXPECT_TRUE(deeper.call_too_deep);
    EXPECT_FALSE(deeper.success);
    EXPECT_TRUE(deeper.value.empty() && deeper.revert.empty());
}

TEST_F(Multicall3Test, the_block_is_this_one) {
    c.host.head.miner = account(9);
    c.host.head.base_fee = 123;
    const auto ask = [&]<abi::Text D>() { return c.call<D>(c.alice, at).value; };
    EXPECT_EQ((ask.operator()<"function getBlockNumber() view returns (uint256 blockNumber)">()),
              c.host.head.number);
    EXPECT_EQ((ask.operator()<"function getCurrentBlockCoinbase() view returns (address coinbase)">()),
              account(9));
    EXPECT_EQ((ask.operator()<"function getCurrentBlockDifficulty() view returns (uint256 difficulty)">()),
              to_u256(c.host.head.mix_hash));
    EXPECT_EQ((ask.operator()<"function getCurrentBlockGasLimit() view returns (uint256 gaslimit)">()),
              c.host.head.gas_limit);
    EXPECT_EQ((ask.operator()<"function getCurrentBlockTimestamp() view returns (uint256 timestamp)">()),
              c.host.head.timestamp);
    EXPECT_EQ((ask.operator()<"function getLastBlockHash() view returns (bytes32 blockHash)">()),
              c.host.head.parent_hash);
    EXPECT_EQ((ask.operator()<"function getBasefee() view returns (uint256 basefee)">()), 123);
    EXPECT_EQ((ask.operator()<"function getChainId() view returns (uint256 chainid)">()), 31337);
    EXPECT_EQ((c.call<"function getEthBalance(address addr) view returns (uint256 balance)">(c.bob, at, c.bob)
                   .value),
              c.host.balance_of(c.bob));
}

TEST_F(Multicall3Test, hashes_of_the_last_256_blocks_are_known_and_no_other) {
    for (int i = 0; i < 600; ++i) {
        if (i % 97 != 0 && i < 590) {
            c.next_block();
            continue;
        }
        const auto now = c.host.head.number;
        for (std::uint64_t number = now < 300 ? 0 : now - 300; number <= now + 2; ++number) {
            const bool known = number < now && now - number <= 256;
            ASSERT_EQ(block_hash(number), known ? hash_of("block " + std::to_string(number)) : Hash{})
                << number << " at " << now;
        }
        c.next_block();
    }
    const auto huge = c.call<"function getBlockHash(uint256 blockNumber) view returns (bytes32 blockHash)">(
        c.alice, at, u256_max);
    EXPECT_TRUE(huge.success);
    EXPECT_TRUE(huge.value.is_zero());
}

TEST_F(Multicall3Test, ten_thousand_random_batches_do_what_their_calls_say) {
    Random random;
    U256 wrapped = 0, lost = 0;
    int reverted = 0;
    for (std::uint64_t i = 0, count = operations(10'000); i < count; ++i) {
        std::vector<Call3Value> calls;
        std::vector<bool> succeeds;
        U256 sum = 0, deposits = 0, failed = 0, gifts = 0;
        bool refused = false;
        for (auto n = random.below(5); n > 0; --n) {
            const U256 value = random.below(1000);
            const auto kind = random.below(4);
            const bool may_fail = !random.one_in(8);
            if (kind == 0) calls.push_back({c.coin, may_fail, value, Deposit::encode()});
            if (kind == 1) calls.push_back({c.coin, may_fail, 0, too_much()});
            if (kind == 2) calls.push_back({c.bob, may_fail, value, {}});
            if (kind == 3) calls.push_back({c.coin, may_fail, value + 1, balance_call(at)});
            const bool ok = kind == 0 || kind == 2;
            succeeds.push_back(ok);
            refused |= !ok && !may_fail;
            const U256 takes = calls.back().value;
            sum += takes;
            (kind == 0 ? deposits : kind == 2 ? gifts : failed) += takes;
        }
        const bool short_of = random.one_in(10);
        const U256 sent = sum + (short_of ? 1 : 0);
        const auto bob_had = c.host.balance_of(c.bob);
        const auto done = aggregate3_value(calls, sent);
        ASSERT_EQ(done.success, !refused && !short_of) << hex(done.revert);
        if (done.success) {
            for (std::size_t k = 0; k < calls.size(); ++k) ASSERT_EQ(done.value[k].success, succeeds[k]);
            wrapped += deposits;
            lost += failed;
        } else {
            ++reverted;
        }
        ASSERT_EQ(c.host.balance_of(c.bob), bob_had + (done.success ? gifts : U256(0)));
        ASSERT_EQ(c.balance(c.coin, at), wrapped);
        ASSERT_EQ(c.host.balance_of(at), lost);
    }
    EXPECT_GT(reverted, 1000);
    EXPECT_GT(wrapped, 0);
}

}  // namespace
}  // namespace farthing::contracts
