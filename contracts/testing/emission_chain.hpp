#pragma once
// A chain with Emission, a stakers' pool that it feeds, and a treasury.
#include "contracts/emission/contract.hpp"
#include "contracts/testing/multicall.hpp"
#include "contracts/testing/pool_chain.hpp"

namespace farthing::contracts {
extern const Module emission;
}  // namespace farthing::contracts

namespace farthing::contracts::testing {

inline constexpr std::uint64_t week_s = 604'800, max_step_s = 600;
inline const U256 coin_wei = e18;

inline GenesisParams with(std::initializer_list<std::pair<std::string, std::string>> members) {
    GenesisParams out;
    for (const auto& [name, text] : members) out.members[name].text = text;
    return out;
}

class EmissionChain : public PoolChain {
 public:
    static constexpr Address minter = emission_address;
    const Address treasury = account(80), dev = account(81);
    const Address stakers = pool_address(owner, 0);
    const U256 initial = total_balance(), cap;
    U256 fees;

    /// `schedule` as the genesis file has it; `most` can be minted.
    explicit EmissionChain(const GenesisParams& schedule, const U256& most = coin_wei * 1'000'000)
        : cap(initial + most) {
        GenesisParams params = with({{"owner", hex0x(owner)},
                                     {"supply", to_decimal(initial)},
                                     {"hardCap", to_decimal(cap)},
                                     {"maxStep", std::to_string(max_step_s)}});
        params.members["schedule"] = schedule;
        params.members["split"] = with({{"stakers", "6000"}, {"treasury", "3000"}, {"dev", "1000"}});
        params.members["sinks"] = with({{"stakers", hex0x(stakers)}, {"treasury", hex0x(treasury)}});
        host.install(emission, minter, params);
        EXPECT_EQ(make_pool(coin, coin, week_s), stakers);
        EXPECT_TRUE(set_sources(owner, stakers, {minter}).success);
    }
    ~EmissionChain() { ErrorCoverage::of(emission).add(*this, emission); }

    void next_block(std::uint64_t seconds) {
        host.head.timestamp += seconds;
        ++host.head.number;
        advance_emission_clock(host, host.head.timestamp);
    }
    void pay_fees(const U256& burnt, const U256& to_stakers) {
        book_fees(host, {burnt, to_stakers});
        fees += to_stakers;
    }
    auto accrue() { return call<"function accrue() returns (uint256 minted)">(bob, minter); }
    auto release(std::uint8_t sink) {
        return call<"function release(uint8 sink) returns (uint256 amount)">(bob, minter, sink);
    }
    auto set_split(const Address& by, std::uint16_t a, std::uint16_t b, std::uint16_t d, std::uint16_t e,
                   std::uint16_t f) {
        return call<
            "function setSplit(uint16 stakers, uint16 liquidity, uint16 treasury, uint16 games, uint16 "
            "dev)">(by, minter, a, b, d, e, f);
    }
    auto set_schedule(const Address& by, std::uint8_t kind, const Bytes& params) {
        return call<"function setSchedule(uint8 kind, bytes params)">(by, minter, kind, params);
    }
    auto set_sink(const Address& by, std::uint8_t sink, const Address& to) {
        return call<"function setSink(uint8 sink, address to)">(by, minter, sink, to);
    }
    auto lower_cap(const Address& by, const U256& to) {
        return call<"function lowerHardCap(uint256 cap)">(by, minter, to);
    }
    U256 minted() { return number<"function mintedTotal() view returns (uint256)">(minter); }
    U256 clock() { return number<"function clock() view returns (uint256 time)">(minter); }
    U256 pending(const Address& of) {
        return call<"function pendingReward(address pool) view returns (uint256 amount)">(bob, minter, of)
            .value;
    }
    U256 owed(std::uint8_t sink) {
        return call<"function owed(uint8 sink) view returns (uint256 amount)">(bob, minter, sink).value;
    }
    auto cumulative(const U256& time) {
        return call<"function cumulativeEmission(uint256 timestamp) view returns (uint256)">(bob, minter,
                                                                                             time);
    }
    auto rate_at(const U256& time) {
        return call<"function scheduleAt(uint256 timestamp) view returns (uint256 ratePerSecondE18)">(
            bob, minter, time);
    }
    U256 total_balance() const {
        U256 sum = 0;
        for (const auto& [who, wei] : host.state.balances) sum += wei;
        return sum;
    }
    void check() {
        U256 sum = 0;
        for (std::uint8_t sink = 0; sink < emission_sinks; ++sink) sum += owed(sink);
        const U256 due = minted() - host.minted;
        ASSERT_EQ(host.balance_of(minter) + due, sum) << "it holds what it owes";
        ASSERT_EQ(total_balance(), initial + host.minted + fees);
        ASSERT_LE(initial + minted(), cap);
        check_books(stakers, {owner, alice, bob, carol, treasury, dev, multicall3_address});
    }
};

}  // namespace farthing::contracts::testing
