#pragma once
// A contract's own EIP-712 domain: its name, its version, the chain and its address.
#include "contracts/context.hpp"

namespace farthing::contracts {

/// Charges for the hashes.
Hash domain_separator(Context& ctx, std::string_view name, std::string_view version);

/// What `eip712Domain()` returns (ERC-5267).
using DomainFields =
    std::tuple<FixedBytes<1>, std::string, std::string, U256, Address, Hash, std::vector<U256>>;
DomainFields domain_fields(Context& ctx, std::string_view name, std::string_view version);

}  // namespace farthing::contracts
