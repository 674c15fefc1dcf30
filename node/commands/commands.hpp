#pragma once
// The commands of the program, one file a family, each a list of rows for the command line.
#include "node/cli.hpp"

#include <vector>

namespace farthing::node {

std::vector<Command> abi_commands();
std::vector<Command> account_commands();
std::vector<Command> bench_commands();
std::vector<Command> config_commands();
std::vector<Command> db_commands();
std::vector<Command> db_move_commands();
std::vector<Command> house_commands();
std::vector<Command> init_commands();
std::vector<Command> node_commands();
std::vector<Command> verify_commands();

}  // namespace farthing::node
