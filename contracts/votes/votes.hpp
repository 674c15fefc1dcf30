#pragma once
// Voting units with a history: OpenZeppelin 5's Votes (ERC-5805) on the timestamp clock (ERC-6372).
#include "contracts/ecdsa.hpp"
#include "contracts/module.hpp"
#include "contracts/nonces.hpp"
#include "contracts/votes/checkpoints.hpp"
#include "core/crypto/eip712.hpp"

namespace farthing::contracts {

using DelegateChanged = abi::Event<
    "event DelegateChanged(address indexed delegator, address indexed fromDelegate, "
    "address indexed toDelegate)">;
using DelegateVotesChanged = abi::Event<
    "event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, "
    "uint256 newVotes)">;
using ERC5805FutureLookup = abi::Error<"error ERC5805FutureLookup(uint256 timepoint, uint48 clock)">;
using VotesExpiredSignature = abi::Error<"error VotesExpiredSignature(uint256 expiry)">;

/// Base of a contract whose accounts have voting units; units count once they are delegated, to oneself or
/// another. `Before` is the base that its layout starts with and provides ctx, `voting_units(account)`,
/// `nonces_used` and `domain_separator()`. Invariants: the votes of all delegates sum to the units of those
/// who have delegated, which never exceeds the total; a time that is read back lies strictly in the past.
template <class Before, std::size_t N>
struct Votes : Before {
    using Before::ctx;

    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<Address, Address, N, "_delegatee"> delegatee_of{ctx};
    Mapping<Address, Trace208, N + 1, "_delegateCheckpoints"> votes_of{ctx};
    Slot<Trace208, N + 2, "_totalCheckpoints"> total_units{ctx};

    abi::Uint<48> clock() { return ctx.now; }
    std::string clock_mode() { return "mode=timestamp"; }

    U256 get_votes(const Address& account) { return votes_of[account].latest(); }
    U256 get_past_votes(const Address& account, const U256& timepoint) {
        return votes_of[account].at(past(timepoint));
    }
    U256 get_past_total_supply(const U256& timepoint) { return total_units.at(past(timepoint)); }

    Address delegates(const Address& account) { return delegatee_of[account]; }
    void delegate(const Address& delegatee) { set_delegate(ctx.caller, delegatee); }
    /// Anyone may submit the signer's delegation. Errors as signer_of's.
    void delegate_by_sig(const Address& delegatee, const U256& nonce, const U256& expiry, std::uint8_t v,
                         const Hash& r, const Hash& s) {
        require<VotesExpiredSignature>(ctx.now <= expiry, expiry);
        ctx.charge(gas::keccak(4 * 32) + gas::keccak(66));
        const Hash digest =
            eip712::digest(Before::domain_separator(), eip712::Delegation{delegatee, nonce, expiry}.hash());
        const Address signer = signer_of(ctx, digest, {v, r, s});
        use_nonce(Before::nonces_used[signer], signer, nonce);
        set_delegate(signer, delegatee);
    }

    std::uint32_t num_checkpoints(const Address& account) {
        return static_cast<std::uint32_t>(votes_of[account].size());
    }
    Checkpoint208 checkpoints(const Address& account, std::uint32_t pos) { return votes_of[account][pos]; }

    /// For the contract built on it, after the units themselves: from zero when made, to zero when destroyed.
    void move_voting_units(const Address& from, const Address& to, const U256& units) {
        if (from.is_zero()) total_units.add(ctx.now, units);
        if (to.is_zero()) total_units.subtract(ctx.now, units);
        move_votes(delegates(from), delegates(to), units);
    }

 private:
    std::uint64_t past(const U256& timepoint) {
        require<ERC5805FutureLookup>(timepoint < ctx.now, timepoint, clock());
        return low_u64(timepoint);
    }

    void set_delegate(const Address& account, const Address& delegatee) {
        const Address previous = delegates(account);
        delegatee_of[account] = delegatee;
        ctx.template emit<DelegateChanged>(account, previous, delegatee);
        move_votes(previous, delegatee, Before::voting_units(account));
    }

    void move_votes(const Address& from, const Address& to, const U256& units) {
        if (from == to || units == 0) return;
        const auto tell = [&](const Address& whose, const auto& change) {
            ctx.template emit<DelegateVotesChanged>(whose, change.before, change.after);
        };
        if (!from.is_zero()) tell(from, votes_of[from].subtract(ctx.now, units));
        if (!to.is_zero()) tell(to, votes_of[to].add(ctx.now, units));
    }
};

template <class Contract>
constexpr auto votes_rows = table<Row>({
    function<"function clock() view returns (uint48)", &Contract::clock>(
        "The time that votes are counted by: the block's, in unix seconds (ERC-6372)."),
    function<"function CLOCK_MODE() view returns (string)", &Contract::clock_mode>(
        "What the clock counts: mode=timestamp."),
    function<"function getVotes(address account) view returns (uint256)", &Contract::get_votes>(
        "Units delegated to `account` now."),
    function<"function getPastVotes(address account, uint256 timepoint) view returns (uint256)",
             &Contract::get_past_votes>(
        "Units delegated to `account` at the end of that second, which must have passed."),
    function<"function getPastTotalSupply(uint256 timepoint) view returns (uint256)",
             &Contract::get_past_total_supply>(
        "All units, delegated or not, at the end of that second, which must have passed."),
    function<"function delegates(address account) view returns (address)", &Contract::delegates>(
        "To whom `account` has delegated; zero while it has not."),
    function<"function delegate(address delegatee)", &Contract::delegate>(
        "Lets `delegatee` vote with all of the caller's units, now and later; zero takes them back."),
    function<"function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, "
             "bytes32 s)",
             &Contract::delegate_by_sig>(
        "Delegates by the holder's signature, until `expiry` in unix seconds (ERC-5805)."),
    function<"function numCheckpoints(address account) view returns (uint32)", &Contract::num_checkpoints>(
        "Checkpoints of the account's votes."),
    function<"function checkpoints(address account, uint32 pos) view returns (Checkpoint208)",
             &Contract::checkpoints>("One checkpoint of the account's votes, from 0."),
    event<DelegateChanged>("An account delegated to another."),
    event<DelegateVotesChanged>("A delegate's votes changed."),
    error<ERC5805FutureLookup>("The time asked for is not over."),
    error<VotesExpiredSignature>("The signature's expiry has passed."),
    error<InvalidAccountNonce>("The signature names another nonce than the signer's next."),
});
template <class Contract>
constexpr auto votes_slots = table<SlotRow>({
    slot<&Contract::delegatee_of>("Delegate by account; zero for none."),
    slot<&Contract::votes_of>("Votes over time by delegate."),
    slot<&Contract::total_units>("All units over time."),
});

}  // namespace farthing::contracts
