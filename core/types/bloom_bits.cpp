#include "core/types/bloom_bits.hpp"

#include "core/crypto/hash.hpp"

#include <algorithm>

namespace farthing {

// YP equation 30: the low 11 bits of the first three byte pairs of the hash; bit 0 is the last byte's lowest.
BloomBits bloom_bits(ByteView address_or_topic) {
    const auto hash = keccak256(address_or_topic);
    BloomBits out;
    for (std::size_t i = 0; i < out.bits.size(); ++i) {
        const auto bit = (static_cast<std::size_t>(hash[2 * i]) << 8 | hash[2 * i + 1]) % 2048;
        out.bits[i] = {.at = Bloom::size() - 1 - bit / 8, .mask = static_cast<std::uint8_t>(1U << (bit % 8))};
    }
    return out;
}

bool may_contain(const Bloom& bloom, const BloomBits& item) {
    return std::ranges::all_of(item.bits, [&](const auto& bit) { return (bloom[bit.at] & bit.mask) != 0; });
}

}  // namespace farthing
