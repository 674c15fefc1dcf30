#include "chain/blockchain.hpp"
#include "chain/store.hpp"
#include "consensus/solo/solo_seeds.hpp"
#include "contracts/module.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "node/commands/commands.hpp"
#include "node/data_directory.hpp"
#include "node/files.hpp"
#include "node/genesis_file.hpp"
#include "node/key_file.hpp"
#include "node/seed_folder.hpp"
#include "node/text.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>

namespace farthing::node {
namespace {

/// More than so many stand in a file of their own, which a start does not read.
constexpr std::size_t inline_allocations_max = 10'000;

/// Lines "0xaddress,coins"; empty lines and those that start with # say nothing.
Result<std::vector<chain::Allocation>> read_allocations(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail("cannot read " + path.string());
    std::vector<chain::Allocation> out;
    std::size_t number = 0;
    for (std::string text; std::getline(in, text);) {
        std::string_view line = text;
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        const auto comma = std::min(line.find(','), line.size());
        const auto address = parse_address(line.substr(0, comma));
        const auto amount = parse_coins(line.substr(std::min(comma + 1, line.size())));
        if (!address || !amount)
            return fail(path.string() + ", line " + std::to_string(number) +
                        ": expected an address and its coins, such as 0xf39F…2266,1000; " +
                        (address ? amount.error() : address.error()).message);
        out.push_back({*address, *amount});
    }
    return out;
}

/// Opens the chain once. What the contracts refuse leaves no chain behind that a second try would trip over;
/// before it there was none here.
Result<Hash> make_block_zero(const DataDirectory& data, const chain::Genesis& genesis) {
    chain::BlockchainOptions options;
    options.data_dir = data.root;
    try {
        return chain::Blockchain::open(genesis, options)->head()->hash;
    } catch (const chain::StorageFailure& failure) {
        // Nothing is removed: a node that a supervisor started on the new genesis may have this chain open.
        return fail(std::string(failure.what()) +
                    " (The genesis file is made; `farthing node` makes block 0 from it.)");
    } catch (const std::exception& error) {
        std::error_code ignored;
        for (const auto& made : {data.genesis(), data.journal(), data.root / "state", data.root / "index",
                                 chain::begun_mark(data.root)})
            std::filesystem::remove_all(made, ignored);
        return fail(error.what());
    }
}

/// What --emission and its companions ask for; none without it. A stopped chain mints for ten minutes of its
/// sleep at most.
Result<std::optional<GenesisEmission>> emission_of(const Arguments& arguments) {
    TRY(const auto rate, named("emission", parse_coins(arguments.text("emission"))));
    if (rate == 0) return std::nullopt;
    const auto epoch_s = arguments.whole("halving-days") * 86'400;
    // All that it ever makes is counted in 128 bits.
    const U256 most = ((U256(1) << 128) - 1) / (U256(epoch_s) * 2);
    if (rate > most)
        return fail("--emission is too large: with --halving-days " +
                    std::to_string(arguments.whole("halving-days")) + " it may be " + coins(most) +
                    " at most");
    return GenesisEmission{.rate = rate,
                           .epoch_s = epoch_s,
                           .max_step_s = 600,
                           .stakers_bps = static_cast<std::uint16_t>(arguments.whole("stakers-bps"))};
}

/// Units that every quorum has at least: as --quorum-floor says, else a hundredth of the coins there are. One
/// that nobody can reach would be no vote at all.
Result<U256> quorum_floor_of(const Arguments& arguments, const GenesisPlan& plan) {
    U256 supply = 0;
    for (const auto& allocation : plan.allocations) supply += allocation.balance;
    if (!arguments.has("quorum-floor")) return U256(supply / 100);
    TRY(const auto floor, named("quorum-floor", parse_coins(arguments.text("quorum-floor"))));
    if (floor > supply)
        return fail("--quorum-floor is more than the " + coins(supply) +
                    " coins of --alloc and the sequencer: no vote could ever pass");
    return floor;
}

/// What the sequencer owns at first. Without coins it could not register its seed chains, and a chain at
/// whose end it has none for ever stands still.
Result<U256> sequencer_coins_of(const Arguments& arguments) {
    constexpr std::uint64_t registrations = 500;
    const auto least = U256(chain::Genesis{}.base_fee_floor * consensus::registration_gas * registrations);
    TRY(const auto given, named("sequencer-coins", parse_coins(arguments.text("sequencer-coins"))));
    if (given >= least) return given;
    return fail(
        "--sequencer-coins must be at least " + coins(least) +
        ": the sequencer pays for registering its seed chains, and a chain whose sequencer cannot ends");
}

/// Writes the list that the genesis file refers to. One that says something else is somebody's, unless it is
/// what `init` was given.
Result<void> keep_allocations(const DataDirectory& data, const std::string& lines,
                              const std::filesystem::path& given) {
    std::error_code error;
    const auto path = data.allocations();
    if (std::filesystem::exists(path, error) && !std::filesystem::equivalent(path, given, error)) {
        TRY(const auto there, read_file(path));
        if (there != lines)
            return fail(path.string() +
                        " is there already and says something else than --alloc; the chain "
                        "keeps its list under this name: move the file away");
    }
    return write_file(path, lines, Privacy::everyone_reads);
}

Result<int> init(const Arguments& arguments) {
    using namespace std::chrono;
    const DataDirectory data{arguments.path("data")};
    if (data.has_chain()) return fail(data.root.string() + " holds a chain already; give another --data");
    TRY(data.require_room(arguments.has("alloc") ? arguments.path("alloc") : std::filesystem::path{}));
    GenesisPlan plan;
    if (arguments.has("alloc")) {
        TRY(plan.allocations, read_allocations(arguments.path("alloc")));
    }
    TRY(const auto sequencer_coins, sequencer_coins_of(arguments));
    TRY(make_directory(data.root, Privacy::owner_only));
    TRY(const auto sequencer, keep_key_file(data.sequencer_key()));
    plan.chain_id = arguments.whole("chain-id");
    plan.symbol = arguments.text("symbol");
    plan.timestamp =
        static_cast<std::uint64_t>(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
    plan.sequencer = sequencer.address();
    plan.owner = sequencer.address();
    if (arguments.has("owner")) {
        TRY(plan.owner, named("owner", parse_address(arguments.text("owner"))));
    }
    plan.governance.voting_delay_s = arguments.whole("voting-delay");
    plan.governance.voting_period_s = arguments.whole("voting-period");
    plan.governance.timelock_s = arguments.whole("timelock-delay");
    plan.chain_length = arguments.whole("seeds");
    plan.stakers_rewards_s = 7 * 86'400;
    TRY(plan.emission, emission_of(arguments));
    plan.allocations.push_back({sequencer.address(), sequencer_coins});
    // The file is an object by address, which would keep only the last of two.
    std::ranges::sort(plan.allocations, {}, &chain::Allocation::address);
    const auto twice = std::ranges::adjacent_find(plan.allocations, {}, &chain::Allocation::address);
    if (twice != plan.allocations.end())
        return fail(checksummed(twice->address) + " is listed twice in --alloc, or is the sequencer");
    // A contract counts only coins that came by its own functions: an allocation would be stuck for ever. The
    // timelock is the treasury.
    for (const auto& allocation : plan.allocations)
        for (const auto* module : contracts::all_modules())
            if (module->identity.address == allocation.address && module->name != "Timelock")
                return fail(checksummed(allocation.address) + " in --alloc is the contract " +
                            std::string(module->name) + "; coins there would belong to nobody");
    TRY(plan.governance.quorum_floor, quorum_floor_of(arguments, plan));
    TRY(const auto seeds, SeedFolder(data.sequencer_seeds(), {}, tell_on_stderr).create(plan.chain_length));
    plan.sequencer_tip = seeds->tip();
    if (plan.allocations.size() > inline_allocations_max) {
        const auto lines = allocation_text(plan.allocations);
        plan.allocation_file = chain::AllocationFile{data.allocations(), sha256(as_bytes(lines))};
        TRY(keep_allocations(data, lines, arguments.path("alloc")));
    }
    const auto text = genesis_text(plan);
    // A large list is in its file now, which block 0 is made from.
    plan.allocations = {};
    TRY(const auto genesis, chain::parse_genesis(text, data.root));
    TRY(create_file(data.genesis(), text, Privacy::everyone_reads));
    TRY(const auto block_hash, make_block_zero(data, genesis));
    std::cout << "Genesis    " << data.genesis().string() << "\nBlock 0    " << hex0x(block_hash)
              << "\nSequencer  " << checksummed(sequencer.address()) << "\n\nBack up "
              << (data.root / "sequencer").string()
              << ": without it the chain cannot go on.\nStart it with: farthing node --data "
              << data.root.string() << '\n';
    return 0;
}

}  // namespace

std::vector<Command> init_commands() {
    return {
        {"init",
         "Make a chain: its genesis, its sequencer's key and first seeds",
         "farthing init --data ~/.farthing --chain-id 4207 --alloc accounts.csv",
         {setting("data"),
          Option{"chain-id", Kind::whole, "", "The chain's id; choose one that no other chain has",
                 4'503'599'627'370'476, false, true, 1},
          Option{"symbol", Kind::text, "FAR", "Symbol of the coin"},
          Option{"alloc", Kind::path, "", "File of lines ADDRESS,COINS: who owns coins at block 0"},
          Option{"sequencer-coins", Kind::text, "1000",
                 "Coins of the sequencer, which pays for its own transactions"},
          Option{"owner", Kind::text, "",
                 "Owner of Parameters, Upgrades and the other contracts that have one (default: the "
                 "sequencer, until the community votes; then hand over to the Timelock)"},
          Option{"voting-delay", Kind::whole, "86400", "Seconds from a proposal to the vote"},
          Option{"voting-period", Kind::whole, "604800", "Seconds of voting", ~std::uint32_t{0}, false, false,
                 1},
          Option{"timelock-delay", Kind::whole, "172800",
                 "Seconds from success to execution of a proposal, at least"},
          Option{"quorum-floor", Kind::text, "",
                 "Staked or wrapped coins that must vote at least, however few there are (default: a "
                 "hundredth of the coins allocated)"},
          Option{"emission", Kind::text, "0",
                 "New coins a second at first, halved again and again; 0: none ever"},
          Option{"halving-days", Kind::whole, "1461", "Days until emission halves", 36'525, false, false, 1},
          Option{"stakers-bps", Kind::whole, "8000",
                 "Stakers' share of emission, of 10,000; the rest is the community's", 10'000},
          Option{"seeds", Kind::whole, "1048576", "Links of each of the sequencer's seed chains", 1 << 26,
                 false, false, 64}},
         init}};
}

}  // namespace farthing::node
