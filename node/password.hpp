#pragma once
// Where a password comes from: a file, or the terminal.
#include "core/base/result.hpp"
#include "node/cli.hpp"

#include <string>
#include <string_view>

namespace farthing::node {

/// A password to ask for, and the option that gives the file it may come from instead.
struct PasswordQuestion {
    std::string_view option = "password-file";
    std::string_view prompt = "Password";
    bool choosing = false;  ///< asked for twice, and not empty
};

/// The first line of the file that the option names; without it asked for on the terminal, without echo.
/// Without either: an error that names the option.
Result<std::string> ask_password(const Arguments& arguments, const PasswordQuestion& question);

}  // namespace farthing::node
