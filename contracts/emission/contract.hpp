#pragma once
// Emission's state and functions. The README states the rules.
#include "contracts/emission/emission.hpp"
#include "contracts/emission/schedule.hpp"
#include "contracts/ownable.hpp"

namespace farthing::contracts {

using Wei = abi::Uint<128>;

/// Emission's own time: unix seconds less what max_step left out.
struct EmissionClock {
    std::uint64_t time = 0;
    std::uint64_t block_time = 0;  ///< Of the newest block, unix seconds.
    std::uint64_t max_step = 0;    ///< Seconds.
    std::uint64_t accrued = 0;     ///< Emission time up to which coin is made.
    using Abi =
        abi::Struct<"struct EmissionClock { uint64 time; uint64 blockTime; uint64 maxStep; uint64 accrued; }",
                    &EmissionClock::time, &EmissionClock::block_time, &EmissionClock::max_step,
                    &EmissionClock::accrued>;

    std::uint64_t at(std::uint64_t timestamp) const {
        return time + std::min(timestamp - std::min(timestamp, block_time), max_step);
    }
};

/// Pace and carry as they are stored.
struct PaceRecord {
    U256 rate_e18;
    std::uint64_t inflation_e18 = 0;
    std::uint64_t epoch_end = 0;
    std::uint64_t carry_e18 = 0;
    using Abi =
        abi::Struct<"struct Pace { uint256 rateE18; uint64 inflationE18; uint64 epochEnd; uint64 carryE18; }",
                    &PaceRecord::rate_e18, &PaceRecord::inflation_e18, &PaceRecord::epoch_end,
                    &PaceRecord::carry_e18>;
};

struct Supply {
    Wei initial;  ///< Of genesis.
    Wei cap;
    Wei minted;
    Wei burnt;
    using Abi = abi::Struct<"struct Supply { uint128 initial; uint128 cap; uint128 minted; uint128 burnt; }",
                            &Supply::initial, &Supply::cap, &Supply::minted, &Supply::burnt>;
    U256 made() const { return initial.value() + minted.value(); }
    U256 existing() const { return made() - burnt.value(); }
};

/// Shares of 10,000.
struct Split {
    std::uint16_t stakers = 0, liquidity = 0, treasury = 0, games = 0, dev = 0;
    using Abi = abi::Struct<
        "struct Split { uint16 stakers; uint16 liquidity; uint16 treasury; uint16 games; uint16 dev; }",
        &Split::stakers, &Split::liquidity, &Split::treasury, &Split::games, &Split::dev>;
    SplitBps list() const { return {stakers, liquidity, treasury, games, dev}; }
};

struct Owed {
    Wei stakers, liquidity, treasury, games, dev;
    using Abi = abi::Struct<
        "struct Owed { uint128 stakers; uint128 liquidity; uint128 treasury; uint128 games; uint128 dev; }",
        &Owed::stakers, &Owed::liquidity, &Owed::treasury, &Owed::games, &Owed::dev>;
    Wei& at(std::size_t sink) { return *std::array{&stakers, &liquidity, &treasury, &games, &dev}[sink]; }
};

struct Emission : Owned<Unowned, 0> {
    // Slot numbers are consensus: never reuse or reorder one.
    Slot<std::uint8_t, 0, "_kind", 20> kind{ctx};
    Slot<EmissionClock, 1, "_clock"> clock{ctx};
    Slot<PaceRecord, 2, "_pace"> pace{ctx};
    Slot<Supply, 4, "_supply"> supply{ctx};
    Slot<Split, 6, "_split"> shares{ctx};
    Slot<Owed, 7, "_owed"> owed{ctx};
    Slot<Bytes, 10, "_params"> params{ctx};
    Mapping<std::uint8_t, Address, 11, "_sinks"> sinks{ctx};

    using Minted = abi::Event<
        "event EmissionMinted(uint256 indexed blockNumber, uint256 minted, uint256[5] split, "
        "uint256 carryE18)">;
    using Paid = abi::Event<"event EmissionPaid(uint8 indexed sink, address indexed to, uint256 amount)">;
    using ScheduleSet = abi::Event<"event EmissionScheduleSet(uint8 kind, bytes params)">;
    using SplitSet = abi::Event<"event EmissionSplitSet(uint16[5] bps)">;
    using SinkSet = abi::Event<"event EmissionSinkSet(uint8 indexed sink, address indexed to)">;
    using CapLowered = abi::Event<"event EmissionCapLowered(uint256 cap)">;

    using OnlyGovernance = abi::Error<"error EmissionOnlyGovernance(address caller)">;
    using SplitNot10000 = abi::Error<"error EmissionSplitNot10000(uint256 sum)">;
    using ScheduleInvalid = abi::Error<"error EmissionScheduleInvalid(uint8 kind)">;
    using CapBelowSupply = abi::Error<"error EmissionCapBelowSupply(uint256 cap, uint256 supply)">;
    using CapRaised = abi::Error<"error EmissionCapRaised(uint256 cap, uint256 present)">;
    using SinkUnknown = abi::Error<"error EmissionSinkUnknown(uint8 sink)">;
    using SinkUnset = abi::Error<"error EmissionSinkUnset(uint8 sink)">;
    using TimePast = abi::Error<"error EmissionTimePast(uint256 timestamp, uint256 accrued)">;

    // --- anyone
    U256 accrue();
    U256 pull_reward();
    U256 release(std::uint8_t sink);

    // --- governance; each settles the past by the old terms first
    void set_schedule(std::uint8_t new_kind, const Bytes& new_params);
    void set_split(std::uint16_t stakers, std::uint16_t liquidity, std::uint16_t treasury,
                   std::uint16_t games, std::uint16_t dev);
    void set_sink(std::uint8_t sink, const Address& to);
    void lower_hard_cap(const U256& cap);

    // --- views; each counts what accrue would mint now
    U256 pending_reward(const Address& pool);
    U256 owed_to(std::uint8_t sink);
    Address sink_of(std::uint8_t sink);
    U256 minted_total() { return supply.get().minted.value() + due_at(time()).minted; }
    U256 hard_cap() { return supply.get().cap; }
    U256 coin_supply() { return supply.get().existing() + due_at(time()).minted; }
    U256 burnt_total() { return supply.get().burnt; }
    U256 annual_inflation();
    std::tuple<std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t> split_bps();
    std::tuple<std::uint8_t, Bytes> schedule() { return {kind, params}; }
    U256 schedule_at(const U256& timestamp);
    U256 cumulative_emission(const U256& timestamp);
    U256 time_now() { return U256(time()); }
    U256 accrued_until() { return U256(clock.get().accrued); }
    U256 max_step() { return U256(clock.get().max_step); }

    // --- outside transactions
    void advance_clock(std::uint64_t timestamp);
    void book_fees(const FeeShares& fees);
    /// "owner": address; "supply": wei of all allocations (the chain adds it); "hardCap": wei, by default the
    /// supply, so that nothing is minted; "maxStep": seconds, by default 600; "schedule": {"kind": 0 to 3 and
    /// its numbers by name}; "split": {sink: of 10,000}; "sinks": {sink: address}.
    void genesis(const GenesisParams& given);

 private:
    struct Due {
        Progress progress;
        U256 minted;
        SplitParts parts;
    };

    void only_governance() { require<OnlyGovernance>(ctx.caller == owner(), ctx.caller); }
    /// Emission time; the same inside a block and in a call at the time of a block to come.
    std::uint64_t time() { return clock.get().at(ctx.now); }
    std::uint64_t future(const U256& timestamp);
    Due due_at(std::uint64_t until);
    void store(const Progress& progress);
    U256 bonded_coin();
    void start(std::uint8_t new_kind, const Bytes& new_params);
    void store_split(const Split& split);
    U256 take(std::uint8_t sink, const Address& to);
};

}  // namespace farthing::contracts
