#pragma once
// A bet of any game as one value: what it may win, and what it won. The contract that pays and the verifier
// that checks it call the same functions.
#include "core/base/hex.hpp"
#include "core/base/result.hpp"
#include "core/fair/outcome.hpp"
#include "core/fair/words.hpp"

#include <string_view>

namespace farthing::fair {

/// A game with its parameters in the 64 bits that a bet's record keeps.
///   dice   abi.encode(uint16 target, bool over)   target in hundredths   target | over << 16
///   limbo  abi.encode(uint32 target)              hundredths             target
///   plinko abi.encode(uint8 rows, uint8 risk)     risk 0, 1, 2           rows | risk << 8
///   crash  abi.encode(uint32 target)              hundredths             target
/// Only play_of makes one, so it is always valid.
struct Play {
    Game game = Game::dice;
    std::uint64_t params = 0;
    bool operator==(const Play&) const = default;
};

/// Reads the bytes that placeBet and BetPlaced carry. Errors say which rule they break.
Result<Play> play_of(std::uint8_t game, ByteView params);
/// The same for params out of a record, which play_of wrote there.
Play play_from_record(std::uint8_t game, std::uint64_t params);
/// The inverse of play_of.
Bytes params_of(const Play& play);

std::string_view name_of(Game game);

/// The most that the bet can be paid, stake included; never less than the stake.
U256 payout_max(const Play& play, const U256& stake);

/// Result: dice roll and multipliers in hundredths, plinko bucket. Payout includes the stake, rounded down;
/// the remainder stays in the vault.
struct Outcome {
    std::uint64_t result = 0;
    U256 payout;
    bool operator==(const Outcome&) const = default;
};

/// How many words `play` reads.
std::size_t words_needed(const Play& play);
/// The words that decide a bet. Classic crash is the public sites' crash with the block randomness as salt,
/// one point for all bets of a round; every other game reads the stream of the bet's nonce. `hmac` as in
/// words_by.
template <class Hmac>
std::vector<std::uint32_t> words_of_bet(const Hmac& hmac, const Play& play, const Hash& server_seed,
                                        std::string_view effective_client_seed, std::uint64_t nonce,
                                        const Hash& randomness) {
    const auto key = hex(server_seed);
    if (play.game != Game::crash)
        return words_by(hmac, key, effective_client_seed, nonce, words_needed(play));
    return {words_of(hmac(as_bytes(key), as_bytes(hex(randomness))))[0]};
}
/// Requires: words.size() >= words_needed(play). Live crash is not decided by one bet's words.
Outcome outcome_of(const Play& play, const U256& stake, std::span<const std::uint32_t> words);

}  // namespace farthing::fair
