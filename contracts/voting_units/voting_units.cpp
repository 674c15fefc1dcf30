/// VotingUnits: how much of the native coin's voting power each account has, and had.
///
/// Sources (the wrapped coin; pools that stake it) report every move of their units. What a source itself
/// holds, or an excluded account such as Games, counts as nobody's: so staked wrapped coin counts once, for
/// the staker, by the pool's own report. Invariants: the total is the sum over accounts; delegates' votes sum
/// to the units of those who have delegated; neither a source nor an excluded account has units.
#include "contracts/voting_units/voting_units.hpp"

#include "contracts/ownable.hpp"
#include "contracts/typed_data.hpp"
#include "contracts/votes/votes.hpp"

namespace farthing::contracts {
namespace {

constexpr std::string_view domain_name = "VotingUnits";
constexpr std::string_view domain_version = "1";

constexpr Address wrapped_coin_address = address("fa0001");
constexpr Address games_address = address("fa0004");
constexpr Address emission_address = address("fa0008");
constexpr Address pool_factory_address = address("fa0009");

/// Whose holdings count as nobody's, and why.
struct Standing {
    bool source = false;
    bool excluded = false;
    using Abi = abi::Struct<"struct Standing { bool isSource; bool isExcluded; }", &Standing::source,
                            &Standing::excluded>;
};

struct Holdings : Owned<Unowned, 0> {
    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<Address, U256, 1, "_nonces"> nonces_used{ctx};
    Mapping<Address, U256, 2, "_units"> units_by{ctx};
    Mapping<Address, Standing, 3, "_standing"> standing{ctx};

    U256 voting_units(const Address& account) { return units_by[account]; }
    U256 nonces(const Address& owner) { return nonces_used[owner]; }
    Hash domain_separator() { return contracts::domain_separator(ctx, domain_name, domain_version); }
    DomainFields eip712_domain() { return domain_fields(ctx, domain_name, domain_version); }
};

struct VotingUnits : Votes<Holdings, 4> {
    using SourceRegistered = abi::Event<"event SourceRegistered(address indexed source)">;
    using AccountExcluded = abi::Event<"event AccountExcluded(address indexed account)">;
    using NotSource = abi::Error<"error VotingUnitsNotSource(address caller)">;
    using InvalidSource = abi::Error<"error VotingUnitsInvalidSource(address source)">;

    void move_units(const Address& from, const Address& to, const U256& amount) {
        require<NotSource>(is_source(ctx.caller), ctx.caller);
        move(counted(from), counted(to), amount);
    }

    void register_source(const Address& source) {
        if (ctx.caller != pool_factory_address) only_owner();
        const Standing known = standing[source];
        require<InvalidSource>(!source.is_zero() && !known.source && !known.excluded, source);
        add_source(source);
    }

    bool is_source(const Address& account) { return standing[account].get().source; }
    bool is_excluded(const Address& account) { return standing[account].get().excluded; }
    U256 units_of(const Address& account) { return units_by[account]; }
    U256 total() { return total_units.latest(); }

    /// "owner": address; "excluded": {address: why} for accounts besides Games and Emission whose units are
    /// nobody's.
    void genesis(const GenesisParams& params) {
        if (params.has("owner")) set_owner(params.address("owner"));
        add_source(wrapped_coin_address);
        exclude(games_address);
        exclude(emission_address);
        if (!params.has("excluded")) return;
        for (const auto& who : params.at("excluded").address_names()) exclude(who);
    }

 private:
    /// Zero for those whose units are nobody's.
    Address counted(const Address& who) {
        if (who.is_zero()) return who;
        const Standing known = standing[who];
        return known.source || known.excluded ? Address{} : who;
    }

    void move(const Address& from, const Address& to, const U256& amount) {
        if (from == to || amount == 0) return;
        if (!from.is_zero()) units_by[from] -= amount;
        if (!to.is_zero()) units_by[to] += amount;
        move_voting_units(from, to, amount);
    }

    void add_source(const Address& source) {
        // Whatever was sent to its address beforehand stops counting, as everything it will hold.
        move(source, {}, units_by[source]);
        standing[source].update([](Standing& s) { s.source = true; });
        ctx.emit<SourceRegistered>(source);
    }

    void exclude(const Address& account) {
        standing[account].update([](Standing& s) { s.excluded = true; });
        ctx.emit<AccountExcluded>(account);
    }
};

constexpr auto own_rows = table<Row>({
    function<"function moveUnits(address from, address to, uint256 units)", &VotingUnits::move_units>(
        "What a source reports: units moved; from zero when made, to zero when destroyed. Only a source."),
    function<"function registerSource(address source)", &VotingUnits::register_source>(
        "Lets a contract report units; what it holds itself stops counting. Only PoolFactory or the owner."),
    function<"function isSource(address account) view returns (bool)", &VotingUnits::is_source>(
        "Whether `account` reports units."),
    function<"function isExcluded(address account) view returns (bool)", &VotingUnits::is_excluded>(
        "Whether genesis keeps `account` from having units."),
    function<"function unitsOf(address account) view returns (uint256)", &VotingUnits::units_of>(
        "Units of `account`, delegated or not."),
    function<"function totalUnits() view returns (uint256)", &VotingUnits::total>("Units of all accounts."),
    function<"function nonces(address owner) view returns (uint256)", &VotingUnits::nonces>(
        "The nonce of the owner's next signature."),
    function<
        "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, "
        "address verifyingContract, bytes32 salt, uint256[] extensions)",
        &VotingUnits::eip712_domain>("EIP-712 domain of delegations (ERC-5267)."),
    event<VotingUnits::SourceRegistered>("A contract may report units from now on."),
    event<VotingUnits::AccountExcluded>("An account was kept from having units, at genesis."),
    error<VotingUnits::NotSource>("The caller is no source."),
    error<VotingUnits::InvalidSource>("It is zero, excluded or a source already."),
    error<ECDSAInvalidSignature>("The signature is no signature."),
    error<ECDSAInvalidSignatureS>("The signature's s is in the upper half (EIP-2)."),
});
constexpr auto own_slots = table<SlotRow>({
    slot<&VotingUnits::current_owner>("Who may register sources besides PoolFactory; zero for nobody."),
    slot<&VotingUnits::nonces_used>("Signatures used by owner."),
    slot<&VotingUnits::units_by>("Units by account."),
    slot<&VotingUnits::standing>("Sources and excluded accounts."),
});
constexpr auto rows = join(own_rows, votes_rows<VotingUnits>, ownable_rows<VotingUnits>);
constexpr auto slots = join(own_slots, votes_slots<VotingUnits>);

}  // namespace

extern constexpr Module voting_units = module<rows, slots>(
    "VotingUnits", {.id = 7, .address = voting_units_address, .genesis = at_genesis<&VotingUnits::genesis>},
    "Voting power of the native coin, wrapped and staked, now and in the past.");

}  // namespace farthing::contracts
