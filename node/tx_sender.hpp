#pragma once
// Sends transactions of one account through a node and waits until they are in a block.
#include "core/base/u256.hpp"
#include "core/types/transaction.hpp"
#include "node/rpc_client.hpp"

#include <chrono>
#include <stop_token>

namespace farthing::node {

struct Sent {
    Hash hash;
    std::uint64_t block_number = 0;
    std::uint64_t gas_used = 0;
    boost::json::value receipt;  ///< As the node gave it.
};

class TxSender {
 public:
    TxSender(RpcClient& node, const SecretKey& key, std::uint64_t chain_id)
        : node_(node), key_(key), chain_id_(chain_id), address_(key.address()) {}

    const Address& address() const { return address_; }

    /// Estimates (an error there means: the call would revert, and nothing is sent), signs with room for
    /// rising fees, sends (with a higher cap where the pool is full of others), waits. Errors: refused,
    /// reverted in its block, not in a block after `patience`, stopped.
    Result<Sent> send(const Address& to, const Bytes& data, const U256& value = 0, std::stop_token stop = {});

    std::chrono::milliseconds patience{60'000};
    std::chrono::milliseconds poll{50};

 private:
    Result<Transaction> prepare(const Address& to, const Bytes& data, const U256& value);
    Result<Sent> wait_for(const Hash& hash, std::stop_token stop);

    RpcClient& node_;
    SecretKey key_;
    std::uint64_t chain_id_;
    Address address_;
};

/// eth_call on the latest block.
Result<Bytes> call_contract(RpcClient& node, const Address& to, const Bytes& data);

}  // namespace farthing::node
