#include "contracts/testing/memory_host.hpp"

#include "core/base/check.hpp"

#include <stdexcept>

namespace farthing::contracts::testing {
namespace {

template <class Map, class Key>
typename Map::mapped_type value_or_zero(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? typename Map::mapped_type{} : found->second;
}

}  // namespace

MemoryHost::MemoryHost() {
    head.chain_id = 31337;
    head.number = 1;
    head.timestamp = 1'700'000'000;
    head.gas_limit = 2'000'000'000;
}

void MemoryHost::install(const Module& module, const Address& at, const GenesisParams& params) {
    create_contract(at, module.marker());
    replace(module.marker(), module);
    if (module.identity.genesis == nullptr) return;
    GasMeter gas(~std::uint64_t{0});
    const Message message{.caller = {}, .self = at, .value = 0, .data = {}};
    Context ctx(*this, message, gas);
    module.identity.genesis(ctx, params);
}

Word MemoryHost::load(const Address& account, const Word& slot) {
    return value_or_zero(state.storage, std::pair(account, slot));
}

template <class Map>
void MemoryHost::change(Map State::* map, const typename Map::key_type& key,
                        std::optional<typename Map::mapped_type> value) {
    const auto write = [this, map, key](const std::optional<typename Map::mapped_type>& what) {
        if (what)
            (state.*map)[key] = *what;
        else
            (state.*map).erase(key);
    };
    const auto found = (state.*map).find(key);
    undo_.push_back([write, old = found == (state.*map).end() ? std::nullopt : std::optional(found->second)] {
        write(old);
    });
    write(value);
}

void MemoryHost::store(const Address& account, const Word& slot, const Word& value) {
    change(&State::storage, {account, slot}, value.is_zero() ? std::nullopt : std::optional(value));
}

U256 MemoryHost::balance_of(const Address& account) {
    return value_or_zero(state.balances, account);
}

void MemoryHost::subtract_balance(const Address& account, const U256& amount) {
    FARTHING_CHECK(balance_of(account) >= amount);
    change(&State::balances, account, U256(balance_of(account) - amount));
}

void MemoryHost::add_balance(const Address& account, const U256& amount) {
    change(&State::balances, account, U256(balance_of(account) + amount));
}

void MemoryHost::mint(const Address& account, const U256& amount) {
    undo_.emplace_back([this, before = minted] { minted = before; });
    minted += amount;
    add_balance(account, amount);
}

Bytes MemoryHost::code_at(const Address& account) {
    return value_or_zero(state.code, account);
}

void MemoryHost::create_contract(const Address& account, Marker marker) {
    FARTHING_CHECK(code_at(account).empty());
    change(&State::code, account, marker_code(marker));
}

const Module* MemoryHost::module_at(const Address& account) {
    const auto marker = parse_marker(code_at(account));
    if (!marker) return nullptr;
    const auto found = replaced_.find({marker->contract_id, marker->version});
    return found != replaced_.end() ? found->second : find_module(marker->contract_id, marker->version);
}

CallResult MemoryHost::call(const Message& message, GasMeter& gas) {
    if (message.depth == 0) undo_.clear();
    const std::size_t changes_before = undo_.size(), logs_before = logs.size();
    const auto roll_back = [&] {
        for (; undo_.size() > changes_before; undo_.pop_back()) undo_.back()();
        logs.resize(logs_before);
    };
    const auto rolled_back = [&](Bytes output) {
        roll_back();
        return CallResult{false, std::move(output)};
    };
    try {
        if (message.value != 0) {
            debit(*this, {native_coin, 0}, message.caller, message.value);
            add_balance(message.self, message.value);
        }
        const Module* module = module_at(message.self);
        return {true, module == nullptr ? Bytes{} : run(*module, *this, message, gas)};
    } catch (Revert& revert) {
        return rolled_back(std::move(revert.data));
    } catch (const std::overflow_error&) {
        return rolled_back(panic(PanicCode::overflow));
    } catch (const std::range_error&) {
        return rolled_back(panic(PanicCode::overflow));
    } catch (...) {  // What ends the whole transaction.
        roll_back();
        throw;
    }
}

}  // namespace farthing::contracts::testing
