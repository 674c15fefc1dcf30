#pragma once
// A contract with one owner: OpenZeppelin's Ownable, its owner where the contract's layout wants it.
#include "contracts/module.hpp"

namespace farthing::contracts {

using OwnershipTransferred =
    abi::Event<"event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)">;
using OwnableUnauthorizedAccount = abi::Error<"error OwnableUnauthorizedAccount(address account)">;
using OwnableInvalidOwner = abi::Error<"error OwnableInvalidOwner(address owner)">;

/// Base of a contract's struct. `Before` is the base that its layout starts with, or nothing.
template <class Before, std::size_t N, std::size_t Offset = 0>
struct Owned : Before {
    using Before::ctx;
    Slot<Address, N, "_owner", Offset> current_owner{ctx};

    Address owner() { return current_owner; }

    void transfer_ownership(const Address& new_owner) {
        only_owner();
        require<OwnableInvalidOwner>(!new_owner.is_zero(), new_owner);
        set_owner(new_owner);
    }

    /// Raises OwnableUnauthorizedAccount for any other caller.
    void only_owner() { require<OwnableUnauthorizedAccount>(owner() == ctx.caller, ctx.caller); }

    void set_owner(const Address& new_owner) {
        const Address previous = current_owner;
        current_owner = new_owner;
        ctx.template emit<OwnershipTransferred>(previous, new_owner);
    }
};

/// A layout that starts with the owner.
struct Unowned {
    Context& ctx;
};

template <class Contract>
constexpr auto ownable_rows = table<Row>({
    function<"function owner() view returns (address)", &Contract::owner>(
        "Who may change this contract; zero when nobody may."),
    function<"function transferOwnership(address newOwner)", &Contract::transfer_ownership>(
        "Hands the contract to another owner. Only the owner."),
    event<OwnershipTransferred>("The owner changed."),
    error<OwnableUnauthorizedAccount>("The caller is not the owner."),
    error<OwnableInvalidOwner>("The zero address cannot be made owner."),
});

}  // namespace farthing::contracts
