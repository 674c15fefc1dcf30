#include "chain/block_builder.hpp"

#include "chain/call_host.hpp"
#include "chain/state_loader.hpp"
#include "contracts/emission/emission.hpp"
#include "contracts/module.hpp"
#include "contracts/randomness/randomness.hpp"
#include "contracts/timelock/timelock.hpp"
#include "core/base/check.hpp"
#include "core/base/wide.hpp"
#include "core/fair/chain.hpp"
#include "core/rlp/rlp.hpp"

#include <stdexcept>

namespace farthing::chain {
namespace {

using Wide = boost::multiprecision::int512_t;

/// Promise to everyone: what the accounts gained or lost together is what was minted less what was burnt, to
/// the wei. A mismatch is a bug of ours and must stop before anything is committed.
void check_conservation(std::span<const Diff> diff, const U256& minted, const U256& burnt) {
    Wide change = 0;
    for (const auto& d : diff)
        if (!d.slot)
            change += to_wide<Wide>(d.account_after.balance) - to_wide<Wide>(d.account_before.balance);
    FARTHING_CHECK(change == to_wide<Wide>(minted) - to_wide<Wide>(burnt));
}

/// The genesis file's own numbers under the names that Parameters knows them by.
std::map<std::string, contracts::GenesisParams, std::less<>> chain_numbers(const Genesis& genesis) {
    return {{"baseFeeFloor", {to_decimal(genesis.base_fee_floor), {}}},
            {"blockGasLimit", {std::to_string(genesis.block_gas_limit), {}}},
            {"txGasMax", {std::to_string(genesis.tx_gas_max), {}}}};
}

/// Creates every contract that has a fixed address, in order of id, and lets each write its beginning.
void create_contracts(const Genesis& genesis, const U256& supply, WorldState& state) {
    const contracts::BlockInfo info{.chain_id = genesis.chain_id,
                                    .number = 0,
                                    .timestamp = genesis.timestamp,
                                    .gas_limit = genesis.block_gas_limit,
                                    .base_fee = genesis.base_fee_floor,
                                    .miner = genesis.sequencer,
                                    .mix_hash = fair::genesis_randomness(genesis.file),
                                    .extra_data = genesis.sequencer_tip};
    CallHost host(state, info, Address{});
    for (const auto* module : contracts::all_modules()) {
        const auto& identity = module->identity;
        if (!identity.address || !state.code(*identity.address).empty()) continue;
        host.create_contract(*identity.address, module->marker());
        if (identity.genesis == nullptr) continue;
        const auto given = genesis.contracts.members.find(module->name);
        auto params = given == genesis.contracts.members.end() ? contracts::GenesisParams{} : given->second;
        // Every contract may know the coin's name; the wrapped coin is called after it.
        if (!params.has("symbol")) params.members["symbol"].text = genesis.symbol;
        // What there is at the start is what Emission counts from; a file cannot say otherwise.
        params.members["supply"].text = to_decimal(supply);
        // Likewise what Parameters begins with: nobody could read the file's numbers from a contract
        // otherwise.
        params.members["chain"].members = chain_numbers(genesis);
        contracts::GasMeter gas(~std::uint64_t{0});
        const contracts::Message message{.caller = {}, .self = *identity.address, .value = 0, .data = {}};
        contracts::Context context(host, message, gas);
        const std::string refused =
            "genesis: " + std::string(module->name) + " refuses its parameters: one is out of bounds";
        try {
            identity.genesis(context, params);
        } catch (const contracts::Revert&) {
            throw std::invalid_argument(refused);
        } catch (const std::overflow_error&) {
            throw std::invalid_argument(refused);
        }
    }
}

Hash transactions_root(std::span<const SignedTxPtr> transactions) {
    std::vector<Bytes> encoded;
    encoded.reserve(transactions.size());
    for (const auto& tx : transactions) encoded.push_back(tx->encoded);
    return trie::ordered_root(encoded);
}

Hash receipts_root(std::span<const Receipt> receipts) {
    std::vector<Bytes> encoded;
    encoded.reserve(receipts.size());
    for (const auto& receipt : receipts) encoded.push_back(receipt.encode());
    return trie::ordered_root(encoded);
}

}  // namespace

U256 next_base_fee(const Header& parent, const U256& floor) {
    const auto target = parent.gas_limit / 2;
    const auto& base = parent.base_fee_per_gas;
    U256 next = base;
    if (parent.gas_used > target) {
        const U256 rise = mul_div(base, parent.gas_used - target, U256(target) * 8, Rounding::down);
        next = base + std::max(rise, U256(1));
    } else if (parent.gas_used < target) {
        next = base - mul_div(base, target - parent.gas_used, U256(target) * 8, Rounding::down);
    }
    return std::max(next, floor);
}

std::uint64_t block_size(const Header& header, std::span<const SignedTxPtr> transactions) {
    // A typed transaction stands in the body as a string, a legacy one as the list it is (EIP-2718).
    std::size_t body = 0;
    for (const auto& tx : transactions)
        body += tx->tx.type == TxType::legacy ? tx->encoded.size() : rlp::string_size(tx->encoded);
    const auto ommers_and_withdrawals = 2 * rlp::list_size(0);
    return rlp::list_size(header.encode().size() + rlp::list_size(body) + ommers_and_withdrawals);
}

BlockBuilder::BlockBuilder(const Header& parent, StateView state)
    : parent_hash_(parent.hash()), state_(std::make_unique<WorldState>(std::move(state))) {}

Result<BlockBuilder> BlockBuilder::start(const Header& parent, StateView state, const BlockInputs& inputs,
                                         const Genesis& genesis) {
    if (inputs.timestamp < parent.timestamp) return fail("block time lies before its parent's");
    BlockBuilder builder(parent, std::move(state));
    CallHost host(*builder.state_, builder.info_, Address{});
    if (const auto missing = missing_upgrade(host, inputs.timestamp))
        return fail("this binary lacks version " + std::to_string(missing->version) + " of contract " +
                    std::to_string(missing->contract_id) +
                    ", which is in force by now; install a newer farthing and start again");
    builder.rules_ = rules_after(host, genesis);
    builder.info_ = {.chain_id = genesis.chain_id,
                     .number = parent.number + 1,
                     .timestamp = inputs.timestamp,
                     .gas_limit = builder.rules_.block_gas_limit,
                     .base_fee = next_base_fee(parent, builder.rules_.base_fee_floor),
                     .miner = inputs.miner,
                     .mix_hash = {},
                     .extra_data = inputs.preimage,
                     .parent_hash = builder.parent_hash_};
    const auto randomness = contracts::begin_block(host, {.number = builder.info_.number,
                                                          .timestamp = inputs.timestamp,
                                                          .preimage = inputs.preimage,
                                                          .replacement = inputs.replacement,
                                                          .parent_hash = builder.parent_hash_});
    if (!randomness) return std::unexpected(randomness.error());
    contracts::advance_emission_clock(host, inputs.timestamp);
    builder.state_->end_transaction();
    builder.info_.mix_hash = *randomness;
    return builder;
}

void BlockBuilder::preload(std::span<const SignedTxPtr> transactions) {
    std::vector<Address> receivers;
    receivers.reserve(transactions.size());
    for (const auto& tx : transactions)
        if (tx->tx.to) receivers.push_back(*tx->tx.to);
    state_->preload(receivers);
}

TxResult<void> BlockBuilder::add(const SignedTxPtr& tx) {
    auto outcome = execute_transaction(*state_, info_, rules_, tx->tx, tx->sender, gas_left());
    if (!outcome) return std::unexpected(outcome.error());
    gas_used_ += outcome->gas_used;
    base_fees_ += outcome->base_fee;
    transactions_.push_back(tx);
    receipts_.push_back({.tx_type = static_cast<std::uint8_t>(tx->tx.type),
                         .success = outcome->success,
                         .cumulative_gas_used = gas_used_,
                         .logs = std::move(outcome->logs)});
    return {};
}

/// Credits what stakers and treasury get of the block's base fees, each rounded down; returns what is burnt.
U256 BlockBuilder::share_base_fees() {
    const auto share = [&](std::uint64_t bps) { return mul_div(base_fees_, bps, 10'000, Rounding::down); };
    const U256 stakers = share(rules_.fee_stakers_bps), treasury = share(rules_.fee_treasury_bps);
    const U256 burnt = base_fees_ - stakers - treasury;
    CallHost host(*state_, info_, Address{});
    if (treasury != 0) host.add_balance(contracts::timelock_address, treasury);
    contracts::book_fees(host, {.burnt = burnt, .stakers = stakers});
    state_->end_transaction();
    return burnt;
}

BlockBuilder::Built BlockBuilder::finish(StateTree& tree, const StateVersion* parent_version) {
    Built built;
    const U256 burnt = share_base_fees();
    built.diff = state_->diff();
    check_conservation(built.diff, state_->minted(), burnt);
    built.version = tree.derive(parent_version, built.diff, info_.number, info_.timestamp);

    auto& block = built.block;
    block.transactions = std::move(transactions_);
    block.receipts = std::move(receipts_);
    auto& header = block.header;
    header = {.parent_hash = parent_hash_,
              .miner = info_.miner,
              .state_root = built.version->root_hash,
              .transactions_root = transactions_root(block.transactions),
              .receipts_root = receipts_root(block.receipts),
              .logs_bloom = {},
              .number = info_.number,
              .gas_limit = info_.gas_limit,
              .gas_used = gas_used_,
              .timestamp = info_.timestamp,
              .extra_data = info_.extra_data,
              .mix_hash = info_.mix_hash,
              .base_fee_per_gas = info_.base_fee};
    for (const auto& receipt : block.receipts)
        for (const auto& log : receipt.logs) add_to_bloom(header.logs_bloom, log);
    block.hash = header.hash();
    block.size = block_size(header, block.transactions);
    return built;
}

namespace {

/// Block 0's diff: the allocations, and over them what the contracts changed.
std::vector<Diff> diff_from_nothing(std::span<const Allocation> allocations, std::vector<Diff> made) {
    std::vector<Diff> diff;
    diff.reserve(allocations.size() + made.size());
    const auto put_made = [&](Diff change) {
        change.account_before = {};
        if (change.slot || !change.account_after.is_empty()) diff.push_back(std::move(change));
    };
    auto next = made.begin();
    for (const auto& allocation : allocations) {
        for (; next != made.end() && next->address < allocation.address; ++next) put_made(std::move(*next));
        const bool changed = next != made.end() && next->address == allocation.address && !next->slot;
        if (changed || allocation.balance == 0) continue;
        Diff change;
        change.address = allocation.address;
        change.account_after.balance = allocation.balance;
        diff.push_back(std::move(change));
    }
    for (; next != made.end(); ++next) put_made(std::move(*next));
    return diff;
}

}  // namespace

BlockBuilder::Built build_genesis(const Genesis& genesis, StateTree& tree) {
    BlockBuilder::Built built;
    const auto allocations = all_allocations(genesis);
    if (!allocations) throw std::invalid_argument(allocations.error().message);
    U256 supply = 0;
    for (const auto& allocation : *allocations) supply += allocation.balance;
    // Millions of allocations go into the trie at once; only what the contracts make of them is executed.
    load_allocations(*allocations, tree, genesis.timestamp);
    WorldState state{tree.newest()};
    create_contracts(genesis, supply, state);
    state.end_transaction();
    const auto made = state.diff();
    built.version = tree.derive(nullptr, made, 0, genesis.timestamp);
    built.diff = diff_from_nothing(*allocations, made);
    auto& header = built.block.header;
    header = {.parent_hash = {},
              .miner = genesis.sequencer,
              .state_root = built.version->root_hash,
              .transactions_root = empty_trie_root,
              .receipts_root = empty_trie_root,
              .logs_bloom = {},
              .number = 0,
              .gas_limit = genesis.block_gas_limit,
              .gas_used = 0,
              .timestamp = genesis.timestamp,
              .extra_data = genesis.sequencer_tip,
              .mix_hash = fair::genesis_randomness(genesis.file),
              .base_fee_per_gas = genesis.base_fee_floor};
    built.block.hash = header.hash();
    built.block.size = block_size(header, {});
    return built;
}

}  // namespace farthing::chain
