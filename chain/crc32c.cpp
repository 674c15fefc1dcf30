#include "chain/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace farthing::chain {
namespace {

constexpr std::uint32_t polynomial_reflected = 0x82f63b78;

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

/// tables[k][b]: what byte b contributes when k more bytes follow it in the same step.
constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t b = 0; b < 256; ++b) {
        std::uint32_t crc = b;
        for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ polynomial_reflected : crc >> 1;
        tables[0][b] = crc;
    }
    for (std::size_t k = 1; k < 8; ++k)
        for (std::size_t b = 0; b < 256; ++b)
            tables[k][b] = tables[k - 1][b] >> 8 ^ tables[0][tables[k - 1][b] & 0xff];
    return tables;
}
constexpr Tables tables = make_tables();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(ByteView in, std::uint32_t crc) {
    std::uint64_t state = ~crc;
    for (; in.size() >= 8; in = in.subspan(8)) {
        std::uint64_t lane = 0;
        std::memcpy(&lane, in.data(), 8);
        state = _mm_crc32_u64(state, lane);
    }
    auto tail = static_cast<std::uint32_t>(state);
    for (const auto b : in) tail = _mm_crc32_u8(tail, b);
    return ~tail;
}
#endif

}  // namespace

std::uint32_t crc32c_portable(ByteView in, std::uint32_t crc) {
    crc = ~crc;
    for (; in.size() >= 8; in = in.subspan(8)) {
        std::uint32_t next = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            const std::uint32_t mixed = i < 4 ? in[i] ^ (crc >> (8 * i) & 0xff) : in[i];
            next ^= tables[7 - i][mixed];
        }
        crc = next;
    }
    for (const auto b : in) crc = crc >> 8 ^ tables[0][(crc ^ b) & 0xff];
    return ~crc;
}

std::uint32_t crc32c(ByteView in, std::uint32_t crc) {
#if defined(__x86_64__)
    static const bool hardware = __builtin_cpu_supports("sse4.2") != 0;
    if (hardware) return crc32c_sse42(in, crc);
#endif
    return crc32c_portable(in, crc);
}

}  // namespace farthing::chain
