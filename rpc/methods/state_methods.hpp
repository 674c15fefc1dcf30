#pragma once
// eth_ methods that read accounts.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

class StateMethods {
 public:
    explicit StateMethods(const Backend& backend) : backend_(backend) {}
    void add_to(Dispatcher& dispatcher);

 private:
    RpcResult<U256> get_balance(const Address& who, const BlockTag& at);
    RpcResult<std::uint64_t> get_transaction_count(const Address& who, const BlockTag& at);
    RpcResult<Bytes> get_code(const Address& who, const BlockTag& at);
    RpcResult<Hash> get_storage_at(const Address& who, const StorageKey& key, const BlockTag& at);
    RpcResult<Json> get_storage_values(const AnyJson& wanted, const BlockTag& at);
    RpcResult<Json> get_proof(const Address& who, const std::vector<StorageKey>& keys, const BlockTag& at);

    const Backend& backend_;
};

}  // namespace farthing::rpc
