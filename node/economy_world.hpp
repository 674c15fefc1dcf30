#pragma once
// A development chain's whole economy for tests: every contract, some people, blocks built by the chain's own
// code without disk or engine.
#include "chain/block_builder.hpp"
#include "contracts/emission/emission.hpp"
#include "contracts/games/games.hpp"
#include "contracts/staking/pool.hpp"
#include "core/abi/signature.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"
#include "node/genesis_file.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace farthing::node::testing {

using chain::StateTree;
using contracts::Games;
using literals::address;

inline const U256 coin = 1'000'000'000'000'000'000;
inline const Address wrapped = address("fa0001"), factory = address("fa0002"), minter = address("fa0008"),
                     pools = address("fa0009"), governor = address("fa000a"), timelock = address("fa000b"),
                     parameters = address("fa0005"), units = address("fa0007"), drip = address("fa000d");
inline constexpr std::uint64_t house = 1;
inline constexpr Hash minted_topic =
                          keccak256_constexpr("EmissionMinted(uint256,uint256,uint256[5],uint256)"),
                      executed_topic = keccak256_constexpr("ProposalExecuted(uint256)");
inline constexpr std::size_t person_count = 6;

inline Address person(std::size_t n) {
    Address out;
    std::ranges::copy(be64(0x7e0 + n), out.begin() + 12);
    return out;
}

/// A call as a transaction: what it is, who sends it.
struct Op {
    std::string_view kind;
    Address from, to;
    U256 value;
    Bytes data;
};

/// The chain that `farthing dev` would make, with people of its own; blocks are built in memory.
class EconomyWorld {
 public:
    using Deposit = abi::Function<"function deposit() payable">;
    using Approve = abi::Function<"function approve(address spender, uint256 value) returns (bool)">;
    using BalanceOf = abi::Function<"function balanceOf(address account) view returns (uint256)">;
    using TotalSupply = abi::Function<"function totalSupply() view returns (uint256)">;
    using Delegate = abi::Function<"function delegate(address delegatee)">;
    using GetVotes = abi::Function<"function getVotes(address account) view returns (uint256)">;

    EconomyWorld() {
        GenesisPlan plan;
        plan.chain_id = 31337;
        plan.timestamp = 1'800'000'000;
        plan.sequencer = person(100);
        plan.sequencer_tip = sequencer_seeds.tip();
        plan.chain_length = sequencer_seeds.length();
        plan.owner = timelock;
        for (std::size_t i = 0; i < person_count; ++i) plan.allocations.push_back({person(i), coin * 10'000});
        for (const auto& each : {plan.sequencer, keeper}) plan.allocations.push_back({each, coin * 1'000});
        plan.house = GenesisHouse{.owner = keeper,
                                  .tip = house_seeds.tip(),
                                  .vault = coin * 1'000'000,
                                  .bond = coin * 250'000,
                                  .stake_min = 1'000'000'000'000};
        plan.governance = {
            .voting_delay_s = 600, .voting_period_s = 7'200, .timelock_s = 600, .quorum_floor = coin * 100};
        plan.stakers_rewards_s = 7 * 86'400;
        plan.emission = GenesisEmission{
            .rate = coin / 500, .epoch_s = 30 * 86'400, .max_step_s = 5 * 86'400, .stakers_bps = 8'000};
        const auto parsed = chain::parse_genesis(genesis_text(plan), ".");
        EXPECT_TRUE(parsed) << parsed.error().message;
        genesis = *parsed;
        // A neglected round is lost within a short history.
        auto& rules = genesis.contracts.members["Games"].members;
        rules["deadlineBlocks"].text = "12";
        rules["deadlineSeconds"].text = "600";
        for (const auto& each : genesis.allocations) allocated += each.balance;
        auto built = chain::build_genesis(genesis, tree);
        tree.adopt_first(std::move(built.version));
        head = built.block.header;
        stakers_pool = contracts::pool_address(timelock, 0);
        holders = {wrapped,      factory,       minter, pools,  governor,
                   timelock,     units,         drip,   keeper, contracts::games_address,
                   stakers_pool, plan.sequencer};
        for (std::size_t i = 0; i < person_count; ++i) holders.push_back(person(i));
        furnish();
    }

    // --- blocks

    void make_block(const std::vector<Op>& ops, std::uint64_t seconds) {
        const auto number = head.number + 1;
        auto builder = chain::BlockBuilder::start(head, tree.newest(),
                                                  {.timestamp = head.timestamp + seconds,
                                                   .preimage = sequencer_seeds.link(number),
                                                   .miner = genesis.sequencer,
                                                   .replacement = std::nullopt},
                                                  genesis);
        ASSERT_TRUE(builder) << builder.error().message;
        std::map<Address, std::uint64_t> nonces;
        std::vector<std::string_view> kinds;
        for (const auto& op : ops) {
            Transaction tx;
            tx.type = TxType::dynamic_fee;
            tx.chain_id = genesis.chain_id;
            tx.nonce = tree.newest().account(op.from).nonce + nonces[op.from];
            tx.max_fee_per_gas = 3'000'000'000;
            tx.max_priority_fee_per_gas = 1'000'000'000;
            tx.gas_limit = 10'000'000;
            tx.to = op.to;
            tx.value = op.value;
            tx.data = op.data;
            // The sender is given, so the signature is nobody's: recovery is not what is tested here.
            tx.signature = {.r = to_word(U256(number)), .s = to_word(U256(1 + kinds.size())), .y_parity = 0};
            const auto added = builder->add(std::make_shared<const chain::SignedTx>(
                chain::SignedTx{tx, tx.hash(), op.from, tx.encode()}));
            if (!added) continue;  // Too poor for it.
            ++nonces[op.from];
            kinds.push_back(op.kind);
        }
        auto built = builder->finish(tree, nullptr);  // Checks that no wei appeared or vanished.
        tree.adopt(std::move(built.version));
        head = built.block.header;
        for (std::size_t i = 0; i < kinds.size(); ++i)
            if (built.block.receipts[i].success) ++succeeded[kinds[i]];
        for (const auto& receipt : built.block.receipts)
            for (const auto& log : receipt.logs) note(log);
    }

    /// What people would read off the events.
    void note(const Log& log) {
        const auto word = [&](std::size_t i) { return to_u256(log.topics[i]); };
        if (log.topics.empty()) return;
        if (log.address == minter && log.topics[0] == minted_topic)
            minted += to_u256(ByteView(log.data).first(32));
        if (log.address == governor && log.topics[0] == executed_topic) ++executed_proposals;
        if (log.address != contracts::games_address) return;
        if (log.topics[0] == Games::BetPlaced::topic) {
            const auto [round, nonce, game, params, stake, most, count, client_seed] =
                abi::decode<std::uint64_t, std::uint64_t, std::uint8_t, Bytes, U256, U256, abi::Uint<24>,
                            std::string>(log.data)
                    .value();
            most_of_bet[low_u64(word(2))] = most;
        }
        if (log.topics[0] == Games::RoundForfeited::topic) forfeited.insert(low_u64(word(2)));
        if (log.topics[0] == Games::BetSettled::topic) {
            const auto id = low_u64(word(1));
            const auto [result, payout] = abi::decode<std::uint64_t, U256>(log.data).value();
            if (result == ~std::uint64_t{0}) {
                ++forfeited_bets;
                EXPECT_EQ(payout, most_of_bet.at(id)) << "silence pays the maximum, to the wei";
            }
            EXPECT_LE(payout, most_of_bet.at(id));
        }
    }

    template <class F, class... A>
    typename F::Return ask(const Address& to, const A&... args) {
        chain::WorldState scratch(tree.newest());
        const contracts::BlockInfo info{.chain_id = genesis.chain_id,
                                        .number = head.number,
                                        .timestamp = head.timestamp,
                                        .gas_limit = head.gas_limit,
                                        .base_fee = head.base_fee_per_gas,
                                        .miner = head.miner,
                                        .mix_hash = head.mix_hash,
                                        .extra_data = head.extra_data};
        const auto outcome = chain::execute_call(scratch, info,
                                                 {.from = person(0),
                                                  .to = to,
                                                  .value = 0,
                                                  .data = F::encode(args...),
                                                  .gas_limit = 100'000'000,
                                                  .gas_price = 0,
                                                  .access_list = {}});
        EXPECT_TRUE(outcome && outcome->success) << F::decl.name;
        auto values = F::decode_output(outcome->output).value();
        if constexpr (std::tuple_size_v<typename F::Tuple> == 1)
            return std::get<0>(std::move(values));
        else
            return values;
    }
    U256 balance(const Address& asset, const Address& who) { return ask<BalanceOf>(asset, who); }
    contracts::House house_record() {
        return ask<
            abi::Function<"function houses(uint64 house) view returns (House record)", contracts::House>>(
            contracts::games_address, house);
    }

    template <class F, class... A>
    Op op(std::string_view kind, const Address& from, const Address& to, const U256& value,
          const A&... args) {
        return {kind, from, to, value, F::encode(args...)};
    }
    bool is_person(const Address& who) const {
        for (std::size_t i = 0; i < person_count; ++i)
            if (person(i) == who) return true;
        return false;
    }

    std::map<std::string_view, std::size_t> succeeded;  ///< Transactions by kind.
    std::size_t forfeited_bets = 0, executed_proposals = 0;
    fair::SeedChain sequencer_seeds{sha256(as_bytes("sequencer")), 1 << 12};
    fair::SeedChain house_seeds{sha256(as_bytes("house")), 1 << 12};
    const Address keeper = person(200);
    chain::Genesis genesis;
    StateTree tree{chain::StateWindow{.blocks = 2, .seconds = 0}};
    Header head;
    Address stakers_pool, token_pool, token;
    std::vector<Address> holders;  ///< Of coin, wrapped coin or tokens: everybody.
    U256 allocated, minted;        ///< Wei.
    std::map<std::uint64_t, U256> most_of_bet;
    std::set<std::uint64_t> forfeited;

 private:
    /// Tokens, a second pool, coin and allowances for everybody.
    void furnish() {
        std::vector<Op> ops;
        const Address maker = person(0);
        ops.push_back(
            op<abi::Function<"function createToken(string name, string symbol, uint8 decimals, uint256 "
                             "initialSupply, uint256 cap, bool mintable) returns (address token)">>(
                "create token", maker, factory, 0, std::string("Chip"), std::string("CHIP"), std::uint8_t{18},
                coin * 1'000'000, coin * 2'000'000, true));
        make_block(ops, 1);
        token = ask<abi::Function<
            "function tokenAddress(address creator, uint256 index) view returns (address token)">>(
            factory, maker, U256(0));
        ops.clear();
        ops.push_back(op<abi::Function<"function createPool(address stakeAsset, address rewardAsset, uint256 "
                                       "rewardsDuration) returns (address pool)">>(
            "create pool", maker, pools, 0, token, wrapped, U256(86'400)));
        token_pool = contracts::pool_address(maker, 0);
        holders.insert(holders.end(), {token, token_pool});
        for (std::size_t i = 0; i < person_count; ++i) {
            const auto who = person(i);
            ops.push_back(op<Deposit>("deposit", who, wrapped, coin * 3'000));
            ops.push_back(op<Delegate>("delegate units", who, units, 0, who));
            ops.push_back(op<Approve>("approve", who, wrapped, 0, stakers_pool, u256_max));
            ops.push_back(op<Approve>("approve", who, wrapped, 0, token_pool, u256_max));
            ops.push_back(op<Approve>("approve", who, token, 0, token_pool, u256_max));
            ops.push_back(op<abi::Function<"function transfer(address to, uint256 value) returns (bool)">>(
                "token transfer", maker, token, 0, who, coin * 100'000));
            ops.push_back(op<abi::Function<"function setClientSeed(string seed)">>(
                "client seed", who, contracts::games_address, 0, "player_" + std::to_string(i)));
        }
        make_block(ops, 1);
    }
};

}  // namespace farthing::node::testing
