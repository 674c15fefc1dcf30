#include "contracts/testing/token_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class TokenFactoryTest : public TokenFixture {
 protected:
    Outcome<Address> create_named(const Address& by, const std::string& name, const std::string& symbol,
                                  const TokenTerms& terms = {}) {
        return chain.call<
            "function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
            "uint256 cap, bool mintable) returns (address token)">(
            by, factory, name, symbol, terms.decimals, terms.initial_supply, terms.cap, terms.mintable);
    }
    U256 count() {
        return chain.call<"function totalTokens() view returns (uint256 count)">(alice, factory).value;
    }
    U256 count_of(const Address& creator) {
        return chain
            .call<"function tokenCount(address creator) view returns (uint256 count)">(alice, factory,
                                                                                       creator)
            .value;
    }
    auto at(const U256& index) {
        return chain.call<"function tokenAt(uint256 index) view returns (address token)">(alice, factory,
                                                                                          index);
    }
    Address predicted(const Address& creator, const U256& index) {
        return chain
            .call<"function tokenAddress(address creator, uint256 index) view returns (address token)">(
                alice, factory, creator, index)
            .value;
    }
};

TEST_F(TokenFactoryTest, lists_every_token_in_order) {
    const auto first = make(alice, 1, 0, false), second = make(bob, 1, 0, false);
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(at(0).value, first);
    EXPECT_EQ(at(1).value, second);
    EXPECT_EQ(at(2).revert, panic(PanicCode::index_out_of_bounds));
    EXPECT_EQ(at(U256(1) << 64).revert, panic(PanicCode::index_out_of_bounds));
}

TEST_F(TokenFactoryTest, names_have_1_to_64_bytes) {
    const auto refused = [](std::size_t size) { return Token::NameInvalid::encode(U256(size)); };
    EXPECT_EQ(create_named(alice, "", "TOK").revert, refused(0));
    EXPECT_EQ(create_named(alice, "Token", "").revert, refused(0));
    EXPECT_EQ(create_named(alice, std::string(65, 'x'), "TOK").revert, refused(65));
    EXPECT_EQ(create_named(alice, "Token", std::string(65, 'x')).revert, refused(65));
    EXPECT_TRUE(create_named(alice, std::string(64, 'x'), std::string(64, 'y')).success);
    EXPECT_TRUE(create_named(alice, "x", "y").success);
    EXPECT_EQ(count(), 2) << "what was refused left nothing";
}

// Every token is where it was announced, once in the list, with the terms asked for; refusals leave nothing.
TEST_F(TokenFactoryTest, random_creations_keep_the_list) {
    Random random;
    const std::array<Address, 3> creators{alice, bob, carol};
    std::map<Address, U256> made_by;
    std::vector<Address> made;
    const auto any_amount = [&] {
        return random.one_in(20)   ? token_supply_max
               : random.one_in(20) ? U256(token_supply_max + 1)
                                   : U256(random.below(1'000));
    };
    for (std::uint64_t i = 0; i < operations(10'000); ++i) {
        const Address by = creators[random.below(3)];
        const TokenTerms terms{.name = std::string(random.below(70), 'n'),
                               .symbol = std::string(random.below(6), 's'),
                               .decimals = static_cast<std::uint8_t>(random.below(40)),
                               .initial_supply = any_amount(),
                               .cap = any_amount(),
                               .mintable = random.one_in(2)};
        const Address expected_at = predicted(by, made_by[by]);
        const auto done = create_named(by, terms.name, terms.symbol, terms);
        const U256 cap = terms.cap == 0 ? token_supply_max : terms.cap;
        const bool good = !terms.name.empty() && terms.name.size() <= 64 && !terms.symbol.empty() &&
                          terms.decimals <= 36 && cap <= token_supply_max && terms.initial_supply <= cap;
        ASSERT_EQ(done.success, good);
        if (good) {
            ASSERT_EQ(done.value, expected_at);
            made.push_back(expected_at);
            made_by[by] += 1;
            ASSERT_EQ(supply(expected_at), terms.initial_supply);
            ASSERT_EQ(balance(expected_at, by), terms.initial_supply);
            ASSERT_EQ(chain.call<"function owner() view returns (address)">(by, expected_at).value,
                      terms.mintable ? by : nobody);
        } else {
            ASSERT_TRUE(chain.host.code_at(expected_at).empty());
        }
        ASSERT_EQ(count(), made.size());
        ASSERT_EQ(count_of(by), made_by[by]);
        if (made.empty()) continue;
        const auto some = random.below(made.size());
        ASSERT_EQ(at(some).value, made[some]);
    }
    ASSERT_EQ(std::set<Address>(made.begin(), made.end()).size(), made.size());
}

}  // namespace
}  // namespace farthing::contracts
