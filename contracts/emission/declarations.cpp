// Emission's declarations: functions, events, errors, slots.
#include "contracts/emission/contract.hpp"

namespace farthing::contracts {
namespace {

constexpr auto functions = table<Row>({
    function<"function accrue() nonreentrant returns (uint256 minted)", &Emission::accrue>(
        "Anyone mints what is due until now and splits it among the sinks, which keep it here until they "
        "take "
        "it."),
    function<"function pullReward() nonreentrant returns (uint256 amount)", &Emission::pull_reward>(
        "Gives a stakers' or liquidity pool what it is due, as wrapped coin. Nothing for other callers."),
    function<"function release(uint8 sink) nonreentrant returns (uint256 amount)", &Emission::release>(
        "Anyone sends a sink (0 stakers, 1 liquidity, 2 treasury, 3 games, 4 dev) what it is due, as coin."),
    function<"function setSchedule(uint8 kind, bytes params)", &Emission::set_schedule>(
        "From now on: 0 fixed (uint256 ratePerSecondE18), 1 halving (uint256 ratePerSecond, uint64 "
        "epochSeconds), 2 decaying (the same, uint256 numerator, uint256 denominator), 3 target (uint64 "
        "epochSeconds, and in E18 a year uint64 inflation, least, most, change, and goal). Only the owner."),
    function<"function setSplit(uint16 stakers, uint16 liquidity, uint16 treasury, uint16 games, uint16 dev)",
             &Emission::set_split>("Shares of 10,000 from now on. Only the owner."),
    function<"function setSink(uint8 sink, address to)", &Emission::set_sink>(
        "Who takes a sink's share, what waits already included. Only the owner."),
    function<"function lowerHardCap(uint256 cap)", &Emission::lower_hard_cap>(
        "Lowers for ever what can ever exist. Only the owner."),
});
constexpr auto views = table<Row>({
    function<"function pendingReward(address pool) view returns (uint256 amount)", &Emission::pending_reward>(
        "What pullReward would bring the pool now, in wei."),
    function<"function owed(uint8 sink) view returns (uint256 amount)", &Emission::owed_to>(
        "Wei that the sink is due now, fees of stakers included."),
    function<"function sink(uint8 sink) view returns (address to)", &Emission::sink_of>(
        "Who takes the sink's share; zero while it waits."),
    function<"function mintedTotal() view returns (uint256)", &Emission::minted_total>(
        "Wei minted since genesis, with what is due now."),
    function<"function hardCap() view returns (uint256)", &Emission::hard_cap>(
        "Wei that can ever have existed, burnt ones included."),
    function<"function coinSupply() view returns (uint256)", &Emission::coin_supply>(
        "Wei in existence: genesis and minted, less burnt."),
    function<"function burntTotal() view returns (uint256)", &Emission::burnt_total>(
        "Wei of base fees burnt up to the block before."),
    function<"function annualInflation() view returns (uint256 e18)", &Emission::annual_inflation>(
        "The present rate over 365.25 days as a share of coinSupply, times 10^18."),
    function<"function splitBps() view returns (uint16 stakers, uint16 liquidity, uint16 treasury, uint16 "
             "games, uint16 dev)",
             &Emission::split_bps>("Shares of 10,000."),
    function<"function schedule() view returns (uint8 kind, bytes params)", &Emission::schedule>(
        "As setSchedule took it."),
    function<"function scheduleAt(uint256 timestamp) view returns (uint256 ratePerSecondE18)",
             &Emission::schedule_at>(
        "Wei * 10^18 a second at an emission time not before the last accrual, stakes as now."),
    function<"function cumulativeEmission(uint256 timestamp) view returns (uint256)",
             &Emission::cumulative_emission>(
        "Wei minted from genesis to an emission time not before the last accrual, stakes as now."),
    function<"function clock() view returns (uint256 time)", &Emission::time_now>(
        "Emission time now: unix seconds less what maxStep left out."),
    function<"function accruedUntil() view returns (uint256 time)", &Emission::accrued_until>(
        "Emission time of the last accrual."),
    function<"function maxStep() view returns (uint256 interval)", &Emission::max_step>(
        "Seconds that one block advances the clock at most."),
});
constexpr auto events = table<Row>({
    event<Emission::Minted>("Coin was made and split; carryE18 is the fraction of a wei left for later."),
    event<Emission::Paid>("A sink took its share."),
    event<Emission::ScheduleSet>("Another schedule began."),
    event<Emission::SplitSet>("Other shares hold."),
    event<Emission::SinkSet>("Another account takes the share."),
    event<Emission::CapLowered>("Less can ever exist."),
});
constexpr auto errors = table<Row>({
    error<Emission::OnlyGovernance>("Only the owner sets terms."),
    error<Emission::SplitNot10000>("The shares do not sum to 10,000."),
    error<Emission::ScheduleInvalid>("The kind is unknown, or a parameter is out of bounds."),
    error<Emission::CapBelowSupply>("More than that has existed already."),
    error<Emission::CapRaised>("A hard cap is never raised."),
    error<Emission::SinkUnknown>("Sinks count from 0 to 4."),
    error<Emission::SinkUnset>("Nobody takes this share yet."),
    error<Emission::TimePast>("That time lies before the last accrual."),
});
constexpr auto rows = join(functions, views, events, errors, ownable_rows<Emission>);
constexpr auto slots = table<SlotRow>({
    slot<&Emission::current_owner>("Sets the terms; zero for nobody."),
    slot<&Emission::kind>("The schedule's kind."),
    slot<&Emission::clock>("Emission time."),
    slot<&Emission::pace>("The present epoch's rate."),
    slot<&Emission::supply>("What exists and may exist, wei."),
    slot<&Emission::shares>("Shares of 10,000."),
    slot<&Emission::owed>("Wei that wait for their sinks."),
    slot<&Emission::params>("The schedule's parameters."),
    slot<&Emission::sinks>("Who takes which share."),
});

}  // namespace

extern constexpr Module emission = module<rows, slots>(
    "Emission", {.id = 8, .address = emission_address, .genesis = at_genesis<&Emission::genesis>},
    "Makes the native coin by a schedule under a hard cap.");

}  // namespace farthing::contracts
