#include "contracts/games/games.hpp"

namespace farthing::contracts {
Limits Games::limits_of(std::uint64_t house) {
    const House h = houses_[house];
    require<HouseNotFound>(h.status != 0, house);
    return {h.min_stake, h.bet_bps, h.round_bps, h.open_bps, h.games};
}

std::string Games::client_seed_of(const Address& player) {
    return text_of(client_seeds_[player]);
}

U256 Games::max_payout(std::uint8_t game, const Bytes& params, const U256& stake) {
    const auto play = fair::play_of(game, params);
    if (!play) raise<BadParams>(play.error().message);
    return fair::payout_max(*play, stake);
}

// For a bet in this block.
U256 Games::headroom(std::uint64_t house) {
    return headroom_beside(house, open_house(house), false);
}

U256 Games::headroom_of(std::uint64_t house, std::uint8_t game) {
    const House h = open_house(house);
    require<GameNotOffered>(is_offered(h, game), game);
    return headroom_beside(house, h, shares_draw(game));
}

bool Games::is_overdue(std::uint64_t house, std::uint64_t round) {
    const Round r = rounds_[house][round];
    return r.is(RoundStatus::open) && r.is_overdue(ctx.block);
}

}  // namespace farthing::contracts
