#pragma once
// OpenZeppelin's AccessControl: accounts with roles. Every role's admin is DEFAULT_ADMIN_ROLE.
#include "contracts/module.hpp"

namespace farthing::contracts {

using RoleAdminChanged = abi::Event<
    "event RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed "
    "newAdminRole)">;
using RoleGranted =
    abi::Event<"event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)">;
using RoleRevoked =
    abi::Event<"event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)">;
using AccessControlUnauthorizedAccount =
    abi::Error<"error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)">;
using AccessControlBadConfirmation = abi::Error<"error AccessControlBadConfirmation()">;

/// Base of a contract's struct, whose layout it starts. Invariant: only who has DEFAULT_ADMIN_ROLE gives or
/// takes a role; anyone gives up one of his own.
struct AccessControl {
    Context& ctx;

    // Slot numbers are consensus: never reuse or reorder one. As OpenZeppelin's RoleData, whose first member
    // is the mapping; its second, the role's admin, is never set.
    Mapping<Hash, Map<Address, bool>, 0, "_roles"> members{ctx};

    static constexpr Hash admin_role{};

    Hash default_admin_role() { return admin_role; }
    bool has_role(const Hash& role, const Address& account) { return members[role][account]; }
    Hash role_admin(const Hash&) { return admin_role; }

    void grant_role(const Hash& role, const Address& account) {
        only_role(admin_role);
        grant(role, account);
    }
    void revoke_role(const Hash& role, const Address& account) {
        only_role(admin_role);
        revoke(role, account);
    }
    void renounce_role(const Hash& role, const Address& confirmation) {
        require<AccessControlBadConfirmation>(confirmation == ctx.caller);
        revoke(role, ctx.caller);
    }

    /// Raises AccessControlUnauthorizedAccount for a caller without the role.
    void only_role(const Hash& role) {
        require<AccessControlUnauthorizedAccount>(has_role(role, ctx.caller), ctx.caller, role);
    }

    void grant(const Hash& role, const Address& account) {
        if (has_role(role, account)) return;
        members[role][account] = true;
        ctx.emit<RoleGranted>(role, account, ctx.caller);
    }

 private:
    void revoke(const Hash& role, const Address& account) {
        if (!has_role(role, account)) return;
        members[role][account] = false;
        ctx.emit<RoleRevoked>(role, account, ctx.caller);
    }
};

template <class Contract>
constexpr auto access_control_rows = table<Row>({
    function<"function DEFAULT_ADMIN_ROLE() view returns (bytes32)", &Contract::default_admin_role>(
        "The role that gives and takes every role: zero."),
    function<"function hasRole(bytes32 role, address account) view returns (bool)", &Contract::has_role>(
        "Whether `account` has the role."),
    function<"function getRoleAdmin(bytes32 role) view returns (bytes32)", &Contract::role_admin>(
        "The role that gives and takes `role`."),
    function<"function grantRole(bytes32 role, address account)", &Contract::grant_role>(
        "Gives a role. Only an admin."),
    function<"function revokeRole(bytes32 role, address account)", &Contract::revoke_role>(
        "Takes a role away. Only an admin."),
    function<"function renounceRole(bytes32 role, address callerConfirmation)", &Contract::renounce_role>(
        "Gives up a role of the caller, who names himself to confirm."),
    event<RoleAdminChanged>("Never here: every role keeps its admin. Part of the interface."),
    event<RoleGranted>("An account was given a role."),
    event<RoleRevoked>("An account lost a role."),
    error<AccessControlUnauthorizedAccount>("The caller lacks the role."),
    error<AccessControlBadConfirmation>("The confirmation names another account than the caller."),
});

}  // namespace farthing::contracts
