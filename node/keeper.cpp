#include "node/keeper.hpp"

#include "core/base/hex.hpp"
#include "node/text.hpp"

#include <algorithm>

namespace farthing::node {
namespace {

/// Games lets one reveal cover so many rounds, and settles so many bets with it.
constexpr std::uint64_t skip_max = 64;
constexpr std::uint32_t settle_bets = 64;
/// Before the first reveal tells: a dice bet settled alone, in a round of its own.
constexpr std::uint64_t gas_per_settlement_guess = 200'000;
constexpr std::uint64_t settlements_covered_min = 10'000;
/// How far back a keeper that was away looks for rounds that are revealed but not settled.
constexpr std::uint64_t look_back_rounds = 10'000;

std::string rounds_text(std::uint64_t first, std::uint64_t last) {
    return first == last ? "round " + std::to_string(first)
                         : "rounds " + std::to_string(first) + " to " + std::to_string(last);
}

}  // namespace

Keeper::Keeper(RpcClient& node, SeedFolder& seeds, const SecretKey& key, std::uint64_t chain_id,
               KeeperOptions options)
    : node_(node),
      seeds_(seeds),
      games_(node),
      sender_(node, key, chain_id),
      options_(std::move(options)),
      gas_per_settlement_(gas_per_settlement_guess) {}

Result<bool> Keeper::step(std::stop_token stop) {
    TRY(const auto house, games_.house(options_.house));
    TRY(const auto chain, seeds_.containing(house.head));
    if (!chain)
        return fail("the seed file of house " + std::to_string(options_.house) + " (committed link " +
                    hex0x(house.head) +
                    ") is missing; restore it from a backup before the rounds are overdue");
    if (!balance_checked_) {
        TRY(warn_when_poor());
    }
    const auto links_left = chain->length() - *chain->index_of(house.head);
    TRY(const auto due, due_rounds(house, links_left));
    if (due.round != 0) {
        TRY(reveal(house, *chain, due, stop));
        TRY(warn_when_poor());
        return true;
    }
    TRY(const auto settled, settle_rest(house, stop));
    TRY(const auto rotated, rotate_when_due(house, *chain, stop));
    return settled || rotated;
}

Result<Keeper::Due> Keeper::due_rounds(const contracts::House& house, std::uint64_t links_left) {
    Due out;
    auto last = std::min(house.next_round - 1, house.last_revealed + std::min(skip_max, links_left));
    if (house.switch_round != 0) last = std::min(last, house.switch_round - 1);
    if (house.last_revealed >= last) return out;
    TRY(const auto head, node_.call_quantity("eth_blockNumber"));
    for (auto n = house.last_revealed + 1; n <= last; ++n) {
        TRY(const auto round, games_.round(options_.house, n));
        // The transaction runs in a later block than the head, and so behind the entropy block.
        if (head < round.entropy_block) break;
        if (head > round.deadline_block && round.is(contracts::RoundStatus::open) && stuck_round_ != n) {
            stuck_round_ = n;
            options_.log(LogLevel::error, "round " + std::to_string(n) + " of house " +
                                              std::to_string(options_.house) +
                                              " may be overdue: its reveal is late and can be refused");
        }
        out.round = n;
        out.bets += static_cast<std::uint32_t>(round.count.value() - round.settled.value());
        if (out.bets >= settle_bets) break;
    }
    return out;
}

Result<void> Keeper::reveal(const contracts::House& house, const fair::SeedChain& chain, const Due& due,
                            std::stop_token stop) {
    const auto links = due.round - house.last_revealed;
    const auto seed = chain.link(*chain.index_of(house.head) + links);
    TRY(const auto sent,
        sender_.send(games_address, GamesClient::reveal(options_.house, due.round, seed), 0, stop));
    if (due.bets > 0) gas_per_settlement_ = U256(sent.gas_used) / std::min(due.bets, settle_bets) + 1;
    options_.log(LogLevel::info, "house " + std::to_string(options_.house) + ": revealed " +
                                     rounds_text(house.last_revealed + 1, due.round) + ", " +
                                     counted(due.bets, "bet") + ", in block " +
                                     std::to_string(sent.block_number));
    return {};
}

Result<bool> Keeper::settle_rest(const contracts::House& house, std::stop_token stop) {
    const auto unrevealed = house.next_round - 1 - house.last_revealed;
    auto missing = house.open_rounds - std::min(house.open_rounds, unrevealed);
    for (std::uint64_t back = 0; missing > 0 && back < std::min(look_back_rounds, house.last_revealed);
         ++back) {
        const auto n = house.last_revealed - back;
        TRY(const auto round, games_.round(options_.house, n));
        if (round.is(contracts::RoundStatus::none)) continue;
        --missing;
        if (round.count.value() == round.settled.value()) continue;
        // One call, then back to look for reveals: a crowd of bets to settle must never make one late.
        TRY(sender_.send(games_address, GamesClient::settle(options_.house, n, settle_bets), 0, stop));
        return true;
    }
    return false;
}

Result<bool> Keeper::rotate_when_due(const contracts::House& house, const fair::SeedChain& chain,
                                     std::stop_token stop) {
    // Links of open rounds are as good as used.
    const auto used = *chain.index_of(house.head) + house.next_round - 1 - house.last_revealed;
    const bool plenty = used < chain.length() / 2;
    // Anyone may reveal, but only the operator commits.
    const bool own = house.operator_account == sender_.address();
    if (plenty || !own || !house.next_tip.is_zero() || !house.is_open()) return false;
    if (fresh_) {
        // Waiting transactions can be read by all, and a tip is taken once: who registers it first spoils it.
        TRY(const auto is_taken, games_.used_tip(fresh_->tip()));
        if (is_taken) fresh_.reset();
    }
    if (!fresh_) {
        TRY(fresh_, seeds_.create(options_.chain_length));
    }
    TRY(sender_.send(games_address, GamesClient::set_next_tip(options_.house, fresh_->tip()), 0, stop));
    options_.log(LogLevel::info, "house " + std::to_string(options_.house) +
                                     ": registered the next seed chain " + hex0x(fresh_->tip()));
    fresh_.reset();
    return true;
}

Result<void> Keeper::warn_when_poor() {
    TRY(const auto balance_text, node_.call("eth_getBalance", {hex0x(sender_.address()), "latest"}));
    TRY(const auto gas_price, node_.call_quantity("eth_gasPrice"));
    if (!balance_text.is_string()) return fail("eth_getBalance did not answer with a quantity");
    TRY(const auto balance, parse_u256({balance_text.get_string().data(), balance_text.get_string().size()}));
    const auto covered = balance / (gas_per_settlement_ * std::max<std::uint64_t>(gas_price, 1));
    const bool poor = covered < settlements_covered_min;
    if (poor && !warned_)
        options_.log(LogLevel::warning, "the keeper's account " + checksummed(sender_.address()) + " holds " +
                                            coins(balance) + " coins, enough for about " +
                                            to_decimal(covered) +
                                            " settlements; send it more, for silence costs the bond");
    warned_ = poor;
    balance_checked_ = true;
    return {};
}

}  // namespace farthing::node
