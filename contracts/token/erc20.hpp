#pragma once
// ERC-20 with metadata, ERC-2612 permits and ERC-5267, in OpenZeppelin 5's behaviour, errors and slot order.
#include "contracts/ecdsa.hpp"
#include "contracts/module.hpp"
#include "contracts/nonces.hpp"
#include "contracts/typed_data.hpp"

namespace farthing::contracts {

/// What every token of this chain shares. Invariants: the balances sum to the supply, which never exceeds
/// 2^208 − 1; an allowance of 2^256 − 1 is never reduced; a nonce grows by one with each signature used.
struct Erc20 {
    Context& ctx;

    // Slot numbers are consensus: never reuse or reorder one.
    Ledger<0, "_balances"> balances{ctx};
    Mapping<Address, Map<Address, U256>, 1, "_allowances"> allowances{ctx};
    Slot<U256, 2, "_totalSupply"> supply{ctx};
    Slot<std::string, 3, "_name"> full_name{ctx};
    Slot<std::string, 4, "_symbol"> short_name{ctx};
    Mapping<Address, U256, 5, "_nonces"> nonces_used{ctx};

    using Transfer = abi::Event<"event Transfer(address indexed from, address indexed to, uint256 value)">;
    using Approval =
        abi::Event<"event Approval(address indexed owner, address indexed spender, uint256 value)">;
    using InsufficientBalance =
        abi::Error<"error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)">;
    using InsufficientAllowance =
        abi::Error<"error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)">;
    using InvalidSender = abi::Error<"error ERC20InvalidSender(address sender)">;
    using InvalidReceiver = abi::Error<"error ERC20InvalidReceiver(address receiver)">;
    using InvalidApprover = abi::Error<"error ERC20InvalidApprover(address approver)">;
    using InvalidSpender = abi::Error<"error ERC20InvalidSpender(address spender)">;
    using ExceededSafeSupply =
        abi::Error<"error ERC20ExceededSafeSupply(uint256 increasedSupply, uint256 cap)">;
    using ExpiredSignature = abi::Error<"error ERC2612ExpiredSignature(uint256 deadline)">;
    using InvalidSigner = abi::Error<"error ERC2612InvalidSigner(address signer, address owner)">;

    std::string name() { return full_name; }
    std::string symbol() { return short_name; }
    U256 total_supply() { return supply; }
    U256 balance_of(const Address& account) { return balances[account]; }
    U256 allowance(const Address& owner, const Address& spender) { return allowances[owner][spender]; }
    U256 nonces(const Address& owner) { return nonces_used[owner]; }
    /// A unit held is a voting unit, where units vote.
    U256 voting_units(const Address& account) { return balances[account]; }

    bool approve(const Address& spender, const U256& value);
    /// Anyone may submit the owner's signed approval (ERC-2612).
    void permit(const Address& owner, const Address& spender, const U256& value, const U256& deadline,
                std::uint8_t v, const Hash& r, const Hash& s);
    Hash domain_separator();
    DomainFields eip712_domain();

 protected:
    // None checks who calls.
    void move(const Address& from, const Address& to, const U256& value);
    void mint(const Address& to, const U256& value);
    void burn(const Address& from, const U256& value);
    void spend_allowance(const Address& owner, const U256& value);

 private:
    void set_allowance(const Address& owner, const Address& spender, const U256& value);
};

/// The moves of a token whose contract `Self` hears of each: `moved(from, to, value)`, after the balances,
/// from zero when made and to zero when destroyed. A contract's struct holds no state of its own, so `Self`
/// is made where it is called.
template <class Self>
struct Erc20Of : Erc20 {
    bool transfer(const Address& to, const U256& value) { return move(ctx.caller, to, value); }
    bool transfer_from(const Address& from, const Address& to, const U256& value) {
        spend_allowance(from, value);
        return move(from, to, value);
    }

 protected:
    void mint(const Address& to, const U256& value) {
        Erc20::mint(to, value);
        Self{ctx}.moved({}, to, value);
    }
    void burn(const Address& from, const U256& value) {
        Erc20::burn(from, value);
        Self{ctx}.moved(from, {}, value);
    }

 private:
    bool move(const Address& from, const Address& to, const U256& value) {
        Erc20::move(from, to, value);
        Self{ctx}.moved(from, to, value);
        return true;
    }
};

/// 2^208 − 1: what vote checkpoints can hold.
extern const U256 token_supply_max;

template <class Contract>
constexpr auto erc20_rows = table<Row>({
    function<"function name() view returns (string)", &Erc20::name>("The token's name."),
    function<"function symbol() view returns (string)", &Erc20::symbol>("The token's short name."),
    function<"function totalSupply() view returns (uint256)", &Erc20::total_supply>("Units in existence."),
    function<"function balanceOf(address account) view returns (uint256)", &Erc20::balance_of>(
        "Units that `account` holds."),
    function<"function transfer(address to, uint256 value) returns (bool)", &Contract::transfer>(
        "Moves the caller's units to `to`."),
    function<"function allowance(address owner, address spender) view returns (uint256)", &Erc20::allowance>(
        "Units of `owner` that `spender` may move."),
    function<"function approve(address spender, uint256 value) returns (bool)", &Erc20::approve>(
        "Lets `spender` move up to `value` of the caller's units; the largest value never runs down."),
    function<"function transferFrom(address from, address to, uint256 value) returns (bool)",
             &Contract::transfer_from>("Moves units of `from` within the caller's allowance."),
    function<"function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, "
             "bytes32 r, bytes32 s)",
             &Erc20::permit>(
        "Approves by the owner's signature, until `deadline` in unix seconds (ERC-2612)."),
    function<"function nonces(address owner) view returns (uint256)", &Erc20::nonces>(
        "The nonce of the owner's next signature."),
    function<"function DOMAIN_SEPARATOR() view returns (bytes32)", &Erc20::domain_separator>(
        "EIP-712 domain separator of permits."),
    function<
        "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, "
        "address verifyingContract, bytes32 salt, uint256[] extensions)",
        &Erc20::eip712_domain>("EIP-712 domain of permits (ERC-5267)."),
    event<Erc20::Transfer>("Units moved; from zero when made, to zero when destroyed."),
    event<Erc20::Approval>("An allowance was set."),
    error<Erc20::InsufficientBalance>("The sender holds less than it would move."),
    error<Erc20::InsufficientAllowance>("The spender's allowance is smaller than what it would move."),
    error<Erc20::InvalidSender>("Nothing moves from the zero address."),
    error<Erc20::InvalidReceiver>("Nothing moves to the zero address."),
    error<Erc20::InvalidApprover>("The zero address approves nothing."),
    error<Erc20::InvalidSpender>("The zero address spends nothing."),
    error<Erc20::ExceededSafeSupply>("The supply would pass 2^208 - 1."),
    error<Erc20::ExpiredSignature>("The permit's deadline has passed."),
    error<Erc20::InvalidSigner>("Another account than the owner signed these words."),
    error<ECDSAInvalidSignature>("The signature is no signature."),
    error<ECDSAInvalidSignatureS>("The signature's s is in the upper half (EIP-2)."),
});
constexpr auto erc20_slots = table<SlotRow>({
    slot<&Erc20::balances>("Units by holder."),
    slot<&Erc20::allowances>("Units by holder and spender."),
    slot<&Erc20::supply>("Sum of all balances."),
    slot<&Erc20::full_name>("The token's name."),
    slot<&Erc20::short_name>("The token's short name."),
    slot<&Erc20::nonces_used>("Signatures used by owner."),
});

}  // namespace farthing::contracts
