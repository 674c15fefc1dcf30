#include "node/commands/commands.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    using namespace farthing::node;
    try {
        std::vector<Command> commands;
        for (const auto& family :
             {node_commands(), init_commands(), account_commands(), house_commands(), verify_commands(),
              abi_commands(), db_commands(), db_move_commands(), bench_commands(), config_commands()})
            commands.insert(commands.end(), family.begin(), family.end());
        return run_command_line(commands, argc, argv);
    } catch (const std::exception& error) {
        // What the layers below throw is an operator's matter: disk, damaged data, ports.
        std::cerr << "farthing: " << error.what() << '\n';
        return 2;
    }
}
