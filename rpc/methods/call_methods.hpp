#pragma once
// eth_call, eth_estimateGas and their kin: executions that change nothing.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

class CallMethods {
 public:
    explicit CallMethods(const Backend& backend) : backend_(backend) {}
    void add_to(Dispatcher& dispatcher);

 private:
    RpcResult<Bytes> call(const Call& asked, const CallRequest& request, const BlockTag& at,
                          const std::optional<AnyJson>& overrides,
                          const std::optional<AnyJson>& block_overrides);
    RpcResult<std::uint64_t> estimate_gas(const Call& asked, const CallRequest& request, const BlockTag& at,
                                          const std::optional<AnyJson>& overrides);
    RpcResult<Json> create_access_list(const Call& asked, const CallRequest& request, const BlockTag& at);
    RpcResult<Json> fill_transaction(const Call& asked, const CallRequest& request);

    /// The gas a call needs.
    RpcResult<std::uint64_t> estimate(const Client& client, const CallRequest& request, const BlockTag& at);
    RpcResult<chain::TxOutcome> run(const Client& client, const StateAt& at,
                                    const chain::CallRequest& request);
    /// The same, with the chain's refusal as it is.
    RpcResult<chain::TxResult<chain::TxOutcome>> execute(const Client& client, const StateAt& at,
                                                         const chain::CallRequest& request);

    const Backend& backend_;
};

}  // namespace farthing::rpc
