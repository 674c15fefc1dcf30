// Placing a bet: everything that decides it is fixed here except R and the seed, which nobody can choose.
#include "contracts/games/games.hpp"
#include "contracts/randomness/randomness.hpp"

namespace farthing::contracts {
namespace {

/// Gas for each bet of a record: about what settling it will cost somebody else.
constexpr std::uint64_t bet_gas = 4'000;

/// Games that this version settles, by bit.
constexpr std::uint16_t games_built =
    1U << static_cast<unsigned>(fair::Game::dice) | 1U << static_cast<unsigned>(fair::Game::crash);

using Keep = abi::Function<"function keep(uint64 blockNumber)">;

}  // namespace

void Games::set_client_seed(const std::string& seed) {
    require<BadClientSeed>(fair::is_client_seed(seed));
    Hash text;
    std::ranges::copy(seed, text.begin());
    client_seeds_[ctx.caller] = text;
    ctx.emit<ClientSeedChanged>(ctx.caller, seed);
}

std::uint64_t Games::place_bet(std::uint64_t house, std::uint8_t game, const Bytes& params, const U256& stake,
                               std::uint64_t last_block) {
    return place_bets(house, game, params, stake, std::uint64_t{1}, last_block);
}

std::uint64_t Games::place_bets(std::uint64_t house, std::uint8_t game, const Bytes& params,
                                const U256& stake_each, const abi::Uint<24>& count,
                                std::uint64_t last_block) {
    const BetOrder order{game, params, stake_each, count};
    return place(house, {&order, 1}, last_block);
}

std::uint64_t Games::place_slip(std::uint64_t house, const std::vector<BetOrder>& orders,
                                std::uint64_t last_block) {
    require<BadCount>(!orders.empty() && orders.size() <= orders_max, U256(orders_max));
    return place(house, orders, last_block);
}

std::uint64_t Games::place(std::uint64_t house, std::span<const BetOrder> orders, std::uint64_t last_block) {
    require<BetExpired>(ctx.block.number <= last_block, last_block);
    const House stored = open_house(house);
    House h = stored;
    require_not_stalled(house, h);
    const Hash seed = client_seeds_[ctx.caller];
    require<ClientSeedUnset>(!seed.is_zero());

    Bet common;
    common.player = ctx.caller;
    common.client_seed = seed;
    common.counted = admit_player(h.asset, orders);

    const auto first = h.next_bet;
    auto nonce = nonces_[house][ctx.caller];
    const auto first_nonce = nonce.get();
    auto round = round_for_bet(house, h);
    common.round = h.next_round - 1;
    if (std::ranges::any_of(orders, shares_draw, &BetOrder::game))
        open_shared_draw(house, round, common.round);
    for (const auto& order : orders) {
        common.nonce = first_nonce + (h.next_bet - first);
        add_record(house, h, round, order, common);
    }
    to_amount(h.vault.value() + h.escrow.value());  // Lost stakes must fit into the vault.
    nonce = first_nonce + (h.next_bet - first);
    rounds_[house][common.round].replace(round.stored, round.now);
    shared_draws_[house].replace(round.draw_stored, round.draw);
    houses_[house].replace(stored, h);

    take(h.asset, h.escrow.value() - stored.escrow.value());
    return first;
}

void Games::add_record(std::uint64_t house, House& h, OpenRound& round, const BetOrder& order,
                       const Bet& common) {
    Round& r = round.now;
    const auto play = require_play(h, order.game, order.params);
    const U256 least = std::max<U256>(1, h.min_stake.value());
    require<StakeTooSmall>(order.stake >= least, least);
    const std::uint64_t count = order.count;
    require<BadCount>(count >= 1 && count <= bets_in_record_max, U256(bets_in_record_max));

    // The id after the last one is of this house, too: the next house's begin right behind.
    constexpr std::uint64_t serials = std::uint64_t{1} << serial_bits;
    require<TooManyBets>(h.next_bet % serials + count < serials, house);

    ctx.charge(bet_gas * count);

    Bet bet = common;
    bet.game = order.game;
    bet.count = static_cast<std::uint16_t>(count);
    bet.stake = to_amount(order.stake);
    bet.params = play.params;

    const U256 most = fair::payout_max(play, order.stake);
    const U256 reserve = most - order.stake;
    require_headroom(h, round, play, reserve, count);
    const auto id = h.next_bet;
    h.next_bet += count;
    r.count = r.count + count;
    r.reserved = to_amount(r.reserved.value() + reserve * count);
    if (shares_draw(order.game))
        round.draw.reserved = to_amount(round.draw.reserved.value() + reserve * count);
    h.reserved = to_amount(h.reserved.value() + reserve * count);
    h.escrow = to_amount(h.escrow.value() + order.stake * count);
    bets_[id].replace({}, bet);
    ctx.emit<BetPlaced>(house, bet.round, id, bet.player, bet.nonce, order.game, order.params, order.stake,
                        most, order.count, text_of(bet.client_seed));
}

// A house that is late with a reveal takes no new bets: its silence must not grow.
void Games::require_not_stalled(std::uint64_t house, const House& h) {
    if (!h.has_unrevealed()) return;
    const auto oldest = h.last_revealed + 1;
    const Round r = rounds_[house][oldest];
    require<HouseStalled>(ctx.block.number <= r.entropy_block + rules_.get().stall_blocks, oldest);
}

bool Games::is_offered(const House& h, std::uint8_t game) {
    return game < 16 && (h.games & games_built & 1U << game) != 0;
}

fair::Play Games::require_play(const House& h, std::uint8_t game, const Bytes& params) {
    require<GameNotOffered>(is_offered(h, game), game);
    const auto play = fair::play_of(game, params);
    if (!play) raise<BadParams>(play.error().message);
    return *play;
}

std::array<Games::Exposure, 4> Games::exposures(const House& h, const Taken& taken) {
    const auto share = [&](std::uint16_t bps) { return mul_div(h.bankroll(), bps, 10'000, Rounding::down); };
    return {{{share(h.bet_bps), taken.in_draw, true},
             {share(h.round_bps), taken.in_round},
             {share(h.open_bps), h.reserved},
             {h.bond, h.reserved}}};
}

// Bets of one record have draws of their own, but crash bets share the round's, whoever placed them and in
// however many records: together they are one risk.
void Games::require_headroom(const House& h, const OpenRound& round, const fair::Play& play,
                             const U256& reserve, std::uint64_t count) {
    const U256 all = reserve * count;
    const bool shared = shares_draw(static_cast<std::uint8_t>(play.game));
    const U256 of_a_draw = shared ? all : reserve;
    const Taken taken{round.now.reserved, shared ? U256(round.draw.reserved) : U256(0)};
    for (const auto& e : exposures(h, taken)) {
        const U256 asked = e.taken + (e.is_draw ? of_a_draw : all);
        require<ExposureTooLarge>(asked <= e.limit, e.limit, asked);
    }
}

U256 Games::headroom_beside(std::uint64_t house, const House& h, bool with_draw) {
    Taken taken;
    if (h.next_round > 1) {
        const auto number = h.next_round - 1;
        const Round last = rounds_[house][number];
        if (last.block == ctx.block.number) {
            taken.in_round = last.reserved.value();
            const SharedDraw draw = with_draw ? shared_draws_[house].get() : SharedDraw{};
            if (draw.round == number) taken.in_draw = draw.reserved.value();
        }
    }
    U256 least = u256_max;
    for (const auto& e : exposures(h, taken))
        least = std::min<U256>(least, e.limit > e.taken ? e.limit - e.taken : U256(0));
    return least;
}

// A house's one record serves round after round: a word that changes costs less than one that is made and
// deleted.
void Games::open_shared_draw(std::uint64_t house, OpenRound& round, std::uint64_t number) {
    round.draw_stored = shared_draws_[house];
    round.draw = round.draw_stored.round == number ? round.draw_stored : SharedDraw{number, U256(0)};
}

// All bets of a block share a round; the first opens it.
Games::OpenRound Games::round_for_bet(std::uint64_t house, House& h) {
    if (h.next_round > 1) {
        const Round last = rounds_[house][h.next_round - 1];
        if (last.block == ctx.block.number) return {last, last, {}, {}};
    }
    const Rules rules = rules_;
    Round r;
    r.block = ctx.block.number;
    r.entropy_block = r.block + rules.entropy_delay;
    r.deadline_block = r.entropy_block + rules.deadline_blocks;
    r.deadline_time = ctx.now + rules.deadline_s;
    r.first_bet = h.next_bet;
    r.status = static_cast<std::uint8_t>(RoundStatus::open);
    r.tables = 1;
    ++h.next_round;
    ++h.open_rounds;
    ctx.call<Keep>(randomness_address, r.entropy_block);
    return {{}, r, {}, {}};
}

}  // namespace farthing::contracts
