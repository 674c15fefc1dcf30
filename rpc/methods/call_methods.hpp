#pragma once
// eth_call, eth_estimateGas and their kin: executions that change nothing.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

#include <semaphore>

namespace farthing::rpc {

class CallMethods {
 public:
    explicit CallMethods(const Backend& backend);
    void add_to(Dispatcher& dispatcher);

    /// The gas a call needs, for those who fill in transactions.
    RpcResult<std::uint64_t> estimate(const CallRequest& request, const BlockTag& at);

 private:
    RpcResult<Bytes> call(const CallRequest& request, const BlockTag& at,
                          const std::optional<AnyJson>& overrides,
                          const std::optional<AnyJson>& block_overrides);
    RpcResult<std::uint64_t> estimate_gas(const CallRequest& request, const BlockTag& at,
                                          const std::optional<AnyJson>& overrides);
    RpcResult<Json> create_access_list(const CallRequest& request, const BlockTag& at);
    RpcResult<Json> fill_transaction(const CallRequest& request);

    RpcResult<chain::TxOutcome> run(const StateAt& at, const chain::CallRequest& request);
    /// The same, with the chain's refusal as it is.
    RpcResult<chain::TxResult<chain::TxOutcome>> execute(const StateAt& at,
                                                         const chain::CallRequest& request);

    const Backend& backend_;
    std::counting_semaphore<> slots_;
};

}  // namespace farthing::rpc
