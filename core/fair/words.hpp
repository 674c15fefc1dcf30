#pragma once
// The random words of a bet, exactly as Stake-style public verifiers compute them.
#include "core/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::fair {

/// A round's message: "client:nonce:round". The key is the server seed's text. The two trailing numbers make
/// it unambiguous from the right.
std::string word_message(std::string_view client_seed, std::uint64_t nonce, std::uint64_t round);
/// Eight words of a digest, four bytes each, most significant first. The "float" that verifiers show is
/// exactly word / 2^32.
constexpr std::array<std::uint32_t, 8> words_of(const Hash& digest) {
    std::array<std::uint32_t, 8> out{};
    for (std::size_t i = 0; i < 32; ++i) out[i / 4] = out[i / 4] << 8 | digest[i];
    return out;
}

/// `count` words from byte `cursor` of the stream over rounds 0, 1, …: HMAC-SHA256(server seed text,
/// message). `hmac` is who computes it: contracts pass the priced one. Requires: cursor divisible by 4.
template <class Hmac>
std::vector<std::uint32_t> words_by(const Hmac& hmac, std::string_view server_seed,
                                    std::string_view client_seed, std::uint64_t nonce, std::size_t count,
                                    std::uint64_t cursor = 0) {
    std::vector<std::uint32_t> out;
    out.reserve(count);
    auto at = static_cast<std::size_t>(cursor % 32 / 4);
    for (auto round = cursor / 32; out.size() < count; ++round, at = 0) {
        const auto message = word_message(client_seed, nonce, round);
        const auto block = words_of(hmac(as_bytes(server_seed), as_bytes(message)));
        for (; at < block.size() && out.size() < count; ++at) out.push_back(block[at]);
    }
    return out;
}
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
