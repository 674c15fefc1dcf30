#pragma once
// A chain with the wrapped coin, the token factory and some people: what the tests of tokens and votes need.
#include "contracts/testing/test_chain.hpp"
#include "contracts/token/token.hpp"
#include "contracts/voting_units/voting_units.hpp"
#include "core/crypto/eip712.hpp"

namespace farthing::contracts {
extern const Module wrapped_coin, token_factory, token, voting_units;
}  // namespace farthing::contracts

namespace farthing::contracts::testing {

inline SecretKey key_of(std::uint8_t n) {
    Hash bytes;
    bytes[31] = n;
    return *SecretKey::from(bytes.bytes);
}

/// Calls of the functions that every token has.
class TokenFixture : public ::testing::Test {
 protected:
    TokenFixture() {
        GenesisParams params;
        params.members["symbol"].text = "FAR";
        chain.host.install(wrapped_coin, coin, params);
        GenesisParams owned;
        owned.members["owner"].text = hex0x(units_owner);
        chain.host.install(voting_units, units, owned);
        chain.host.install(token_factory, factory);
        for (const auto& who : {alice, bob, carol}) chain.host.state.balances[who] = 1'000'000;
    }

    Address make(const Address& creator, const U256& supply, const U256& cap, bool mintable) {
        const auto done = create(creator, 18, supply, cap, mintable);
        EXPECT_TRUE(done.success);
        return done.value;
    }
    Outcome<Address> create(const Address& creator, std::uint8_t decimals, const U256& supply,
                            const U256& cap, bool mintable) {
        return chain.call<
            "function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
            "uint256 cap, bool mintable) returns (address token)">(
            creator, factory, std::string("A token whose name is longer than one storage word"),
            std::string("TOK"), decimals, supply, cap, mintable);
    }
    auto deposit(const Address& who, const U256& wei) {
        return chain.pay<"function deposit() payable">(who, coin, wei);
    }
    auto withdraw(const Address& who, const U256& wad) {
        return chain.call<"function withdraw(uint256 wad)">(who, coin, wad);
    }
    auto transfer(const Address& of, const Address& from, const Address& to, const U256& value) {
        return chain.call<"function transfer(address to, uint256 value) returns (bool)">(from, of, to, value);
    }
    auto transfer_from(const Address& of, const Address& by, const Address& from, const Address& to,
                       const U256& value) {
        return chain.call<"function transferFrom(address from, address to, uint256 value) returns (bool)">(
            by, of, from, to, value);
    }
    auto approve(const Address& of, const Address& owner, const Address& spender, const U256& value) {
        return chain.call<"function approve(address spender, uint256 value) returns (bool)">(owner, of,
                                                                                             spender, value);
    }
    auto mint(const Address& of, const Address& by, const Address& to, const U256& value) {
        return chain.call<"function mint(address to, uint256 value)">(by, of, to, value);
    }
    auto burn(const Address& of, const Address& by, const U256& value) {
        return chain.call<"function burn(uint256 value)">(by, of, value);
    }
    U256 balance(const Address& of, const Address& who) {
        return chain.call<"function balanceOf(address account) view returns (uint256)">(alice, of, who).value;
    }
    U256 supply(const Address& of) {
        return chain.call<"function totalSupply() view returns (uint256)">(alice, of).value;
    }
    U256 allowance(const Address& of, const Address& owner, const Address& spender) {
        return chain
            .call<"function allowance(address owner, address spender) view returns (uint256)">(alice, of,
                                                                                               owner, spender)
            .value;
    }
    U256 nonce(const Address& of, const Address& owner) {
        return chain.call<"function nonces(address owner) view returns (uint256)">(alice, of, owner).value;
    }
    Signature sign_permit(const Address& of, const SecretKey& key, const eip712::Permit& permit) {
        const auto separator =
            chain.call<"function DOMAIN_SEPARATOR() view returns (bytes32)">(alice, of).value;
        return key.sign(eip712::digest(separator, permit.hash()));
    }
    auto permit(const Address& of, const eip712::Permit& p, const Signature& signature) {
        return permit(of, p, static_cast<std::uint8_t>(27 + signature.y_parity), signature.r, signature.s);
    }
    Outcome<Nothing> permit(const Address& of, const eip712::Permit& p, std::uint8_t v, const Hash& r,
                            const Hash& s) {
        return chain.call<
            "function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, "
            "bytes32 r, bytes32 s)">(carol, of, p.owner, p.spender, p.value, p.deadline, v, r, s);
    }

    // Votes, of a token or of VotingUnits.
    auto delegate(const Address& of, const Address& who, const Address& to) {
        return chain.call<"function delegate(address delegatee)">(who, of, to);
    }
    auto delegate_by_sig(const Address& of, const eip712::Delegation& d, const Signature& signature) {
        return chain.call<
            "function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, "
            "bytes32 s)">(carol, of, d.delegatee, d.nonce, d.expiry,
                          static_cast<std::uint8_t>(27 + signature.y_parity), signature.r, signature.s);
    }
    /// Signed for the domain that `of` publishes.
    Signature sign_delegation(const Address& of, const SecretKey& key, const eip712::Delegation& d) {
        const auto fields =
            chain
                .call<
                    "function eip712Domain() view returns (bytes1 fields, string name, string version, "
                    "uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)">(alice,
                                                                                                       of)
                .value;
        const auto& [flags, name, version, chain_id, contract, salt, extensions] = fields;
        return key.sign(
            eip712::digest(eip712::domain_separator({name, version, chain_id, contract}), d.hash()));
    }
    U256 votes(const Address& of, const Address& who) {
        return chain.call<"function getVotes(address account) view returns (uint256)">(alice, of, who).value;
    }
    auto past_votes(const Address& of, const Address& who, const U256& when) {
        return chain.call<"function getPastVotes(address account, uint256 timepoint) view returns (uint256)">(
            alice, of, who, when);
    }
    auto past_total(const Address& of, const U256& when) {
        return chain.call<"function getPastTotalSupply(uint256 timepoint) view returns (uint256)">(alice, of,
                                                                                                   when);
    }
    Address delegates(const Address& of, const Address& who) {
        return chain.call<"function delegates(address account) view returns (address)">(alice, of, who).value;
    }
    std::uint64_t now() const { return chain.host.head.timestamp; }
    void pass(std::uint64_t seconds) { chain.host.head.timestamp += seconds; }

    TestChain chain;
    const Address coin = *wrapped_coin.identity.address, factory = *token_factory.identity.address,
                  units = voting_units_address, units_owner = account(0xdada);
    const Address alice = key_of(1).address(), bob = key_of(2).address(), carol = account(3), nobody{};
};

}  // namespace farthing::contracts::testing
