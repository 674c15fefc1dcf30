#pragma once
// The chain's numbers that its owner may change, within bounds that are part of the protocol.
#include "contracts/host.hpp"

#include <span>
#include <string_view>

namespace farthing::contracts {

/// One number. A change applies from the next block on.
struct ParameterBounds {
    std::string_view name;
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    std::string_view doc;  ///< With its unit.
};
std::span<const ParameterBounds> known_parameters();

/// What Parameters holds under `name`, or `otherwise` (the genesis file's value) while it was never set.
/// For the chain: unmetered. Requires: a known name.
U256 parameter(Host& host, std::string_view name, const U256& otherwise);

}  // namespace farthing::contracts
