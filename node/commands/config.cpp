#include "node/commands/commands.hpp"

#include <iostream>

namespace farthing::node {

std::vector<Command> config_commands() {
    return {{"config",
             "Print the configuration in force, as a farthing.toml",
             "farthing config --port 9000",
             {settings().begin(), settings().end()},
             [](const Arguments& arguments) -> Result<int> {
                 std::cout << print_toml(arguments);
                 return 0;
             }}};
}

}  // namespace farthing::node
