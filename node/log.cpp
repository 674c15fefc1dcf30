#include "node/log.hpp"

#include "core/base/check.hpp"

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

bool is_log_level(std::string_view level) {
    return std::ranges::find(levels, level, &Named::name) != levels.end();
}

void start_log(std::string_view level) {
    const auto found = std::ranges::find(levels, level, &Named::name);
    FARTHING_CHECK(found != levels.end());
    const auto logger = spdlog::stderr_color_mt("farthing");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v", spdlog::pattern_time_type::utc);
    logger->set_level(found->level);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(logger);
}

void log(LogLevel level, std::string_view line) {
    spdlog::log(levels[static_cast<std::size_t>(level)].level, "{}", line);
}

}  // namespace farthing::node
