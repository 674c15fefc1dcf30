#include "trace.hpp"

#include "core/base/hex.hpp"

namespace farthing::simulator {
namespace {

std::string in_quotes(std::string_view text) {
    return '"' + std::string(text) + '"';
}

/// Without leading zeros: most words are small, and there are many.
std::string word_text(const Word& word) {
    auto digits = hex(word);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return in_quotes(digits);
}

class List {
 public:
    void add(const std::string& text) {
        if (!out_.empty()) out_ += ',';
        out_ += text;
    }
    std::string text() const { return '[' + out_ + ']'; }

 private:
    std::string out_;
};

std::string slots_text(const chain::StateView& state, const Address& of, const Word& first,
                       std::size_t count) {
    List list;
    for (std::size_t i = 0; i < count; ++i) list.add(word_text(state.storage(of, slot_after(first, i))));
    return list.text();
}

Word slot(std::uint64_t number) {
    return to_word(U256(number));
}

}  // namespace

void Trace::begin(std::uint64_t seed, const World& world) {
    if (out_ == nullptr) return;
    List players;
    for (const auto& player : world.players) players.add(in_quotes(hex(player.address)));
    List alloc;
    for (const auto& [who, balance] : world.genesis.allocations)
        alloc.add('[' + in_quotes(hex(who)) + ',' + to_decimal(balance) + ']');
    *out_ << "{\"seed\":" << seed << ",\"players\":" << players.text()
          << ",\"keeper\":" << in_quotes(hex(world.keeper.address))
          << ",\"sequencer\":" << in_quotes(hex(world.sequencer.address)) << ",\"alloc\":" << alloc.text()
          << ",\"genesis_file\":" << in_quotes(as_text(world.genesis.file))
          << ",\"time\":" << world.genesis.timestamp << ",\"gas_limit\":" << world.genesis.block_gas_limit
          << ",\"tip\":" << in_quotes(hex(world.house_seeds.tip()))
          << ",\"sequencer_tip\":" << in_quotes(hex(world.genesis.sequencer_tip))
          << ",\"vault\":" << to_decimal(world.vault) << ",\"bond\":" << to_decimal(world.bond)
          << ",\"min_stake\":1000,\"deadline_blocks\":10,\"deadline_s\":15,\"stall_blocks\":5"
          << ",\"compounds\":" << (world.pool_compounds ? "true" : "false") << "}\n";
}

std::string Trace::words(const World& world, const chain::StateView& state) {
    const std::pair<const Address&, const char*> assets[] = {{wrapped_coin, "w"}, {world.token, "t"}};
    std::vector<Address> holders;
    for (const auto& player : world.players) holders.push_back(player.address);
    for (const auto& each : {world.keeper.address, world.sequencer.address, world.pool, games})
        holders.push_back(each);
    std::string out = "{\"people\":";
    List people;
    for (const auto& who : holders) {
        const auto account = state.account(who);
        List one;
        one.add(std::to_string(account.nonce));
        one.add(to_decimal(account.balance));
        for (const auto& [asset, name] : assets) one.add(to_decimal(token_balance(state, asset, who)));
        one.add(slots_text(state, world.pool, staker_slot(who), 3));
        one.add(word_text(state.storage(games, mapping_slot(word_of(who), mapping_slot(slot(1), slot(6))))));
        people.add(one.text());
    }
    out += people.text();
    List allowances;
    for (const auto& owner : world.players)
        for (const auto& [asset, name] : assets)
            for (std::size_t i = 0; i < holders.size(); ++i) {
                const auto value = allowance(state, asset, owner.address, holders[i]);
                if (value != 0)
                    allowances.add("[" + in_quotes(hex(owner.address)) + "," + in_quotes(name) + "," +
                                   std::to_string(i) + "," + to_decimal(value) + "]");
            }
    out += ",\"allowances\":" + allowances.text();
    out += ",\"wrapped_coin\":[" + to_decimal(state.account(wrapped_coin).balance) + "," +
           word_text(state.storage(wrapped_coin, slot(2))) + "]";
    out += ",\"token_supply\":" + word_text(state.storage(world.token, slot(2)));
    out += ",\"house\":" + slots_text(state, games, house_slot(), 8);
    out += ",\"books\":" + slots_text(state, world.pool, slot(4), 6);
    return out + '}';
}

void Trace::block(const chain::Block& block, const World& world, const Workload& workload,
                  const std::optional<chain::StateView>& state) {
    if (out_ == nullptr) return;
    const auto& header = block.header;
    List txs;
    for (std::size_t i = 0; i < block.transactions.size(); ++i)
        txs.add('[' + workload.intent_of(block.transactions[i]->hash) + ',' +
                std::to_string(block.gas_used(i)) + ',' + (block.receipts[i].success ? "true" : "false") +
                ']');
    *out_ << "{\"block\":" << header.number << ",\"time\":" << header.timestamp
          << ",\"base_fee\":" << to_decimal(header.base_fee_per_gas) << ",\"gas_used\":" << header.gas_used
          << ",\"mix\":" << in_quotes(hex(header.mix_hash))
          << ",\"extra\":" << in_quotes(hex(header.extra_data)) << ",\"txs\":" << txs.text();
    if (state) *out_ << ",\"state\":" << words(world, *state);
    *out_ << "}\n";
}

void Trace::end(std::uint64_t blocks) {
    if (out_ != nullptr) *out_ << "{\"end\":" << blocks << "}\n" << std::flush;
}

}  // namespace farthing::simulator
