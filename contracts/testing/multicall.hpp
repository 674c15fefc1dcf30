#pragma once
// Multicall3 as its callers write it.
#include "core/abi/signature.hpp"
#include "core/base/hex.hpp"

#include <utility>
#include <vector>

namespace farthing::contracts::testing {

inline constexpr Address multicall3_address = literals::address("ca11bde05977b3631167028862be2a173976ca11");

struct Call3 {
    Address target;
    bool may_fail = false;
    Bytes data;
    using Abi = abi::Struct<"struct Call3 { address target; bool allowFailure; bytes callData; }",
                            &Call3::target, &Call3::may_fail, &Call3::data>;
};
struct Returned {
    bool success = false;
    Bytes data;
    bool operator==(const Returned&) const = default;
    using Abi =
        abi::Struct<"struct Result { bool success; bytes returnData; }", &Returned::success, &Returned::data>;
};
using Aggregate3 = abi::Function<"function aggregate3(Call3[] calls) payable returns (Result[] returnData)",
                                 Call3, Returned>;

/// Whom to call with what, so that `data` reaches `target` through `levels` frames of Multicall3, each of
/// which lets the next one fail.
inline std::pair<Address, Bytes> nested(Address target, Bytes data, std::uint32_t levels) {
    for (std::uint32_t level = 0; level < levels; ++level) {
        data = Aggregate3::encode(std::vector<Call3>{{target, true, std::move(data)}});
        target = multicall3_address;
    }
    return {target, std::move(data)};
}

}  // namespace farthing::contracts::testing
