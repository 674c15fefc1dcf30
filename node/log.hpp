#pragma once
// The node's own log, on stderr. Only this layer logs: what stands below returns or throws.
#include <string_view>

namespace farthing::node {

enum class LogLevel { trace, debug, info, warning, error };

/// trace, debug, info, warning, error or off.
bool is_log_level(std::string_view level);
/// Once a process. A level that is none is a bug and stops it.
void start_log(std::string_view level);
/// Thread-safe; one line.
void log(LogLevel level, std::string_view line);

}  // namespace farthing::node
