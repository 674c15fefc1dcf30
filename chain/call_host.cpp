#include "chain/call_host.hpp"

#include "contracts/context.hpp"
#include "contracts/module.hpp"
#include "contracts/upgrades/upgrades.hpp"
#include "core/base/check.hpp"

#include <stdexcept>

namespace farthing::chain {

using namespace contracts;

void CallHost::subtract_balance(const Address& account, const U256& amount) {
    state_.set_balance(account, state_.balance(account) - amount);
}

void CallHost::add_balance(const Address& account, const U256& amount) {
    state_.set_balance(account, state_.balance(account) + amount);
}

void CallHost::create_contract(const Address& account, Marker marker) {
    FARTHING_CHECK(state_.code(account).empty());
    state_.set_code(account, marker_code(marker));
    state_.set_nonce(account, 1);
}

CallResult CallHost::run_frame(const Message& message, GasMeter& gas) {
    if (message.value != 0) {
        debit(*this, {native_coin, 0}, message.caller, message.value);
        add_balance(message.self, message.value);
    }
    const auto marker = parse_marker(state_.code(message.self));
    if (!marker) return {true, {}};
    const auto* module = find_module(marker->contract_id, version_in_force(*this, *marker, block_.timestamp));
    // No block gets here (missing_upgrade); a call at a time to come may.
    if (module == nullptr) throw Revert{error_string("this node lacks the version of the contract in force")};
    return {true, run(*module, *this, message, gas)};
}

CallResult CallHost::call(const Message& message, GasMeter& gas) {
    FARTHING_CHECK(message.depth <= call_depth_max);
    const auto mark = state_.mark();
    const auto rolled_back = [&](Bytes output) {
        state_.roll_back(mark);
        return CallResult{false, std::move(output)};
    };
    try {
        return run_frame(message, gas);
    } catch (Revert& revert) {
        return rolled_back(std::move(revert.data));
    } catch (const std::overflow_error&) {
        return rolled_back(panic(PanicCode::overflow));
    } catch (const std::range_error&) {
        return rolled_back(panic(PanicCode::overflow));
    }
}

}  // namespace farthing::chain
