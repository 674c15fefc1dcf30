#pragma once
// What a pool asks of a source of rewards that accrue without a transaction (Emission).
#include "core/abi/signature.hpp"

namespace farthing::contracts {

/// Units of the pool's reward asset that pullReward would bring it now.
using PendingReward = abi::Function<"function pendingReward(address pool) view returns (uint256 amount)">;
/// Transfers to the caller, a pool, what it is due in the pool's reward asset. Moves nothing for a stranger.
using PullReward = abi::Function<"function pullReward() returns (uint256 amount)">;

}  // namespace farthing::contracts
