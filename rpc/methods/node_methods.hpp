#pragma once
// What says who and where the node is; and the constants that old clients ask for.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

class NodeMethods {
 public:
    explicit NodeMethods(const Backend& backend) : backend_(backend) {}
    void add_to(Dispatcher& dispatcher);

 private:
    std::uint64_t chain_id();
    std::string net_version();
    std::string client_version();
    Hash sha3(const Bytes& data);
    Address coinbase();
    std::vector<Address> accounts() { return {}; }  // The node holds no keys of users.
    bool no() { return false; }
    bool yes() { return true; }
    std::uint64_t zero() { return 0; }
    std::string protocol_version() { return "0x44"; }

    const Backend& backend_;
};

}  // namespace farthing::rpc
