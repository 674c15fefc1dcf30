#include "node/dev_chain.hpp"

#include "contracts/timelock/timelock.hpp"
#include "node/files.hpp"
#include "node/genesis_file.hpp"
#include "node/key_file.hpp"
#include "node/mnemonic.hpp"
#include "node/seed_folder.hpp"

#include <algorithm>

namespace farthing::node {
namespace {

const U256 coin = 1'000'000'000'000'000'000;
const U256 account_balance = coin * 10'000;
const U256 sequencer_balance = coin * 1'000;
const U256 keeper_balance = coin * 10'000;
const U256 house_vault = coin * 1'000'000;
const U256 house_bond = coin * 250'000;
/// A hundredth of one account's coins: enough that nobody decides by the way, and one newcomer still can.
const U256 quorum_floor = coin * 100;
constexpr std::uint64_t stakers_rewards_s = 7 * 86'400;
/// Two thousandths of a coin a second, halved every four years: half a million coins for ever. Time that a
/// test skips counts in full.
const GenesisEmission emission{
    .rate = coin / 500, .epoch_s = 4 * 31'557'600, .max_step_s = ~std::uint64_t{0}, .stakers_bps = 8'000};
const U256 house_stake_min = 1'000'000'000'000;

Result<std::vector<SecretKey>> dev_keys(std::uint64_t count) {
    const auto seed = mnemonic_seed(development_mnemonic);
    std::vector<SecretKey> out;
    for (std::uint32_t i = 0; i < count; ++i) {
        TRY(const auto key, ethereum_key(seed, i));
        out.push_back(key);
    }
    return out;
}

Result<void> make_genesis(const DataDirectory& data, const DevRequest& request, std::uint64_t now) {
    TRY(const auto sequencer, keep_key_file(data.sequencer_key()));
    TRY(const auto house, keep_key_file(data.house_key()));
    TRY(const auto sequencer_seeds, SeedFolder(data.sequencer_seeds()).create(dev_chain_length));
    TRY(const auto house_seeds, SeedFolder(data.house_seeds()).create(dev_chain_length));
    TRY(const auto keys, dev_keys(request.account_count));
    GenesisPlan plan;
    plan.chain_id = request.chain_id;
    plan.timestamp = now;
    plan.sequencer = sequencer.address();
    plan.sequencer_tip = sequencer_seeds->tip();
    plan.chain_length = dev_chain_length;
    plan.owner = contracts::timelock_address;
    plan.governance = {
        .voting_delay_s = 60, .voting_period_s = 3600, .timelock_s = 60, .quorum_floor = quorum_floor};
    for (const auto& key : keys) plan.allocations.push_back({key.address(), account_balance});
    plan.allocations.push_back({sequencer.address(), sequencer_balance});
    plan.allocations.push_back({house.address(), keeper_balance});
    plan.stakers_rewards_s = stakers_rewards_s;
    plan.emission = emission;
    plan.house = GenesisHouse{.owner = house.address(),
                              .tip = house_seeds->tip(),
                              .vault = house_vault,
                              .bond = house_bond,
                              .stake_min = house_stake_min};
    const auto text = genesis_text(plan);
    TRY(chain::parse_genesis(text, data.root));
    return create_file(data.genesis(), text, Privacy::everyone_reads);
}

/// The development accounts that the genesis funds: they are its first so many.
Result<std::vector<DevAccount>> funded_accounts(const chain::Genesis& genesis) {
    const auto seed = mnemonic_seed(development_mnemonic);
    std::vector<DevAccount> out;
    while (true) {
        TRY(const auto key, ethereum_key(seed, static_cast<std::uint32_t>(out.size())));
        const auto found = std::ranges::find(genesis.allocations, key.address(), &chain::Allocation::address);
        if (found == genesis.allocations.end()) return out;
        out.push_back({key, found->balance});
    }
}

}  // namespace

Result<DevChain> open_dev_chain(const DataDirectory& data, const DevRequest& request, std::uint64_t now) {
    if (!data.has_chain()) {
        TRY(data.require_room());
    }
    TRY(make_directory(data.root, Privacy::owner_only));
    if (data.has_chain() && !std::filesystem::exists(data.house_key()))
        return fail("the chain in " + data.root.string() +
                    " was not made by `farthing dev`; `farthing node --data " + data.root.string() +
                    "` runs it");
    if (!data.has_chain()) {
        TRY(make_genesis(data, request, now));
    }
    TRY(auto genesis, data.read_genesis());
    TRY(const auto sequencer, read_key_file(data.sequencer_key()));
    TRY(const auto house, read_key_file(data.house_key()));
    TRY(auto accounts, funded_accounts(genesis));
    const auto elsewhere = "; give another --data for a new chain";
    if (request.chain_id_set && request.chain_id != genesis.chain_id)
        return fail("the chain in " + data.root.string() + " has chain id " +
                    std::to_string(genesis.chain_id) + elsewhere);
    if (request.account_count_set && request.account_count != accounts.size())
        return fail("the chain in " + data.root.string() + " has " + std::to_string(accounts.size()) +
                    " development accounts" + elsewhere);
    return DevChain{std::move(genesis), sequencer, house, std::move(accounts)};
}

}  // namespace farthing::node
