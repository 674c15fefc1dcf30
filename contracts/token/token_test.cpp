#include "contracts/testing/token_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class TokenTest : public TokenFixture {};

using Insufficient = Erc20::InsufficientBalance;

TEST_F(TokenTest, wrapping_and_unwrapping_conserve_the_coin) {
    const auto done = deposit(alice, 700);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs.size(), 2u);
    EXPECT_EQ(done.logs[0].topics[0], Erc20::Transfer::topic);
    EXPECT_EQ(done.logs[1].topics[0], keccak256_constexpr("Deposit(address,uint256)"));
    ASSERT_TRUE(chain.send(alice, coin, 300, {}).success) << "receive() wraps, too";
    EXPECT_EQ(balance(coin, alice), 1000);
    EXPECT_EQ(supply(coin), chain.host.balance_of(coin));
    ASSERT_TRUE(withdraw(alice, 400).success);
    EXPECT_EQ(chain.host.balance_of(alice), 1'000'000 - 600);
    EXPECT_EQ(supply(coin), 600);
    EXPECT_EQ(withdraw(alice, 601).revert, Insufficient::encode(alice, U256(600), U256(601)));
    EXPECT_EQ(chain.call<"function name() view returns (string)">(bob, coin).value, "Wrapped FAR");
    EXPECT_EQ(chain.call<"function symbol() view returns (string)">(bob, coin).value, "WFAR");
    EXPECT_EQ(chain.call<"function decimals() view returns (uint8)">(bob, coin).value, 18);
}

TEST_F(TokenTest, a_created_token_is_where_the_factory_said) {
    const auto where = [&](const Address& creator, std::uint64_t index) {
        return chain
            .call<"function tokenAddress(address creator, uint256 index) view returns (address token)">(
                bob, factory, creator, U256(index))
            .value;
    };
    const auto first = make(alice, 50, 0, false), second = make(alice, 60, 100, true),
               other = make(bob, 0, 0, true);
    EXPECT_EQ(first, where(alice, 0));
    EXPECT_EQ(second, where(alice, 1));
    EXPECT_EQ(other, where(bob, 0));
    EXPECT_EQ(first, create2_address(factory, keccak256(abi::encode(alice, U256(0))),
                                     keccak256(marker_code({32, 1}))));
    EXPECT_EQ(chain.host.code_at(first), marker_code(Token::marker));
    EXPECT_EQ(balance(first, alice), 50);
    EXPECT_EQ(supply(second), 60);
    EXPECT_EQ(chain.call<"function cap() view returns (uint256)">(bob, first).value, token_supply_max);
    EXPECT_EQ(chain.call<"function cap() view returns (uint256)">(bob, second).value, 100);
    EXPECT_EQ(chain.call<"function owner() view returns (address)">(bob, first).value, nobody);
    EXPECT_EQ(chain.call<"function owner() view returns (address)">(bob, second).value, alice);
    EXPECT_EQ(chain.call<"function name() view returns (string)">(bob, first).value,
              "A token whose name is longer than one storage word");
    EXPECT_EQ(
        chain.call<"function tokenCount(address creator) view returns (uint256 count)">(bob, factory, alice)
            .value,
        2);
}

TEST_F(TokenTest, terms_out_of_range_are_refused) {
    EXPECT_TRUE(create(alice, 36, 0, 0, false).success);
    EXPECT_EQ(create(alice, 37, 0, 0, false).revert, Token::DecimalsInvalid::encode(std::uint8_t{37}));
    EXPECT_TRUE(create(alice, 0, token_supply_max, token_supply_max, false).success);
    const U256 above = token_supply_max + 1;
    EXPECT_EQ(create(alice, 18, 0, above, true).revert, Token::InvalidCap::encode(above));
    EXPECT_EQ(create(alice, 18, above, 0, true).revert, Token::ExceededCap::encode(above, token_supply_max));
    EXPECT_EQ(create(alice, 18, 11, 10, true).revert, Token::ExceededCap::encode(U256(11), U256(10)));
}

TEST_F(TokenTest, only_the_owner_mints_and_never_past_the_cap) {
    const auto t = make(alice, 60, 100, true);
    EXPECT_EQ(mint(t, bob, bob, 1).revert, OwnableUnauthorizedAccount::encode(bob));
    ASSERT_TRUE(mint(t, alice, bob, 40).success);
    EXPECT_EQ(mint(t, alice, bob, 1).revert, Token::ExceededCap::encode(U256(101), U256(100)));
    EXPECT_EQ(mint(t, alice, nobody, 101).revert, Erc20::InvalidReceiver::encode(nobody))
        << "as OpenZeppelin's: the receiver is looked at first";
    EXPECT_EQ(mint(t, alice, bob, u256_max).revert, panic(PanicCode::overflow));
    ASSERT_TRUE(burn(t, bob, 5).success);
    EXPECT_EQ(supply(t), 95);
    EXPECT_EQ(mint(t, alice, nobody, 1).revert, Erc20::InvalidReceiver::encode(nobody));
    const auto hand_over = [&](const Address& by, const Address& to) {
        return chain.call<"function transferOwnership(address newOwner)">(by, t, to);
    };
    EXPECT_EQ(hand_over(bob, bob).revert, OwnableUnauthorizedAccount::encode(bob));
    EXPECT_EQ(hand_over(alice, nobody).revert, OwnableInvalidOwner::encode(nobody));
    ASSERT_TRUE(hand_over(alice, bob).success);
    EXPECT_FALSE(mint(t, alice, alice, 1).success);
    EXPECT_TRUE(mint(t, bob, alice, 1).success);
    ASSERT_TRUE(chain.call<"function renounceOwnership()">(bob, t).success);
    EXPECT_FALSE(mint(t, bob, alice, 1).success);
    EXPECT_EQ(chain.call<"function decimals() view returns (uint8)">(bob, t).value, 18)
        << "the owner shares its slot with the decimals";
}

TEST_F(TokenTest, transfers_move_and_refuse_as_openzeppelin_does) {
    const auto t = make(alice, 100, 0, false);
    const auto done = transfer(t, alice, bob, 30);
    ASSERT_TRUE(done.success);
    EXPECT_TRUE(done.value);
    EXPECT_EQ(balance(t, bob), 30);
    ASSERT_TRUE(transfer(t, alice, alice, 70).success) << "to oneself is neutral";
    EXPECT_EQ(balance(t, alice), 70);
    EXPECT_TRUE(transfer(t, carol, bob, 0).success);
    EXPECT_EQ(transfer(t, alice, bob, 71).revert, Insufficient::encode(alice, U256(70), U256(71)));
    EXPECT_EQ(transfer(t, alice, nobody, 1).revert, Erc20::InvalidReceiver::encode(nobody));
    EXPECT_EQ(transfer(t, nobody, bob, 0).revert, Erc20::InvalidSender::encode(nobody));
    EXPECT_EQ(approve(t, nobody, bob, 1).revert, Erc20::InvalidApprover::encode(nobody));
    EXPECT_EQ(approve(t, alice, nobody, 1).revert, Erc20::InvalidSpender::encode(nobody));
}

TEST_F(TokenTest, an_allowance_runs_down_unless_it_is_infinite) {
    const auto t = make(alice, 100, 0, false);
    ASSERT_TRUE(approve(t, alice, bob, 30).success);
    ASSERT_TRUE(transfer_from(t, bob, alice, carol, 10).success);
    EXPECT_EQ(allowance(t, alice, bob), 20);
    EXPECT_EQ(transfer_from(t, bob, alice, carol, 21).revert,
              Erc20::InsufficientAllowance::encode(bob, U256(20), U256(21)));
    ASSERT_TRUE(approve(t, alice, bob, u256_max).success);
    ASSERT_TRUE(transfer_from(t, bob, alice, carol, 10).success);
    EXPECT_EQ(allowance(t, alice, bob), u256_max);
    const auto burnt =
        chain.call<"function burnFrom(address account, uint256 value)">(bob, t, alice, U256(80));
    ASSERT_TRUE(burnt.success);
    EXPECT_EQ(supply(t), 20);
}

TEST_F(TokenTest, a_permit_approves_once) {
    ASSERT_TRUE(deposit(alice, 100).success);
    const eip712::Permit p{alice, bob, 60, 0, chain.host.head.timestamp};
    const auto signature = sign_permit(coin, key_of(1), p);
    ASSERT_TRUE(permit(coin, p, signature).success);
    EXPECT_EQ(allowance(coin, alice, bob), 60);
    EXPECT_EQ(nonce(coin, alice), 1);
    const auto again = permit(coin, p, signature).revert;
    ASSERT_GE(again.size(), 4u);
    EXPECT_EQ(abi::Selector::from(ByteView(again).first(4)), Erc20::InvalidSigner::selector);
    ASSERT_TRUE(transfer_from(coin, bob, alice, carol, 60).success);
}

TEST_F(TokenTest, bad_permits_are_named) {
    eip712::Permit p{alice, bob, 60, 0, chain.host.head.timestamp};
    const auto by_bob = sign_permit(coin, key_of(2), p);
    EXPECT_EQ(permit(coin, p, by_bob).revert, Erc20::InvalidSigner::encode(bob, alice));
    const auto good = sign_permit(coin, key_of(1), p);
    Hash high;
    high.bytes.fill(0xff);
    EXPECT_EQ(permit(coin, p, 27, good.r, high).revert, ECDSAInvalidSignatureS::encode(high));
    EXPECT_EQ(permit(coin, p, 29, good.r, good.s).revert, ECDSAInvalidSignature::encode());
    EXPECT_EQ(permit(coin, p, good.y_parity, good.r, good.s).revert, ECDSAInvalidSignature::encode());
    EXPECT_EQ(permit(coin, p, 27, Hash{}, good.s).revert, ECDSAInvalidSignature::encode());
    p.deadline -= 1;
    EXPECT_EQ(permit(coin, p, good).revert, Erc20::ExpiredSignature::encode(p.deadline));
    EXPECT_EQ(nonce(coin, alice), 0);
}

TEST_F(TokenTest, a_permit_for_one_token_is_none_for_another) {
    const auto a = make(alice, 1, 0, false), b = make(alice, 1, 0, false);
    const eip712::Permit p{alice, bob, 60, 0, chain.host.head.timestamp};
    const auto signature = sign_permit(a, key_of(1), p);
    EXPECT_FALSE(permit(b, p, signature).success);
    EXPECT_TRUE(permit(a, p, signature).success);
}

TEST_F(TokenTest, the_domain_is_what_erc_5267_says) {
    const auto [fields, name, version, chain_id, contract, salt, extensions] =
        chain
            .call<
                "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 "
                "chainId, "
                "address verifyingContract, bytes32 salt, uint256[] extensions)">(bob, coin)
            .value;
    EXPECT_EQ(fields[0], 0x0f);
    EXPECT_EQ(chain.call<"function DOMAIN_SEPARATOR() view returns (bytes32)">(bob, coin).value,
              eip712::domain_separator({name, version, chain_id, contract}));
    EXPECT_EQ(contract, coin);
    EXPECT_TRUE(salt.is_zero());
    EXPECT_TRUE(extensions.empty());
}

TEST_F(TokenTest, the_supply_never_passes_2_to_the_208) {
    chain.host.state.balances[alice] = token_supply_max + 2;
    ASSERT_TRUE(deposit(alice, token_supply_max).success);
    EXPECT_EQ(deposit(alice, 1).revert,
              Erc20::ExceededSafeSupply::encode(U256(token_supply_max + 1), token_supply_max));
}

// Balances sum to the supply, the wrapped coin is covered, and a model of balances and allowances agrees.
TEST_F(TokenTest, random_sequences_keep_the_books) {
    Random random;
    const auto t = make(alice, 1'000, 50'000, true);
    const std::array<Address, 5> people{alice, bob, carol, account(4), nobody};
    for (const auto& who : people) chain.host.state.balances[who] = 1'000'000;
    std::map<std::pair<Address, Address>, U256> model{{{t, alice}, 1'000}};
    for (std::uint64_t i = 0, count = operations(10'000); i < count; ++i) {
        const auto pick = [&] { return people[random.below(people.size())]; };
        const Address of = random.one_in(2) ? t : coin, from = pick(), to = pick(), by = pick();
        const U256 value = random.one_in(50) ? u256_max : U256(random.below(400));
        switch (random.below(7)) {
            case 0:
                if (transfer(of, from, to, value).success)
                    model[{of, from}] -= value, model[{of, to}] += value;
                break;
            case 1:
                if (transfer_from(of, by, from, to, value).success)
                    model[{of, from}] -= value, model[{of, to}] += value;
                break;
            case 2:
                approve(of, from, to, value);
                break;
            case 3:
                if (deposit(from, value).success) model[{coin, from}] += value;
                break;
            case 4:
                if (withdraw(from, value).success) model[{coin, from}] -= value;
                break;
            case 5:
                if (mint(t, by, to, value).success) model[{t, to}] += value;
                break;
            default:
                if (burn(t, from, value).success) model[{t, from}] -= value;
        }
        U256 sum_t = 0, sum_coin = 0;
        for (const auto& [key, held] : model) (key.first == t ? sum_t : sum_coin) += held;
        ASSERT_EQ(supply(t), sum_t);
        ASSERT_EQ(supply(coin), sum_coin);
        ASSERT_LE(supply(coin), chain.host.balance_of(coin));
        const auto who = pick();
        const U256 expected = model[{of, who}];
        ASSERT_EQ(balance(of, who), expected);
    }
}

// The cases above raise each error once more in one chain, so that a row nobody can reach is noticed.
TEST_F(TokenTest, every_declared_error_is_raised) {
    const auto t = make(alice, 60, 100, true);
    create(alice, 37, 0, 0, false);
    create(alice, 18, 0, token_supply_max + 1, true);
    mint(t, bob, bob, 1);
    mint(t, alice, bob, 100);
    mint(t, alice, nobody, 1);
    chain.call<"function transferOwnership(address newOwner)">(alice, t, nobody);
    transfer(t, bob, alice, 1);
    transfer(t, nobody, alice, 1);
    transfer_from(t, bob, alice, carol, 1);
    approve(t, nobody, bob, 1);
    approve(t, bob, nobody, 1);
    chain.host.state.balances[alice] = token_supply_max + 1;
    deposit(alice, token_supply_max + 1);
    eip712::Permit p{alice, bob, 60, 0, chain.host.head.timestamp};
    const auto by_bob = sign_permit(t, key_of(2), p);
    Hash high;
    high.bytes.fill(0xff);
    permit(t, p, by_bob);
    permit(t, p, 27, by_bob.r, high);
    permit(t, p, 1, by_bob.r, by_bob.s);
    p.deadline = 0;
    permit(t, p, by_bob);
    chain.call<
        "function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
        "uint256 cap, bool mintable) returns (address token)">(alice, factory, std::string(), std::string(),
                                                               std::uint8_t{18}, U256(0), U256(0), false);
    past_votes(t, bob, now());
    eip712::Delegation d{bob, 7, now()};
    delegate_by_sig(t, d, sign_delegation(t, key_of(1), d));
    d.expiry -= 1;
    delegate_by_sig(t, d, sign_delegation(t, key_of(1), d));
    for (const auto* module : {&wrapped_coin, &token_factory, &token})
        EXPECT_EQ(chain.errors_not_raised(*module), std::vector<std::string>{}) << module->name;
}

}  // namespace
}  // namespace farthing::contracts
