// What every ERC-20 promises, asked of Token and of the wrapped coin over random calls. The list is that of
// crytic/properties (ERC20-BASE 001 to 020, ERC20-BURNABLE, ERC20-MINTABLE); the numbers stand beside each
// check.
#include "contracts/testing/token_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class Erc20Properties : public TokenFixture {
 protected:
    struct Books {
        U256 supply;
        std::map<Address, U256> balances;
        std::map<std::pair<Address, Address>, U256> allowances;
        bool operator==(const Books&) const = default;
    };

    Books books(const Address& of) {
        Books out{supply(of), {}, {}};
        for (const auto& who : people) {
            out.balances[who] = balance(of, who);
            for (const auto& spender : people) out.allowances[{who, spender}] = allowance(of, who, spender);
        }
        return out;
    }

    void check_always(const Address& of, const Books& now) {
        U256 sum = 0;
        for (const auto& [who, held] : now.balances) {
            ASSERT_LE(held, now.supply) << "002";
            sum += held;
        }
        ASSERT_EQ(sum, now.supply) << "003: and here nobody else holds any";
        ASSERT_EQ(balance(of, nobody), 0) << "004";
    }

    /// Moves `value` in `expected`, if there is as much.
    static bool move(Books& expected, const Address& from, const Address& to, const U256& value) {
        if (expected.balances[from] < value) return false;
        expected.balances[from] -= value;
        expected.balances[to] += value;
        return true;
    }
    static bool spend(Books& expected, const Address& owner, const Address& spender, const U256& value) {
        auto& left = expected.allowances[{owner, spender}];
        if (left < value) return false;
        if (left != u256_max) left -= value;
        return true;
    }

    void transfers(const Address& of, Books expected, const Address& from, const Address& to,
                   const U256& value) {
        const auto before = expected;
        ASSERT_FALSE(transfer(of, from, nobody, value).success) << "006";
        const auto done = transfer(of, from, to, value);
        const bool fits = move(expected, from, to, value);
        ASSERT_EQ(done.success, fits) << "010, 012";
        if (fits) {
            ASSERT_TRUE(done.value);
            ASSERT_EQ(done.logs.at(0).topics,
                      (std::vector<Hash>{Erc20::Transfer::topic, eip712::field(from), eip712::field(to)}));
            ASSERT_EQ(done.logs.at(0).data, abi::encode(value));
        }
        ASSERT_EQ(books(of), fits ? expected : before) << "001, 008, 012, 014";
    }

    void transfers_by_allowance(const Address& of, Books expected, const Address& by, const Address& from,
                                const Address& to, const U256& value) {
        const auto before = expected;
        ASSERT_FALSE(transfer_from(of, by, from, nobody, value).success) << "005";
        const auto done = transfer_from(of, by, from, to, value);
        const bool fits = spend(expected, from, by, value) && move(expected, from, to, value);
        ASSERT_EQ(done.success, fits) << "009, 011";
        ASSERT_EQ(books(of), fits ? expected : before) << "001, 007, 011, 013, 017";
    }

    void approvals(const Address& of, Books expected, const Address& owner_of, const Address& spender,
                   const U256& value, const U256& again) {
        for (const U256& allowed : {value, again}) {
            const auto done = approve(of, owner_of, spender, allowed);
            ASSERT_TRUE(done.success && done.value);
            ASSERT_EQ(done.logs.at(0).topics[0], Erc20::Approval::topic);
            expected.allowances[{owner_of, spender}] = allowed;
            ASSERT_EQ(books(of), expected) << "001, 015, 016";
        }
    }

    /// Makes units by minting or depositing, destroys them by burning or withdrawing.
    void making(const Address& of, Books expected, const Address& who, const U256& value) {
        const bool done = of == coin ? deposit(who, value).success : mint(of, alice, who, value).success;
        if (done) {
            expected.supply += value;
            expected.balances[who] += value;
        }
        ASSERT_EQ(books(of), expected) << "MINTABLE-001";
    }
    void unmaking(const Address& of, Books expected, const Address& who, const U256& value) {
        const bool done = of == coin ? withdraw(who, value).success : burn(of, who, value).success;
        ASSERT_EQ(done, expected.balances[who] >= value);
        if (done) {
            expected.supply -= value;
            expected.balances[who] -= value;
        }
        ASSERT_EQ(books(of), expected) << "BURNABLE-001";
    }
    void burning_by_allowance(const Address& of, Books expected, const Address& by, const Address& from,
                              const U256& value) {
        const auto before = expected;
        const bool done =
            chain.call<"function burnFrom(address account, uint256 value)">(by, of, from, value).success;
        const bool fits = spend(expected, from, by, value) && expected.balances[from] >= value;
        ASSERT_EQ(done, fits);
        if (fits) {
            expected.supply -= value;
            expected.balances[from] -= value;
        }
        ASSERT_EQ(books(of), fits ? expected : before) << "BURNABLE-002, 003";
    }

    void run(const Address& of) {
        Random random;
        for (const auto& who : people) chain.host.state.balances[who] = 100'000;
        for (std::uint64_t i = 0; i < operations(10'000); ++i) {
            const auto pick = [&] { return people[random.below(people.size())]; };
            const Address from = pick(), to = pick(), by = pick();
            const Books now = books(of);
            check_always(of, now);
            const U256 value = random.one_in(20)  ? u256_max
                               : random.one_in(4) ? now.balances.at(from)
                               : random.one_in(8) ? U256(0)
                                                  : U256(random.below(500));
            switch (random.below(of == coin ? 5 : 6)) {
                case 0:
                    transfers(of, now, from, to, value);
                    break;
                case 1:
                    transfers_by_allowance(of, now, by, from, to, value);
                    break;
                case 2:
                    approvals(of, now, from, to, random.below(900), value);
                    break;
                case 3:
                    making(of, now, to, value);
                    break;
                case 4:
                    unmaking(of, now, from, value);
                    break;
                default:
                    burning_by_allowance(of, now, by, from, value);
            }
            if (HasFatalFailure()) return;
        }
    }

    const std::array<Address, 3> people{alice, bob, carol};
};

TEST_F(Erc20Properties, hold_for_a_token) {
    run(make(alice, 10'000, 200'000, true));
}

TEST_F(Erc20Properties, hold_for_the_wrapped_coin) {
    ASSERT_TRUE(deposit(alice, 10'000).success);
    run(coin);
    EXPECT_EQ(supply(coin), chain.host.balance_of(coin));
}

}  // namespace
}  // namespace farthing::contracts
