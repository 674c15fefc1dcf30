#pragma once
// The command line: each command is one row that says what it takes, what it does and how it is typed.
#include "node/config.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace farthing::node {

struct Command {
    std::string_view name;  ///< "account new": one or two words.
    std::string_view summary;
    std::string_view example;
    std::vector<Option> options;
    /// The exit code, or the sentence that says what the operator did wrong (exit code 2).
    Result<int> (*run)(const Arguments&);
};

/// Parses, runs, and gives the exit code: what the command says; 0 after --help; 2 with one sentence on
/// stderr for a mistake of the operator.
int run_command_line(std::span<const Command> commands, int argc, char** argv);

}  // namespace farthing::node
