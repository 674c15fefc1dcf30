#pragma once
// How values are shown to people.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"

#include <string>

namespace farthing::node {

/// With the letter case of EIP-55.
std::string checksummed(const Address& address);
/// Wei as coins, without trailing zeros: "1.5".
std::string coins(const U256& wei);
/// Coins as wei; at most 18 digits behind the point.
Result<U256> parse_coins(std::string_view text);

}  // namespace farthing::node
