#pragma once
// Where a password comes from: a file, or the terminal.
#include "core/base/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace farthing::node {

enum class PasswordUse { choose, unlock };

/// The first line of `file` when one is given; else asked for on the terminal without echo (twice when it is
/// being chosen). Without either: an error that names --password-file.
Result<std::string> ask_password(const std::optional<std::filesystem::path>& file, PasswordUse use);

}  // namespace farthing::node
