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

/// The number in force from the next block on: what was set last, else the genesis file's, less what another
/// number leaves no room for. For the chain: unmetered. Requires: a known name.
U256 parameter(Host& host, std::string_view name);

}  // namespace farthing::contracts
