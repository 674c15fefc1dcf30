#include "rpc/methods/backend.hpp"

#include "core/base/hex.hpp"

namespace farthing::rpc {
namespace {

using namespace literals;

constexpr FixedBytes<4> error_selector = fixed<4>("08c379a0");  // Error(string)
constexpr FixedBytes<4> panic_selector = fixed<4>("4e487b71");  // Panic(uint256)

/// Solidity's panic codes in geth's words (accounts/abi).
std::string panic_reason(std::uint64_t panic) {
    switch (panic) {
        case 0x00:
            return "generic panic";
        case 0x01:
            return "assert(false)";
        case 0x11:
            return "arithmetic underflow or overflow";
        case 0x12:
            return "division or modulo by zero";
        case 0x21:
            return "enum overflow";
        case 0x22:
            return "invalid encoded storage byte array accessed";
        case 0x31:
            return "out-of-bounds array access; popping on an empty array";
        case 0x32:
            return "out-of-bounds access of an array or bytesN";
        case 0x41:
            return "out of memory";
        case 0x51:
            return "uninitialized function";
        default:
            return "unknown panic code: " + quantity(panic);
    }
}

/// The reason in revert data that any Solidity tool would show; empty for custom errors and broken data.
std::string revert_reason(ByteView data) {
    if (data.size() < 36) return {};
    const auto selector = FixedBytes<4>::from(data.first(4));
    const auto arguments = data.subspan(4);
    const auto first = to_u256(arguments.first(32));
    if (selector == panic_selector && arguments.size() == 32 && fits_u64(first))
        return panic_reason(low_u64(first));
    if (selector != error_selector || first != 32 || arguments.size() < 64) return {};
    const auto size = to_u256(arguments.subspan(32, 32));
    if (size > arguments.size() - 64) return {};
    return std::string(as_text(arguments.subspan(64, low_u64(size))));
}

}  // namespace

chain::BlockPtr Backend::block(const BlockTag& tag) const {
    if (const auto* number = std::get_if<std::uint64_t>(&tag.at)) return chain_.block(*number);
    if (const auto* hash = std::get_if<Hash>(&tag.at)) return chain_.block(*hash);
    return tag.is(BlockTag::Name::earliest) ? chain_.block(std::uint64_t{0}) : chain_.head();
}

RpcResult<void> Backend::check_kept(std::uint64_t number) const {
    const auto oldest = chain_.oldest_block();
    if (number == 0 || number >= oldest) return {};
    return rpc_fail(code::pruned_history,
                    "pruned history unavailable: the oldest block of this node is " + std::to_string(oldest));
}

RpcResult<chain::BlockPtr> Backend::kept_block(const BlockTag& tag) const {
    // Whether a dropped block happens to be in memory still must not show.
    if (const auto* number = std::get_if<std::uint64_t>(&tag.at)) TRY(check_kept(*number));
    return block(tag);
}

RpcResult<chain::BlockPtr> Backend::known_block(const BlockTag& tag) const {
    TRY(auto found, kept_block(tag));
    if (found) return found;
    const bool by_hash = std::holds_alternative<Hash>(tag.at);
    return rpc_fail(code::server_error, by_hash ? "header for hash not found" : "header not found");
}

RpcResult<StateAt> Backend::state(const BlockTag& tag) const {
    if (tag.is(BlockTag::Name::pending)) return pending_state();
    TRY(const auto found, known_block(tag));
    auto state = chain_.state(found->header.number);
    if (state) return StateAt{*std::move(state), chain_.info_of(found->header), found->header.number};
    const auto range = chain_.state_range();
    return rpc_fail(code::server_error, "historical state of block " + std::to_string(found->header.number) +
                                            " is not available: this node serves the state of blocks " +
                                            std::to_string(range.oldest) + " to " +
                                            std::to_string(range.newest));
}

StateAt Backend::pending_state() const {
    // One look at the head, which all the rest follows from: a block may come at any time.
    const auto info = chain_.pending_info();
    auto state = chain_.state(info.number - 1);
    // It is gone only where a development chain goes far back at this moment.
    return {state ? *std::move(state) : chain_.head_state(), info, info.number};
}

RpcError refused(const chain::TxRejection& rejection) {
    return {code::server_error, rejection.message, {}};
}

RpcError execution_failed(const chain::TxOutcome& outcome) {
    if (outcome.out_of_gas) return {code::server_error, "out of gas", {}};
    if (outcome.call_too_deep) return {code::server_error, "max call depth exceeded", {}};
    const auto reason = revert_reason(outcome.output);
    return {code::reverted, reason.empty() ? "execution reverted" : "execution reverted: " + reason,
            "\"" + hex0x(outcome.output) + "\""};
}

}  // namespace farthing::rpc
