// What the genesis file says about Emission.
#include "contracts/emission/contract.hpp"

#include <stdexcept>

namespace farthing::contracts {
namespace {

constexpr std::uint64_t max_step_default_s = 600;
constexpr std::array<std::string_view, emission_sinks> sink_names{"stakers", "liquidity", "treasury", "games",
                                                                  "dev"};

Split read_split(const GenesisParams& given) {
    if (!given.has("split")) return {.stakers = split_all};
    const auto share = [&](std::size_t sink) {
        const auto bps = given.at("split").u64(sink_names[sink], 0);
        if (bps > split_all) throw std::invalid_argument("genesis: Emission.split is in shares of 10000");
        return static_cast<std::uint16_t>(bps);
    };
    return {share(0), share(1), share(2), share(3), share(4)};
}

/// setSchedule's arguments.
std::pair<std::uint8_t, Bytes> read_schedule(const GenesisParams& emission) {
    if (!emission.has("schedule")) return {0, abi::encode(U256(0))};
    const auto& given = emission.at("schedule");
    const auto kind = given.u64("kind");
    const auto first = [&] { return given.u256("ratePerSecond"); };
    const auto epoch = [&] { return given.u64("epochSeconds"); };
    if (kind == 0) return {0, abi::encode(given.u256("ratePerSecondE18"))};
    if (kind == 1) return {1, abi::encode(first(), epoch())};
    if (kind == 2)
        return {2, abi::encode(first(), epoch(), given.u256("numerator"), given.u256("denominator"))};
    if (kind == 3)
        return {3, abi::encode(epoch(), given.u64("inflationE18"), given.u64("leastE18"),
                               given.u64("mostE18"), given.u64("changeE18"), given.u64("goalE18"))};
    throw std::invalid_argument("genesis: Emission.schedule.kind must be from 0 to 3");
}

}  // namespace

void Emission::genesis(const GenesisParams& given) {
    if (given.has("owner")) set_owner(given.address("owner"));
    const U256 initial = given.u256("supply", 0), cap = given.u256("hardCap", initial);
    require<CapBelowSupply>(cap >= initial, cap, initial);
    clock = EmissionClock{ctx.now, ctx.now, given.u64("maxStep", max_step_default_s), ctx.now};
    supply = Supply{initial, cap, {}, {}};
    store_split(read_split(given));
    if (given.has("sinks"))
        for (std::uint8_t sink = 0; sink < emission_sinks; ++sink)
            if (given.at("sinks").has(sink_names[sink]))
                sinks[sink] = given.at("sinks").address(sink_names[sink]);
    const auto [first_kind, first_params] = read_schedule(given);
    start(first_kind, first_params);
}

}  // namespace farthing::contracts
