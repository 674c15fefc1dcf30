#include "core/fair/verify.hpp"

#include "core/base/hex.hpp"
#include "node/bet_finder.hpp"
#include "node/commands/commands.hpp"
#include "node/play_text.hpp"
#include "node/text.hpp"

#include <algorithm>
#include <iostream>

namespace farthing::node {
namespace {

/// What BetSettled says of a bet that silence decided.
constexpr std::uint64_t no_result = ~std::uint64_t{0};

Result<fair::BetFacts> pasted_facts(const Arguments& arguments) {
    const bool crash = arguments.text("game") == fair::name_of(fair::Game::crash);
    for (const auto* needed : {"server-seed", "randomness", "params", "client-seed", "player"}) {
        // All bets of a round share one crash point, whoever placed them.
        const bool personal =
            std::string_view(needed) == "client-seed" || std::string_view(needed) == "player";
        if (!arguments.has(needed) && !(crash && personal))
            return fail(
                "--" + std::string(needed) +
                " is missing; a bet needs --server-seed, --client-seed, "
                "--player, --randomness, --nonce, --game and --params, or give its transaction's hash");
    }
    fair::BetFacts out;
    TRY(out.server_seed, named("server-seed", hash_from_hex(arguments.text("server-seed"))));
    if (arguments.has("client-seed")) out.client_seed = arguments.text("client-seed");
    if (arguments.has("player")) {
        TRY(out.player, named("player", parse_address(arguments.text("player"))));
    }
    TRY(out.randomness, named("randomness", hash_from_hex(arguments.text("randomness"))));
    out.nonce = arguments.whole("nonce");
    TRY(const auto play, parse_play(arguments.text("game"), arguments.text("params")));
    out.game = static_cast<std::uint8_t>(play.game);
    out.params = fair::params_of(play);
    TRY(out.stake, named("stake", parse_coins(arguments.text("stake"))));
    if (arguments.has("committed")) {
        TRY(out.committed, named("committed", hash_from_hex(arguments.text("committed"))));
    }
    return out;
}

using Lines = std::vector<std::pair<std::string, std::string>>;

void print(const Lines& lines) {
    std::size_t width = 0;
    for (const auto& [name, value] : lines) width = std::max(width, name.size());
    for (const auto& [name, value] : lines)
        std::cout << name << std::string(width + 2 - name.size(), ' ') << value << '\n';
}

Result<int> verify_pasted(const Arguments& arguments) {
    TRY(const auto facts, pasted_facts(arguments));
    TRY(const auto bet, fair::recompute(facts));
    Lines lines;
    for (const auto& step : bet.steps) lines.emplace_back(step.name, step.value);
    print(lines);
    return 0;
}

/// Facts from events and headers, outcome from our own arithmetic, and at last what the chain paid.
Result<int> verify_transaction(const Arguments& arguments) {
    const auto hash = hash_from_hex(arguments.text("tx"));
    if (!hash) return fail("the transaction's hash: " + hash.error().message);
    TRY(auto transport, HttpTransport::open(arguments.text("rpc")));
    RpcClient node(std::move(transport));
    TRY(const auto found, find_bet(node, *hash, arguments.whole("bet")));
    TRY(const auto bet, fair::recompute(found.facts));
    Lines lines{
        {"bet", std::to_string(found.bet) + " with house " + std::to_string(found.house) + ", round " +
                    std::to_string(found.round) + ", block " + std::to_string(found.block)},
        {"randomness",
         hex(found.facts.randomness) + ", mixHash of block " + std::to_string(found.entropy_block)},
        {"commitment", found.committed_by.empty() ? "not found among the last blocks: not checked"
                                                  : "SHA-256(server seed) is " + found.committed_by}};
    for (const auto& step : bet.steps) lines.emplace_back(step.name, step.value);
    const bool settled = found.settled.has_value();
    const bool defaulted = settled && found.settled->result == no_result;
    const auto owed = defaulted ? bet.payout_max : bet.payout;
    lines.emplace_back("the chain paid", !settled    ? "nothing yet: the bet is not settled"
                                         : defaulted ? to_decimal(found.settled->payout) +
                                                           ", the maximum, for the house was silent"
                                                     : to_decimal(found.settled->payout));
    print(lines);
    const bool agrees =
        bet.payout_max == found.payout_max &&
        (!settled || (owed == found.settled->payout && (defaulted || bet.result == found.settled->result)));
    std::cout << (agrees ? "The recomputation agrees with the chain.\n"
                         : "THE RECOMPUTATION DOES NOT AGREE WITH THE CHAIN.\n");
    return agrees ? 0 : 1;
}

Result<int> verify(const Arguments& arguments) {
    return arguments.has("tx") ? verify_transaction(arguments) : verify_pasted(arguments);
}

}  // namespace

std::vector<Command> verify_commands() {
    return {
        {"verify",
         "Recompute a bet step by step, from a transaction or from pasted values. Exit code 0: done, and the "
         "chain paid that or nothing yet; 1: the chain paid something else; 2: it could not be recomputed",
         "farthing verify TRANSACTION --rpc http://127.0.0.1:8545\n"
         "  farthing verify --game dice --params under:49.50 --stake 1.5 --nonce 0 --client-seed lucky_seven "
         "\\\n"
         "    --player 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 \\\n"
         "    --server-seed 81a26210dd97e595c1ff7e1f790c01cf2a6091794de05ebb166bb25c91845a87 \\\n"
         "    --randomness 49e80d0231dc23bbd58da7138fc30c48ffba124d29b649cef6bd05474c781628 \\\n"
         "    --committed 74a8547f898a6b0727440977225a32ea5902edf9661037c34d2a36a17fa3b7b8",
         {Option{"tx", Kind::text, "", "Hash of the transaction that placed the bet", 0, true},
          Option{"rpc", Kind::text, "http://127.0.0.1:8545", "The node that knows the transaction"},
          Option{"bet", Kind::whole, "0", "Which of the transaction's bets"},
          Option{"server-seed", Kind::text, "", "The revealed seed (SeedRevealed.seed)"},
          Option{"client-seed", Kind::text, "",
                 "The player's own seed (BetPlaced.clientSeed); not for crash"},
          Option{"player", Kind::text, "", "Who placed the bet; not for crash"},
          Option{"randomness", Kind::text, "",
                 "mixHash of the round's entropy block (SeedRevealed.randomness)"},
          Option{"nonce", Kind::whole, "0", "BetPlaced.nonce + i for the i-th bet of a record", UINT64_MAX},
          Option{"game", Kind::text, "dice", "dice, limbo, plinko or crash"},
          Option{"params", Kind::text, "",
                 "under:49.50, over:49.50, 2.00, 16:high, or BetPlaced.params as 0x…"},
          Option{"stake", Kind::text, "1", "Coins staked"},
          Option{"committed", Kind::text, "", "The seed revealed before, or the tip: checks the commitment"}},
         verify}};
}

}  // namespace farthing::node
