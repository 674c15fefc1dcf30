#pragma once
// What a JSON-RPC call can fail with. Codes: JSON-RPC 2.0 section 5.1, EIP-1474, and geth's where it has its
// own.
#include <expected>
#include <string>
#include <utility>

namespace farthing::rpc {

namespace code {
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int internal_error = -32603;
constexpr int server_error = -32000;  ///< geth's code for everything the chain refuses.
constexpr int timed_out = -32002;
constexpr int response_too_large = -32003;
constexpr int limit_exceeded = -32005;
constexpr int reverted = 3;
constexpr int pruned_history = 4444;  ///< geth's: the block was here once and was dropped.
constexpr int sync_timeout = 4;       ///< EIP-7966: the transaction was accepted but is not in a block yet.
}  // namespace code

/// The `error` member of an answer. `data` is JSON text, or empty when there is none.
struct [[nodiscard]] RpcError {
    int code = code::server_error;
    std::string message;
    std::string data;
};

template <class T>
using RpcResult = std::expected<T, RpcError>;

inline std::unexpected<RpcError> rpc_fail(int code, std::string message, std::string data = {}) {
    return std::unexpected(RpcError{code, std::move(message), std::move(data)});
}

}  // namespace farthing::rpc
