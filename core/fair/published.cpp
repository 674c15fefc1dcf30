#include "core/fair/published.hpp"

#include "core/crypto/hash.hpp"
#include "core/fair/outcome.hpp"

#include <cryptopp/hmac.h>
#include <cryptopp/sha.h>

namespace farthing::fair::published {
namespace {

std::uint64_t top_52_bits(const Hash& digest) {
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < 7; ++i) v = v << 8 | digest[i];
    return v >> 4;
}

}  // namespace

std::uint64_t stake_crash(std::string_view game_hash, std::string_view salt) {
    const auto digest = hmac_sha256(as_bytes(game_hash), as_bytes(salt));
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) word = word << 8 | digest[i];
    return crash_multiplier(word);
}

std::uint64_t bustabit_v1(std::string_view game_hash, std::string_view salt) {
    const auto digest = hmac_sha256(as_bytes(game_hash), as_bytes(salt));
    std::uint32_t remainder = 0;
    for (const auto byte : digest) remainder = (remainder << 8 | byte) % 101;
    if (remainder == 0) return 0;
    constexpr auto e = std::uint64_t{1} << 52;
    const auto h = top_52_bits(digest);
    return (100 * e - h) / (e - h);
}

std::uint64_t bustabit_v2(const Hash& game_hash, std::string_view salt) {
    return bust_of_52_bits(top_52_bits(hmac_sha256(as_bytes(salt), game_hash)));
}

ClassicRoll primedice_classic(std::string_view server_seed, std::string_view client_seed,
                              std::uint64_t nonce) {
    const auto message = std::string(client_seed) + '-' + std::to_string(nonce);
    const auto key = as_bytes(server_seed);
    const auto text = as_bytes(message);
    std::array<std::uint8_t, 64> digest{};
    CryptoPP::HMAC<CryptoPP::SHA512> mac(key.data(), key.size());
    mac.CalculateDigest(digest.data(), text.data(), text.size());
    const auto nibble = [&](std::size_t i) { return i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15; };
    for (std::uint32_t group = 0; group < 25; ++group) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 5; ++i)
            value = value << 4 | static_cast<std::uint32_t>(nibble(5 * group + i));
        if (value < 1'000'000) return {value % 10'000, group + 1};
    }
    return {9999, 25};
}

Hash drand_randomness(ByteView signature) {
    return sha256(signature);
}

}  // namespace farthing::fair::published
