#pragma once
// A bet's parameters as people type them.
#include "core/fair/bet.hpp"

#include <string_view>

namespace farthing::node {

/// `game`: dice, limbo, plinko or crash. `text`: "under:49.50" or "over:49.50" for dice, "2.00" for limbo and
/// crash, "16:high" for plinko; or, for each, 0x and the bytes that placeBet took.
Result<fair::Play> parse_play(std::string_view game, std::string_view text);

}  // namespace farthing::node
