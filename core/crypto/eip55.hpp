#pragma once
// Addresses whose letters' case is a checksum (EIP-55).
#include "core/base/bytes.hpp"

#include <string>

namespace farthing {

/// "0x" and the digits, upper case where EIP-55 says so.
std::string checksummed(const Address& address);

}  // namespace farthing
