#pragma once
// What the chain does with Emission outside transactions.
#include "contracts/host.hpp"
#include "core/base/hex.hpp"

namespace farthing::contracts {

inline constexpr Address emission_address = literals::address("fa0008");

/// Opens a block for Emission: its clock goes on by the time since the block before, at most by the step that
/// genesis allows, so that a chain that stood still does not mint for its sleep. A silent system write.
void advance_emission_clock(Host& host, std::uint64_t timestamp);

/// Base fees of one block, in wei, that were not paid to anybody as part of a transaction.
struct FeeShares {
    U256 burnt;
    U256 stakers;
};
/// Closes a block for Emission: counts what was burnt and takes the stakers' share in keeping for their pool.
/// A silent system write; it writes nothing when both are zero.
void book_fees(Host& host, const FeeShares& shares);

}  // namespace farthing::contracts
