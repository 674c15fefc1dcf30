#include "core/fair/bet.hpp"

#include "core/abi/codec.hpp"
#include "core/base/check.hpp"

namespace farthing::fair {
namespace {

DiceBet dice_of(std::uint64_t params) {
    return {static_cast<std::uint16_t>(params & 0xffff), (params >> 16 & 1) != 0};
}
PlinkoBet plinko_of(std::uint64_t params) {
    return {static_cast<std::uint8_t>(params & 0xff), static_cast<Risk>(params >> 8 & 0xff)};
}

Result<Play> dice_play(ByteView params) {
    TRY(const auto read, abi::decode<std::uint16_t, bool>(params));
    const DiceBet bet{std::get<0>(read), std::get<1>(read)};
    if (!bet.is_valid())
        return fail(
            "dice: between 1 and 9800 of the 10,000 rolls must win (target 1..9800 under, 200..9999 over)");
    return Play{Game::dice, bet.target | std::uint64_t{bet.over} << 16};
}

Result<Play> target_play(Game game, ByteView params) {
    TRY(const auto read, abi::decode<std::uint32_t>(params));
    const auto target = std::get<0>(read);
    if (!is_multiplier_target(target))
        return fail("the target must be from 101 (1.01x) to 1000000 (10,000x)");
    return Play{game, target};
}

Result<Play> plinko_play(ByteView params) {
    TRY(const auto read, abi::decode<std::uint8_t, std::uint8_t>(params));
    const auto [rows, risk] = read;
    if (!PlinkoBet{rows, static_cast<Risk>(risk)}.is_valid())
        return fail("plinko: rows must be 8 to 16 and risk 0 (low), 1 (medium) or 2 (high)");
    return Play{Game::plinko, rows | std::uint64_t{risk} << 8};
}

}  // namespace

Result<Play> play_of(std::uint8_t game, ByteView params) {
    switch (static_cast<Game>(game)) {
        case Game::dice:
            return dice_play(params);
        case Game::limbo:
            return target_play(Game::limbo, params);
        case Game::plinko:
            return plinko_play(params);
        case Game::crash:
            return target_play(Game::crash, params);
        case Game::live_crash:
            break;
    }
    return fail("unknown game " + std::to_string(game));
}

Play play_from_record(std::uint8_t game, std::uint64_t params) {
    const Play play{static_cast<Game>(game), params};
    FARTHING_CHECK(play_of(game, params_of(play)) == play);
    return play;
}

Bytes params_of(const Play& play) {
    switch (play.game) {
        case Game::dice: {
            const auto bet = dice_of(play.params);
            return abi::encode(bet.target, bet.over);
        }
        case Game::plinko: {
            const auto bet = plinko_of(play.params);
            return abi::encode(bet.rows, static_cast<std::uint8_t>(bet.risk));
        }
        case Game::limbo:
        case Game::crash:
            return abi::encode(static_cast<std::uint32_t>(play.params));
        case Game::live_crash:
            break;
    }
    return {};
}

std::string_view name_of(Game game) {
    switch (game) {
        case Game::dice:
            return "dice";
        case Game::limbo:
            return "limbo";
        case Game::plinko:
            return "plinko";
        case Game::crash:
            return "crash";
        case Game::live_crash:
            return "live crash";
    }
    return "unknown";
}

U256 payout_max(const Play& play, const U256& stake) {
    switch (play.game) {
        case Game::dice:
            return dice_payout_max(stake, dice_of(play.params));
        case Game::plinko:
            return plinko_payout(stake, plinko_multiplier_max(plinko_of(play.params)));
        case Game::limbo:
        case Game::crash:
            return multiplier_payout(stake, play.params);
        case Game::live_crash:
            break;
    }
    check_failed("a play of a known game");
}

std::size_t words_needed(const Play& play) {
    return play.game == Game::plinko ? plinko_of(play.params).rows : 1;
}

Outcome outcome_of(const Play& play, const U256& stake, std::span<const std::uint32_t> words) {
    FARTHING_CHECK(words.size() >= words_needed(play));
    const auto u = words[0];
    switch (play.game) {
        case Game::dice: {
            const auto bet = dice_of(play.params);
            const auto roll = dice_roll(u);
            return {roll, bet.wins(roll) ? dice_payout_max(stake, bet) : U256(0)};
        }
        case Game::limbo:
            return {std::max<std::uint64_t>(100, limbo_multiplier(u)),
                    limbo_wins(u, play.params) ? multiplier_payout(stake, play.params) : U256(0)};
        case Game::plinko: {
            const auto bet = plinko_of(play.params);
            const auto bucket = plinko_bucket(words.first(bet.rows));
            return {bucket, plinko_payout(stake, plinko_multiplier(bet, bucket))};
        }
        case Game::crash:
            return {crash_multiplier(u),
                    crash_survives(u, 99, play.params) ? multiplier_payout(stake, play.params) : U256(0)};
        case Game::live_crash:
            break;
    }
    check_failed("a play of a known game");
}

}  // namespace farthing::fair
