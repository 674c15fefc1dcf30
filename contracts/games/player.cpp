// Limits that players set on themselves, for every house alike. Tightening counts at once, loosening after a
// delay, and an exclusion is never shortened. An unsettled stake counts as lost, so that the day's loss stays
// within its limit whatever the outcomes are.
#include "contracts/games/games.hpp"

namespace farthing::contracts {
namespace {

constexpr std::uint64_t day_s = 86'400;
const U256 amount_max = (U256(1) << 128) - 1;

/// Of two limits the one that allows less; 0 is none.
Amount tighter(const Amount& a, const Amount& b) {
    if (a.value() == 0) return b;
    if (b.value() == 0) return a;
    return std::min(a.value(), b.value());
}
bool is_set(const PlayerLimits& l) {
    return l.stake_max.value() != 0 || l.staked_per_day.value() != 0 || l.lost_per_day.value() != 0;
}
PlayerLimits limits_now(const PlayerBook& b) {
    return {b.stake_max, b.staked_per_day, b.lost_per_day};
}
void put_now(PlayerBook& b, const PlayerLimits& l) {
    b.stake_max = l.stake_max;
    b.staked_per_day = l.staked_per_day;
    b.lost_per_day = l.lost_per_day;
}
void put_next(PlayerBook& b, const PlayerLimits& l, std::uint64_t from) {
    b.next_stake_max = l.stake_max;
    b.next_staked_per_day = l.staked_per_day;
    b.next_lost_per_day = l.lost_per_day;
    b.next_from = from;
}

/// The book as it reads at `now`: limits that have waited long enough hold, and a new day starts at nothing.
PlayerBook at_time(PlayerBook b, std::uint64_t now) {
    if (b.next_from != 0 && now >= b.next_from) {
        put_now(b, {b.next_stake_max, b.next_staked_per_day, b.next_lost_per_day});
        put_next(b, {}, 0);
    }
    if (b.day != now / day_s) {
        b.day = now / day_s;
        b.staked = {};
        b.returned = {};
    }
    return b;
}

}  // namespace

void Games::exclude_self(std::uint64_t until) {
    const PlayerGuard stored = player_guards_[ctx.caller];
    require<ExclusionShortened>(until >= stored.excluded_until, stored.excluded_until);
    require<ExclusionPast>(until > ctx.now);
    PlayerGuard guard = stored;
    guard.excluded_until = until;
    player_guards_[ctx.caller].replace(stored, guard);
    ctx.emit<SelfExcluded>(ctx.caller, until);
}

void Games::set_player_limits(const Address& given, const PlayerLimits& asked) {
    // A limit that no house's asset answers to would protect nobody.
    const Address asset = given.is_zero() ? wrapped_coin_address : given;
    require<AssetMisbehaved>(ctx.marker_of(asset).has_value(), asset);
    const PlayerBook stored = player_books_[ctx.caller][asset];
    auto book = at_time(stored, ctx.now);
    const auto held = limits_now(book);
    const PlayerLimits now{tighter(held.stake_max, asked.stake_max),
                           tighter(held.staked_per_day, asked.staked_per_day),
                           tighter(held.lost_per_day, asked.lost_per_day)};
    const bool waits = now != asked;
    const auto from = waits ? ctx.now + rules_.get().loosening_s : ctx.now;
    put_now(book, now);
    put_next(book, waits ? asked : PlayerLimits{}, waits ? from : 0);
    player_books_[ctx.caller][asset].replace(stored, book);
    if (is_set(now)) player_guards_[ctx.caller].update([](PlayerGuard& g) { g.limited = true; });
    ctx.emit<PlayerLimitsSet>(ctx.caller, asset, asked.stake_max, asked.staked_per_day, asked.lost_per_day,
                              from);
}

bool Games::admit_player(const Address& asset, std::span<const BetOrder> orders) {
    const PlayerGuard guard = player_guards_[ctx.caller];
    require<PlayerExcluded>(ctx.now >= guard.excluded_until, guard.excluded_until);
    if (!guard.limited) return false;
    const PlayerBook stored = player_books_[ctx.caller][asset];
    auto book = at_time(stored, ctx.now);
    const auto limits = limits_now(book);
    if (!is_set(limits)) return false;

    const auto check = [](const std::string& limit, const U256& most, const U256& asked) {
        require<PlayerLimitExceeded>(asked <= most, limit, most, asked);
    };
    U256 total = 0;
    for (const auto& order : orders) {
        if (limits.stake_max.value() != 0) check("stakeMax", limits.stake_max, order.stake);
        total += order.stake * order.count.value();
    }
    const U256 staked = book.staked.value() + total;
    if (limits.staked_per_day.value() != 0) check("stakedPerDay", limits.staked_per_day, staked);
    if (limits.lost_per_day.value() != 0)
        check("lostPerDay", limits.lost_per_day.value() + book.returned.value(), staked);
    book.staked = to_amount(staked);
    player_books_[ctx.caller][asset].replace(stored, book);
    return true;
}

// Only what bets of the same day bring back makes room: yesterday's win does not feed today's losses. Beyond
// what the record can hold it counts as the most: a player's winnings must never keep a round from being
// settled.
void Games::credit_player(const Address& player, const Address& asset, const Round& r, const U256& paid) {
    const auto placed_on = (r.deadline_time - rules_.get().deadline_s) / day_s;
    player_books_[player][asset].update([&](PlayerBook& book) {
        if (book.day == placed_on) book.returned = std::min<U256>(book.returned.value() + paid, amount_max);
    });
}

PlayerBook Games::player_limits_of(const Address& player, const Address& asset) {
    return at_time(player_books_[player][asset], ctx.now);
}

}  // namespace farthing::contracts
