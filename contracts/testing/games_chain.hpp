#pragma once
// A chain with Games, Randomness and two assets, a house with its seeds, and players: what the tests of Games
// need.
#include "contracts/games/games.hpp"
#include "contracts/randomness/randomness.hpp"
#include "contracts/testing/error_coverage.hpp"
#include "contracts/voting_units/voting_units.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"
#include "core/fair/verify.hpp"

namespace farthing::contracts {
extern const Module games;
extern const Module randomness;
extern const Module wrapped_coin;
extern const Module voting_units;
extern const Module token_factory;
}  // namespace farthing::contracts

namespace farthing::contracts::testing {

inline Hash hash_of(std::string_view text) {
    return sha256(as_bytes(text));
}
inline Bytes dice(std::uint16_t target, bool over = false) {
    return abi::encode(target, over);
}

inline Bytes crash(std::uint32_t target) {
    return abi::encode(target);
}

class GamesChain : public TestChain {
 public:
    static constexpr Address coin = address("fa0001"), factory = address("fa0002"), at = address("fa0004");
    const Address operator_account = account(100), alice = account(1), bob = account(2), anyone = account(50);
    const U256 unit = U256(1'000'000'000'000);
    const U256 rich = unit * 1'000'000'000;
    fair::SeedChain sequencer_seeds{hash_of("sequencer"), 1 << 16};
    fair::SeedChain seeds{hash_of("house"), 1 << 12}, next_seeds{hash_of("next house"), 1 << 12};
    Address token;

    explicit GamesChain(const GenesisParams& games_params = {}) {
        auto& head = host.head;
        head.number = 0;
        head.timestamp = 1'000'000;
        head.extra_data = sequencer_seeds.tip();
        head.mix_hash = fair::genesis_randomness({});
        for (const auto& who : {operator_account, alice, bob, anyone}) host.state.balances[who] = rich;
        GenesisParams chain_length;
        chain_length.members["chainLength"].text = std::to_string(sequencer_seeds.length());
        host.install(wrapped_coin, coin);
        host.install(voting_units, voting_units_address);
        host.install(token_factory, factory);
        host.install(randomness, randomness_address, chain_length);
        host.state.balances[at] += genesis_money(games_params);
        host.install(games, at, games_params);
        next_block();
        token = call<
                    "function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
                    "uint256 cap, bool mintable) returns (address token)">(
                    operator_account, factory, std::string("Chip"), std::string("CHIP"), std::uint8_t{18},
                    (U256(1) << 200), U256(0), false)
                    .value;
        for (const auto& who : {alice, bob})
            EXPECT_TRUE((call<"function transfer(address to, uint256 value) returns (bool)">(operator_account,
                                                                                             token, who, rich)
                             .success));
        for (const auto& who : {operator_account, alice, bob})
            for (const auto& asset : {coin, token})
                EXPECT_TRUE((call<"function approve(address spender, uint256 value) returns (bool)">(
                                 who, asset, at, u256_max)
                                 .success));
    }

    ~GamesChain() { ErrorCoverage::of(games).add(*this, games); }

    void next_block(std::uint64_t seconds = 1) {
        auto& head = host.head;
        const auto& link = sequencer_seeds.link(head.number + 1);
        const auto parent = hash_of("block " + std::to_string(head.number));
        const auto mix = begin_block(host, {head.number + 1, head.timestamp + seconds, link, {}, parent});
        ASSERT_TRUE(mix);
        ++head.number;
        head.timestamp += seconds;
        head.mix_hash = *mix;
        head.extra_data = link;
        head.parent_hash = parent;
        mixes[head.number] = *mix;
    }
    void next_blocks(std::uint64_t count, std::uint64_t seconds_each = 1) {
        for (std::uint64_t i = 0; i < count; ++i) next_block(seconds_each);
    }

    // --- calls

    static Limits limits() {
        return {.min_stake = U256(1000), .bet_bps = 100, .round_bps = 150, .open_bps = 2500, .games = 0xffff};
    }
    auto register_house(const Address& asset, const U256& bond, const U256& wei, const Hash& tip,
                        const Limits& l = limits()) {
        return pay<
            "function registerHouse(address asset, uint256 bond, bytes32 tip, Limits limits) payable "
            "returns (uint64 house)",
            Limits>(operator_account, at, wei, asset, bond, tip, l);
    }
    auto fund(std::uint64_t house, const U256& amount, const U256& wei, const Address& who) {
        return pay<"function fund(uint64 house, uint256 amount) payable">(who, at, wei, house, amount);
    }
    /// House 1 keeps coin, house 2 the token.
    void open_two_houses(const U256& bond, const U256& vault) {
        for (const auto& [asset, tip] : {std::pair(coin, seeds.tip()), std::pair(token, next_seeds.tip())}) {
            const bool native = asset == coin;
            const auto made = register_house(asset, bond, native ? bond : U256(0), tip);
            EXPECT_TRUE(made.success);
            EXPECT_TRUE(fund(made.value, vault, native ? vault : U256(0), operator_account).success);
        }
    }
    auto add_bond(std::uint64_t house, const U256& amount, const U256& wei, const Address& who) {
        return pay<"function addBond(uint64 house, uint256 amount) payable">(who, at, wei, house, amount);
    }
    auto withdraw(std::uint64_t house, const U256& amount, const Address& who) {
        return call<"function withdraw(uint64 house, uint256 amount)">(who, at, house, amount);
    }
    auto withdraw_bond(std::uint64_t house, const U256& amount, const Address& who) {
        return call<"function withdrawBond(uint64 house, uint256 amount)">(who, at, house, amount);
    }
    auto stop(std::uint64_t house, const Address& who) {
        return call<"function stop(uint64 house)">(who, at, house);
    }
    auto set_next_tip(std::uint64_t house, const Hash& tip, const Address& who) {
        return call<"function setNextTip(uint64 house, bytes32 tip)">(who, at, house, tip);
    }
    auto set_client_seed(const Address& who, const std::string& seed) {
        return call<"function setClientSeed(string seed)">(who, at, seed);
    }
    auto place(const Address& who, std::uint64_t house, const U256& stake, const Bytes& params,
               const U256& wei, std::uint8_t game = 1, std::uint64_t last_block = ~std::uint64_t{0}) {
        return pay<
            "function placeBet(uint64 house, uint8 game, bytes params, uint256 stake, uint64 lastBlock) "
            "payable "
            "returns (uint64 bet)">(who, at, wei, house, game, params, stake, last_block);
    }
    auto place_bets(const Address& who, std::uint64_t house, const U256& stake_each, std::uint64_t count,
                    const Bytes& params, const U256& wei, std::uint8_t game = 1,
                    std::uint64_t last_block = ~std::uint64_t{0}) {
        return pay<
            "function placeBets(uint64 house, uint8 game, bytes params, uint256 stakeEach, uint24 count, "
            "uint64 lastBlock) payable returns (uint64 firstBet)">(
            who, at, wei, house, game, params, stake_each, abi::Uint<24>(count), last_block);
    }
    auto place_slip(const Address& who, std::uint64_t house, const std::vector<BetOrder>& orders,
                    const U256& wei, std::uint64_t last_block = ~std::uint64_t{0}) {
        return pay<
            "function placeSlip(uint64 house, BetOrder[] orders, uint64 lastBlock) payable returns (uint64 "
            "firstBet)",
            BetOrder>(who, at, wei, house, orders, last_block);
    }
    auto set_player_limits(const Address& who, const Address& asset, const PlayerLimits& l) {
        return call<"function setPlayerLimits(address asset, PlayerLimits limits)", PlayerLimits>(who, at,
                                                                                                  asset, l);
    }
    PlayerBook player_limits(const Address& who, const Address& asset) {
        return call<"function playerLimits(address player, address asset) view returns (PlayerBook record)",
                    PlayerBook>(anyone, at, who, asset)
            .value;
    }
    auto reveal(std::uint64_t house, std::uint64_t round, const Hash& seed) {
        return call<"function reveal(uint64 house, uint64 round, bytes32 seed)">(anyone, at, house, round,
                                                                                 seed);
    }
    auto settle(std::uint64_t house, std::uint64_t round, std::uint32_t max) {
        return call<"function settle(uint64 house, uint64 round, uint32 max)">(anyone, at, house, round, max);
    }
    auto forfeit(std::uint64_t house, std::uint64_t round) {
        return call<"function forfeit(uint64 house, uint64 round)">(anyone, at, house, round);
    }

    // --- views

    House house(std::uint64_t id) {
        return call<"function houses(uint64 house) view returns (House record)", House>(anyone, at, id).value;
    }
    Round round(std::uint64_t house_id, std::uint64_t n) {
        return call<"function rounds(uint64 house, uint64 round) view returns (Round record)", Round>(
                   anyone, at, house_id, n)
            .value;
    }
    Bet bet(std::uint64_t id) {
        return call<"function bets(uint64 bet) view returns (Bet record)", Bet>(anyone, at, id).value;
    }
    U256 headroom(std::uint64_t id) {
        return call<"function headroom(uint64 house) view returns (uint256 reserve)">(anyone, at, id).value;
    }
    U256 headroom_of(std::uint64_t id, std::uint8_t game) {
        return call<"function headroomOf(uint64 house, uint8 game) view returns (uint256 reserve)">(
                   anyone, at, id, game)
            .value;
    }
    std::uint64_t nonce(std::uint64_t house_id, const Address& who) {
        return call<"function nonce(uint64 house, address player) view returns (uint64 next)">(anyone, at,
                                                                                               house_id, who)
            .value;
    }
    U256 balance(const Address& asset, const Address& who) {
        return call<"function balanceOf(address account) view returns (uint256)">(anyone, asset, who).value;
    }

    /// What the offline verifier says of a bet.
    fair::Recomputation recompute(const Hash& seed, const std::string& client_seed, const Address& player,
                                  std::uint64_t entropy_block, std::uint64_t nonce_used, const Bytes& params,
                                  const U256& stake, std::uint8_t game = 1) {
        return fair::recompute({.server_seed = seed,
                                .client_seed = client_seed,
                                .player = player,
                                .randomness = mixes.at(entropy_block),
                                .nonce = nonce_used,
                                .game = game,
                                .params = params,
                                .stake = stake,
                                .committed = {}})
            .value();
    }

    std::map<std::uint64_t, Hash> mixes;  ///< R by block.

 private:
    static U256 genesis_money(const GenesisParams& params) {
        if (!params.has("house")) return 0;
        return params.at("house").u256("vault") + params.at("house").u256("bond");
    }
};

}  // namespace farthing::contracts::testing
