// Results and payouts of decided rounds, in the order the bets were placed.
#include "contracts/games/games.hpp"
#include "contracts/randomness/randomness.hpp"
#include "core/base/check.hpp"

namespace farthing::contracts {
namespace {

using Release = abi::Function<"function release(uint64 blockNumber)">;

/// What BetSettled says of a bet that no seed decided.
constexpr std::uint64_t no_result = ~std::uint64_t{0};

}  // namespace

std::string text_of(const Hash& left_aligned) {
    std::string out;
    for (const auto c : left_aligned)
        if (c != 0) out += static_cast<char>(c);
    return out;
}

void Games::settle(std::uint64_t house, std::uint64_t round, std::uint32_t bets_max) {
    House h = houses_[house];
    require<HouseNotFound>(h.status != 0, house);
    const Round r = rounds_[house][round];
    require<RoundNotFound>(!r.is(RoundStatus::none), round);
    require<RoundNotRevealed>(!r.is(RoundStatus::open), round);
    require<ZeroAmount>(bets_max > 0);
    std::vector<Payment> payments;
    settle_round(house, h, round, bets_max, payments);
    houses_[house] = h;
    pay_players(h.asset, payments);
}

void Games::settle_round(std::uint64_t house, House& h, std::uint64_t round, std::uint32_t& budget,
                         std::vector<Payment>& payments) {
    Round r = rounds_[house][round];
    if (r.is(RoundStatus::none)) return;
    const bool defaulted = r.is(RoundStatus::defaulted);
    const auto randomness = defaulted ? Hash{} : randomness_of(r.entropy_block);
    for (; budget > 0 && r.settled != r.count; --budget) {
        const auto id = r.first_bet + r.settled;
        const Bet bet = bets_[id];
        FARTHING_CHECK(bet.round == round);
        const auto play = fair::play_from_record(bet.game, bet.params);
        const U256 stake = bet.stake, most = fair::payout_max(play, stake), reserve = most - stake;
        const auto outcome =
            defaulted ? fair::Outcome{no_result, most} : outcome_of(bet, play, r, randomness);
        FARTHING_CHECK(outcome.payout <= most);

        h.escrow = h.escrow.value() - stake;
        h.reserved = h.reserved.value() - reserve;
        // Silence costs the operator, never the vault.
        if (defaulted)
            h.bond = h.bond.value() - reserve;
        else
            h.vault = to_amount(h.vault.value() + stake - outcome.payout);
        r.settled = r.settled + 1;
        bets_[id].erase();
        if (outcome.payout > 0) payments.push_back({bet.player, outcome.payout});
        ctx.emit<BetSettled>(id, outcome.result, outcome.payout);
    }
    if (r.settled != r.count) {
        rounds_[house][round] = r;
        return;
    }
    rounds_[house][round].erase();
    --h.open_rounds;
    ctx.call<Release>(randomness_address, r.entropy_block);
}

fair::Outcome Games::outcome_of(const Bet& bet, const fair::Play& play, const Round& r,
                                const Hash& randomness) {
    const auto hmac = [&](ByteView key, ByteView message) { return ctx.hmac_sha256(key, message); };
    const auto client = fair::effective_client_seed(text_of(bet.client_seed), bet.player, randomness);
    const auto words = fair::words_of_bet(hmac, play, r.seed, client, bet.nonce, randomness);
    return fair::outcome_of(play, bet.stake, words);
}

}  // namespace farthing::contracts
