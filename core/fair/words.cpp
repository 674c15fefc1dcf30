#include "core/fair/words.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::fair {

std::array<std::uint32_t, 8> words_of_round(std::string_view server_seed, std::string_view client_seed,
                                            std::uint64_t nonce, std::uint64_t round) {
    std::string message(client_seed);
    message += ':';
    message += std::to_string(nonce);
    message += ':';
    message += std::to_string(round);
    const auto digest = hmac_sha256(as_bytes(server_seed), as_bytes(message));
    std::array<std::uint32_t, 8> out{};
    for (std::size_t i = 0; i < 32; ++i) out[i / 4] = out[i / 4] << 8 | digest[i];
    return out;
}

std::vector<std::uint32_t> words(std::string_view server_seed, std::string_view client_seed,
                                 std::uint64_t nonce, std::size_t count, std::uint64_t cursor) {
    FARTHING_CHECK(cursor % 4 == 0);
    std::vector<std::uint32_t> out;
    out.reserve(count);
    auto at = static_cast<std::size_t>(cursor % 32 / 4);
    for (auto round = cursor / 32; out.size() < count; ++round) {
        const auto block = words_of_round(server_seed, client_seed, nonce, round);
        for (; at < block.size() && out.size() < count; ++at) out.push_back(block[at]);
        at = 0;
    }
    return out;
}

std::string effective_client_seed(std::string_view client_seed, const Address& player,
                                  const Hash& randomness) {
    return std::string(client_seed) + '-' + hex(player) + '-' + hex(randomness);
}

}  // namespace farthing::fair
