#include "node/play_text.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace farthing::node {
namespace {

using fair::Game;

/// "49.5", "49.50", "49": hundredths. Range is the game's matter.
std::optional<std::uint64_t> parse_hundredths(std::string_view text) {
    const auto point = text.find('.');
    std::string digits(text.substr(0, point));
    if (digits.empty() || digits.size() > 7) return std::nullopt;
    std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
    if ((point != std::string_view::npos && fraction.empty()) || fraction.size() > 2) return std::nullopt;
    fraction.resize(2, '0');
    digits += fraction;
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return out;
}

Result<Game> parse_game(std::string_view name) {
    for (const auto game : {Game::dice, Game::limbo, Game::plinko, Game::crash})
        if (fair::name_of(game) == name) return game;
    return fail("--game must be dice, limbo, plinko or crash, not \"" + std::string(name) + '"');
}

Result<fair::Play> parse_dice(std::string_view text) {
    const auto colon = text.find(':');
    const auto side = text.substr(0, colon);
    const auto target = parse_hundredths(colon == std::string_view::npos ? "" : text.substr(colon + 1));
    if ((side != "under" && side != "over") || !target || *target > 10000)
        return fail("--params of dice must be like under:49.50 or over:49.50, not \"" + std::string(text) +
                    '"');
    return fair::Play{Game::dice, *target | std::uint64_t{side == "over"} << 16};
}

Result<fair::Play> parse_target(Game game, std::string_view text) {
    const auto target = parse_hundredths(text);
    if (!target)
        return fail("--params of " + std::string(fair::name_of(game)) +
                    " must be a multiplier like 2.00, not \"" + std::string(text) + '"');
    return fair::Play{game, *target};
}

Result<fair::Play> parse_plinko(std::string_view text) {
    constexpr std::array<std::string_view, 3> risks{"low", "medium", "high"};
    const auto colon = std::min(text.find(':'), text.size());
    const auto number = text.substr(0, colon);
    std::uint64_t rows = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rows);
    const auto risk = std::ranges::find(risks, text.substr(std::min(colon + 1, text.size())));
    if (error != std::errc{} || end != number.data() + number.size() || rows > 16 || risk == risks.end())
        return fail("--params of plinko must be like 16:high (low, medium, high), not \"" +
                    std::string(text) + '"');
    return fair::Play{Game::plinko, rows | static_cast<std::uint64_t>(risk - risks.begin()) << 8};
}

}  // namespace

Result<fair::Play> parse_play(std::string_view game_name, std::string_view text) {
    TRY(const auto game, parse_game(game_name));
    const auto number = static_cast<std::uint8_t>(game);
    if (text.starts_with("0x")) {
        TRY(const auto params, from_hex(text));
        return fair::play_of(number, params);
    }
    auto typed = game == Game::dice     ? parse_dice(text)
                 : game == Game::plinko ? parse_plinko(text)
                                        : parse_target(game, text);
    if (!typed) return typed;
    // The game's own rules decide whether such a bet exists.
    return fair::play_of(number, fair::params_of(*typed));
}

}  // namespace farthing::node
