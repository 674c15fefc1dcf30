#include "node/genesis_file.hpp"

#include "contracts/emission/emission.hpp"
#include "contracts/module.hpp"
#include "contracts/staking/pool.hpp"
#include "contracts/timelock/timelock.hpp"
#include "core/base/hex.hpp"
#include "node/games_client.hpp"
#include "node/text.hpp"

#include <boost/json.hpp>

namespace farthing::node {
namespace {

namespace json = boost::json;

/// Indented, for people will read it. Only objects, strings and whole numbers occur.
void print(const json::value& value, const std::string& indent, std::string& out) {
    const auto* object = value.if_object();
    if (!object) {
        out += json::serialize(value);
        return;
    }
    out += "{";
    const auto deeper = indent + "  ";
    bool first = true;
    for (const auto& [key, member] : *object) {
        out += (first ? "\n" : ",\n") + deeper + json::serialize(json::value(key)) + ": ";
        print(member, deeper, out);
        first = false;
    }
    out += object->empty() ? "}" : "\n" + indent + "}";
}

/// What has an owner may be governed. The stakers' pool stands where the owner's first pool does.
void add_economy(const GenesisPlan& plan, const U256& supply, json::object& out) {
    const auto stakers = checksummed(contracts::pool_address(plan.owner, 0));
    json::object emission{
        {"owner", checksummed(plan.owner)},
        {"sinks", {{"stakers", stakers}, {"treasury", checksummed(contracts::timelock_address)}}}};
    if (const auto& given = plan.emission) {
        // All that halving for ever can make: rate × epoch × (1 + 1/2 + 1/4 + …).
        emission["hardCap"] = to_decimal(supply + given->rate * given->epoch_s * 2);
        emission["maxStep"] = given->max_step_s;
        emission["schedule"] = {
            {"kind", 1}, {"ratePerSecond", to_decimal(given->rate)}, {"epochSeconds", given->epoch_s}};
        emission["split"] = {{"stakers", given->stakers_bps}, {"treasury", 10'000 - given->stakers_bps}};
    }
    out["Emission"] = std::move(emission);
    out["PoolFactory"] = {{"owner", checksummed(plan.owner)},
                          {"stakersPool",
                           {{"rewardsDuration", plan.stakers_rewards_s},
                            {"source", checksummed(contracts::emission_address)}}}};
}

json::object contracts_of(const GenesisPlan& plan, const U256& supply) {
    json::object out{{"Randomness", {{"chainLength", plan.chain_length}}}};
    for (const auto* owned : {"Parameters", "Upgrades", "VotingUnits"})
        if (contracts::find_module(owned)) out[owned] = {{"owner", checksummed(plan.owner)}};
    const auto& rules = plan.governance;
    out["Governor"] = {{"votingDelay", rules.voting_delay_s},
                       {"votingPeriod", rules.voting_period_s},
                       {"proposalThreshold", to_decimal(rules.threshold)},
                       {"quorumNumerator", rules.quorum_percent},
                       {"quorumFloor", to_decimal(rules.quorum_floor)},
                       // A quorum that comes late leaves at least a seventh of the time to answer.
                       {"lateQuorumVoteExtension", rules.voting_period_s / 7}};
    out["Timelock"] = {{"minDelay", rules.timelock_s}};
    add_economy(plan, supply, out);
    if (plan.house && contracts::find_module("Games"))
        out["Games"] = {{"house",
                         {{"operator", checksummed(plan.house->owner)},
                          {"tip", hex0x(plan.house->tip)},
                          {"vault", to_decimal(plan.house->vault)},
                          {"bond", to_decimal(plan.house->bond)},
                          {"minStake", to_decimal(plan.house->stake_min)}}}};
    return out;
}

}  // namespace

std::string genesis_text(const GenesisPlan& plan) {
    json::object alloc;
    U256 supply = 0;
    const auto allocate = [&](const Address& to, const U256& wei) {
        alloc[checksummed(to)] = to_decimal(wei);
        supply += wei;
    };
    for (const auto& each : plan.allocations)
        if (plan.allocation_file)
            supply += each.balance;
        else
            allocate(each.address, each.balance);
    // Games wraps the house's money at block 0 and finds it in its own account.
    if (plan.house) allocate(games_address, plan.house->vault + plan.house->bond);
    json::object file{{"chainId", plan.chain_id},
                      {"symbol", plan.symbol},
                      {"timestamp", plan.timestamp},
                      {"sequencer", checksummed(plan.sequencer)},
                      {"sequencerTip", hex0x(plan.sequencer_tip)},
                      {"alloc", std::move(alloc)}};
    if (const auto& named = plan.allocation_file)
        file["allocFile"] = {{"path", named->path.filename().string()}, {"sha256", hex0x(named->sha256)}};
    file["contracts"] = contracts_of(plan, supply);
    std::string out;
    print(file, "", out);
    return out + '\n';
}

std::string allocation_text(std::span<const chain::Allocation> allocations) {
    std::string out;
    for (const auto& each : allocations)
        out.append(hex0x(each.address)).append(",").append(to_decimal(each.balance)).append("\n");
    return out;
}

}  // namespace farthing::node
