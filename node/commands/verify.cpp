#include "core/fair/verify.hpp"

#include "core/base/hex.hpp"
#include "node/commands/commands.hpp"
#include "node/play_text.hpp"
#include "node/text.hpp"

#include <algorithm>
#include <iostream>

namespace farthing::node {
namespace {

/// Names the option in front of what is wrong with its value.
template <class T>
Result<T> named(std::string_view option, Result<T> value) {
    if (!value) return fail("--" + std::string(option) + ": " + value.error().message);
    return value;
}

Result<fair::BetFacts> pasted_facts(const Arguments& arguments) {
    for (const auto* needed : {"server-seed", "client-seed", "player", "randomness", "params"})
        if (!arguments.has(needed))
            return fail(
                "--" + std::string(needed) +
                " is missing; a bet needs --server-seed, --client-seed, "
                "--player, --randomness, --nonce, --game and --params, or give its transaction's hash");
    fair::BetFacts out;
    TRY(out.server_seed, named("server-seed", hash_from_hex(arguments.text("server-seed"))));
    out.client_seed = arguments.text("client-seed");
    TRY(out.player, named("player", address_from_hex(arguments.text("player"))));
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

Result<int> verify(const Arguments& arguments) {
    TRY(const auto facts, pasted_facts(arguments));
    TRY(const auto bet, fair::recompute(facts));
    std::size_t width = 0;
    for (const auto& step : bet.steps) width = std::max(width, step.name.size());
    for (const auto& step : bet.steps)
        std::cout << step.name << std::string(width + 2 - step.name.size(), ' ') << step.value << '\n';
    return 0;
}

}  // namespace

std::vector<Command> verify_commands() {
    return {
        {"verify",
         "Recompute a bet from pasted values, step by step",
         "farthing verify --server-seed 5d43…b190 --client-seed lucky --player 0xf39F…2266 "
         "--randomness 0x1f0c…77aa --nonce 29 --game dice --params under:49.50 --stake 1.5",
         {Option{"server-seed", Kind::text, "", "The revealed seed (SeedRevealed.seed)"},
          Option{"client-seed", Kind::text, "", "The player's own seed (BetPlaced.clientSeed)"},
          Option{"player", Kind::text, "", "Who placed the bet"},
          Option{"randomness", Kind::text, "", "mixHash of the round's entropy block (SeedRevealed.R)"},
          Option{"nonce", Kind::whole, "0", "BetPlaced.nonce", UINT64_MAX},
          Option{"game", Kind::text, "dice", "dice, limbo, plinko or crash"},
          Option{"params", Kind::text, "",
                 "under:49.50, over:49.50, 2.00, 16:high, or BetPlaced.params as 0x…"},
          Option{"stake", Kind::text, "1", "Coins staked"},
          Option{"committed", Kind::text, "", "The seed revealed before, or the tip: checks the commitment"}},
         verify}};
}

}  // namespace farthing::node
