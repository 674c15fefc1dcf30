#pragma once
// From the filter of an RPC call to the chain's, with its bounds.
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

/// A filter without block bounds.
chain::LogFilter place_free(const LogFilter& filter);
/// How many addresses and topics it names.
std::size_t count_alternatives(const LogFilter& filter);
/// Those of a search that begins now.
chain::LogLimits log_limits(const ApiOptions& options);
/// Logs of the blocks a filter names. -32602 for a range that is reversed, in the future or too long; -32005
/// for too many results or too many bytes of them, -32002 when it takes too long, each with the range that
/// can be had. One block's logs are given however many they are.
RpcResult<std::vector<chain::LogEntry>> find_logs(const Backend& backend, const LogFilter& filter);
Json logs_json(const std::vector<chain::LogEntry>& logs);

}  // namespace farthing::rpc
