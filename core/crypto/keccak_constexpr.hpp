#pragma once
// Keccak-256 with the original 0x01 padding (Keccak reference 3.0), usable in constant expressions. The
// permutation below is also the one that runs: measured against Crypto++ in bench/core_bench.cpp.
#include "core/base/bytes.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace farthing {

namespace keccak {

/// Lane (x, y) at 5y + x. `Lane` is one 64-bit word, or a vector with the same lane of several states.
template <class Lane>
using StateOf = std::array<Lane, 25>;
using State = StateOf<std::uint64_t>;
/// Bytes absorbed per permutation at 256 bits of output: 200 − 2·32.
inline constexpr std::size_t rate = 136;

/// Round constants from their definition: an LFSR over x^8 + x^6 + x^5 + x^4 + 1 sets bits 2^j − 1.
consteval std::array<std::uint64_t, 24> make_round_constants() {
    std::array<std::uint64_t, 24> constants{};
    unsigned lfsr = 1;
    for (auto& constant : constants)
        for (unsigned j = 0; j < 7; ++j) {
            if ((lfsr & 1) != 0) constant ^= std::uint64_t{1} << ((1U << j) - 1);
            lfsr = (lfsr & 0x80) != 0 ? ((lfsr << 1) ^ 0x171) : lfsr << 1;
        }
    return constants;
}
inline constexpr auto round_constants = make_round_constants();

/// One row after chi.
template <class Lane>
constexpr void chi(StateOf<Lane>& out, std::size_t row, const Lane& b0, const Lane& b1, const Lane& b2,
                   const Lane& b3, const Lane& b4) {
    out[row] = b0 ^ (~b1 & b2);
    out[row + 1] = b1 ^ (~b2 & b3);
    out[row + 2] = b2 ^ (~b3 & b4);
    out[row + 3] = b3 ^ (~b4 & b0);
    out[row + 4] = b4 ^ (~b0 & b1);
}

/// One round from `a` into `e`: theta's column parities, then rho, pi and chi row by row. Indices are literal
/// so that the compiler keeps the lanes in registers.
template <class Lane>
constexpr void round(const StateOf<Lane>& a, StateOf<Lane>& e, std::uint64_t constant) {
    // Not std::rotl, which takes no vectors.
    constexpr auto rotl = [](const Lane& lane, int n) -> Lane { return (lane << n) | (lane >> (64 - n)); };
    const auto c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    const auto c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    const auto c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    const auto c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    const auto c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    const auto d0 = c4 ^ rotl(c1, 1);
    const auto d1 = c0 ^ rotl(c2, 1);
    const auto d2 = c1 ^ rotl(c3, 1);
    const auto d3 = c2 ^ rotl(c4, 1);
    const auto d4 = c3 ^ rotl(c0, 1);
    chi<Lane>(e, 0, a[0] ^ d0, rotl(a[6] ^ d1, 44), rotl(a[12] ^ d2, 43), rotl(a[18] ^ d3, 21),
              rotl(a[24] ^ d4, 14));
    e[0] ^= constant;
    chi<Lane>(e, 5, rotl(a[3] ^ d3, 28), rotl(a[9] ^ d4, 20), rotl(a[10] ^ d0, 3), rotl(a[16] ^ d1, 45),
              rotl(a[22] ^ d2, 61));
    chi<Lane>(e, 10, rotl(a[1] ^ d1, 1), rotl(a[7] ^ d2, 6), rotl(a[13] ^ d3, 25), rotl(a[19] ^ d4, 8),
              rotl(a[20] ^ d0, 18));
    chi<Lane>(e, 15, rotl(a[4] ^ d4, 27), rotl(a[5] ^ d0, 36), rotl(a[11] ^ d1, 10), rotl(a[17] ^ d2, 15),
              rotl(a[23] ^ d3, 56));
    chi<Lane>(e, 20, rotl(a[2] ^ d2, 62), rotl(a[8] ^ d3, 55), rotl(a[14] ^ d4, 39), rotl(a[15] ^ d0, 41),
              rotl(a[21] ^ d1, 2));
}

template <class Lane>
constexpr void permute(StateOf<Lane>& a) {
    StateOf<Lane> e{};
    for (std::size_t i = 0; i < 24; i += 2) {
        round<Lane>(a, e, round_constants[i]);
        round<Lane>(e, a, round_constants[i + 1]);
    }
}

constexpr Hash squeeze(const State& a) {
    Hash out;
    for (std::size_t i = 0; i < 32; ++i) out[i] = static_cast<std::uint8_t>(a[i / 8] >> (8 * (i % 8)));
    return out;
}

}  // namespace keccak

/// For selectors, topics and other constants; keccak256() is the one for data.
constexpr Hash keccak256_constexpr(std::string_view text) {
    keccak::State a{};
    std::size_t at = 0;
    for (const char c : text) {
        a[at / 8] ^= std::uint64_t{static_cast<std::uint8_t>(c)} << (8 * (at % 8));
        if (++at == keccak::rate) {
            keccak::permute<std::uint64_t>(a);
            at = 0;
        }
    }
    a[at / 8] ^= std::uint64_t{1} << (8 * (at % 8));
    a[keccak::rate / 8 - 1] ^= std::uint64_t{1} << 63;
    keccak::permute<std::uint64_t>(a);
    return keccak::squeeze(a);
}

}  // namespace farthing
