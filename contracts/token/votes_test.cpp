// Tokens vote as OpenZeppelin's ERC20Votes does, on the timestamp clock.
#include "contracts/testing/token_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class TokenVotesTest : public TokenFixture {
 protected:
    auto checkpoint(const Address& of, const Address& who, std::uint32_t pos) {
        return chain.call<"function checkpoints(address account, uint32 pos) view returns (Checkpoint208)",
                          Checkpoint208>(alice, of, who, pos);
    }
    std::uint32_t checkpoint_count(const Address& of, const Address& who) {
        return chain.call<"function numCheckpoints(address account) view returns (uint32)">(alice, of, who)
            .value;
    }
};

TEST_F(TokenVotesTest, units_count_once_they_are_delegated) {
    const auto t = make(alice, 100, 0, true);
    EXPECT_EQ(votes(t, alice), 0);
    const auto done = delegate(t, alice, alice);
    ASSERT_TRUE(done.success);
    ASSERT_EQ(done.logs.size(), 2u);
    EXPECT_EQ(done.logs[0].topics, (std::vector<Hash>{DelegateChanged::topic, eip712::field(alice), Hash{},
                                                      eip712::field(alice)}));
    EXPECT_EQ(done.logs[1].topics, (std::vector<Hash>{DelegateVotesChanged::topic, eip712::field(alice)}));
    EXPECT_EQ(done.logs[1].data, abi::encode(U256(0), U256(100)));
    EXPECT_EQ(votes(t, alice), 100);
    ASSERT_TRUE(delegate(t, alice, bob).success);
    EXPECT_EQ(delegates(t, alice), bob);
    EXPECT_EQ(votes(t, alice), 0);
    EXPECT_EQ(votes(t, bob), 100);
    ASSERT_TRUE(mint(t, alice, alice, 11).success);
    EXPECT_EQ(votes(t, bob), 111);
    ASSERT_TRUE(delegate(t, alice, nobody).success);
    EXPECT_EQ(votes(t, bob), 0);
    EXPECT_EQ(chain.call<"function CLOCK_MODE() view returns (string)">(bob, t).value, "mode=timestamp");
    EXPECT_EQ(chain.call<"function clock() view returns (uint48)">(bob, t).value, abi::Uint<48>(now()));
}

TEST_F(TokenVotesTest, moves_carry_votes_and_tell_after_the_transfer) {
    const auto t = make(alice, 100, 0, false);
    ASSERT_TRUE(delegate(t, alice, alice).success);
    ASSERT_TRUE(delegate(t, bob, carol).success);
    const auto done = transfer(t, alice, bob, 30);
    ASSERT_EQ(done.logs.size(), 3u);
    EXPECT_EQ(done.logs[0].topics[0], Erc20::Transfer::topic);
    EXPECT_EQ(done.logs[1].topics[1], eip712::field(alice));
    EXPECT_EQ(done.logs[1].data, abi::encode(U256(100), U256(70)));
    EXPECT_EQ(done.logs[2].topics[1], eip712::field(carol));
    EXPECT_EQ(done.logs[2].data, abi::encode(U256(0), U256(30)));
    EXPECT_EQ(transfer(t, alice, alice, 70).logs.size(), 1u) << "to oneself moves no votes";
    EXPECT_EQ(transfer(t, alice, bob, 0).logs.size(), 1u);
    ASSERT_TRUE(burn(t, bob, 10).success);
    EXPECT_EQ(votes(t, carol), 20);
}

TEST_F(TokenVotesTest, only_a_past_second_can_be_asked_for) {
    const auto t = make(alice, 100, 0, true);
    ASSERT_TRUE(delegate(t, alice, alice).success);
    const auto made = now();
    EXPECT_EQ(past_votes(t, alice, made).revert,
              ERC5805FutureLookup::encode(U256(made), abi::Uint<48>(made)));
    EXPECT_EQ(past_total(t, u256_max).revert, ERC5805FutureLookup::encode(u256_max, abi::Uint<48>(made)));
    pass(1);
    EXPECT_EQ(past_votes(t, alice, made).value, 100);
    EXPECT_EQ(past_votes(t, alice, made - 1).value, 0);
    EXPECT_EQ(past_total(t, made - 1).value, 0);
    EXPECT_EQ(past_total(t, made).value, 100);
    pass(9);
    ASSERT_TRUE(mint(t, alice, alice, 5).success);
    ASSERT_TRUE(transfer(t, alice, bob, 50).success);
    pass(1);
    EXPECT_EQ(past_votes(t, alice, now() - 2).value, 100);
    EXPECT_EQ(past_votes(t, alice, now() - 1).value, 55);
    EXPECT_EQ(past_total(t, now() - 2).value, 100);
    EXPECT_EQ(past_total(t, now() - 1).value, 105);
    EXPECT_EQ(checkpoint_count(t, alice), 2u) << "both changes of one second share a checkpoint";
    EXPECT_EQ(checkpoint(t, alice, 1).value, (Checkpoint208{now() - 1, U256(55)}));
    EXPECT_EQ(checkpoint(t, alice, 2).revert, panic(PanicCode::index_out_of_bounds));
}

TEST_F(TokenVotesTest, borrowed_within_a_second_is_worth_nothing) {
    const auto t = make(alice, 100, 0, false);
    ASSERT_TRUE(delegate(t, bob, bob).success);
    ASSERT_TRUE(transfer(t, alice, bob, 100).success);
    EXPECT_EQ(votes(t, bob), 100);
    EXPECT_FALSE(past_votes(t, bob, now()).success);
    ASSERT_TRUE(transfer(t, bob, alice, 100).success);
    pass(1);
    EXPECT_EQ(past_votes(t, bob, now() - 1).value, 0);
}

TEST_F(TokenVotesTest, a_signed_delegation_works_once) {
    const auto t = make(alice, 100, 0, false);
    const eip712::Delegation d{bob, 0, now()};
    const auto signature = sign_delegation(t, key_of(1), d);
    ASSERT_TRUE(delegate_by_sig(t, d, signature).success);
    EXPECT_EQ(votes(t, bob), 100);
    EXPECT_EQ(nonce(t, alice), 1);
    EXPECT_EQ(delegate_by_sig(t, d, signature).revert, InvalidAccountNonce::encode(alice, U256(1)));
    const eip712::Delegation late{bob, 1, now()};
    const auto late_signature = sign_delegation(t, key_of(1), late);
    pass(1);
    EXPECT_EQ(delegate_by_sig(t, late, late_signature).revert, VotesExpiredSignature::encode(late.expiry));
    const eip712::Delegation open{carol, 1, u256_max};
    auto bad = sign_delegation(t, key_of(1), open);
    bad.s.bytes.fill(0xff);
    EXPECT_EQ(delegate_by_sig(t, open, bad).revert, ECDSAInvalidSignatureS::encode(bad.s));
    bad = sign_delegation(t, key_of(1), open);
    bad.r = {};
    EXPECT_EQ(delegate_by_sig(t, open, bad).revert, ECDSAInvalidSignature::encode());
    EXPECT_EQ(delegates(t, alice), bob);
}

TEST_F(TokenVotesTest, permits_and_delegations_share_the_nonce) {
    const auto t = make(alice, 100, 0, false);
    const eip712::Permit p{alice, bob, 60, 0, now()};
    const eip712::Delegation first{bob, 0, now()}, second{bob, 1, now()};
    const auto early = sign_delegation(t, key_of(1), first);
    ASSERT_TRUE(permit(t, p, sign_permit(t, key_of(1), p)).success);
    EXPECT_EQ(delegate_by_sig(t, first, early).revert, InvalidAccountNonce::encode(alice, U256(1)));
    EXPECT_TRUE(delegate_by_sig(t, second, sign_delegation(t, key_of(1), second)).success);
    EXPECT_EQ(nonce(t, alice), 2);
}

TEST_F(TokenVotesTest, a_delegation_for_one_token_does_not_bind_another) {
    const auto a = make(alice, 1, 0, false), b = make(alice, 1, 0, false);
    const eip712::Delegation d{bob, 0, now()};
    delegate_by_sig(b, d, sign_delegation(a, key_of(1), d));  // At most some unknown account's delegation.
    EXPECT_EQ(delegates(b, alice), nobody);
    EXPECT_EQ(nonce(b, alice), 0);
}

// Votes are what delegators hold, at each second that has passed, too.
TEST_F(TokenVotesTest, random_sequences_keep_votes_and_history) {
    Random random;
    const auto t = make(alice, 1'000, 1'000'000, true);
    const std::array<Address, 5> people{alice, bob, carol, account(4), account(5)};
    struct Then {
        U256 total;
        std::map<Address, U256> votes;
    };
    std::map<std::uint64_t, Then> history;
    std::map<Address, Address> delegate_of;
    const auto counted = [&] {
        Then then{supply(t), {}};
        for (const auto& who : people)
            if (!delegate_of[who].is_zero()) then.votes[delegate_of[who]] += balance(t, who);
        return then;
    };
    for (std::uint64_t i = 0; i < operations(10'000); ++i) {
        const auto pick = [&] { return people[random.below(people.size())]; };
        const Address from = pick(), to = pick();
        const U256 value = random.below(300);
        switch (random.below(6)) {
            case 0:
            case 1:
                transfer(t, from, to, value);
                break;
            case 2: {
                const Address whom = random.one_in(4) ? nobody : to;
                ASSERT_TRUE(delegate(t, from, whom).success);
                delegate_of[from] = whom;
                break;
            }
            case 3:
                mint(t, alice, to, value);
                break;
            case 4:
                burn(t, from, value);
                break;
            default:
                pass(random.below(3));
        }
        const Then& then = history[now()] = counted();
        for (const auto& who : people) {
            const auto found = then.votes.find(who);
            ASSERT_EQ(votes(t, who), found == then.votes.end() ? U256(0) : found->second);
        }
        const auto past = history.begin()->first + random.below(now() - history.begin()->first + 1);
        if (past == now()) continue;
        const Then& was = std::prev(history.upper_bound(past))->second;
        ASSERT_EQ(past_total(t, past).value, was.total);
        const auto found = was.votes.find(to);
        ASSERT_EQ(past_votes(t, to, past).value, found == was.votes.end() ? U256(0) : found->second);
    }
}

}  // namespace
}  // namespace farthing::contracts
