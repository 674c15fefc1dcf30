#pragma once
// Our own namespace: what the chain offers beyond Ethereum's interface. All of it can also be worked out from
// eth_ methods; farthing_verifyBet does so step by step.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

class FarthingMethods {
 public:
    explicit FarthingMethods(const Backend& backend) : backend_(backend) {}
    void add_to(Dispatcher& dispatcher);

 private:
    Json status();
    Json contracts();
    RpcResult<Json> get_abi(const std::string& name_or_address);
    RpcResult<Json> get_seal(const BlockTag& at);
    RpcResult<Json> verify_bet(const Call& call, const AnyJson& tx_or_bet, const std::optional<Count>& index);

    const Backend& backend_;
};

}  // namespace farthing::rpc
