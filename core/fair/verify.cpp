#include "core/fair/verify.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"

namespace farthing::fair {
namespace {

std::string hundredths(std::uint64_t v) {
    const auto rest = std::to_string(v % 100);
    return std::to_string(v / 100) + '.' + (rest.size() < 2 ? "0" : "") + rest;
}

std::string condition_of(const Play& play) {
    switch (play.game) {
        case Game::dice: {
            const bool over = play.params >> 16 != 0;
            return std::string(over ? "roll over " : "roll under ") + hundredths(play.params & 0xffff);
        }
        case Game::plinko:
            return std::to_string(play.params & 0xff) + " rows, " +
                   std::array{"low", "medium", "high"}[static_cast<std::size_t>(play.params >> 8)] + " risk";
        case Game::limbo:
        case Game::crash:
            return "at least " + hundredths(play.params) + 'x';
        case Game::live_crash:
            break;
    }
    return "";
}

std::string result_text(const Play& play, std::uint64_t result) {
    if (play.game == Game::plinko) return "bucket " + std::to_string(result);
    return hundredths(result) + (play.game == Game::dice ? "" : "x");
}

void add_words(std::vector<Step>& steps, const Play& play, const std::vector<std::uint32_t>& us) {
    for (std::size_t i = 0; i < us.size(); ++i)
        steps.push_back(
            {us.size() == 1 ? "word" : "word " + std::to_string(i), std::to_string(us[i]) + " / 4294967296"});
    if (play.game == Game::dice)
        steps.push_back({"roll", "floor(" + std::to_string(us[0]) +
                                     " * 10001 / 2^32) = " + std::to_string(dice_roll(us[0]))});
    if (play.game == Game::crash)
        steps.push_back({"crash point", "max(100, floor(99 * 2^32 / (" + std::to_string(us[0]) +
                                            " + 1))) = " + std::to_string(crash_multiplier(us[0]))});
    if (play.game == Game::plinko) {
        std::string path;
        for (const auto u : us) path += plinko_right(u) ? 'R' : 'L';
        steps.push_back({"path", path});
    }
}

}  // namespace

Result<Recomputation> recompute(const BetFacts& facts) {
    TRY(const auto play, play_of(facts.game, facts.params));
    const bool is_crash = play.game == Game::crash;
    if (!is_client_seed(facts.client_seed) && !(is_crash && facts.client_seed.empty()))
        return fail("a client seed is 1 to 32 characters of A-Z, a-z, 0-9 and _");
    if (facts.stake == 0) return fail("the stake must be above 0");
    if ((facts.stake >> 128) != 0) return fail("the stake must be below 2^128");
    Recomputation out;
    auto& steps = out.steps;
    steps.push_back({"server seed", hex(facts.server_seed)});
    const auto hashed = previous_link(facts.server_seed);
    steps.push_back({"SHA-256(server seed)", hex(hashed)});
    if (facts.committed) {
        if (hashed != *facts.committed)
            return fail("the server seed does not hash to the committed link " + hex(*facts.committed));
        steps.push_back({"commitment", "equals the link committed before the bet"});
    }
    auto message = hex(facts.randomness);
    if (is_crash) {
        out.client_seed = message;
        steps.push_back({"salt", message});
    } else {
        out.client_seed = effective_client_seed(facts.client_seed, facts.player, facts.randomness);
        message = out.client_seed + ':' + std::to_string(facts.nonce) + ":0";
        steps.push_back({"client seed", out.client_seed});
        steps.push_back({"nonce", std::to_string(facts.nonce)});
    }
    steps.push_back({"message", message});
    steps.push_back({"HMAC-SHA256(server seed, message)",
                     hex(hmac_sha256(as_bytes(hex(facts.server_seed)), as_bytes(message)))});
    if (words_needed(play) > 8) {
        const auto second = out.client_seed + ':' + std::to_string(facts.nonce) + ":1";
        steps.push_back({"message 2", second});
        steps.push_back({"HMAC-SHA256(server seed, message 2)",
                         hex(hmac_sha256(as_bytes(hex(facts.server_seed)), as_bytes(second)))});
    }
    const auto us =
        words_of_bet(hmac_sha256, play, facts.server_seed, out.client_seed, facts.nonce, facts.randomness);
    add_words(steps, play, us);
    const auto outcome = outcome_of(play, facts.stake, us);
    out.result = outcome.result;
    out.payout = outcome.payout;
    out.payout_max = payout_max(play, facts.stake);
    steps.push_back({"game", std::string(name_of(play.game)) + ", " + condition_of(play)});
    steps.push_back({"stake", to_decimal(facts.stake)});
    steps.push_back({"maximum payout", to_decimal(out.payout_max)});
    steps.push_back({"result", result_text(play, out.result)});
    steps.push_back({"payout", to_decimal(out.payout)});
    return out;
}

}  // namespace farthing::fair
