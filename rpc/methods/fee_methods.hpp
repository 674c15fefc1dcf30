#pragma once
// What a transaction should pay, and what others paid.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"

namespace farthing::rpc {

/// Wei a gas that gets a transaction into the next block: nothing while blocks have room, else what most of
/// the head's transactions paid.
U256 suggested_tip(const chain::Blockchain& chain);

class FeeMethods {
 public:
    explicit FeeMethods(const Backend& backend) : backend_(backend) {}
    void add_to(Dispatcher& dispatcher);

 private:
    U256 gas_price();
    U256 max_priority_fee();
    U256 base_fee();
    std::uint64_t blob_base_fee() { return 1; }  // EIP-4844's minimum: there are no blobs.
    RpcResult<Json> fee_history(const Call& call, const Count& blocks, const BlockTag& newest,
                                const std::optional<std::vector<double>>& percentiles);

    const Backend& backend_;
};

}  // namespace farthing::rpc
