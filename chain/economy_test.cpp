// Minting and the sharing of base fees, over whole blocks: every wei is somewhere.
#include "chain/block_builder.hpp"
#include "chain/testing.hpp"
#include "contracts/emission/emission.hpp"
#include "contracts/staking/pool.hpp"
#include "core/abi/signature.hpp"
#include "core/fair/chain.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace farthing::chain {
namespace {

using literals::address;
using namespace testing;

const Address wrapped_coin = address("fa0001"), parameters = address("fa0005"), minter = address("fa0008"),
              timelock = address("fa000b");
constexpr std::uint64_t accounts = 3;

class EconomyTest : public ::testing::Test {
 protected:
    EconomyTest() {
        auto& emission = genesis.contracts.members["Emission"].members;
        emission["owner"].text = hex0x(owner);
        emission["hardCap"].text = to_decimal(coin * 1'000'000);
        emission["maxStep"].text = "1000";
        emission["schedule"].members["kind"].text = "0";
        emission["schedule"].members["ratePerSecondE18"].text = to_decimal(coin * coin);  // A coin a second.
        emission["split"].members["stakers"].text = "8000";
        emission["split"].members["treasury"].text = "2000";
        emission["sinks"].members["stakers"].text = hex0x(pool);
        emission["sinks"].members["treasury"].text = hex0x(timelock);
        auto& pools = genesis.contracts.members["PoolFactory"].members;
        pools["owner"].text = hex0x(owner);
        pools["stakersPool"].members["rewardsDuration"].text = "1000";
        pools["stakersPool"].members["source"].text = hex0x(minter);
        BlockchainOptions options;
        options.data_dir = directory.path();
        chain = Blockchain::open(genesis, options);
    }

    U256 balance(const Address& who) { return chain->head_state().account(who).balance; }
    /// Of all accounts that hold coin in these tests.
    U256 total() {
        U256 sum = balance(genesis.sequencer) + balance(wrapped_coin) + balance(minter) + balance(timelock);
        for (std::uint64_t n = 1; n <= accounts; ++n) sum += balance(key_of(n).address());
        return sum;
    }
    template <class F, class... A>
    void send(std::uint64_t from, const Address& to, const U256& value, const A&... args) {
        const auto key = key_of(from);
        auto tx = transfer(key, chain->pending_nonce(key.address()), to, value);
        tx.gas_limit = 2'000'000;
        tx.data = F::encode(args...);
        sign(tx, key);
        const auto sent = chain->submit(tx.encode());
        ASSERT_TRUE(sent) << sent.error().message;
    }
    BlockPtr mine(std::uint64_t seconds = 1) { return testing::mine(*chain, preimages, seconds); }
    template <class F, class... A>
    typename F::Return ask(const Address& to, const A&... args) {
        const CallRequest request{.from = owner,
                                  .to = to,
                                  .value = 0,
                                  .data = F::encode(args...),
                                  .gas_limit = 10'000'000,
                                  .gas_price = 0,
                                  .access_list = {}};
        const auto head = chain->head();
        const auto outcome = chain->call(chain->head_state(), chain->info_of(head->header), request);
        EXPECT_TRUE(outcome && outcome->success);
        return std::get<0>(F::decode_output(outcome->output).value());
    }
    void set_parameter(std::string_view name, std::uint64_t value) {
        send<abi::Function<"function set(string name, uint256 value)">>(1, parameters, 0, std::string(name),
                                                                        U256(value));
    }
    void stake(std::uint64_t who, const U256& amount) {
        send<abi::Function<"function deposit() payable">>(who, wrapped_coin, amount);
        send<abi::Function<"function approve(address spender, uint256 value) returns (bool)">>(
            who, wrapped_coin, 0, pool, u256_max);
        send<abi::Function<"function stake(uint256 amount)">>(who, pool, 0, amount);
    }
    static U256 base_fees(const BlockPtr& block) {
        return block->header.base_fee_per_gas * block->header.gas_used;
    }
    static void expect_success(const BlockPtr& block, std::size_t count) {
        ASSERT_EQ(block->receipts.size(), count);
        for (const auto& receipt : block->receipts) EXPECT_TRUE(receipt.success);
    }
    U256 minted() { return ask<abi::Function<"function mintedTotal() view returns (uint256)">>(minter); }
    U256 owed_to_stakers() {
        return ask<abi::Function<"function owed(uint8 sink) view returns (uint256 amount)">>(minter,
                                                                                             std::uint8_t{0});
    }
    U256 earned(std::uint64_t who) {
        return ask<abi::Function<"function earned(address account) view returns (uint256)">>(
            pool, key_of(who).address());
    }

    /// The last wei may be due in parts only.
    void expect_earned(std::uint64_t who, const U256& amount) {
        const U256 got = earned(who);
        EXPECT_LE(got, amount);
        EXPECT_GE(got + 1, amount);
    }

    const Address owner = key_of(1).address();
    const Address pool = contracts::pool_address(owner, 0);
    TemporaryDirectory directory;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    Genesis genesis = small_genesis(preimages.tip(), 4096);
    std::unique_ptr<Blockchain> chain;
};

TEST_F(EconomyTest, base_fees_are_burnt_until_parameters_says_otherwise) {
    const U256 before = total();
    stake(2, coin);
    const auto block = mine(0);
    expect_success(block, 3);
    EXPECT_EQ(total(), before - base_fees(block));
    EXPECT_EQ(balance(timelock), 0);
    EXPECT_EQ(ask<abi::Function<"function burntTotal() view returns (uint256)">>(minter), base_fees(block));
}

TEST_F(EconomyTest, base_fees_are_shared_exactly_between_stakers_treasury_and_the_fire) {
    stake(2, coin);
    set_parameter("feeStakersBps", 3'333);
    set_parameter("feeTreasuryBps", 1'667);
    mine(0);
    const U256 before = total();
    set_parameter("baseFeeFloor", 1'000'000'007);
    mine(0);
    const auto first = chain->head();
    send<abi::Function<"function deposit() payable">>(3, wrapped_coin, coin);
    const auto second = mine(0);
    U256 burnt = 0, treasury = 0, stakers = 0;
    for (const auto& block : {first, second}) {
        const U256 fees = base_fees(block), to_stakers = fees * 3'333 / 10'000,
                   to_treasury = fees * 1'667 / 10'000;
        burnt += fees - to_stakers - to_treasury;
        stakers += to_stakers;
        treasury += to_treasury;
    }
    EXPECT_NE(base_fees(second) % 10'000, 0) << "otherwise this shows no rounding";
    EXPECT_EQ(balance(timelock), treasury);
    expect_earned(2, stakers);
    EXPECT_EQ(balance(minter), stakers);
    EXPECT_EQ(total(), before - burnt);
}

TEST_F(EconomyTest, the_treasury_gets_at_most_what_the_stakers_leave) {
    set_parameter("feeStakersBps", 10'000);
    set_parameter("feeTreasuryBps", 10'000);
    mine(0);
    EXPECT_EQ(chain->rules().fee_treasury_bps, 0u);
    const U256 before = total();
    send<abi::Function<"function deposit() payable">>(3, wrapped_coin, coin);
    mine(0);
    EXPECT_EQ(total(), before) << "nothing is burnt";
    EXPECT_EQ(balance(timelock), 0);
}

TEST_F(EconomyTest, fees_wait_while_nobody_is_staked_and_stream_to_those_who_come) {
    set_parameter("feeStakersBps", 10'000);
    mine(0);
    send<abi::Function<"function deposit() payable">>(3, wrapped_coin, coin);
    const U256 fees = base_fees(mine(0));
    EXPECT_EQ(balance(minter), fees);
    EXPECT_EQ(owed_to_stakers(), fees);
    stake(2, coin);
    mine(0);
    const U256 fees_of_staking = base_fees(chain->head());
    expect_earned(2, fees_of_staking);  // Her own block\'s fees came after her stake; the old ones stream.
    EXPECT_EQ(ask<abi::Function<"function unallocatedRewards() view returns (uint256)">>(pool), 0);
    EXPECT_GT(ask<abi::Function<"function rewardRate() view returns (uint256)">>(pool), 0);
}

TEST_F(EconomyTest, coin_is_minted_on_touch_and_counted_in_the_blocks_balance) {
    stake(2, coin * 2);
    expect_success(mine(10), 3);
    EXPECT_EQ(minted(), coin * 10);
    const U256 before = total();
    for (int i = 0; i < 5; ++i) mine(10);
    EXPECT_EQ(total(), before) << "blocks alone mint nothing";
    EXPECT_EQ(minted(), coin * 60) << "but it is due";
    // Ten coins came before the stake and stream over 1000 s; 40 came after it.
    expect_earned(2, coin * 40 + coin * 8 * 50 / 1000);
    send<abi::Function<"function getReward()">>(2, pool, 0);
    const auto block = mine(10);
    expect_success(block, 1);
    EXPECT_EQ(total(), before + coin * 60 - base_fees(block));
    EXPECT_EQ(balance(minter), coin * 14) << "the treasury's, until anyone releases it";
    send<abi::Function<"function release(uint8 sink) returns (uint256 amount)">>(3, minter, 0,
                                                                                 std::uint8_t{2});
    mine(0);
    EXPECT_EQ(balance(timelock), coin * 14);
    EXPECT_EQ(balance(minter), 0);
}

TEST_F(EconomyTest, a_halt_mints_for_one_step) {
    mine(1'000'000);
    EXPECT_EQ(minted(), coin * 1000);
    EXPECT_EQ(ask<abi::Function<"function clock() view returns (uint256 time)">>(minter),
              U256(genesis.timestamp + 1000));
}

TEST_F(EconomyTest, a_mint_that_is_rolled_back_leaves_nothing) {
    mine(10);
    const U256 before = total();
    // exit() pulls, and so mints, before it finds that there is nothing to withdraw.
    send<abi::Function<"function exit()">>(3, pool, 0);
    const auto block = mine(0);
    ASSERT_EQ(block->receipts.size(), 1u);
    EXPECT_FALSE(block->receipts[0].success);
    EXPECT_EQ(total(), before - base_fees(block));
    EXPECT_EQ(balance(minter), 0);

    auto short_of_gas = transfer(key_of(3), chain->pending_nonce(key_of(3).address()), minter, 0);
    short_of_gas.data = abi::Function<"function accrue() returns (uint256 minted)">::encode();
    short_of_gas.gas_limit = 85'000;
    sign(short_of_gas, key_of(3));
    ASSERT_TRUE(chain->submit(short_of_gas.encode()));
    const auto starved = mine(0);
    EXPECT_FALSE(starved->receipts.at(0).success);
    EXPECT_EQ(starved->header.gas_used, 85'000u);
    EXPECT_EQ(balance(minter), 0);
}

TEST_F(EconomyTest, a_genesis_file_that_says_nothing_of_emission_mints_nothing) {
    chain.reset();
    TemporaryDirectory elsewhere;
    genesis.contracts.members.erase("Emission");
    genesis.contracts.members.erase("PoolFactory");
    BlockchainOptions options;
    options.data_dir = elsewhere.path();
    chain = Blockchain::open(genesis, options);
    mine(1000);
    EXPECT_EQ(minted(), 0);
    EXPECT_EQ(ask<abi::Function<"function hardCap() view returns (uint256)">>(minter), coin * 400);
    chain.reset();
}

// Random traffic: whatever happens, the accounts together have what there was, plus minted, less burnt.
TEST_F(EconomyTest, random_traffic_conserves_the_coin) {
    std::mt19937_64 random(test_seed());
    const U256 initial = total();
    U256 burnt = 0;
    for (std::uint64_t who = 1; who <= accounts; ++who) stake(who, coin);
    const int blocks = std::getenv("FARTHING_LONG") != nullptr ? 2'000 : 200;
    for (int i = 0; i < blocks; ++i) {
        const auto who = 1 + random() % accounts;
        const U256 amount = U256(random()) % coin / 50;
        switch (random() % 6) {
            case 0:
                stake(who, amount);
                break;
            case 1:
                send<abi::Function<"function withdraw(uint256 amount)">>(who, pool, 0, amount);
                break;
            case 2:
                send<abi::Function<"function getReward()">>(who, pool, 0);
                break;
            case 3:
                send<abi::Function<"function accrue() returns (uint256 minted)">>(who, minter, 0);
                break;
            case 4:
                set_parameter("feeStakersBps", random() % 10'001);
                break;
            default:
                set_parameter("feeTreasuryBps", random() % 10'001);
        }
        const auto rules = chain->rules();
        const U256 fees = base_fees(mine(random() % 5));
        burnt += fees - fees * rules.fee_stakers_bps / 10'000 - fees * rules.fee_treasury_bps / 10'000;
        ASSERT_EQ(ask<abi::Function<"function burntTotal() view returns (uint256)">>(minter), burnt);
    }
    send<abi::Function<"function accrue() returns (uint256 minted)">>(1, minter, 0);
    mine(0);
    const auto supply = ask<abi::Function<"function coinSupply() view returns (uint256)">>(minter);
    EXPECT_EQ(total(), supply);
    EXPECT_EQ(minted() + initial - supply,
              ask<abi::Function<"function burntTotal() view returns (uint256)">>(minter));
}

}  // namespace
}  // namespace farthing::chain
