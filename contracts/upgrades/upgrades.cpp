/// Upgrades: the owner schedules the time from which a contract runs a newer version.
/// Invariants: what is due stays as it is; a contract's scheduled versions are all different.
#include "contracts/upgrades/upgrades.hpp"

#include "contracts/ownable.hpp"

namespace farthing::contracts {
namespace {

struct Upgrades : Owned<Unowned, 0> {
    // Slot numbers are consensus: never reuse or reorder one.
    Slot<Array<Upgrade>, 1, "_schedule"> entries{ctx};

    using Scheduled =
        abi::Event<"event UpgradeScheduled(uint16 indexed contractId, uint16 version, uint64 time)">;
    using Cancelled = abi::Event<"event UpgradeCancelled(uint16 indexed contractId, uint16 version)">;
    using TimeNotInFuture = abi::Error<"error UpgradeTimeNotInFuture(uint64 time)">;
    using VersionNotHigher = abi::Error<"error UpgradeVersionNotHigher(uint16 version, uint16 scheduled)">;
    using NotPending = abi::Error<"error UpgradeNotPending(uint16 contractId, uint16 version)">;

    void schedule(std::uint16_t contract_id, std::uint16_t version, std::uint64_t time) {
        only_owner();
        require<TimeNotInFuture>(time > ctx.now, time);
        std::uint16_t highest = 0;
        for (const Upgrade& u : all())
            if (u.contract_id == contract_id) highest = std::max(highest, u.version);
        require<VersionNotHigher>(version > highest, version, highest);
        entries.push({contract_id, version, time});
        ctx.emit<Scheduled>(contract_id, version, time);
    }

    void cancel(std::uint16_t contract_id, std::uint16_t version) {
        only_owner();
        const auto list = all();
        const auto found = std::ranges::find_if(list, [&](const Upgrade& u) {
            return u.contract_id == contract_id && u.version == version && u.time > ctx.now;
        });
        require<NotPending>(found != list.end(), contract_id, version);
        entries[static_cast<std::uint64_t>(found - list.begin())] = list.back();
        entries.pop();
        ctx.emit<Cancelled>(contract_id, version);
    }

    std::vector<Upgrade> all() {
        std::vector<Upgrade> out(entries.size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = entries[i];
        return out;
    }

    std::uint16_t version_at(std::uint16_t contract_id, std::uint64_t time) {
        std::uint16_t highest = 0;
        for (const Upgrade& u : all())
            if (u.contract_id == contract_id && u.time <= time) highest = std::max(highest, u.version);
        return highest;
    }

    /// "owner": address.
    void genesis(const GenesisParams& params) {
        if (params.has("owner")) set_owner(params.address("owner"));
    }
};

constexpr auto own_rows = table<Row>({
    function<"function schedule(uint16 contractId, uint16 version, uint64 time)", &Upgrades::schedule>(
        "Makes accounts of a contract run a version from `time` (unix seconds) on. Only the owner."),
    function<"function cancel(uint16 contractId, uint16 version)", &Upgrades::cancel>(
        "Takes back an upgrade that is not due yet. Only the owner."),
    function<"function scheduled() view returns (Upgrade[])", &Upgrades::all>(
        "Every scheduled upgrade, due or not, in no particular order."),
    function<"function versionAt(uint16 contractId, uint64 time) view returns (uint16 version)",
             &Upgrades::version_at>(
        "The highest scheduled version that is due at `time`; 0 when there is none."),
    event<Upgrades::Scheduled>("An upgrade was scheduled."),
    event<Upgrades::Cancelled>("An upgrade was taken back."),
    error<Upgrades::TimeNotInFuture>("An upgrade must lie in the future."),
    error<Upgrades::VersionNotHigher>("This version, or a higher one, is scheduled already."),
    error<Upgrades::NotPending>("There is no such upgrade that is not due yet."),
});
constexpr auto rows = join(ownable_rows<Upgrades>, own_rows);
constexpr auto slots = table<SlotRow>({
    slot<&Upgrades::current_owner>("Who may schedule; zero for nobody."),
    slot<&Upgrades::entries>("What was scheduled."),
});

constexpr Address here = address("fa0006");

}  // namespace

std::uint16_t version_in_force(Host& host, Marker marker, std::uint64_t timestamp) {
    const auto scheduled = inspect<Upgrades>(
        host, here, [&](Upgrades& contract) { return contract.version_at(marker.contract_id, timestamp); });
    return std::max(marker.version, scheduled);
}

std::vector<Upgrade> scheduled_upgrades(Host& host) {
    return inspect<Upgrades>(host, here, [](Upgrades& contract) { return contract.all(); });
}

extern constexpr Module upgrades =
    module<rows, slots>("Upgrades", {.id = 6, .address = here, .genesis = at_genesis<&Upgrades::genesis>},
                        "Which version of each contract runs from when.");

}  // namespace farthing::contracts
