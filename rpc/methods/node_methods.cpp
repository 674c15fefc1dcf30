#include "rpc/methods/node_methods.hpp"

#include "core/crypto/hash.hpp"

namespace farthing::rpc {

std::uint64_t NodeMethods::chain_id() {
    return backend_.chain().rules().chain_id;
}

std::string NodeMethods::net_version() {
    return std::to_string(chain_id());
}

std::string NodeMethods::client_version() {
    return backend_.options().client_version;
}

Hash NodeMethods::sha3(const Bytes& data) {
    return keccak256(data);
}

Address NodeMethods::coinbase() {
    return backend_.chain().genesis().sequencer;
}

void NodeMethods::add_to(Dispatcher& dispatcher) {
    using Self = NodeMethods;
    static constexpr auto rows = methods(
        method<"eth_chainId() returns (quantity)", &Self::chain_id>("The chain id that signatures name."),
        method<"eth_syncing() returns (bool)", &Self::no>("false: this node is in step with itself."),
        method<"eth_accounts() returns (address[])", &Self::accounts>(
            "None: the node holds no keys of users."),
        method<"eth_coinbase() returns (address)", &Self::coinbase>("Who makes the blocks."),
        method<"eth_protocolVersion() returns (string)", &Self::protocol_version>(
            "A constant for old clients."),
        method<"eth_mining() returns (bool)", &Self::no>("false: nothing is mined."),
        method<"eth_hashrate() returns (quantity)", &Self::zero>("0: nothing is mined."),
        method<"net_version() returns (string)", &Self::net_version>("The chain id in decimal."),
        method<"net_listening() returns (bool)", &Self::yes>("true."),
        method<"net_peerCount() returns (quantity)", &Self::zero>("How many peers the node has."),
        method<"web3_clientVersion() returns (string)", &Self::client_version>(
            "Name and version of the node."),
        method<"web3_sha3(data data) returns (hash)", &Self::sha3>("keccak-256."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
