#include "contracts/module.hpp"

namespace farthing::contracts {
namespace {

using Reentered = abi::Error<"error ReentrancyGuardReentrantCall()">;

/// Holds the account's lock while a `nonreentrant` function runs.
class Lock {
 public:
    Lock(Host& host, const Address& account) : host_(host), account_(account) {
        require<Reentered>(host_.try_lock(account_));
    }
    Lock(const Lock&) = delete;
    ~Lock() { host_.unlock(account_); }

 private:
    Host& host_;
    Address account_;
};

const Entry* find_entry(std::span<const Entry> entries, ByteView data) {
    if (data.size() < 4) return nullptr;
    const auto selector = abi::Selector::from(data.first(4));
    const auto found = std::ranges::lower_bound(entries, selector, {}, &Entry::selector);
    return found != entries.end() && found->selector == selector ? &*found : nullptr;
}

}  // namespace

Bytes run(const Module& module, Host& host, const Message& message, GasMeter& gas) {
    gas.charge(gas::dispatch);
    Context ctx(host, message, gas);
    if (message.data.empty() && module.receive != nullptr) return module.receive(ctx, {});

    const Entry* entry = find_entry(module.entries, message.data);
    if (entry == nullptr) throw Revert{};
    if (message.value != 0 && !entry->payable) throw Revert{};
    if (entry->read_only) ctx.forbid_writes();
    std::optional<Lock> lock;
    if (entry->nonreentrant) lock.emplace(host, message.self);
    return entry->call(ctx, message.data.subspan(4));
}

const Module* find_module(std::uint16_t id, std::uint16_t version) {
    for (const Module* m : all_modules())
        if (m->identity.id == id && m->identity.version == version) return m;
    return nullptr;
}

const Module* find_module(std::string_view name) {
    for (const Module* m : all_modules())
        if (m->name == name && m->identity.address) return m;
    return nullptr;
}

}  // namespace farthing::contracts
