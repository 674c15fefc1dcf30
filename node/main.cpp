#include "node/commands/commands.hpp"

#include <sys/resource.h>

#include <exception>
#include <iostream>

namespace {

/// To what the system allows: each segment of the journal, table and connection is an open file, and the
/// usual 1,024 is a limit for programs that use select(2).
void allow_open_files() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace farthing::node;
    allow_open_files();
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
