#pragma once
// How values are shown to people.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"
#include "core/crypto/eip55.hpp"

#include <string>
#include <string_view>

namespace farthing::node {

/// An address as a person gives it: one in mixed case must have EIP-55's checksum.
Result<Address> parse_address(std::string_view text);
/// Wei as coins, without trailing zeros: "1.5".
std::string coins(const U256& wei);
/// "1 block", "2 blocks".
std::string counted(std::uint64_t count, std::string_view noun);
/// Names the option in front of what is wrong with its value.
template <class T>
Result<T> named(std::string_view option, Result<T> value) {
    if (!value) return fail("--" + std::string(option) + ": " + value.error().message);
    return value;
}

/// Coins as wei; at most 18 digits behind the point.
Result<U256> parse_coins(std::string_view text);

}  // namespace farthing::node
