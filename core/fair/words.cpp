#include "core/fair/words.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::fair {

std::string word_message(std::string_view client_seed, std::uint64_t nonce, std::uint64_t round) {
    std::string out(client_seed);
    out += ':';
    out += std::to_string(nonce);
    out += ':';
    out += std::to_string(round);
    return out;
}

std::vector<std::uint32_t> words(std::string_view server_seed, std::string_view client_seed,
                                 std::uint64_t nonce, std::size_t count, std::uint64_t cursor) {
    FARTHING_CHECK(cursor % 4 == 0);
    return words_by(hmac_sha256, server_seed, client_seed, nonce, count, cursor);
}

std::string effective_client_seed(std::string_view client_seed, const Address& player,
                                  const Hash& randomness) {
    return std::string(client_seed) + '-' + hex(player) + '-' + hex(randomness);
}

}  // namespace farthing::fair
