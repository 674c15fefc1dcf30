// Random histories of a development chain's whole economy, every contract together, time jumps included: what
// must hold between the contracts holds after each block.
#include "core/testing/seed.hpp"
#include "node/economy_world.hpp"

#include <iostream>
#include <random>

namespace farthing::node {
namespace {

using namespace testing;

class History : public EconomyWorld {
 public:
    explicit History(std::uint64_t seed) : random_(seed) {}

    void play(std::size_t blocks) {
        for (std::size_t i = 0; i < blocks && !::testing::Test::HasFatalFailure(); ++i) {
            std::vector<Op> ops;
            for (auto n = random_() % 5; n > 0; --n) ops.push_back(any_op());
            if (auto op = keep_house()) ops.push_back(*std::move(op));
            make_block(ops, time_to_next());
            check();
        }
    }

 private:
    std::uint64_t time_to_next() {
        const auto what = random_() % 100;
        if (what < 70) return random_() % 30;
        if (what < 90) return random_() % 7'200;
        return random_() % (10 * 86'400);
    }

    // --- what happens

    Address someone() { return person(random_() % person_count); }
    U256 amount(std::uint64_t coins_max) {
        return coin * (random_() % coins_max) + U256(random_() % 1'000'000'007) * (random_() % 3);
    }

    Op any_op() {
        switch (random_() % 4) {
            case 0:
                return money_op();
            case 1:
                return staking_op();
            case 2:
                return bet_op();
            default:
                return governing_op();
        }
    }

    Op money_op() {
        using Transfer = abi::Function<"function transfer(address to, uint256 value) returns (bool)">;
        const auto who = someone();
        switch (random_() % 9) {
            case 0:
                return {"pay", who, someone(), amount(20), {}};
            case 1:
                return op<Deposit>("deposit", who, wrapped, amount(200));
            case 2:
                return op<abi::Function<"function withdraw(uint256 wad)">>("unwrap", who, wrapped, 0,
                                                                           amount(200));
            case 3:
                return op<Transfer>("transfer coin", who, wrapped, 0,
                                    random_() % 8 == 0 ? stakers_pool : someone(), amount(100));
            case 4:
                return op<Transfer>("transfer token", who, token, 0, someone(), amount(5'000));
            case 5:
                return op<abi::Function<"function mint(address to, uint256 value)">>(
                    "mint token", person(0), token, 0, someone(), amount(200'000));
            case 6:
                return op<Delegate>("delegate token", who, token, 0, someone());
            case 7:
                return op<abi::Function<"function fill() payable">>("fill drip", who, drip, amount(3));
            default:
                return op<abi::Function<"function sip() returns (uint256 amount)">>("sip", who, drip, 0);
        }
    }

    Op staking_op() {
        const auto who = someone();
        const auto pool = random_() % 3 == 0 ? token_pool : stakers_pool;
        switch (random_() % 8) {
            case 0:
            case 1:
                return op<abi::Function<"function stake(uint256 amount)">>("stake", who, pool, 0,
                                                                           amount(500));
            case 2:
                return op<abi::Function<"function withdraw(uint256 amount)">>("withdraw", who, pool, 0,
                                                                              amount(300));
            case 3:
                return op<abi::Function<"function getReward()">>("get reward", who, pool, 0);
            case 4:
                return op<abi::Function<"function exit()">>("exit", who, pool, 0);
            case 5:
                return op<abi::Function<"function addReward(uint256 reward)">>("add reward", who, pool, 0,
                                                                               amount(20));
            case 6:
                return op<abi::Function<"function compound(address user) returns (uint256 amount)">>(
                    "compound", who, stakers_pool, 0, random_() % 2 == 0 ? who : someone());
            default:
                return op<abi::Function<"function accrue() returns (uint256 minted)">>("accrue", who, minter,
                                                                                       0);
        }
    }

    Op bet_op() {
        const auto who = someone();
        const auto stake = amount(8) + 1'000'000'000'000;
        const bool crash = random_() % 2 == 0;
        const auto target = static_cast<std::uint16_t>(200 + random_() % 9'000);
        const Bytes params = crash ? abi::encode(std::uint32_t{target}) : abi::encode(target, false);
        return op<
            abi::Function<"function placeBet(uint64 house, uint8 game, bytes params, uint256 stake, uint64 "
                          "lastBlock) payable returns (uint64 bet)">>(
            "bet", who, contracts::games_address, stake, house, std::uint8_t(crash ? 4 : 1), params, stake,
            head.number + 1);
    }

    /// The keeper's work, now and then neglected until the round is lost.
    std::optional<Op> keep_house() {
        const auto record = house_record();
        if (!record.has_unrevealed()) return std::nullopt;
        auto n = record.last_revealed + 1;
        while (forfeited.contains(n) && n + 1 < record.next_round) ++n;
        if (forfeited.contains(n)) return settle_op(n);
        const auto round =
            ask<abi::Function<"function rounds(uint64 house, uint64 round) view returns (Round record)",
                              contracts::Round>>(contracts::games_address, house, n);
        contracts::BlockInfo next;
        next.number = head.number + 1;
        next.timestamp = head.timestamp;
        if (round.is_overdue(next))
            return op<abi::Function<"function forfeit(uint64 house, uint64 round)">>(
                "forfeit", someone(), contracts::games_address, 0, house, n);
        if (neglects_ || random_() % 3 != 0 || head.number < round.entropy_block) return std::nullopt;
        return op<abi::Function<"function reveal(uint64 house, uint64 round, bytes32 seed)">>(
            "reveal", keeper, contracts::games_address, 0, house, n, house_seeds.link(n));
    }
    Op settle_op(std::uint64_t round) {
        return op<abi::Function<"function settle(uint64 house, uint64 round, uint32 max)">>(
            "settle", someone(), contracts::games_address, 0, house, round, std::uint32_t{64});
    }

    struct Motion {
        std::vector<Address> targets;
        std::vector<U256> values;
        std::vector<Bytes> calls;
        std::string description;
        U256 id;
    };

    Op governing_op() {
        using State = abi::Function<"function state(uint256 proposalId) view returns (uint8)">;
        const auto who = someone();
        if (random_() % 4 == 0)
            return op<Delegate>("delegate units", who, units, 0, random_() % 3 == 0 ? someone() : who);
        if (motion_.targets.empty()) return propose(who);
        const auto hash = keccak256(as_bytes(motion_.description));
        const auto id = ask<
            abi::Function<"function getProposalId(address[] targets, uint256[] values, bytes[] calldatas, "
                          "bytes32 descriptionHash) view returns (uint256)">>(
            governor, motion_.targets, motion_.values, motion_.calls, hash);
        const auto known =
            ask<abi::Function<"function proposalSnapshot(uint256 proposalId) view returns (uint256)">>(
                governor, id);
        if (known == 0) return propose(who);
        motion_.id = id;
        switch (ask<State>(governor, id)) {
            case 0:
            case 1:
                return op<
                    abi::Function<"function castVote(uint256 proposalId, uint8 support) returns (uint256 "
                                  "weight)">>("vote", who, governor, 0, id,
                                              static_cast<std::uint8_t>(random_() % 5 == 0 ? 0 : 1));
            case 4:
                return op<
                    abi::Function<"function queue(address[] targets, uint256[] values, bytes[] calldatas, "
                                  "bytes32 descriptionHash) returns (uint256)">>(
                    "queue", who, governor, 0, motion_.targets, motion_.values, motion_.calls, hash);
            case 5:
                return op<
                    abi::Function<"function execute(address[] targets, uint256[] values, bytes[] calldatas, "
                                  "bytes32 descriptionHash) payable returns (uint256)">>(
                    "execute", who, governor, 0, motion_.targets, motion_.values, motion_.calls, hash);
            default:
                return propose(who);
        }
    }

    Op propose(const Address& who) {
        motion_ = {};
        motion_.description = "Motion " + std::to_string(head.number);
        const auto share = [&] { return static_cast<std::uint16_t>(random_() % 2'500); };
        const auto set = [&](std::string_view name, std::uint64_t value) {
            motion_.targets.push_back(parameters);
            motion_.calls.push_back(abi::Function<"function set(string name, uint256 value)">::encode(
                std::string(name), U256(value)));
        };
        switch (random_() % 3) {
            case 0: {
                const auto a = share(), b = share(), c = share(), d = share();
                motion_.targets.push_back(minter);
                motion_.calls.push_back(
                    abi::Function<
                        "function setSplit(uint16 stakers, uint16 liquidity, uint16 treasury, uint16 "
                        "games, uint16 dev)">::encode(a, b, c, d,
                                                      static_cast<std::uint16_t>(10'000 - a - b - c - d)));
                break;
            }
            case 1:
                set("feeStakersBps", random_() % 10'001);
                set("feeTreasuryBps", random_() % 10'001);
                break;
            default:
                set("baseFeeFloor", 1'000'000'000 + random_() % 1'000'000'000);
                set("txGasMax", 100'000'000 + random_() % 100'000'000);
        }
        motion_.values.assign(motion_.targets.size(), 0);
        return op<
            abi::Function<"function propose(address[] targets, uint256[] values, bytes[] calldatas, string "
                          "description) returns (uint256)">>(
            "propose", who, governor, 0, motion_.targets, motion_.values, motion_.calls, motion_.description);
    }

    // --- what must hold

    void check() {
        U256 native = 0, wrapped_units = 0, tokens = 0, votes = 0, unit_sum = 0, token_votes = 0;
        for (const auto& who : holders) {
            native += tree.newest().account(who).balance;
            wrapped_units += balance(wrapped, who);
            tokens += balance(token, who);
            votes += ask<GetVotes>(units, who);
            token_votes += ask<GetVotes>(token, who);
            const auto own =
                ask<abi::Function<"function unitsOf(address account) view returns (uint256)">>(units, who);
            unit_sum += own;
            if (is_person(who)) {
                ASSERT_EQ(own, balance(wrapped, who) + balance(stakers_pool, who)) << "units follow the coin";
            }
        }
        const U256 burnt = ask<abi::Function<"function burntTotal() view returns (uint256)">>(minter);
        ASSERT_EQ(native + burnt, allocated + minted) << "every wei is on a known account";
        // The view counts what is due, too, but has not been made yet.
        const U256 supply = ask<abi::Function<"function coinSupply() view returns (uint256)">>(minter);
        ASSERT_GE(supply, native);
        ASSERT_LE(supply + burnt, ask<abi::Function<"function hardCap() view returns (uint256)">>(minter));

        ASSERT_EQ(wrapped_units, ask<TotalSupply>(wrapped));
        ASSERT_EQ(wrapped_units, tree.newest().account(wrapped).balance)
            << "wrapped coin is covered, exactly";
        ASSERT_EQ(tokens, ask<TotalSupply>(token));
        ASSERT_LE(token_votes, tokens);
        ASSERT_LE(votes, unit_sum);
        ASSERT_EQ(unit_sum, ask<abi::Function<"function totalUnits() view returns (uint256)">>(units));

        for (const auto& [pool, asset] : {std::pair{stakers_pool, wrapped}, std::pair{token_pool, token}}) {
            const auto books =
                ask<abi::Function<"function books() view returns (Books)", contracts::Books>>(pool);
            U256 stakes = 0;
            for (const auto& who : holders) stakes += balance(pool, who);
            ASSERT_EQ(stakes, books.staked.value());
            const U256 staked = books.staked.value(), held = books.held.value();
            if (asset == wrapped) {
                ASSERT_GE(balance(wrapped, pool), staked + held);
            } else {
                ASSERT_EQ(balance(asset, pool), staked);
                ASSERT_GE(balance(wrapped, pool), held);
            }
        }
        const auto record = house_record();
        ASSERT_EQ(balance(wrapped, contracts::games_address),
                  record.vault.value() + record.bond.value() + record.escrow.value());
        ASSERT_LE(record.reserved.value(), record.vault.value());
        ASSERT_LE(record.reserved.value(), record.bond.value());
        check_motion();
    }

    void check_motion() {
        if (motion_.id == 0) return;
        const auto [against, in_favour, abstain] = ask<
            abi::Function<"function proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, "
                          "uint256 forVotes, uint256 abstainVotes)">>(governor, motion_.id);
        const auto snapshot =
            ask<abi::Function<"function proposalSnapshot(uint256 proposalId) view returns (uint256)">>(
                governor, motion_.id);
        if (snapshot >= head.timestamp) return;
        ASSERT_LE(against + in_favour + abstain,
                  ask<abi::Function<"function getPastTotalSupply(uint256 timepoint) view returns (uint256)">>(
                      units, snapshot));
    }

    std::mt19937_64 random_;
    Motion motion_;
    bool neglects_ = random_() % 3 == 0;
};

TEST(Histories, of_all_contracts_together_keep_every_total_and_promise) {
    const auto first = test_seed();
    const std::size_t count = std::getenv("FARTHING_LONG") != nullptr ? 2'000 : 100;
    std::map<std::string_view, std::size_t> succeeded;
    std::size_t forfeited_bets = 0, executed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        History history(first + i);
        history.play(50);
        ASSERT_FALSE(HasFatalFailure())
            << "FARTHING_SEED=" << first + i << " repeats it as the first history";
        for (const auto& [kind, times] : history.succeeded) succeeded[kind] += times;
        forfeited_bets += history.forfeited_bets;
        executed += history.executed_proposals;
    }
    EXPECT_EQ(trie::pool_use().nodes, 0u);
    for (const auto* kind : {"pay",
                             "deposit",
                             "unwrap",
                             "transfer coin",
                             "transfer token",
                             "mint token",
                             "delegate token",
                             "fill drip",
                             "sip",
                             "stake",
                             "withdraw",
                             "get reward",
                             "exit",
                             "add reward",
                             "compound",
                             "accrue",
                             "bet",
                             "reveal",
                             "forfeit",
                             "delegate units",
                             "propose",
                             "vote",
                             "queue",
                             "execute"})
        EXPECT_GT(succeeded[kind], count / 10) << kind << " hardly ever succeeds, so it is not tested";
    EXPECT_GT(forfeited_bets, count / 10);
    EXPECT_GT(executed, count / 10);
}

}  // namespace
}  // namespace farthing::node
