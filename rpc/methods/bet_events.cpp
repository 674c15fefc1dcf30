#include "rpc/methods/bet_events.hpp"

#include "contracts/games/games.hpp"
#include "core/base/hex.hpp"

#include <algorithm>

namespace farthing::rpc {
namespace {

using Placed = contracts::Games::BetPlaced;
using Revealed = contracts::Games::SeedRevealed;
using Settled = contracts::Games::BetSettled;
using Forfeited = contracts::Games::RoundForfeited;
using TipRegistered = contracts::Games::TipRegistered;
using contracts::games_address;

constexpr std::uint64_t piece = 2'000;  ///< Blocks of one look, so that the limit is seen in time.

Hash topic(std::uint64_t v) {
    return to_word(U256(v));
}

std::optional<BetPlaced> read_placed(const chain::LogEntry& entry) {
    const auto& log = entry.log;
    if (log.address != games_address || log.topics.size() != 4 || log.topics[0] != Placed::topic)
        return std::nullopt;
    auto data = abi::decode<std::uint64_t, std::uint64_t, std::uint8_t, Bytes, U256, U256, abi::Uint<24>,
                            std::string>(log.data);
    if (!data) return std::nullopt;
    BetPlaced out;
    out.house = low_u64(to_u256(log.topics[1]));
    out.bet = low_u64(to_u256(log.topics[2]));
    out.player = Address::from(ByteView(log.topics[3]).subspan(12));
    abi::Uint<24> count;
    std::tie(out.round, out.nonce, out.game, out.params, out.stake, out.payout_max, count, out.client_seed) =
        *data;
    out.count = count;
    out.at = entry;
    return out;
}

/// The `i`-th bet of those that the event stands for.
BetPlaced nth(BetPlaced first, std::uint64_t i) {
    first.bet += i;
    first.nonce += i;
    first.count -= i;
    return first;
}

}  // namespace

BetEvents::BetEvents(const Backend& backend)
    : backend_(backend), until_(std::chrono::steady_clock::now() + backend.options().call_timeout) {}

RpcResult<std::optional<chain::LogEntry>> BetEvents::look(std::uint64_t from, std::uint64_t to,
                                                          const Topics& topics, bool last) const {
    const chain::LogFilter filter{from, to, {games_address}, topics};
    const auto found = backend_.chain().logs(
        filter, {.is_over = [until = until_] { return std::chrono::steady_clock::now() > until; }});
    if (found.end == chain::LogPage::End::time) return rpc_fail(code::timed_out, "request timed out");
    if (found.entries.empty()) return std::nullopt;
    return last ? found.entries.back() : found.entries.front();
}

RpcResult<std::optional<chain::LogEntry>> BetEvents::only(const Hash& event, const std::vector<Hash>& subject,
                                                          std::size_t first_topic) const {
    const auto block = backend_.chain().block_of_event(event, subject);
    if (!block) return std::nullopt;
    Topics topics{{event}};
    topics.resize(first_topic);
    for (const auto& named : subject) topics.push_back({named});
    return look(*block, *block, topics, false);
}

RpcResult<std::optional<chain::LogEntry>> BetEvents::last_until(std::uint64_t block, Topics topics) const {
    for (auto to = block;; to -= piece) {
        const auto from = to < piece ? 0 : to - piece + 1;
        TRY(auto found, look(from, to, topics, true));
        if (found || from <= backend_.chain().oldest_block()) return found;
    }
}

RpcResult<std::optional<BetPlaced>> BetEvents::placed_in(const Hash& tx_hash, std::uint64_t i) const {
    const auto location = backend_.chain().locate(tx_hash);
    if (!location) return std::nullopt;
    const auto& [block, index] = *location;
    auto log_index = block->first_log_index(index);
    for (const auto& log : block->receipts[index].logs) {
        auto bet = read_placed(chain::log_entry(*block, index, log_index++, log));
        if (!bet) continue;
        if (i < bet->count) return nth(*std::move(bet), i);
        i -= bet->count;
    }
    return std::nullopt;
}

// The event names the first id of its bets; ids are given without gaps, so the nearest event before decides.
RpcResult<std::optional<BetPlaced>> BetEvents::placed(std::uint64_t bet) const {
    for (std::uint64_t i = 0; i < contracts::bets_in_record_max && i <= bet; ++i) {
        TRY(const auto found, only(Placed::topic, {topic(bet - i)}, 2));
        if (!found) continue;
        auto first = read_placed(*found);
        if (!first || i >= first->count) return std::nullopt;
        return nth(*std::move(first), i);
    }
    return std::nullopt;
}

RpcResult<std::optional<SeedRevealed>> BetEvents::revealed(const BetPlaced& bet) const {
    TRY(const auto found, only(Revealed::topic, {topic(bet.house), topic(bet.round)}, 1));
    if (!found) return std::nullopt;
    const auto data = abi::decode<Hash, Hash>(found->log.data);
    if (!data) return std::nullopt;
    return SeedRevealed{std::get<0>(*data), std::get<1>(*data), *found};
}

RpcResult<std::optional<BetSettled>> BetEvents::settled(const BetPlaced& bet) const {
    TRY(const auto found, only(Settled::topic, {topic(bet.bet)}, 1));
    if (!found) return std::nullopt;
    const auto data = abi::decode<std::uint64_t, U256>(found->log.data);
    if (!data) return std::nullopt;
    return BetSettled{std::get<0>(*data), std::get<1>(*data), *found};
}

RpcResult<bool> BetEvents::forfeited(const BetPlaced& bet) const {
    TRY(const auto found, only(Forfeited::topic, {topic(bet.house), topic(bet.round)}, 1));
    return found.has_value();
}

RpcResult<std::optional<Hash>> BetEvents::committed(const BetPlaced& bet,
                                                    const SeedRevealed& revealed) const {
    const auto until = revealed.at.block_number;
    // A new chain may begin at this round; its tip then counts, not the old chain's last seed.
    TRY(const auto tip, last_until(until, {{TipRegistered::topic}, {topic(bet.house)}}));
    if (tip) {
        const auto from_round = abi::decode<std::uint64_t>(tip->log.data);
        if (from_round && std::get<0>(*from_round) == bet.round) return tip->log.topics.at(2);
    }
    if (bet.round <= 1) return std::nullopt;
    TRY(const auto before, only(Revealed::topic, {topic(bet.house), topic(bet.round - 1)}, 1));
    if (!before) return std::nullopt;
    const auto data = abi::decode<Hash, Hash>(before->log.data);
    if (!data) return std::nullopt;
    return std::get<0>(*data);
}

}  // namespace farthing::rpc
