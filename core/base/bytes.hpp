#pragma once
// Byte strings: the owned, the borrowed and the fixed-size kind.
#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace farthing {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// N bytes with value semantics, ordered as big-endian numbers are. All zero when default-made.
template <std::size_t N>
struct FixedBytes {
    std::array<std::uint8_t, N> bytes{};

    static constexpr std::size_t size() { return N; }
    constexpr const std::uint8_t* data() const { return bytes.data(); }
    constexpr std::uint8_t* data() { return bytes.data(); }
    constexpr auto begin() const { return bytes.begin(); }
    constexpr auto end() const { return bytes.end(); }
    constexpr auto begin() { return bytes.begin(); }
    constexpr auto end() { return bytes.end(); }
    constexpr std::uint8_t operator[](std::size_t i) const { return bytes[i]; }
    constexpr std::uint8_t& operator[](std::size_t i) { return bytes[i]; }
    // Not defaulted: those call memcmp, a third of what a look-up by address or a sort by hash costs.
    constexpr bool operator==(const FixedBytes& other) const { return (*this <=> other) == 0; }
    constexpr std::strong_ordering operator<=>(const FixedBytes& other) const {
        std::size_t i = 0;
        if !consteval {
            for (; i + 8 <= N; i += 8)
                if (const auto a = lane(i), b = other.lane(i); a != b) return a <=> b;
        }
        for (; i < N; ++i)
            if (bytes[i] != other.bytes[i]) return bytes[i] <=> other.bytes[i];
        return std::strong_ordering::equal;
    }
    constexpr bool is_zero() const {
        return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
    }

    /// Copies from exactly N bytes. Requires: `in.size() == N`.
    static constexpr FixedBytes from(ByteView in) {
        FixedBytes out;
        std::copy_n(in.begin(), N, out.bytes.begin());
        return out;
    }

 private:
    /// Eight bytes as the big-endian number they are.
    std::uint64_t lane(std::size_t at) const {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data() + at, sizeof value);
        return std::endian::native == std::endian::little ? std::byteswap(value) : value;
    }
};

using Address = FixedBytes<20>;
using Hash = FixedBytes<32>;
/// A 256-bit storage key or value, big-endian, as Ethereum stores it.
using Word = FixedBytes<32>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Bytes& to, ByteView more) {
    to.insert(to.end(), more.begin(), more.end());
}

/// Joins byte strings; for hash preimages and the like.
template <class... Parts>
Bytes concat(const Parts&... parts) {
    Bytes out;
    out.reserve((ByteView(parts).size() + ... + 0));
    (append(out, ByteView(parts)), ...);
    return out;
}

/// The eight bytes of `v`, most significant first.
constexpr FixedBytes<8> be64(std::uint64_t v) {
    FixedBytes<8> out;
    for (std::size_t i = 0; i < 8; ++i) out[7 - i] = static_cast<std::uint8_t>(v >> (8 * i));
    return out;
}

/// Hash for unordered look-up tables whose keys are already uniform or checked; never iterated.
struct FixedBytesHash {
    template <std::size_t N>
    std::size_t operator()(const FixedBytes<N>& b) const {
        // FNV-1a over eight-byte lanes: keys such as small slot numbers differ only in the last bytes.
        std::uint64_t h = 0xcbf29ce484222325;
        for (std::size_t i = 0; i < N; i += 8) {
            std::uint64_t lane = 0;
            for (std::size_t j = i; j < i + 8 && j < N; ++j) lane = lane << 8 | b[j];
            h = (h ^ lane) * 0x9e3779b97f4a7c15;
            h ^= h >> 32;
        }
        return static_cast<std::size_t>(h);
    }
};

}  // namespace farthing
