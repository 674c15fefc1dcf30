#include "contracts/emission/schedule.hpp"

#include "core/abi/codec.hpp"
#include "core/base/wide.hpp"

#include <algorithm>

namespace farthing::contracts {
namespace {

using Signed = boost::multiprecision::int512_t;

constexpr std::uint64_t epoch_min_s = 3'600;
constexpr std::uint64_t epoch_max_s = std::uint64_t{1} << 40;
constexpr std::uint64_t inflation_max_e18 = 10 * e18;

bool is_epoch(std::uint64_t seconds) {
    return seconds >= epoch_min_s && seconds <= epoch_max_s;
}
bool is_rate(const U256& wei) {
    return (wei >> 128) == 0;
}

/// 18-digit decimals as the Cosmos SDK computes them: drops 18 digits, rounding half to even.
Signed chop(const Signed& v) {
    if (v < 0) return -chop(-v);
    const Signed twice = (v % e18) * 2;
    Signed quotient = v / e18;
    if (twice < e18) return quotient;
    if (twice > e18) return quotient + 1;
    return quotient + quotient % 2;
}

std::optional<Schedule> parse_fixed(ByteView params) {
    const auto in = abi::decode<U256>(params);
    if (!in || !is_rate(std::get<0>(*in) / e18)) return std::nullopt;
    return Schedule{.kind = ScheduleKind::fixed, .rate_e18 = std::get<0>(*in)};
}

std::optional<Schedule> parse_halving(ByteView params) {
    const auto in = abi::decode<U256, std::uint64_t>(params);
    if (!in) return std::nullopt;
    const auto& [rate, epoch_s] = *in;
    if (!is_rate(rate) || !is_epoch(epoch_s)) return std::nullopt;
    return Schedule{.kind = ScheduleKind::halving, .rate_e18 = rate * e18, .epoch_s = epoch_s};
}

std::optional<Schedule> parse_decaying(ByteView params) {
    const auto in = abi::decode<U256, std::uint64_t, U256, U256>(params);
    if (!in) return std::nullopt;
    const auto& [rate, epoch_s, numerator, denominator] = *in;
    if (!is_rate(rate) || !is_epoch(epoch_s) || numerator >= denominator) return std::nullopt;
    return Schedule{.kind = ScheduleKind::decaying,
                    .rate_e18 = rate * e18,
                    .epoch_s = epoch_s,
                    .numerator = numerator,
                    .denominator = denominator};
}

std::optional<Schedule> parse_target(ByteView params) {
    using U64 = std::uint64_t;
    const auto in = abi::decode<U64, U64, U64, U64, U64, U64>(params);
    if (!in) return std::nullopt;
    const auto& [epoch_s, inflation, least, most, change, goal] = *in;
    if (!is_epoch(epoch_s) || least > inflation || inflation > most || most > inflation_max_e18 ||
        change > inflation_max_e18 || goal == 0 || goal > e18)
        return std::nullopt;
    Schedule s;
    s.kind = ScheduleKind::target;
    s.epoch_s = epoch_s;
    s.inflation_e18 = inflation;
    s.least_e18 = least;
    s.most_e18 = most;
    s.change_e18 = change;
    s.goal_e18 = goal;
    return s;
}

U256 rate_of_inflation(std::uint64_t inflation_e18, const U256& supply) {
    return mul_div(inflation_e18, supply, year_s, Rounding::down);
}

/// The pace of the epoch that follows.
Pace next_pace(const Schedule& schedule, const Pace& pace, const U256& supply, const U256& bonded) {
    Pace next{.rate_e18 = pace.rate_e18,
              .inflation_e18 = pace.inflation_e18,
              .epoch_end = pace.epoch_end + schedule.epoch_s};
    switch (schedule.kind) {
        case ScheduleKind::fixed:
            return {.rate_e18 = pace.rate_e18};
        case ScheduleKind::halving:
            next.rate_e18 = ((pace.rate_e18 / e18) >> 1) * e18;
            break;
        case ScheduleKind::decaying:
            next.rate_e18 =
                mul_div(pace.rate_e18 / e18, schedule.numerator, schedule.denominator, Rounding::down) * e18;
            break;
        case ScheduleKind::target:
            next.inflation_e18 = steered_inflation(schedule, pace.inflation_e18, supply, bonded);
            next.rate_e18 = rate_of_inflation(next.inflation_e18, supply);
            return next;
    }
    if (next.rate_e18 == 0) next.epoch_end = epoch_never;
    return next;
}

}  // namespace

std::optional<Schedule> Schedule::parse(std::uint8_t kind, ByteView params) {
    switch (static_cast<ScheduleKind>(kind)) {
        case ScheduleKind::fixed:
            return parse_fixed(params);
        case ScheduleKind::halving:
            return parse_halving(params);
        case ScheduleKind::decaying:
            return parse_decaying(params);
        case ScheduleKind::target:
            return parse_target(params);
    }
    return std::nullopt;
}

Pace first_pace(const Schedule& schedule, std::uint64_t start, const U256& supply) {
    if (schedule.kind == ScheduleKind::fixed) return {.rate_e18 = schedule.rate_e18};
    Pace pace{.rate_e18 = schedule.rate_e18,
              .inflation_e18 = schedule.inflation_e18,
              .epoch_end = start + schedule.epoch_s};
    if (schedule.kind == ScheduleKind::target)
        pace.rate_e18 = rate_of_inflation(schedule.inflation_e18, supply);
    return pace;
}

U256 advance(const Schedule& schedule, Progress& progress, std::uint64_t to, const U256& bonded,
             const std::function<void()>& step) {
    U256 minted = 0;
    while (progress.accrued < to) {
        step();
        const U256 room = progress.cap - progress.made;
        if (room == 0) {  // The cap is for ever: no further epoch matters.
            progress.accrued = to;
            break;
        }
        const auto until = std::min(to, progress.pace.epoch_end);
        const U256 due = progress.pace.rate_e18 * (until - progress.accrued) + progress.carry_e18;
        const U256 made = std::min(U256(due / e18), room);
        progress.carry_e18 = made == room ? 0 : low_u64(due % e18);
        progress.accrued = until;
        progress.made += made;
        minted += made;
        if (until == progress.pace.epoch_end)
            progress.pace = next_pace(schedule, progress.pace, progress.made - progress.burnt, bonded);
    }
    return minted;
}

std::uint64_t steered_inflation(const Schedule& schedule, std::uint64_t inflation_e18, const U256& supply,
                                const U256& bonded) {
    const Signed one = e18;
    const Signed ratio = supply == 0 ? Signed(0) : to_wide<Signed>(bonded) * one / to_wide<Signed>(supply);
    const Signed of_goal = chop(ratio * one * one / schedule.goal_e18);
    const Signed change_a_year = chop((one - of_goal) * schedule.change_e18);
    const Signed change = chop(change_a_year * one * schedule.epoch_s / year_s);
    const Signed steered = Signed(inflation_e18) + change;
    if (steered < schedule.least_e18) return schedule.least_e18;
    if (steered > schedule.most_e18) return schedule.most_e18;
    return static_cast<std::uint64_t>(steered);
}

SplitParts split(const U256& amount, const SplitBps& bps) {
    SplitParts parts, remainders;
    U256 left = amount;
    for (std::size_t i = 0; i < emission_sinks; ++i) {
        const U256 whole = amount * bps[i];
        parts[i] = whole / split_all;
        remainders[i] = whole % split_all;
        left -= parts[i];
    }
    std::array<std::size_t, emission_sinks> order{};
    for (std::size_t i = 0; i < emission_sinks; ++i) order[i] = i;
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
    });
    for (std::size_t i = 0; i < emission_sinks && left > 0; ++i, left -= 1) parts[order[i]] += 1;
    return parts;
}

}  // namespace farthing::contracts
