// Placing a bet: everything that decides it is fixed here except R and the seed, which nobody can choose.
#include "contracts/games/games.hpp"
#include "contracts/randomness/randomness.hpp"

namespace farthing::contracts {
namespace {

/// Games that this version settles, by bit.
constexpr std::uint16_t games_built = 1U << static_cast<unsigned>(fair::Game::dice);

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
    require<BetExpired>(ctx.block.number <= last_block, last_block);
    House h = open_house(house);
    require_not_stalled(house, h);
    const auto play = require_play(h, game, params);
    const U256 least = std::max<U256>(1, h.min_stake.value());
    require<StakeTooSmall>(stake >= least, least);
    const Hash seed = client_seeds_[ctx.caller];
    require<ClientSeedUnset>(!seed.is_zero());

    const auto escrowed = to_amount(stake);
    const U256 most = fair::payout_max(play, stake);
    const U256 reserve = most - stake;
    Round r = round_for_bet(house, h);
    for (const auto& e : exposures(h, r.reserved)) {
        const U256 asked = e.taken + reserve;
        require<ExposureTooLarge>(asked <= e.limit, e.limit, asked);
    }
    const auto round = h.next_round - 1;
    const auto id = h.next_bet++;
    r.count = r.count + 1;
    r.reserved = to_amount(r.reserved.value() + reserve);
    h.reserved = to_amount(h.reserved.value() + reserve);
    h.escrow = to_amount(h.escrow.value() + stake);
    to_amount(h.vault.value() + h.escrow.value());  // Lost stakes must fit into the vault.
    const auto nonce = nonces_[house][ctx.caller];
    const auto n = nonce.get();
    nonces_[house][ctx.caller] = n + 1;

    Bet bet;
    bet.player = ctx.caller;
    bet.round = round;
    bet.game = game;
    bet.count = 1;
    bet.stake = escrowed;
    bet.params = play.params;
    bet.nonce = n;
    bet.client_seed = seed;
    bets_[id] = bet;
    rounds_[house][round] = r;
    houses_[house] = h;
    ctx.emit<BetPlaced>(house, round, id, ctx.caller, n, game, params, stake, most, text_of(seed));

    take(h.asset, stake);
    return id;
}

// A house that is late with a reveal takes no new bets: its silence must not grow.
void Games::require_not_stalled(std::uint64_t house, const House& h) {
    if (!h.has_unrevealed()) return;
    const auto oldest = h.last_revealed + 1;
    const Round r = rounds_[house][oldest];
    require<HouseStalled>(ctx.block.number <= r.entropy_block + rules_.get().stall_blocks, oldest);
}

fair::Play Games::require_play(const House& h, std::uint8_t game, const Bytes& params) {
    require<GameNotOffered>(game < 16 && (h.games & games_built & 1U << game) != 0, game);
    const auto play = fair::play_of(game, params);
    if (!play) raise<BadParams>(play.error().message);
    return *play;
}

std::array<Games::Exposure, 4> Games::exposures(const House& h, const U256& reserved_in_round) {
    const auto share = [&](std::uint16_t bps) { return mul_div(h.bankroll(), bps, 10'000, Rounding::down); };
    return {{{share(h.bet_bps), 0},
             {share(h.round_bps), reserved_in_round},
             {share(h.open_bps), h.reserved},
             {h.bond, h.reserved}}};
}

// All bets of a block share a round; the first opens it.
Round Games::round_for_bet(std::uint64_t house, House& h) {
    if (h.next_round > 1) {
        const Round last = rounds_[house][h.next_round - 1];
        if (last.block == ctx.block.number) return last;
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
    return r;
}

}  // namespace farthing::contracts
