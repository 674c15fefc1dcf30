#pragma once
// CRC-32C (Castagnoli), the checksum of RFC 3720: catches every burst of up to 32 bits.
#include "core/base/bytes.hpp"

namespace farthing::chain {

/// `crc` continues an earlier result; by SSE4.2 where the processor has it.
std::uint32_t crc32c(ByteView in, std::uint32_t crc = 0);
/// The same by tables, for other processors and as the test's oracle.
std::uint32_t crc32c_portable(ByteView in, std::uint32_t crc = 0);

}  // namespace farthing::chain
