#pragma once
// Calls that someone else composed: what timelocks and governors run.
#include "contracts/context.hpp"

namespace farthing::contracts {

using FailedCall = abi::Error<"error FailedCall()">;

/// Calls with any bytes and drops what is returned. What the callee reverts with passes through; FailedCall
/// when that is nothing, the caller holds less than `wei` or the depth limit is reached.
inline void call_any(Context& ctx, const Address& to, const U256& wei, ByteView data) {
    auto done = ctx.raw_call(to, wei, data);
    if (done.success) return;
    if (done.output.empty()) raise<FailedCall>();
    throw Revert{std::move(done.output)};
}

}  // namespace farthing::contracts
