#pragma once
// Keys seen as strings of half-bytes, the high half first.
#include <cstddef>
#include <cstdint>

namespace farthing::trie {

constexpr std::size_t key_nibbles = 64;

inline std::uint8_t nibble(const std::uint8_t* packed, std::size_t i) {
    const std::uint8_t byte = packed[i / 2];
    return static_cast<std::uint8_t>(i % 2 == 0 ? byte >> 4 : byte & 0x0f);
}

inline void set_nibble(std::uint8_t* packed, std::size_t i, std::uint8_t value) {
    auto& byte = packed[i / 2];
    byte = static_cast<std::uint8_t>(i % 2 == 0 ? (byte & 0x0f) | value << 4 : (byte & 0xf0) | value);
}

/// The nibbles [from, to) of a packed string.
struct Path {
    const std::uint8_t* packed = nullptr;
    std::size_t from = 0;
    std::size_t to = 0;

    std::size_t size() const { return to - from; }
    std::uint8_t operator[](std::size_t i) const { return nibble(packed, from + i); }
};

/// How many leading nibbles of `a` and `b` agree.
inline std::size_t common_prefix(Path a, Path b) {
    const auto most = a.size() < b.size() ? a.size() : b.size();
    std::size_t n = 0;
    while (n < most && a[n] == b[n]) ++n;
    return n;
}

}  // namespace farthing::trie
