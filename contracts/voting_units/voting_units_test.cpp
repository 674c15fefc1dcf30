#include "contracts/testing/error_coverage.hpp"
#include "contracts/testing/token_chain.hpp"
#include "contracts/votes/votes.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

using NotSource = abi::Error<"error VotingUnitsNotSource(address caller)">;
using InvalidSource = abi::Error<"error VotingUnitsInvalidSource(address source)">;

class VotingUnitsTest : public TokenFixture {
 protected:
    ~VotingUnitsTest() override { ErrorCoverage::of(voting_units).add(chain, voting_units); }

    auto move_units(const Address& by, const Address& from, const Address& to, const U256& amount) {
        return chain.call<"function moveUnits(address from, address to, uint256 units)">(by, units, from, to,
                                                                                         amount);
    }
    auto register_source(const Address& by, const Address& source) {
        return chain.call<"function registerSource(address source)">(by, units, source);
    }
    bool is_source(const Address& who) {
        return chain.call<"function isSource(address account) view returns (bool)">(alice, units, who).value;
    }
    bool is_excluded(const Address& who) {
        return chain.call<"function isExcluded(address account) view returns (bool)">(alice, units, who)
            .value;
    }
    U256 units_of(const Address& who) {
        return chain.call<"function unitsOf(address account) view returns (uint256)">(alice, units, who)
            .value;
    }
    U256 total() { return chain.call<"function totalUnits() view returns (uint256)">(alice, units).value; }
    /// What a pool of wrapped coin does when someone stakes and takes back.
    void stake(const Address& who, const U256& amount) {
        ASSERT_TRUE(approve(coin, who, pool, amount).success);
        ASSERT_TRUE(transfer_from(coin, pool, who, pool, amount).success);
        ASSERT_TRUE(move_units(pool, nobody, who, amount).success);
    }
    void unstake(const Address& who, const U256& amount) {
        ASSERT_TRUE(transfer(coin, pool, who, amount).success);
        ASSERT_TRUE(move_units(pool, who, nobody, amount).success);
    }

    const Address pool = account(0x9001), games = literals::address("fa0004"),
                  pool_factory = literals::address("fa0009");
};

TEST_F(VotingUnitsTest, wrapped_coin_is_counted_from_the_first_unit) {
    EXPECT_TRUE(is_source(coin));
    EXPECT_TRUE(is_excluded(games));
    ASSERT_TRUE(delegate(units, alice, alice).success);
    const auto done = deposit(alice, 700);
    ASSERT_EQ(done.logs.size(), 3u);
    EXPECT_EQ(done.logs[0].topics[0], Erc20::Transfer::topic);
    EXPECT_EQ(done.logs[1].address, units);
    EXPECT_EQ(done.logs[1].data, abi::encode(U256(0), U256(700)));
    EXPECT_EQ(votes(units, alice), 700);
    ASSERT_TRUE(transfer(coin, alice, bob, 200).success);
    EXPECT_EQ(votes(units, alice), 500);
    EXPECT_EQ(units_of(bob), 200);
    EXPECT_EQ(votes(units, bob), 0);
    ASSERT_TRUE(withdraw(alice, 500).success);
    EXPECT_EQ(votes(units, alice), 0);
    EXPECT_EQ(total(), 200);
    pass(1);
    EXPECT_EQ(past_total(units, now() - 1).value, 200);
}

TEST_F(VotingUnitsTest, staked_coin_counts_once_for_the_staker) {
    ASSERT_TRUE(register_source(pool_factory, pool).success);
    ASSERT_TRUE(deposit(alice, 700).success);
    ASSERT_TRUE(delegate(units, alice, bob).success);
    stake(alice, 300);
    EXPECT_EQ(balance(coin, pool), 300);
    EXPECT_EQ(units_of(pool), 0);
    EXPECT_EQ(units_of(alice), 700);
    EXPECT_EQ(votes(units, bob), 700);
    EXPECT_EQ(total(), 700);
    unstake(alice, 100);
    EXPECT_EQ(units_of(alice), 700);
    EXPECT_EQ(total(), 700);
}

TEST_F(VotingUnitsTest, coin_in_games_is_nobodys) {
    ASSERT_TRUE(deposit(alice, 100).success);
    ASSERT_TRUE(transfer(coin, alice, games, 40).success);
    EXPECT_EQ(units_of(games), 0);
    EXPECT_EQ(total(), 60);
    ASSERT_TRUE(transfer(coin, games, bob, 40).success);
    EXPECT_EQ(units_of(bob), 40);
    EXPECT_EQ(total(), 100);
}

TEST_F(VotingUnitsTest, genesis_excludes_more_accounts) {
    TestChain other;
    GenesisParams params;
    params.members["excluded"].members[hex0x(bob)].text = "the community's reserve";
    other.host.install(voting_units, units, params);
    const auto is_out = [&](const Address& who) {
        return other.call<"function isExcluded(address account) view returns (bool)">(alice, units, who)
            .value;
    };
    EXPECT_TRUE(is_out(bob));
    EXPECT_TRUE(is_out(games));
    EXPECT_FALSE(is_out(alice));
    params.members["excluded"].members["not an address"].text = "";
    EXPECT_THROW(other.host.install(voting_units, account(77), params), std::invalid_argument);
}

TEST_F(VotingUnitsTest, only_sources_report) {
    EXPECT_EQ(move_units(alice, nobody, alice, 1).revert, NotSource::encode(alice));
    EXPECT_EQ(move_units(units_owner, nobody, alice, 1).revert, NotSource::encode(units_owner));
    EXPECT_EQ(move_units(games, nobody, alice, 1).revert, NotSource::encode(games));
    EXPECT_EQ(move_units(coin, alice, bob, 1).revert, panic(PanicCode::overflow)) << "more than there is";
    EXPECT_EQ(total(), 0);
}

TEST_F(VotingUnitsTest, only_the_factory_and_the_owner_register) {
    EXPECT_EQ(register_source(alice, pool).revert, OwnableUnauthorizedAccount::encode(alice));
    for (const auto& bad : {nobody, games, coin})
        EXPECT_EQ(register_source(units_owner, bad).revert, InvalidSource::encode(bad));
    ASSERT_TRUE(register_source(units_owner, pool).success);
    EXPECT_EQ(register_source(pool_factory, pool).revert, InvalidSource::encode(pool));
    const auto hand_over = [&](const Address& by, const Address& to) {
        return chain.call<"function transferOwnership(address newOwner)">(by, units, to);
    };
    EXPECT_EQ(hand_over(alice, alice).revert, OwnableUnauthorizedAccount::encode(alice));
    EXPECT_EQ(hand_over(units_owner, nobody).revert, OwnableInvalidOwner::encode(nobody));
    ASSERT_TRUE(hand_over(units_owner, alice).success);
    EXPECT_TRUE(register_source(alice, account(0x9002)).success);
}

TEST_F(VotingUnitsTest, what_a_source_held_before_stops_counting) {
    ASSERT_TRUE(deposit(alice, 100).success);
    ASSERT_TRUE(transfer(coin, alice, pool, 30).success) << "a pool's address is known before it is made";
    EXPECT_EQ(total(), 100);
    ASSERT_TRUE(register_source(pool_factory, pool).success);
    EXPECT_EQ(units_of(pool), 0);
    EXPECT_EQ(total(), 70);
    ASSERT_TRUE(transfer(coin, pool, bob, 30).success);
    EXPECT_EQ(units_of(bob), 30);
    EXPECT_EQ(total(), 100);
}

TEST_F(VotingUnitsTest, delegations_by_signature_have_this_contracts_domain) {
    ASSERT_TRUE(deposit(alice, 100).success);
    const eip712::Delegation d{bob, 0, now()};
    const auto signature = sign_delegation(units, key_of(1), d);
    ASSERT_TRUE(delegate_by_sig(units, d, signature).success);
    EXPECT_EQ(votes(units, bob), 100);
    EXPECT_EQ(delegate_by_sig(units, d, signature).revert, InvalidAccountNonce::encode(alice, U256(1)));
    EXPECT_EQ(nonce(units, alice), 1);
    EXPECT_EQ(nonce(coin, alice), 0) << "the wrapped coin's permits have their own";
    pass(1);
    const eip712::Delegation late{bob, 1, now() - 1};
    EXPECT_EQ(delegate_by_sig(units, late, sign_delegation(units, key_of(1), late)).revert,
              VotesExpiredSignature::encode(late.expiry));
    EXPECT_EQ(past_votes(units, bob, now()).revert,
              ERC5805FutureLookup::encode(U256(now()), abi::Uint<48>(now())));
    Signature bad = signature;
    bad.s.bytes.fill(0xff);
    const eip712::Delegation open{bob, 1, u256_max};
    EXPECT_EQ(delegate_by_sig(units, open, bad).revert, ECDSAInvalidSignatureS::encode(bad.s));
    bad = signature;
    bad.r = {};
    EXPECT_EQ(delegate_by_sig(units, open, bad).revert, ECDSAInvalidSignature::encode());
}

TEST_F(VotingUnitsTest, a_transfer_of_coin_costs_bounded_gas_whatever_its_history) {
    ASSERT_TRUE(deposit(alice, 100'000).success);
    for (const auto& who : {alice, bob}) ASSERT_TRUE(delegate(units, who, who).success);
    pass(1);
    ASSERT_TRUE(transfer(coin, alice, bob, 1).success);
    pass(1);
    const auto early = transfer(coin, alice, bob, 1).gas;
    for (int i = 0; i < 300; ++i) {
        pass(1);
        ASSERT_TRUE(transfer(coin, alice, bob, 1).success);
    }
    pass(1);
    EXPECT_EQ(transfer(coin, alice, bob, 1).gas, early);
    EXPECT_LT(early, 120'000u);
}

// Units total = sum of accounts = wrapped coin outside of Games; votes ≤ total; delegators' units are votes.
TEST_F(VotingUnitsTest, random_sequences_keep_the_books) {
    Random random;
    ASSERT_TRUE(register_source(pool_factory, pool).success);
    const std::array<Address, 4> people{alice, bob, carol, account(4)};
    for (const auto& who : people) chain.host.state.balances[who] = 1'000'000;
    std::map<Address, U256> staked;
    std::map<Address, Address> delegate_of;
    std::map<std::uint64_t, U256> totals;
    for (std::uint64_t i = 0; i < operations(10'000); ++i) {
        const Address who = people[random.below(4)], other = people[random.below(4)];
        const U256 amount = random.below(500);
        switch (random.below(8)) {
            case 0:
                deposit(who, amount);
                break;
            case 1:
                withdraw(who, amount);
                break;
            case 2:
                transfer(coin, who, random.one_in(5) ? games : other, amount);
                break;
            case 3:
                transfer(coin, games, who, amount);
                break;
            case 4:
                if (balance(coin, who) >= amount) {
                    stake(who, amount);
                    staked[who] += amount;
                }
                break;
            case 5:
                if (staked[who] >= amount) {
                    unstake(who, amount);
                    staked[who] -= amount;
                }
                break;
            case 6:
                delegate_of[who] = random.one_in(4) ? nobody : other;
                ASSERT_TRUE(delegate(units, who, delegate_of[who]).success);
                break;
            default:
                pass(random.below(3));
        }
        U256 sum = 0, sum_of_votes = 0, delegated = 0;
        for (const auto& each : people) {
            const U256 mine = units_of(each);
            ASSERT_EQ(mine, U256(balance(coin, each) + staked[each]));
            sum += mine;
            sum_of_votes += votes(units, each);
            if (!delegate_of[each].is_zero()) delegated += mine;
        }
        ASSERT_EQ(total(), sum);
        ASSERT_EQ(sum, U256(supply(coin) - balance(coin, games)));
        ASSERT_EQ(sum_of_votes, delegated);
        totals[now()] = sum;
        const auto past = totals.begin()->first + random.below(now() - totals.begin()->first + 1);
        if (past == now())
            ASSERT_FALSE(past_total(units, past).success);
        else
            ASSERT_EQ(past_total(units, past).value, std::prev(totals.upper_bound(past))->second);
    }
}

}  // namespace
}  // namespace farthing::contracts
