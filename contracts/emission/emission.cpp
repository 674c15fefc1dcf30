/// Emission: makes the native coin by a schedule and hands it to five sinks.
/// Invariants: the coin that ever existed never exceeds the cap; what is minted is split without rest; what
/// is minted between two moments does not depend on who touched this contract in between; this contract
/// holds exactly what it owes its sinks.
#include "contracts/emission/emission.hpp"

#include "contracts/emission/contract.hpp"
#include "contracts/staking/reward_source.hpp"

namespace farthing::contracts {
namespace {

constexpr auto wrapped_coin = address("fa0001");
constexpr std::uint64_t epoch_gas = 500;
/// Views look no further ahead, so that no sum of times overflows.
constexpr std::uint64_t time_max = std::uint64_t{1} << 62;
/// Stakers and liquidity: pools, which take wrapped coin.
constexpr std::uint8_t sinks_that_pull = 2;

using Deposit = abi::Function<"function deposit() payable">;
using Transfer = abi::Function<"function transfer(address to, uint256 value) returns (bool ok)">;
using TotalSupply = abi::Function<"function totalSupply() view returns (uint256 units)">;

}  // namespace

// --- anyone ---------------------------------------------------------------------------------------

U256 Emission::accrue() {
    const Due due = due_at(time());
    if (due.progress.accrued == clock.get().accrued) return 0;
    store(due.progress);
    if (due.minted == 0) return 0;
    ctx.mint(due.minted);
    owed.update([&](Owed& o) {
        for (std::size_t i = 0; i < emission_sinks; ++i) o.at(i) = o.at(i).value() + due.parts[i];
    });
    ctx.emit<Minted>(U256(ctx.block.number), due.minted, due.parts, U256(due.progress.carry_e18));
    return due.minted;
}

U256 Emission::pull_reward() {
    accrue();
    U256 amount = 0;
    for (std::uint8_t sink = 0; sink < sinks_that_pull; ++sink)
        if (sinks[sink].get() == ctx.caller) amount += take(sink, ctx.caller);
    if (amount == 0) return 0;
    ctx.call_paying<Deposit>(wrapped_coin, amount);
    ctx.call<Transfer>(wrapped_coin, ctx.caller, amount);
    return amount;
}

U256 Emission::release(std::uint8_t sink) {
    const Address to = sink_of(sink);
    require<SinkUnset>(!to.is_zero(), sink);
    accrue();
    const U256 amount = take(sink, to);
    if (amount != 0) ctx.pay(to, amount);
    return amount;
}

// --- governance -----------------------------------------------------------------------------------

void Emission::set_schedule(std::uint8_t new_kind, const Bytes& new_params) {
    only_governance();
    accrue();
    start(new_kind, new_params);
}

void Emission::set_split(std::uint16_t stakers, std::uint16_t liquidity, std::uint16_t treasury,
                         std::uint16_t games, std::uint16_t dev) {
    only_governance();
    accrue();
    store_split({stakers, liquidity, treasury, games, dev});
}

void Emission::set_sink(std::uint8_t sink, const Address& to) {
    only_governance();
    require<SinkUnknown>(sink < emission_sinks, sink);
    accrue();  // Until now the old stakers' pool says how much is staked.
    sinks[sink] = to;
    ctx.emit<SinkSet>(sink, to);
}

void Emission::lower_hard_cap(const U256& cap) {
    only_governance();
    accrue();
    const Supply now = supply;
    require<CapRaised>(cap <= now.cap.value(), cap, now.cap.value());
    require<CapBelowSupply>(cap >= now.made(), cap, now.made());
    supply.update([&](Supply& s) { s.cap = cap; });
    ctx.emit<CapLowered>(cap);
}

// --- views ----------------------------------------------------------------------------------------

U256 Emission::pending_reward(const Address& pool) {
    U256 amount = 0;
    for (std::uint8_t sink = 0; sink < sinks_that_pull; ++sink)
        if (sinks[sink].get() == pool) amount += owed_to(sink);
    return amount;
}

U256 Emission::owed_to(std::uint8_t sink) {
    require<SinkUnknown>(sink < emission_sinks, sink);
    Owed stored = owed;
    return stored.at(sink).value() + due_at(time()).parts[sink];
}

Address Emission::sink_of(std::uint8_t sink) {
    require<SinkUnknown>(sink < emission_sinks, sink);
    return sinks[sink];
}

U256 Emission::annual_inflation() {
    const Progress p = due_at(time()).progress;
    const U256 existing = p.made - p.burnt;
    if (existing == 0 || p.made == p.cap) return 0;
    return mul_div(p.pace.rate_e18, year_s, existing, Rounding::down);
}

std::tuple<std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t> Emission::split_bps() {
    const Split s = shares;
    return {s.stakers, s.liquidity, s.treasury, s.games, s.dev};
}

U256 Emission::schedule_at(const U256& timestamp) {
    const Progress p = due_at(future(timestamp)).progress;
    return p.made == p.cap ? U256(0) : p.pace.rate_e18;
}

U256 Emission::cumulative_emission(const U256& timestamp) {
    const auto until = future(timestamp);
    return supply.get().minted.value() + due_at(until).minted;
}

// --- outside transactions -------------------------------------------------------------------------

void Emission::advance_clock(std::uint64_t timestamp) {
    clock.update([&](EmissionClock& c) {
        c.time = c.at(timestamp);
        c.block_time = timestamp;
    });
}

void Emission::book_fees(const FeeShares& fees) {
    if (fees.burnt != 0) supply.update([&](Supply& s) { s.burnt = s.burnt.value() + fees.burnt; });
    if (fees.stakers != 0) owed.update([&](Owed& o) { o.stakers = o.stakers.value() + fees.stakers; });
}

namespace {

/// Runs `act` as the contract: system writes are unmetered and no call frame surrounds them.
template <class Act>
void as_emission(Host& host, const Act& act) {
    GasMeter gas(~std::uint64_t{0});
    Context ctx(host, {.caller = {}, .self = emission_address, .value = 0, .data = {}}, gas);
    Emission contract{ctx};
    act(contract);
}

}  // namespace

void advance_emission_clock(Host& host, std::uint64_t timestamp) {
    as_emission(host, [&](Emission& e) { e.advance_clock(timestamp); });
}

void book_fees(Host& host, const FeeShares& shares) {
    if (shares.stakers != 0) host.add_balance(emission_address, shares.stakers);
    as_emission(host, [&](Emission& e) { e.book_fees(shares); });
}

// --- inside ---------------------------------------------------------------------------------------

std::uint64_t Emission::future(const U256& timestamp) {
    const auto accrued = clock.get().accrued;
    require<TimePast>(timestamp >= accrued, timestamp, U256(accrued));
    return low_u64(std::min(timestamp, U256(time_max)));
}

/// What is due at an emission time, and how things stand then. Changes nothing.
Emission::Due Emission::due_at(std::uint64_t until) {
    const PaceRecord stored = pace;
    const Supply now = supply;
    Due due{.progress = {.pace = {stored.rate_e18, stored.inflation_e18, stored.epoch_end},
                         .accrued = clock.get().accrued,
                         .carry_e18 = stored.carry_e18,
                         .made = now.made(),
                         .burnt = now.burnt,
                         .cap = now.cap},
            .minted = {},
            .parts = {}};
    Schedule terms;
    U256 bonded = 0;
    if (until >= stored.epoch_end) {
        terms = Schedule::parse(kind, params.get()).value();
        if (terms.kind == ScheduleKind::target) bonded = bonded_coin();
    }
    due.minted = advance(terms, due.progress, until, bonded, [this] { ctx.charge(epoch_gas); });
    due.parts = split(due.minted, shares.get().list());
    return due;
}

void Emission::store(const Progress& p) {
    clock.update([&](EmissionClock& c) { c.accrued = p.accrued; });
    pace.update(
        [&](PaceRecord& r) { r = {p.pace.rate_e18, p.pace.inflation_e18, p.pace.epoch_end, p.carry_e18}; });
    supply.update([&](Supply& s) { s.minted = p.made - s.initial.value(); });
}

/// What is staked in the stakers' pool; 0 when there is none.
U256 Emission::bonded_coin() {
    const auto answer = ctx.raw_call(sinks[0], 0, TotalSupply::encode(), true);
    const auto units = TotalSupply::decode_output(answer.output);
    return answer.success && units ? std::get<0>(*units) : U256(0);
}

void Emission::start(std::uint8_t new_kind, const Bytes& new_params) {
    const auto terms = Schedule::parse(new_kind, new_params);
    require<ScheduleInvalid>(terms.has_value(), new_kind);
    const Pace first = first_pace(*terms, clock.get().accrued, supply.get().existing());
    kind = new_kind;
    params = new_params;
    pace.update(
        [&](PaceRecord& r) { r = {first.rate_e18, first.inflation_e18, first.epoch_end, r.carry_e18}; });
    ctx.emit<ScheduleSet>(new_kind, new_params);
}

void Emission::store_split(const Split& split) {
    std::uint64_t sum = 0;
    for (const auto share : split.list()) sum += share;
    require<SplitNot10000>(sum == split_all, U256(sum));
    shares = split;
    ctx.emit<SplitSet>(split.list());
}

U256 Emission::take(std::uint8_t sink, const Address& to) {
    U256 amount;
    owed.update([&](Owed& o) { amount = std::exchange(o.at(sink), Wei{}).value(); });
    if (amount != 0) ctx.emit<Paid>(sink, to, amount);
    return amount;
}

}  // namespace farthing::contracts
