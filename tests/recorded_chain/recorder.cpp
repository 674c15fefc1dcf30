#include "recorder.hpp"

#include "consensus/solo/solo.hpp"
#include "node/genesis_file.hpp"

#include <stdexcept>

namespace farthing::recorded {
namespace {

[[noreturn]] void stop(const std::string& what) {
    throw std::runtime_error(what);
}

template <class T>
T value_of(Result<T> result, std::string_view what) {
    if (!result) stop(std::string(what) + ": " + result.error().message);
    return *std::move(result);
}

Bytes call_bytes(std::string_view function, std::string_view arguments) {
    const auto signature = value_of(abi::parse_signature(function), function);
    const auto values = value_of(abi::parse_value(signature.inputs, arguments), arguments);
    Bytes out(signature.selector.begin(), signature.selector.end());
    append(out, value_of(abi::encode_values(signature.inputs, values), arguments));
    return out;
}

}  // namespace

std::string genesis_text(const Seeds& seeds) {
    node::GenesisPlan plan;
    plan.chain_id = 31337;
    plan.timestamp = 1'800'000'000;
    plan.sequencer = key_of(sequencer_number).address();
    plan.sequencer_tip = seeds.sequencer.tip();
    plan.chain_length = seeds.sequencer.length();
    plan.owner = literals::address("fa000b");
    for (std::uint64_t n = 1; n <= people_count; ++n)
        plan.allocations.push_back({key_of(n).address(), coin * 10'000});
    for (const auto n : {sequencer_number, keeper_number})
        plan.allocations.push_back({key_of(n).address(), coin * 1'000});
    plan.house = node::GenesisHouse{.owner = key_of(keeper_number).address(),
                                    .tip = seeds.house.tip(),
                                    .vault = coin * 100'000,
                                    .bond = coin * 25'000,
                                    .stake_min = 1'000'000'000'000};
    plan.governance = {.voting_delay_s = 600, .voting_period_s = 7'200, .timelock_s = 600};
    plan.stakers_rewards_s = 7 * 86'400;
    plan.emission = node::GenesisEmission{
        .rate = coin / 500, .epoch_s = 30 * 86'400, .max_step_s = 5 * 86'400, .stakers_bps = 8'000};
    // A neglected round is lost within a short recording.
    auto out = node::genesis_text(plan);
    const std::string_view before = "\"Games\": {";
    out.insert(out.find(before) + before.size(), " \"deadlineBlocks\": 12, \"deadlineSeconds\": 600,");
    return out;
}

Recorder::Recorder(const node::DataDirectory& data) {
    chain::BlockchainOptions options;
    options.data_dir = data.root;
    chain_ = chain::Blockchain::open(value_of(data.read_genesis(), "genesis"), options);
}

void Recorder::call(std::uint64_t from, const Address& to, std::string_view function,
                    std::string_view arguments, const U256& wei, bool expect) {
    send(from, to, call_bytes(function, arguments), wei, expect);
    next_.back().what = std::string(function) + " " + std::string(arguments);
}

std::string Recorder::encoded(std::string_view function, std::string_view arguments) {
    return hex0x(call_bytes(function, arguments));
}

void Recorder::send(std::uint64_t from, const Address& to, Bytes data, const U256& wei, bool expect,
                    std::uint64_t gas_limit) {
    const auto who = key_of(from).address();
    Transaction tx;
    // Every type of transaction has its turn.
    tx.type = static_cast<TxType>(count_++ % 3);
    tx.chain_id = chain_->genesis().chain_id;
    if (!nonces_.contains(who)) nonces_[who] = chain_->pending_nonce(who);
    tx.nonce = nonces_[who]++;
    tx.max_fee_per_gas = 3'000'000'000;
    tx.max_priority_fee_per_gas = tx.type == TxType::dynamic_fee ? U256(1'000'000'000) : tx.max_fee_per_gas;
    tx.gas_limit = gas_limit;
    tx.to = to;
    tx.value = wei;
    tx.data = std::move(data);
    if (tx.type != TxType::legacy) tx.access_list.push_back({to, {Word{}}});
    sign(tx, key_of(from));
    next_.push_back(
        {std::make_shared<const chain::SignedTx>(chain::SignedTx{tx, tx.hash(), who, tx.encode()}), expect,
         "bytes to " + hex0x(to)});
}

std::string Recorder::ask(const Address& to, std::string_view function, std::string_view arguments) {
    const auto signature = value_of(abi::parse_signature(function), function);
    const auto outcome = chain_->call(chain_->head_state(), chain_->info_of(chain_->head()->header),
                                      {.from = person(1),
                                       .to = to,
                                       .value = 0,
                                       .data = call_bytes(function, arguments),
                                       .gas_limit = 100'000'000,
                                       .gas_price = 0,
                                       .access_list = {}});
    if (!outcome || !outcome->success) stop(std::string(function) + " does not answer");
    const auto values = value_of(abi::decode_values(signature.outputs, outcome->output), function);
    return abi::to_text(signature.outputs.parts.at(0), values.items.at(0));
}

void Recorder::block(std::uint64_t seconds) {
    const auto head = chain_->head();
    std::vector<chain::SignedTxPtr> transactions;
    for (const auto& sent : next_) transactions.push_back(sent.tx);
    auto proposal = value_of(chain_->process({.timestamp = head->header.timestamp + seconds,
                                              .preimage = seeds.sequencer.link(head->header.number + 1),
                                              .miner = chain_->genesis().sequencer,
                                              .replacement = std::nullopt},
                                             transactions),
                             "block " + std::to_string(head->header.number + 1));
    const auto& block = proposal->block();
    for (std::size_t i = 0; i < next_.size(); ++i) {
        if (block.receipts[i].success != next_[i].expect)
            mistakes_.push_back("block " + std::to_string(block.header.number) + ": " + next_[i].what +
                                (next_[i].expect ? " is refused" : " succeeds"));
        if (!block.receipts[i].success) continue;
        called_.insert(*next_[i].tx->tx.to);
        for (const auto& log : block.receipts[i].logs) called_.insert(log.address);
    }
    std::vector<Bytes> seals{consensus::make_seal(block.hash, key_of(sequencer_number))};
    std::vector<chain::ProposalPtr> proposals;
    proposals.push_back(std::move(proposal));
    chain_->commit(std::move(proposals), std::move(seals));
    next_.clear();
    nonces_.clear();
}

}  // namespace farthing::recorded
