// The contracts of this binary: one line each, older versions first. Genesis makes them in this order, which
// is that of their ids but for VotingUnits: whoever moves wrapped coin at genesis needs it.
// clang-format off
#define FARTHING_CONTRACTS(contract) \
    contract(wrapped_coin)           \
    contract(voting_units)           \
    contract(token_factory)          \
    contract(randomness)             \
    contract(games)                  \
    contract(parameters)             \
    contract(upgrades)               \
    contract(emission)               \
    contract(pool_factory)           \
    contract(governor)               \
    contract(timelock)               \
    contract(multicall3)             \
    contract(drip)                   \
    contract(token)                  \
    contract(pool)                   \
    /* append the next one above */
// clang-format on

#include "contracts/module.hpp"

namespace farthing::contracts {

#define FARTHING_DECLARE(name) extern const Module name;
FARTHING_CONTRACTS(FARTHING_DECLARE)

std::span<const Module* const> all_modules() {
#define FARTHING_LIST(name) &name,
    static constexpr const Module* modules[] = {FARTHING_CONTRACTS(FARTHING_LIST)};
    return modules;
}

}  // namespace farthing::contracts
