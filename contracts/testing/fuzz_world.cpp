#include "contracts/testing/fuzz_world.hpp"

#include "contracts/emission/emission.hpp"
#include "contracts/games/games.hpp"
#include "contracts/randomness/randomness.hpp"
#include "contracts/staking/pool.hpp"
#include "contracts/timelock/timelock.hpp"
#include "contracts/voting_units/voting_units.hpp"
#include "core/abi/value.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::contracts::testing {
namespace {

const U256 coin = 1'000'000'000'000'000'000;
constexpr std::uint64_t chain_length = 1 << 10;
constexpr Address wrapped = wrapped_coin_address, factory = address("fa0002");

using Balance = abi::Function<"function balanceOf(address account) view returns (uint256)">;
using Supply = abi::Function<"function totalSupply() view returns (uint256)">;
using Votes = abi::Function<"function getVotes(address account) view returns (uint256)">;
using Units = abi::Function<"function unitsOf(address account) view returns (uint256)">;

GenesisParams text(std::string_view value) {
    return {std::string(value), {}};
}

/// What the genesis file of a development chain says, times and deadlines shorter.
GenesisParams genesis_of(std::string_view contract, const U256& supply, const Address& keeper,
                         const Hash& tip) {
    const auto owner = text(hex0x(timelock_address));
    GenesisParams p;
    auto& m = p.members;
    m["symbol"] = text("FAR");
    m["supply"] = text(to_decimal(supply));
    if (contract == "Randomness") m["chainLength"] = text(std::to_string(chain_length));
    for (const auto* owned : {"Parameters", "Upgrades", "VotingUnits", "Emission", "PoolFactory"})
        if (contract == owned) m["owner"] = owner;
    if (contract == "Governor") {
        m["votingDelay"] = text("1");
        m["votingPeriod"] = text("3600");
        m["lateQuorumVoteExtension"] = text("60");
    }
    if (contract == "Timelock") m["minDelay"] = text("60");
    if (contract == "Emission") {
        m["hardCap"] = text(to_decimal(supply * 2));
        m["maxStep"] = text("432000");
        m["sinks"].members = {{"stakers", text(hex0x(pool_address(timelock_address, 0)))},
                              {"treasury", owner}};
        m["schedule"].members = {{"kind", text("1")},
                                 {"ratePerSecond", text("2000000000000000")},
                                 {"epochSeconds", text("2592000")}};
        m["split"].members = {{"stakers", text("8000")}, {"treasury", text("2000")}};
    }
    if (contract == "PoolFactory")
        m["stakersPool"].members = {{"rewardsDuration", text("604800")},
                                    {"source", text(hex0x(emission_address))}};
    if (contract == "Games") {
        m["deadlineBlocks"] = text("10");
        m["deadlineSeconds"] = text("100");
        m["house"].members = {{"operator", text(hex0x(keeper))},
                              {"tip", text(hex0x(tip))},
                              {"vault", text(to_decimal(coin * 1'000))},
                              {"bond", text(to_decimal(coin * 500))},
                              {"minStake", text("1000")}};
    }
    return p;
}

Address numbered(std::uint64_t n) {
    Address out;
    std::ranges::copy(be64(n), out.begin() + 12);
    return out;
}

}  // namespace

// --- watching

void WatchedHost::begin_watch() {
    words_.clear();
    balances_.clear();
    made_.clear();
    minted_ = minted;
}

std::vector<Address> WatchedHost::contracts() {
    std::erase_if(all_made_, [&](const Address& each) { return code_at(each).empty(); });
    return all_made_;
}

bool WatchedHost::changed() {
    for (const auto& [key, before] : words_)
        if (load(key.first, key.second) != before) return true;
    for (const auto& [account, before] : balances_)
        if (balance_of(account) != before) return true;
    return minted != minted_ ||
           std::ranges::any_of(made_, [&](const Address& each) { return !code_at(each).empty(); });
}

void WatchedHost::store(const Address& account, const Word& slot, const Word& value) {
    words_.try_emplace({account, slot}, load(account, slot));
    MemoryHost::store(account, slot, value);
}
void WatchedHost::subtract_balance(const Address& account, const U256& amount) {
    balances_.try_emplace(account, balance_of(account));
    MemoryHost::subtract_balance(account, amount);
}
void WatchedHost::add_balance(const Address& account, const U256& amount) {
    balances_.try_emplace(account, balance_of(account));
    MemoryHost::add_balance(account, amount);
}
void WatchedHost::create_contract(const Address& account, Marker marker) {
    made_.insert(account);
    if (std::ranges::find(all_made_, account) == all_made_.end()) all_made_.push_back(account);
    MemoryHost::create_contract(account, marker);
}

// --- the world

FuzzWorld::FuzzWorld()
    : keeper(numbered(0x7f0)),
      house_seeds(sha256(as_bytes("house")), 256),
      sequencer_seeds_(sha256(as_bytes("sequencer")), chain_length) {
    for (std::size_t i = 0; i < person_count; ++i) people.push_back(numbered(0x7e0 + i));
    for (const auto& who : people) host.state.balances[who] = coin * 10'000;
    host.state.balances[keeper] = coin * 10'000;
    install_all();
    furnish();
    start_ = host.state;
    start_head_ = host.head;
    start_minted_ = host.minted;
    start_seen_ = seen_;
    check_books();
}

void FuzzWorld::install_all() {
    host.head.number = 0;
    host.head.timestamp = 1'800'000'000;
    host.head.extra_data = sequencer_seeds_.tip();
    host.head.mix_hash = fair::genesis_randomness({});
    host.head.miner = keeper;
    host.head.base_fee = 1'000'000'000;
    host.state.balances[games_address] = coin * 1'500;
    for (const auto& [who, wei] : host.state.balances) allocated_ += wei;
    for (const Module* module : all_modules())
        if (module->identity.address)
            host.install(*module, *module->identity.address,
                         genesis_of(module->name, allocated_, keeper, house_seeds.tip()));
    contracts = host.contracts();
    stakers_pool = pool_address(timelock_address, 0);
    seen_.insert(people.begin(), people.end());
    seen_.insert({keeper, timelock_address, games_address});
    seen_.insert(contracts.begin(), contracts.end());
    next_block(1);
}

/// A token, a second pool, stakes, votes and allowances.
void FuzzWorld::furnish() {
    const auto does = [&](const Address& who, const Address& to, const U256& wei, Bytes data) {
        const auto done = send({.from = who, .to = to, .value = wei, .data = std::move(data)});
        FARTHING_CHECK(done.success);
        return done.output;
    };
    using Approve = abi::Function<"function approve(address spender, uint256 value) returns (bool)">;
    const auto made = does(
        people[0], factory, 0,
        abi::Function<
            "function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
            "uint256 cap, bool mintable) returns (address token)">::encode(std::string("Chip"),
                                                                           std::string("CHIP"),
                                                                           std::uint8_t{18}, coin * 1'000,
                                                                           coin * 5'000, true));
    token = std::get<0>(abi::decode<Address>(made).value());
    does(people[0], pool_factory_address, 0,
         abi::Function<
             "function createPool(address stakeAsset, address rewardAsset, uint256 rewardsDuration) returns "
             "(address pool)">::encode(token, wrapped, U256(86'400)));
    token_pool = pool_address(people[0], 0);
    for (const auto& who : people) {
        does(who, wrapped, coin * 3'000, abi::Function<"function deposit() payable">::encode());
        for (const auto& spender : {stakers_pool, token_pool, games_address})
            for (const auto& asset : {wrapped, token})
                does(who, asset, 0, Approve::encode(spender, u256_max));
        if (who != people[0])
            does(people[0], token, 0,
                 abi::Function<"function transfer(address to, uint256 value) returns (bool)">::encode(
                     who, coin * 200));
        does(who, voting_units_address, 0,
             abi::Function<"function delegate(address delegatee)">::encode(who));
        does(who, games_address, 0,
             abi::Function<"function setClientSeed(string seed)">::encode(std::string("lucky_seven")));
    }
    next_block(5);
}

void FuzzWorld::reset() {
    host.state = start_;
    host.head = start_head_;
    host.minted = start_minted_;
    host.logs.clear();
    contracts = host.contracts();
    seen_ = start_seen_;
}

void FuzzWorld::next_block(std::uint64_t seconds) {
    auto& head = host.head;
    const auto link = sequencer_seeds_.link(head.number + 1);
    const auto parent = keccak256(be64(head.number).bytes);
    const auto mix = begin_block(host, {head.number + 1, head.timestamp + seconds, link, {}, parent});
    FARTHING_CHECK(mix.has_value());
    advance_emission_clock(host, head.timestamp + seconds);
    ++head.number;
    head.timestamp += seconds;
    head.mix_hash = *mix;
    head.extra_data = link;
    head.parent_hash = parent;
}

const Module* FuzzWorld::module_at(const Address& account) {
    const auto marker = parse_marker(host.code_at(account));
    return marker ? find_module(marker->contract_id, marker->version) : nullptr;
}

WatchedOutcome FuzzWorld::send(const WatchedCall& call) {
    host.begin_watch();
    host.sender = call.from;
    const auto first_log = host.logs.size();
    GasMeter gas(call.gas_limit);
    WatchedOutcome out;
    try {
        auto result =
            host.call({.caller = call.from, .self = call.to, .value = call.value, .data = call.data}, gas);
        out.success = result.success;
        out.output = std::move(result.output);
    } catch (const OutOfGas&) {
        out.out_of_gas = true;
    } catch (const CallTooDeep&) {
        out.call_too_deep = true;
    }
    out.gas = gas.used();
    out.logs.assign(host.logs.begin() + static_cast<std::ptrdiff_t>(first_log), host.logs.end());
    FARTHING_CHECK(host.locks_held() == 0);
    if (out.success) {
        contracts = host.contracts();
        for (const auto& log : out.logs) check_log(log);
        if (const auto* module = module_at(call.to)) check_output(*module, call.data, out.output);
        seen_.insert({call.from, call.to});
    } else {
        FARTHING_CHECK(!host.changed() && out.logs.empty());
        if (!out.out_of_gas && !out.call_too_deep) check_revert(out.output);
    }
    return out;
}

void FuzzWorld::check_gas(const WatchedCall& call) {
    const auto before = host.state;
    const auto minted = host.minted;
    const auto back = [&] {
        host.state = before;
        host.minted = minted;
        contracts = host.contracts();
    };
    const auto first = send(call);
    if (first.out_of_gas) return;
    const auto after = host.state;
    back();
    auto exact = call;
    exact.gas_limit = first.gas;
    FARTHING_CHECK(send(exact) == first);
    FARTHING_CHECK(host.state == after);
    back();
    if (first.gas == 0) return;
    exact.gas_limit = first.gas - 1;
    FARTHING_CHECK(send(exact).out_of_gas);
    FARTHING_CHECK(host.state == before);
}

// --- what the contracts promise

void FuzzWorld::check_books() {
    U256 wei = 0;
    for (const auto& [who, balance] : host.state.balances) wei += balance;
    FARTHING_CHECK(wei == allocated_ + host.minted);
    FARTHING_CHECK(ask<Supply>(wrapped) == host.balance_of(wrapped));
    check_asset(wrapped);
    for (const auto& each : std::vector(contracts)) {
        if (each == token || module_at(each)->name == "Token") check_asset(each);
        if (module_at(each)->name == "Pool") check_pool(each);
    }
    check_games();
    check_units();
    const auto supply = ask<abi::Function<"function coinSupply() view returns (uint256)">>(emission_address);
    FARTHING_CHECK(supply >= wei);
    FARTHING_CHECK(supply <=
                   ask<abi::Function<"function hardCap() view returns (uint256)">>(emission_address));
}

void FuzzWorld::check_asset(const Address& asset) {
    U256 held = 0, votes = 0;
    for (const auto& who : std::set(seen_)) {
        held += ask<Balance>(asset, who);
        if (asset != wrapped) votes += ask<Votes>(asset, who);
    }
    FARTHING_CHECK(held == ask<Supply>(asset));
    FARTHING_CHECK(votes <= held);
}

void FuzzWorld::check_pool(const Address& pool) {
    const auto books = ask<abi::Function<"function books() view returns (Books)", Books>>(pool);
    const auto stake_asset = ask<abi::Function<"function stakingToken() view returns (address)">>(pool);
    const auto reward_asset = ask<abi::Function<"function rewardsToken() view returns (address)">>(pool);
    U256 stakes = 0, dues = 0;
    for (const auto& who : std::set(seen_)) {
        auto staker =
            ask<abi::Function<"function stakers(address account) view returns (Staker)", Staker>>(pool, who);
        books.settle(staker);
        stakes += staker.stake.value();
        dues += staker.due;
    }
    const U256 staked = books.staked.value(), owed = books.held.value();
    FARTHING_CHECK(stakes == staked);
    FARTHING_CHECK(to_q128(books.held) == books.streaming + books.unallocated + books.carry.value() + dues);
    if (stake_asset == reward_asset) {
        FARTHING_CHECK(ask<Balance>(stake_asset, pool) >= staked + owed);
    } else {
        FARTHING_CHECK(ask<Balance>(stake_asset, pool) >= staked);
        FARTHING_CHECK(ask<Balance>(reward_asset, pool) >= owed);
    }
}

void FuzzWorld::check_games() {
    std::map<Address, U256> owed;
    const auto count = ask<abi::Function<"function houseCount() view returns (uint64 count)">>(games_address);
    for (std::uint64_t id = 1; id <= count; ++id) {
        const auto house =
            ask<abi::Function<"function houses(uint64 house) view returns (House record)", House>>(
                games_address, id);
        FARTHING_CHECK(house.reserved.value() <= house.vault.value());
        FARTHING_CHECK(house.reserved.value() <= house.bond.value());
        owed[house.asset] += house.vault.value() + house.bond.value() + house.escrow.value();
    }
    for (const auto& [asset, amount] : owed) FARTHING_CHECK(ask<Balance>(asset, games_address) >= amount);
}

void FuzzWorld::check_units() {
    U256 units = 0, votes = 0;
    for (const auto& who : std::set(seen_)) {
        units += ask<Units>(voting_units_address, who);
        votes += ask<Votes>(voting_units_address, who);
    }
    FARTHING_CHECK(units ==
                   ask<abi::Function<"function totalUnits() view returns (uint256)">>(voting_units_address));
    FARTHING_CHECK(votes <= units);
    for (const auto& who : people) {
        U256 expected = ask<Balance>(wrapped, who);
        for (const auto& each : std::vector(contracts))
            if (module_at(each)->name == "Pool" &&
                ask<abi::Function<"function stakingToken() view returns (address)">>(each) == wrapped)
                expected += ask<Balance>(each, who);
        FARTHING_CHECK(ask<Units>(voting_units_address, who) == expected);
    }
}

}  // namespace farthing::contracts::testing
