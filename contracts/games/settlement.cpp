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
    const House stored = houses_[house];
    House h = stored;
    require<HouseNotFound>(h.status != 0, house);
    const Round r = rounds_[house][round];
    require<RoundNotFound>(!r.is(RoundStatus::none), round);
    require<RoundNotRevealed>(!r.is(RoundStatus::open), round);
    require<ZeroAmount>(bets_max > 0);
    std::vector<Payment> payments;
    settle_round(house, h, round, bets_max, payments);
    houses_[house].replace(stored, h);
    pay_players(h.asset, payments);
}

void Games::settle_round(std::uint64_t house, House& h, std::uint64_t round, std::uint32_t& budget,
                         std::vector<Payment>& payments) {
    const Round stored = rounds_[house][round];
    Round r = stored;
    if (r.is(RoundStatus::none)) return;
    Decision decision{
        .defaulted = r.is(RoundStatus::defaulted), .seed = r.seed, .randomness = {}, .crash_words = {}};
    if (!decision.defaulted) decision.randomness = randomness_of(r.entropy_block);
    while (budget > 0 && r.count.value() != 0) settle_record(h, r, decision, budget, payments);
    const bool done = r.count.value() == 0;
    rounds_[house][round].replace(stored, done ? Round{} : r);
    if (!done) return;
    --h.open_rounds;
    ctx.call<Release>(randomness_address, r.entropy_block);
}

void Games::settle_record(House& h, Round& r, Decision& decision, std::uint32_t& budget,
                          std::vector<Payment>& payments) {
    const Bet bet = bets_[r.first_bet];
    FARTHING_CHECK(bet.count > r.settled);
    const auto play = fair::play_from_record(bet.game, bet.params);
    const U256 stake = bet.stake, most = fair::payout_max(play, stake), reserve = most - stake;
    const auto n = static_cast<std::uint32_t>(std::min<std::uint64_t>(budget, bet.count - r.settled.value()));
    U256 paid = 0;
    for (std::uint64_t i = r.settled; i < r.settled + n; ++i) {
        const auto outcome = outcome_of(bet, play, bet.nonce + i, decision);
        FARTHING_CHECK(outcome.payout <= most);
        paid += outcome.payout;
        ctx.emit<BetSettled>(r.first_bet + i, outcome.result, outcome.payout);
    }
    h.escrow = h.escrow.value() - stake * n;
    h.reserved = h.reserved.value() - reserve * n;
    // Silence costs the operator, never the vault.
    if (decision.defaulted)
        h.bond = h.bond.value() - reserve * n;
    else
        h.vault = to_amount(h.vault.value() + stake * n - paid);
    if (paid > 0) payments.push_back({bet.player, paid});
    if (paid > 0 && bet.counted) credit_player(bet.player, h.asset, r, paid);
    budget -= n;
    r.settled = r.settled + n;
    if (r.settled.value() != bet.count) return;
    bets_[r.first_bet].replace(bet, {});
    r.first_bet += bet.count;
    r.count = r.count - bet.count;
    r.settled = 0;
}

fair::Outcome Games::outcome_of(const Bet& bet, const fair::Play& play, std::uint64_t nonce,
                                Decision& decision) {
    if (decision.defaulted) return {no_result, fair::payout_max(play, bet.stake)};
    const auto hmac = [&](ByteView key, ByteView message) { return ctx.hmac_sha256(key, message); };
    const auto words = [&] {
        const auto client =
            fair::effective_client_seed(text_of(bet.client_seed), bet.player, decision.randomness);
        return fair::words_of_bet(hmac, play, decision.seed, client, nonce, decision.randomness);
    };
    if (play.game != fair::Game::crash) return fair::outcome_of(play, bet.stake, words());
    if (decision.crash_words.empty()) decision.crash_words = words();
    return fair::outcome_of(play, bet.stake, decision.crash_words);
}

}  // namespace farthing::contracts
