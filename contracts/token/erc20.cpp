#include "contracts/token/erc20.hpp"

#include "core/crypto/eip712.hpp"

namespace farthing::contracts {
namespace {

constexpr std::string_view permit_version = "1";
/// The permit of six words and the 66 bytes that are signed.
constexpr std::uint64_t permit_gas = gas::keccak(6 * 32) + gas::keccak(66);

}  // namespace

const U256 token_supply_max = (U256(1) << 208) - 1;

bool Erc20::approve(const Address& spender, const U256& value) {
    set_allowance(ctx.caller, spender, value);
    ctx.emit<Approval>(ctx.caller, spender, value);
    return true;
}

void Erc20::permit(const Address& owner, const Address& spender, const U256& value, const U256& deadline,
                   std::uint8_t v, const Hash& r, const Hash& s) {
    require<ExpiredSignature>(deadline >= ctx.now, deadline);
    const U256 nonce = use_nonce(nonces_used[owner]);
    ctx.charge(permit_gas);
    const Hash digest =
        eip712::digest(domain_separator(), eip712::Permit{owner, spender, value, nonce, deadline}.hash());
    const Address signer = signer_of(ctx, digest, {v, r, s});
    require<InvalidSigner>(signer == owner, signer, owner);
    set_allowance(owner, spender, value);
    ctx.emit<Approval>(owner, spender, value);
}

Hash Erc20::domain_separator() {
    return contracts::domain_separator(ctx, full_name.get(), permit_version);
}

DomainFields Erc20::eip712_domain() {
    return domain_fields(ctx, full_name.get(), permit_version);
}

void Erc20::mint(const Address& to, const U256& value) {
    require<InvalidReceiver>(!to.is_zero(), to);
    const U256 increased = supply.get() + value;
    require<ExceededSafeSupply>(increased <= token_supply_max, increased, token_supply_max);
    supply = increased;
    balances.credit(to, value);
    ctx.emit<Transfer>(Address{}, to, value);
}

void Erc20::burn(const Address& from, const U256& value) {
    require<InvalidSender>(!from.is_zero(), from);
    balances.debit<InsufficientBalance>(from, value);
    supply -= value;
    ctx.emit<Transfer>(from, Address{}, value);
}

void Erc20::spend_allowance(const Address& owner, const U256& value) {
    const U256 current = allowances[owner][ctx.caller];
    if (current == u256_max) return;
    require<InsufficientAllowance>(current >= value, ctx.caller, current, value);
    set_allowance(owner, ctx.caller, current - value);
}

void Erc20::move(const Address& from, const Address& to, const U256& value) {
    require<InvalidSender>(!from.is_zero(), from);
    require<InvalidReceiver>(!to.is_zero(), to);
    balances.debit<InsufficientBalance>(from, value);
    balances.credit(to, value);
    ctx.emit<Transfer>(from, to, value);
}

void Erc20::set_allowance(const Address& owner, const Address& spender, const U256& value) {
    require<InvalidApprover>(!owner.is_zero(), owner);
    require<InvalidSpender>(!spender.is_zero(), spender);
    allowances[owner][spender] = value;
}

}  // namespace farthing::contracts
