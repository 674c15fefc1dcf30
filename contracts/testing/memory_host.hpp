#pragma once
// The chain that contract unit tests run on: state in maps, a failed frame's changes undone one by one.
#include "contracts/module.hpp"

#include <functional>
#include <map>
#include <set>

namespace farthing::contracts::testing {

class MemoryHost : public Host {
 public:
    MemoryHost();

    BlockInfo head;
    Address sender;  ///< Of the transaction that runs.

    struct State {
        std::map<std::pair<Address, Word>, Word> storage;
        std::map<Address, U256> balances;
        std::map<Address, Bytes> code;
        bool operator==(const State&) const = default;
    };
    State state;
    U256 minted;  ///< Wei made so far.
    std::vector<Log> logs;
    std::size_t locks_held() const { return locks_.size(); }

    /// Puts a module's account at an address and runs its genesis hook.
    void install(const Module& module, const Address& at, const GenesisParams& params = {});

    const BlockInfo& block() const override { return head; }
    Address origin() const override { return sender; }
    Word load(const Address& account, const Word& slot) override;
    void store(const Address& account, const Word& slot, const Word& value) override;
    U256 balance_of(const Address& account) override;
    void subtract_balance(const Address& account, const U256& amount) override;
    void add_balance(const Address& account, const U256& amount) override;
    void mint(const Address& account, const U256& amount) override;
    Bytes code_at(const Address& account) override;
    void create_contract(const Address& account, Marker marker) override;
    void append_log(Log log) override { logs.push_back(std::move(log)); }
    CallResult call(const Message& message, GasMeter& gas) override;
    bool try_lock(const Address& account) override { return locks_.insert(account).second; }
    void unlock(const Address& account) override { locks_.erase(account); }

    /// Replaces a module for accounts with its marker: for callers that misbehave on purpose.
    void replace(Marker marker, const Module& module) {
        replaced_[{marker.contract_id, marker.version}] = &module;
    }

 private:
    const Module* module_at(const Address& account);
    /// Writes map[key], or removes it when there is nothing; the frame can take it back.
    template <class Map>
    void change(Map State::* map, const typename Map::key_type& key,
                std::optional<typename Map::mapped_type> value);

    std::vector<std::function<void()>> undo_;  ///< Of the running transaction, first change first.

    std::set<Address> locks_;
    std::map<std::pair<std::uint16_t, std::uint16_t>, const Module*> replaced_;
};

}  // namespace farthing::contracts::testing
