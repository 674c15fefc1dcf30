#include "node/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace farthing::node {
namespace {

struct Named {
    std::string_view name;
    spdlog::level::level_enum level;
};
/// In the order of LogLevel.
constexpr std::array levels{Named{"trace", spdlog::level::trace}, Named{"debug", spdlog::level::debug},
                            Named{"info", spdlog::level::info},   Named{"warning", spdlog::level::warn},
                            Named{"error", spdlog::level::err},   Named{"off", spdlog::level::off}};

}  // namespace

Result<void> start_log(std::string_view level) {
    const auto found = std::ranges::find(levels, level, &Named::name);
    if (found == levels.end())
        return fail("log-level must be trace, debug, info, warning, error or off, not \"" +
                    std::string(level) + '"');
    const auto logger = spdlog::stderr_color_mt("farthing");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v", spdlog::pattern_time_type::utc);
    logger->set_level(found->level);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(logger);
    return {};
}

void log(LogLevel level, std::string_view line) {
    spdlog::log(levels[static_cast<std::size_t>(level)].level, "{}", line);
}

}  // namespace farthing::node
