#include "contracts/testing/test_chain.hpp"

namespace farthing::contracts {
extern const Module drip;

namespace {

using namespace testing;

constexpr std::uint64_t sip_wei = 1'000'000'000'000;
constexpr std::uint64_t day_s = 86'400;

class DripTest : public ::testing::Test {
 protected:
    DripTest() {
        chain.host.install(drip, tap);
        for (const auto& who : {alice, bob}) chain.host.state.balances[who] = U256(10 * sip_wei);
    }
    auto fill(const U256& wei) { return chain.pay<"function fill() payable">(alice, tap, wei); }
    auto sip(const Address& who) { return chain.call<"function sip() returns (uint256 amount)">(who, tap); }
    auto available_at(const Address& who) {
        return chain.call<"function availableAt(address who) view returns (uint64 time)">(bob, tap, who)
            .value;
    }
    U256 total_paid() {
        return chain.call<"function totalPaid() view returns (uint256 amount)">(bob, tap).value;
    }

    TestChain chain;
    const Address tap = *drip.identity.address;
    const Address alice = account(1), bob = account(2);
};

TEST_F(DripTest, a_sip_pays_the_caller_once_and_is_logged) {
    ASSERT_TRUE(fill(3 * sip_wei).success);
    const auto done = sip(bob);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.value, sip_wei);
    EXPECT_EQ(chain.host.balance_of(bob), 11 * sip_wei);
    EXPECT_EQ(total_paid(), sip_wei);
    ASSERT_EQ(done.logs.size(), 1u);
    EXPECT_EQ(done.logs[0].address, tap);
    EXPECT_EQ(done.logs[0].topics, (std::vector<Hash>{keccak256_constexpr("Sipped(address,uint256)"),
                                                      Hash::from(abi::encode(bob))}));
    EXPECT_EQ(done.logs[0].data, abi::encode(U256(sip_wei)));
    EXPECT_EQ(available_at(bob), chain.host.head.timestamp + day_s);
    EXPECT_EQ(available_at(alice), 0u);
}

TEST_F(DripTest, second_sip_within_the_interval_reverts_too_soon) {
    ASSERT_TRUE(fill(3 * sip_wei).success);
    ASSERT_TRUE(sip(bob).success);
    const auto from = chain.host.head.timestamp + day_s;
    chain.host.head.timestamp = from - 1;
    EXPECT_EQ(sip(bob).revert, error<"error TooSoon(uint64 availableAt)">(from));
    chain.host.head.timestamp = from;
    EXPECT_TRUE(sip(bob).success);
}

TEST_F(DripTest, a_tap_below_one_sip_is_dry) {
    ASSERT_TRUE(fill(sip_wei - 1).success);
    EXPECT_EQ(sip(bob).revert,
              (error<"error Dry(uint256 balance, uint256 needed)">(U256(sip_wei - 1), U256(sip_wei))));
    ASSERT_TRUE(fill(1).success);
    EXPECT_TRUE(sip(bob).success);
    EXPECT_EQ(chain.host.balance_of(tap), 0);
}

TEST_F(DripTest, value_is_taken_by_fill_alone) {
    EXPECT_FALSE((chain.pay<"function sip() returns (uint256 amount)">(alice, tap, U256(1)).success));
    EXPECT_FALSE(chain.send(alice, tap, 1, {}).success);
    EXPECT_FALSE(chain.send(alice, tap, 0, {}).success);
    EXPECT_EQ(chain.host.balance_of(tap), 0);
}

TEST_F(DripTest, calldata_of_another_shape_reverts_with_empty_data) {
    using F = abi::Function<"function availableAt(address who) view returns (uint64 time)">;
    const Bytes good = F::encode(bob);
    ASSERT_TRUE(chain.send(alice, tap, 0, good).success);
    Bytes longer = good, dirty = good, unknown = good;
    longer.push_back(0);
    dirty[4] = 1;
    unknown[0] ^= 1;
    // What follows the arguments is not looked at, as in Solidity: wallets append marks there (ERC-8021).
    EXPECT_EQ(chain.send(alice, tap, 0, longer).value, chain.send(alice, tap, 0, good).value);
    for (const Bytes& bad :
         {dirty, unknown, Bytes(good.begin(), good.end() - 1), Bytes(good.begin(), good.begin() + 3)}) {
        const auto done = chain.send(alice, tap, 0, bad);
        EXPECT_FALSE(done.success);
        EXPECT_TRUE(done.revert.empty());
    }
}

TEST_F(DripTest, gas_is_flat_and_running_out_ends_the_call) {
    ASSERT_TRUE(fill(5 * sip_wei).success);
    const auto first = sip(bob);
    // dispatch; reads: lastSipAt, balance, lastSipAt's slot, paid; writes; log; paying call.
    EXPECT_EQ(first.gas, 200 + 4 * 2'100 + 2 * 20'000 + (375 + 2 * 375 + 8 * 32) + 2'600 + 9'000u);
    chain.host.head.timestamp += day_s;
    chain.gas_limit = sip(bob).gas;
    chain.host.head.timestamp += day_s;
    EXPECT_TRUE(sip(bob).success);
    chain.host.head.timestamp += day_s;
    chain.gas_limit -= 1;
    const auto before = chain.host.state;
    EXPECT_TRUE(sip(bob).out_of_gas);
    EXPECT_EQ(chain.host.state, before);
}

TEST_F(DripTest, random_sequences_keep_the_books) {
    Random random;
    U256 filled = 0;
    std::uint64_t sipped_events = 0;
    std::map<Address, std::uint64_t> last_sip;
    for (const auto& who : {alice, bob}) chain.host.state.balances[who] = U256(1'000'000) * sip_wei;
    const auto count = operations(10'000);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto who = account(1 + random.below(8));
        if (random.one_in(3)) {
            const U256 wei = random.below(2 * sip_wei);
            if (chain.pay<"function fill() payable">(who, tap, wei).success) filled += wei;
        } else {
            const auto done = sip(who);
            if (done.success) {
                sipped_events += done.logs.size();
                const auto now = chain.host.head.timestamp;
                ASSERT_TRUE(!last_sip.contains(who) || now - last_sip[who] >= day_s);
                last_sip[who] = now;
            }
        }
        if (random.one_in(4)) chain.host.head.timestamp += random.below(day_s);
        ASSERT_EQ(chain.host.balance_of(tap) + total_paid(), filled);
        ASSERT_EQ(total_paid(), U256(sipped_events) * sip_wei);
    }
    EXPECT_EQ(chain.errors_not_raised(drip), std::vector<std::string>{});
}

}  // namespace
}  // namespace farthing::contracts
