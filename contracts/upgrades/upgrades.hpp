#pragma once
// Which version of each contract runs from when: what the chain asks of the Upgrades contract.
#include "contracts/storage.hpp"

namespace farthing::contracts {

/// From `time` (unix seconds) on, accounts of `contract_id` run at least `version`.
struct Upgrade {
    std::uint16_t contract_id = 0;
    std::uint16_t version = 0;
    std::uint64_t time = 0;
    using Abi = abi::Struct<"struct Upgrade { uint16 contractId; uint16 version; uint64 time; }",
                            &Upgrade::contract_id, &Upgrade::version, &Upgrade::time>;
    bool operator==(const Upgrade&) const = default;
};

/// The version that a block of `timestamp` runs for an account of that marker: the highest of the marker's
/// and the scheduled ones that are due. Unmetered.
std::uint16_t version_in_force(Host& host, Marker marker, std::uint64_t timestamp);

/// Everything scheduled, due or not, so that a binary can warn before it lacks a version. Unmetered.
std::vector<Upgrade> scheduled_upgrades(Host& host);

}  // namespace farthing::contracts
