#pragma once
// The Host that native contracts run on: call frames over a WorldState.
#include "chain/world_state.hpp"
#include "contracts/host.hpp"

#include <set>

namespace farthing::chain {

/// One transaction or call. The only place where a contract's Revert is caught.
class CallHost final : public contracts::Host {
 public:
    CallHost(WorldState& state, const contracts::BlockInfo& block, const Address& origin)
        : state_(state), block_(block), origin_(origin) {}

    const contracts::BlockInfo& block() const override { return block_; }
    Address origin() const override { return origin_; }

    Word load(const Address& account, const Word& slot) override { return state_.load(account, slot); }
    void store(const Address& account, const Word& slot, const Word& value) override {
        state_.store(account, slot, value);
    }
    U256 balance_of(const Address& account) override { return state_.balance(account); }
    void subtract_balance(const Address& account, const U256& amount) override;
    void add_balance(const Address& account, const U256& amount) override;
    void mint(const Address& account, const U256& amount) override { state_.mint(account, amount); }
    Bytes code_at(const Address& account) override { return state_.code(account); }
    void create_contract(const Address& account, contracts::Marker marker) override;
    void append_log(Log log) override { state_.append_log(std::move(log)); }
    contracts::CallResult call(const contracts::Message& message, contracts::GasMeter& gas) override;
    bool try_lock(const Address& account) override { return locked_.insert(account).second; }
    void unlock(const Address& account) override { locked_.erase(account); }

 private:
    contracts::CallResult run_frame(const contracts::Message& message, contracts::GasMeter& gas);

    WorldState& state_;
    const contracts::BlockInfo& block_;
    Address origin_;
    std::set<Address> locked_;
};

}  // namespace farthing::chain
