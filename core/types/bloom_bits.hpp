#pragma once
// The bits of a log's bloom filter (Yellow Paper 4.3.1) that one item sets.
#include "core/types/log.hpp"

#include <array>

namespace farthing {

/// Of one address or topic. To look for an item in many blooms: its hash, which costs more than all the rest,
/// is computed once.
struct BloomBits {
    struct Bit {
        std::size_t at = 0;  ///< Byte of the bloom.
        std::uint8_t mask = 0;
    };
    std::array<Bit, 3> bits{};
};

BloomBits bloom_bits(ByteView address_or_topic);
bool may_contain(const Bloom& bloom, const BloomBits& item);

}  // namespace farthing
