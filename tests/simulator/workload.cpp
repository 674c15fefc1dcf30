#include "workload.hpp"

#include "core/base/hex.hpp"
#include "intent.hpp"

namespace farthing::simulator {
Habits::Habits(Random& random) {
    wraps = random.chance(70);
    tokens = random.chance(60);
    stakes = random.chance(60);
    bets = random.chance(60);
    misbehaves = random.chance(50);
    neglects_house = random.chance(30);
    transactions_most = 1 + static_cast<unsigned>(random.below(8));
}

std::size_t Workload::index_of(const Address& who) const {
    std::size_t i = 0;
    while (i < world_.players.size() && world_.players[i].address != who) ++i;
    return i;
}

/// Some of it, nearly all of it, dust, or more than there is.
U256 Workload::amount(const U256& about) {
    const auto how = random_.below(20);
    const U256 dust = random_.below(1'000);
    if (how == 0) return about + dust;
    if (how < 4) return dust;
    if (how == 4) return about;
    const U256 share = about / 1'000 * (random_.below(how < 16 ? 50 : 1'000));
    return share + dust;
}

// --- what people do --------------------------------------------------------------------------------

Workload::Call Workload::pay(const Person& who, const chain::StateView& state) {
    const auto to = random_.below(world_.players.size());
    const U256 value = amount(state.account(who.address).balance / 8);
    return {.json = kind("pay") + member("to", to) + member("v", value),
            .to = world_.players[to].address,
            .value = value,
            .data = {},
            .gas_limit = 21'000};
}

Workload::Call Workload::approve(const Address& token, const Address& spender, const std::string& name,
                                 const U256& value) {
    return {.json = kind("approve") + member("asset", token == wrapped_coin ? "w" : "t") +
                    member("spender", name) + member("v", value),
            .to = token,
            .value = 0,
            .data = CallData("approve(address,uint256)").add(spender).add(value).encode()};
}

Workload::Call Workload::wrap(const Person& who, const chain::StateView& state) {
    const auto what = random_.below(8);
    if (what < 3) {
        const U256 value = amount(state.account(who.address).balance / 8);
        const bool plain = what == 0;  // The contract takes plain transfers, too.
        return {.json = kind("deposit") + member("v", value),
                .to = wrapped_coin,
                .value = value,
                .data = plain ? Bytes{} : CallData("deposit()").encode()};
    }
    if (what < 5) {
        const U256 value = amount(token_balance(state, wrapped_coin, who.address));
        return {.json = kind("unwrap") + member("v", value),
                .to = wrapped_coin,
                .value = 0,
                .data = CallData("withdraw(uint256)").add(value).encode()};
    }
    return use_token(who, wrapped_coin, state);
}

Workload::Call Workload::use_token(const Person& who, const Address& token, const chain::StateView& state) {
    const std::string asset = token == wrapped_coin ? "w" : "t";
    const auto what = random_.below(10);
    const auto other = random_.below(world_.players.size());
    const auto& to = world_.players[other].address;
    if (what < 4) {
        const U256 value = amount(token_balance(state, token, who.address));
        return {.json = kind("transfer") + member("asset", asset) + member("to", other) + member("v", value),
                .to = token,
                .value = 0,
                .data = CallData("transfer(address,uint256)").add(to).add(value).encode()};
    }
    if (what == 4) return approve(token, to, std::to_string(other), amount(coin * 3));
    if (what < 7) {
        const auto owner = random_.below(world_.players.size());
        const auto& from = world_.players[owner].address;
        const U256 value = amount(allowance(state, token, from, who.address));
        return {
            .json = kind("transfer_from") + member("asset", asset) + member("owner", owner) +
                    member("to", other) + member("v", value),
            .to = token,
            .value = 0,
            .data = CallData("transferFrom(address,address,uint256)").add(from).add(to).add(value).encode()};
    }
    if (token == wrapped_coin) return pay(who, state);
    const bool is_maker = who.address == world_.players[0].address;
    if (what == 7 && (is_maker || random_.chance(20))) {
        const U256 value = amount(coin * 20'000);
        return {.json = kind("mint") + member("to", other) + member("v", value),
                .to = token,
                .value = 0,
                .data = CallData("mint(address,uint256)").add(to).add(value).encode()};
    }
    const U256 value = amount(token_balance(state, token, who.address));
    return {.json = kind("burn") + member("v", value),
            .to = token,
            .value = 0,
            .data = CallData("burn(uint256)").add(value).encode()};
}

/// What somebody needs before the rest can succeed: token, pool, allowances, coin to stake, a client seed.
std::optional<Workload::Call> Workload::prepare(const Person& who, const chain::StateView& state) {
    const bool is_maker = who.address == world_.players[0].address;
    const bool needs_token = habits_.tokens || (habits_.stakes && !world_.pool_compounds);
    if (is_maker && needs_token && !state.exists(world_.token)) {
        const U256 supply = coin * (1'000 + random_.below(1'000'000));
        const U256 cap = random_.chance(30) ? U256(0) : U256(supply + amount(coin * 50'000));
        const std::uint64_t is_mintable = random_.below(4) != 0;
        return Call{.json = kind("create_token") + member("supply", supply) + member("cap", cap) +
                            member("mintable", is_mintable),
                    .to = token_factory,
                    .value = 0,
                    .data = CallData("createToken(string,string,uint8,uint256,uint256,bool)")
                                .add_bytes(as_bytes("Chip"))
                                .add_bytes(as_bytes("CHIP"))
                                .add(U256(18))
                                .add(supply)
                                .add(cap)
                                .add(U256(is_mintable))
                                .encode(),
                    .gas_limit = 1'000'000};
    }
    if (habits_.bets &&
        state.storage(games, mapping_slot(word_of(who.address), to_word(U256(5)))).is_zero()) {
        const auto seed = "player_" + std::to_string(index_of(who.address));
        return Call{.json = kind("client_seed") + member("seed", seed),
                    .to = games,
                    .value = 0,
                    .data = CallData("setClientSeed(string)").add_bytes(as_bytes(seed)).encode()};
    }
    if (habits_.bets && allowance(state, wrapped_coin, who.address, games) == 0 && random_.chance(30))
        return approve(wrapped_coin, games, "games", random_.chance(50) ? u256_max : coin * 20);
    if (!habits_.stakes) return std::nullopt;
    const auto& asset = world_.pool_compounds ? wrapped_coin : world_.token;
    if (is_maker && !state.exists(world_.pool) && state.exists(asset)) {
        const std::uint64_t duration = 10 + random_.below(1'000);
        return Call{.json = kind("create_pool") + member("duration", duration),
                    .to = pool_factory,
                    .value = 0,
                    .data = CallData("createPool(address,address,uint256)")
                                .add(asset)
                                .add(wrapped_coin)
                                .add(U256(duration))
                                .encode(),
                    .gas_limit = 1'000'000};
    }
    if (!state.exists(world_.pool)) return std::nullopt;
    for (const auto& token : {asset, wrapped_coin})
        if (allowance(state, token, who.address, world_.pool) == 0)
            return approve(token, world_.pool, "pool", random_.chance(70) ? u256_max : coin * 100);
    if (world_.pool_compounds && token_balance(state, wrapped_coin, who.address) < coin) {
        const U256 value = coin * (1 + random_.below(20));
        return Call{.json = kind("deposit") + member("v", value),
                    .to = wrapped_coin,
                    .value = value,
                    .data = CallData("deposit()").encode()};
    }
    const auto to = random_.below(world_.players.size());
    if (is_maker && !world_.pool_compounds &&
        token_balance(state, world_.token, world_.players[to].address) < coin) {
        const U256 value = coin * (1 + random_.below(200));
        return Call{
            .json = kind("transfer") + member("asset", "t") + member("to", to) + member("v", value),
            .to = world_.token,
            .value = 0,
            .data =
                CallData("transfer(address,uint256)").add(world_.players[to].address).add(value).encode()};
    }
    return std::nullopt;
}

Workload::Call Workload::stake(const Person& who, const chain::StateView& state) {
    const auto on_pool = [&](std::string_view name, std::string_view signature, const U256& value) {
        return Call{.json = kind(name) + member("v", value),
                    .to = world_.pool,
                    .value = 0,
                    .data = CallData(signature).add(value).encode()};
    };
    const auto plain = [&](std::string_view name, std::string_view signature) {
        return Call{.json = kind(name), .to = world_.pool, .value = 0, .data = CallData(signature).encode()};
    };
    const auto& asset = world_.pool_compounds ? wrapped_coin : world_.token;
    const U256 staked = to_u256(ByteView(state.storage(world_.pool, staker_slot(who.address))).subspan(6));
    switch (random_.below(12)) {
        case 0:
        case 1:
        case 2:
            return on_pool("stake", "stake(uint256)", amount(token_balance(state, asset, who.address)));
        case 3:
        case 4:
            return on_pool("unstake", "withdraw(uint256)", amount(staked));
        case 5:
        case 6:
            return plain("claim", "getReward()");
        case 7:
            return plain("exit", "exit()");
        case 8:
            return on_pool("add_reward", "addReward(uint256)",
                           amount(token_balance(state, wrapped_coin, who.address) / 4));
        case 9: {
            // Sent first and notified later, as StakingRewards wants it.
            const U256 value = amount(token_balance(state, wrapped_coin, who.address) / 4);
            return {
                .json = kind("transfer") + member("asset", "w") + member("to", "pool") + member("v", value),
                .to = wrapped_coin,
                .value = 0,
                .data = CallData("transfer(address,uint256)").add(world_.pool).add(value).encode()};
        }
        case 10:
            if (who.address != world_.players[0].address && random_.chance(80))
                return plain("claim", "getReward()");
            return on_pool("notify", "notifyRewardAmount(uint256)",
                           amount(token_balance(state, wrapped_coin, world_.pool) / 2));
        default: {
            if (random_.chance(30)) {
                const U256 tip = random_.below(1'200);
                return {.json = kind("auto_compound") + member("tip", tip),
                        .to = world_.pool,
                        .value = 0,
                        .data = CallData("setAutoCompound(uint16)").add(tip).encode()};
            }
            const auto user = random_.below(world_.players.size());
            return {.json = kind("compound") + member("user", user),
                    .to = world_.pool,
                    .value = 0,
                    .data = CallData("compound(address)").add(world_.players[user].address).encode()};
        }
    }
}

Workload::Call Workload::bet(std::uint64_t head) {
    const bool is_crash = random_.chance(40);
    const bool is_over = random_.chance(50);
    const auto target = is_crash ? 100 + random_.below(random_.chance(80) ? 400 : 50'000)
                                 : random_.below(random_.chance(90) ? 9'900 : 12'000);
    U256 stake = amount(coin / 2);
    stake += random_.below(2'000);
    const auto last_block = head + random_.below(4);
    const auto count =
        random_.chance(80) ? std::uint64_t{1} : 1 + random_.below(random_.chance(70) ? 6 : 120);
    const bool by_allowance = random_.chance(20);
    const U256 cost = stake * count;
    const U256 value = by_allowance ? U256(0) : random_.chance(95) ? cost : U256(cost + 1);
    CallData params("-");
    params.add(U256(target));
    if (!is_crash) params.add(U256(is_over ? 1 : 0));
    auto encoded = params.encode();
    encoded.erase(encoded.begin(), encoded.begin() + 4);
    const std::uint64_t game = is_crash ? 4 : 1;
    return {.json = kind("bet") + member("game", game) + member("target", target) +
                    member("over", std::uint64_t{is_over}) + member("stake", stake) + member("count", count) +
                    member("last", last_block) + member("v", value),
            .to = games,
            .value = value,
            .data = CallData("placeBets(uint64,uint8,bytes,uint256,uint24,uint64)")
                        .add(U256(1))
                        .add(U256(game))
                        .add_bytes(encoded)
                        .add(stake)
                        .add(U256(count))
                        .add(U256(last_block))
                        .encode(),
            .gas_limit = 1'000'000};
}

// --- the house -------------------------------------------------------------------------------------

Workload::Call Workload::use_house_money() {
    struct Way {
        const char* name;
        const char* signature;
        bool pays;
    };
    static constexpr Way ways[] = {{"fund", "fund(uint64,uint256)", true},
                                   {"take_vault", "withdraw(uint64,uint256)", false},
                                   {"add_bond", "addBond(uint64,uint256)", true},
                                   {"take_bond", "withdrawBond(uint64,uint256)", false}};
    const auto& [name, signature, pays] = ways[random_.below(4)];
    const U256 value = amount(coin * 20);
    return {.json = kind(name) + member("v", value),
            .to = games,
            .value = pays ? value : U256(0),
            .data = CallData(signature).add(U256(1)).add(value).encode(),
            .gas_limit = 600'000};
}

/// Reveals, settles, forfeits; early, late, twice and with wrong seeds, too.
std::optional<Workload::Call> Workload::keep_house(const chain::StateView& state, std::uint64_t head,
                                                   std::uint64_t time) {
    const auto on_round = [&](std::string_view name, std::string_view signature, std::uint64_t round,
                              const U256& last, std::string_view last_name) {
        CallData data(signature);
        data.add(U256(1)).add(U256(round));
        if (!last_name.empty()) data.add(last);
        return Call{.json = kind(name) + member("round", round) +
                            (last_name.empty() ? std::string() : member(last_name, last)),
                    .to = games,
                    .value = 0,
                    .data = data.encode(),
                    .gas_limit = 2'900'000};
    };
    const auto house = house_of(state);
    if (house.next_round == 1) return std::nullopt;
    const auto what = random_.below(20);
    if (what == 0) {
        const auto round = 1 + random_.below(house.next_round);
        return on_round("settle", "settle(uint64,uint64,uint32)", round, U256(random_.below(80)), "max");
    }
    if (what == 1)
        return on_round("forfeit", "forfeit(uint64,uint64)", 1 + random_.below(house.next_round), 0, "");
    if (what == 2) return use_house_money();
    // Rounds that are decided and not settled in full.
    const auto oldest = house.last_revealed < 6 ? 1 : house.last_revealed - 5;
    for (auto n = oldest; n < house.next_round && n < oldest + 12; ++n) {
        const auto status = field(state.storage(games, slot_after(round_slot(n), 1)), 30, 1);
        if (status >= 2 && random_.chance(60))
            return on_round("settle", "settle(uint64,uint64,uint32)", n, U256(1 + random_.below(80)), "max");
        const auto deadlines = state.storage(games, round_slot(n));
        const bool is_overdue = head >= field(deadlines, 16, 8) && time > field(deadlines, 24, 8);
        if (status == 1 && is_overdue && random_.chance(60))
            return on_round("forfeit", "forfeit(uint64,uint64)", n, 0, "");
    }
    if (house.last_revealed + 1 >= house.next_round) return std::nullopt;
    if (habits_.neglects_house && !random_.chance(8)) return std::nullopt;
    auto round = house.last_revealed + 1;
    if (random_.chance(25)) round += random_.below(house.next_round - round + 1);
    // Past the chain's end there is nothing to reveal; the model knows no seed there either.
    if (round > world_.house_seeds.length()) return std::nullopt;
    const auto seed =
        random_.chance(95) ? world_.house_seeds.link(round) : world_.house_seeds.link(round - 1);
    auto call = on_round("reveal", "reveal(uint64,uint64,bytes32)", round, to_u256(seed), "");
    call.json += member("seed", hex(seed));
    call.data =
        CallData("reveal(uint64,uint64,bytes32)").add(U256(1)).add(U256(round)).add(to_u256(seed)).encode();
    return call;
}

Workload::Call Workload::choose(const Person& who, const chain::StateView& state, std::uint64_t head) {
    if (auto call = prepare(who, state); call && random_.chance(80)) return *std::move(call);
    for (int attempt = 0; attempt < 4; ++attempt) {
        switch (random_.below(6)) {
            case 0:
                return pay(who, state);
            case 1:
                if (habits_.wraps || habits_.stakes) return wrap(who, state);
                break;
            case 2:
                if (habits_.tokens && state.exists(world_.token)) return use_token(who, world_.token, state);
                break;
            case 3:
            case 4:
                if (habits_.stakes && state.exists(world_.pool)) return stake(who, state);
                break;
            default:
                if (habits_.bets) return bet(head);
        }
    }
    return pay(who, state);
}

}  // namespace farthing::simulator
