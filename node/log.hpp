#pragma once
// The node's own log, on stderr. Only this layer logs: what stands below returns or throws.
#include "core/base/result.hpp"

#include <string_view>

namespace farthing::node {

enum class LogLevel { trace, debug, info, warning, error };

/// `level`: trace, debug, info, warning, error or off.
Result<void> start_log(std::string_view level);
/// Thread-safe; one line.
void log(LogLevel level, std::string_view line);

}  // namespace farthing::node
