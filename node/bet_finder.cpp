#include "node/bet_finder.hpp"

#include "contracts/games/games.hpp"
#include "core/abi/codec.hpp"
#include "core/abi/signature.hpp"
#include "core/fair/chain.hpp"
#include "node/games_client.hpp"
#include "node/text.hpp"
#include "node/tx_sender.hpp"

#include <boost/json.hpp>

namespace farthing::node {
namespace {

namespace json = boost::json;
using contracts::Games;

/// What nodes serve in one eth_getLogs.
constexpr std::uint64_t log_window_blocks = 10'000;
/// Games opens a round at most so many blocks before its entropy block.
constexpr std::uint64_t entropy_delay_max = 8;

struct EventLog {
    std::vector<Hash> topics;
    Bytes data;
    std::uint64_t block = 0;
};

std::string topic_of(std::uint64_t value) {
    return hex0x(to_word(value));
}

Result<std::string> text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (!value || !value->is_string()) return fail("the node's answer lacks " + std::string(name));
    return std::string(value->get_string());
}

Result<EventLog> read_log(const json::value& value) {
    const auto* log = value.if_object();
    const auto* topics = log ? log->if_contains("topics") : nullptr;
    if (!topics || !topics->is_array()) return fail("the node's answer holds a log without topics");
    EventLog out;
    for (const auto& topic : topics->get_array()) {
        if (!topic.is_string()) return fail("the node's answer holds a topic that is no text");
        TRY(const auto hash, hash_from_hex({topic.get_string().data(), topic.get_string().size()}));
        out.topics.push_back(hash);
    }
    TRY(const auto data, text_of(*log, "data"));
    TRY(out.data, from_hex(data));
    TRY(const auto number, text_of(*log, "blockNumber"));
    TRY(out.block, quantity_from(json::value(number)));
    return out;
}

/// The first log of Games with these topics in blocks `from` to `to`.
Result<std::optional<EventLog>> first_log(RpcClient& node, const json::array& topics, std::uint64_t from,
                                          std::uint64_t to) {
    for (; from <= to; from += log_window_blocks) {
        const json::object filter{{"address", hex0x(games_address)},
                                  {"fromBlock", quantity_text(from)},
                                  {"toBlock", quantity_text(std::min(to, from + log_window_blocks - 1))},
                                  {"topics", topics}};
        TRY(const auto logs, node.call("eth_getLogs", {filter}));
        if (!logs.is_array()) return fail("eth_getLogs did not answer with a list");
        if (logs.get_array().empty()) continue;
        TRY(auto first, read_log(logs.get_array().front()));
        return std::optional(std::move(first));
    }
    return std::optional<EventLog>{};
}

Result<FoundBet> read_placed(const EventLog& log) {
    if (log.topics.size() != 4) return fail("BetPlaced has the wrong number of topics");
    using Data =
        std::tuple<std::uint64_t, std::uint64_t, std::uint8_t, Bytes, U256, U256, abi::Uint<24>, std::string>;
    TRY(const auto data, abi::detail::DecodeTuple<Data>::decode(log.data));
    FoundBet out;
    out.house = low_u64(to_u256(log.topics[1]));
    out.bet = low_u64(to_u256(log.topics[2]));
    out.facts.player = Address::from(ByteView(log.topics[3]).last(20));
    out.block = log.block;
    abi::Uint<24> count;
    std::tie(out.round, out.facts.nonce, out.facts.game, out.facts.params, out.facts.stake, out.payout_max,
             count, out.facts.client_seed) = data;
    out.count = count;
    return out;
}

Result<FoundBet> placed_bet(RpcClient& node, const Hash& tx_hash, std::uint64_t index) {
    TRY(const auto answer, node.call("eth_getTransactionReceipt", {hex0x(tx_hash)}));
    const auto* receipt = answer.if_object();
    if (!receipt) return fail("the node knows no transaction " + hex0x(tx_hash) + " in a block");
    const auto* logs = receipt->if_contains("logs");
    if (!logs || !logs->is_array()) return fail("the receipt has no logs");
    std::uint64_t seen = 0;
    for (const auto& each : logs->get_array()) {
        TRY(const auto log, read_log(each));
        TRY(const auto emitter, text_of(each.get_object(), "address"));
        TRY(const auto address, address_from_hex(emitter));
        if (address != games_address || log.topics.empty() || log.topics[0] != Games::BetPlaced::topic)
            continue;
        TRY(auto bet, read_placed(log));
        if (index < seen + bet.count) {
            // One event stands for `count` bets alike; ids and nonces run on.
            bet.bet += index - seen;
            bet.facts.nonce += index - seen;
            return bet;
        }
        seen += bet.count;
    }
    if (seen == 0) return fail("transaction " + hex0x(tx_hash) + " placed no bet");
    return fail("transaction " + hex0x(tx_hash) + " placed " + counted(seen, "bet") + "; there is no bet " +
                std::to_string(index) + " (the first is 0)");
}

/// The block after the bet's whose mixHash is the randomness that the reveal named.
Result<std::uint64_t> entropy_block(RpcClient& node, const FoundBet& bet) {
    for (auto number = bet.block + 1; number <= bet.block + entropy_delay_max; ++number) {
        TRY(const auto answer, node.call("eth_getBlockByNumber", {quantity_text(number), false}));
        const auto* header = answer.if_object();
        if (!header) break;
        TRY(const auto mix, text_of(*header, "mixHash"));
        if (mix == hex0x(bet.facts.randomness)) return number;
    }
    return fail(
        "no block after the bet has the randomness that the reveal claims: the house or the node lies");
}

/// The link committed before: the seed of the round before, or a tip on the chain.
Result<void> find_commitment(RpcClient& node, FoundBet& bet, std::uint64_t reveal_block) {
    if (bet.round > 1) {
        const auto from = bet.block > log_window_blocks ? bet.block - log_window_blocks : 0;
        TRY(const auto before,
            first_log(node, {hex0x(Games::SeedRevealed::topic), topic_of(bet.house), topic_of(bet.round - 1)},
                      from, reveal_block));
        if (before && before->data.size() == 64) {
            const auto seed = Hash::from(ByteView(before->data).first(32));
            // Another chain begins between two rounds where the operator registered one.
            if (fair::previous_link(bet.facts.server_seed) == seed) {
                bet.facts.committed = seed;
                bet.committed_by = "the seed revealed for round " + std::to_string(bet.round - 1);
                return {};
            }
        }
    }
    const auto link = fair::previous_link(bet.facts.server_seed);
    TRY(const auto is_registered, GamesClient(node).used_tip(link));
    if (!is_registered) return {};
    bet.facts.committed = link;
    bet.committed_by = "a tip registered on the chain";
    return {};
}

}  // namespace

Result<FoundBet> find_bet(RpcClient& node, const Hash& tx_hash, std::uint64_t index) {
    TRY(auto bet, placed_bet(node, tx_hash, index));
    TRY(const auto head, node.call_quantity("eth_blockNumber"));
    TRY(const auto revealed,
        first_log(node, {hex0x(Games::SeedRevealed::topic), topic_of(bet.house), topic_of(bet.round)},
                  bet.block, head));
    if (!revealed)
        return fail("round " + std::to_string(bet.round) + " of house " + std::to_string(bet.house) +
                    " is not revealed yet; try again in a moment");
    TRY(const auto data, (abi::decode<Hash, Hash>(revealed->data)));
    std::tie(bet.facts.server_seed, bet.facts.randomness) = data;
    TRY(bet.entropy_block, entropy_block(node, bet));
    TRY(find_commitment(node, bet, revealed->block));
    TRY(const auto settled,
        first_log(node, {hex0x(Games::BetSettled::topic), topic_of(bet.bet)}, bet.block, head));
    if (settled) {
        TRY(const auto paid, (abi::decode<std::uint64_t, U256>(settled->data)));
        bet.settled = FoundBet::Settled{std::get<0>(paid), std::get<1>(paid)};
    }
    return bet;
}

}  // namespace farthing::node
