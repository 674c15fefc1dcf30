#pragma once
// The random words of a bet, exactly as Stake-style public verifiers compute them.
#include "core/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::fair {

/// HMAC-SHA256(key = server seed text, message = "client:nonce:round"): eight words a round. A word is four
/// bytes, most significant first; the "float" that verifiers show is exactly word / 2^32.
std::array<std::uint32_t, 8> words_of_round(std::string_view server_seed, std::string_view client_seed,
                                            std::uint64_t nonce, std::uint64_t round);

/// `count` words from byte `cursor` of the stream over rounds 0, 1, … Requires: cursor divisible by 4.
std::vector<std::uint32_t> words(std::string_view server_seed, std::string_view client_seed,
                                 std::uint64_t nonce, std::size_t count, std::uint64_t cursor = 0);

/// What a player pastes into a verifier's "client seed" box: `<client seed>-<40 hex player>-<64 hex R>`. The
/// address makes a copied seed give another outcome; R is unknown while the bet is placed.
std::string effective_client_seed(std::string_view client_seed, const Address& player,
                                  const Hash& randomness);

/// Client seeds are 1 to 32 of [A-Za-z0-9_]: no character that could be mistaken for a separator.
constexpr bool is_client_seed(std::string_view text) {
    if (text.empty() || text.size() > 32) return false;
    for (const char c : text)
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    return true;
}

}  // namespace farthing::fair
