#include "node/cli.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace farthing::node {
namespace {

constexpr int mistake = 2;

constexpr std::string_view config_help =
    "Read settings from this file (default: farthing.toml in the data directory)";

std::string type_name(Kind kind) {
    switch (kind) {
        case Kind::path:
            return "PATH";
        case Kind::whole:
            return "N";
        case Kind::seconds:
            return "SECONDS";
        case Kind::text:
            return "TEXT";
        case Kind::flag:
            return "";
    }
    return {};
}

/// CLI11's view of one command and what it was given.
struct Parsed {
    const Command* command = nullptr;
    CLI::App* app = nullptr;
    Given given;
};

void declare(Parsed& parsed, const Option& option) {
    const std::string name(option.name);
    auto& given = parsed.given;
    if (option.kind == Kind::flag) {
        parsed.app->add_flag_callback(
            "--" + name, [&given, name] { given[name] = "true"; }, std::string(option.help));
        return;
    }
    auto* added = parsed.app->add_option_function<std::string>(
        option.positional ? name : "--" + name,
        [&given, name](const std::string& value) { given[name] = value; }, std::string(option.help));
    added->type_name(type_name(option.kind) + (option.required ? " (required)" : ""));
    if (!option.fallback.empty()) added->default_str(std::string(option.fallback));
}

CLI::App* app_for(CLI::App& root, std::string_view name, std::string_view summary) {
    auto* parent = &root;
    if (const auto space = name.find(' '); space != std::string_view::npos) {
        const std::string group(name.substr(0, space));
        const auto same = root.get_subcommands([&](const CLI::App* app) { return app->get_name() == group; });
        parent = same.empty() ? nullptr : same.front();
        if (!parent) {
            parent = root.add_subcommand(group, "See `farthing " + group + " --help`");
            parent->require_subcommand(1);
        }
        name.remove_prefix(space + 1);
    }
    return parent->add_subcommand(std::string(name), std::string(summary));
}

int refuse(const std::string& sentence) {
    std::cerr << "farthing: " << sentence << '\n';
    return mistake;
}

/// Whether a command's first word is `word`.
bool is_known(std::span<const Command> commands, std::string_view word) {
    return std::ranges::any_of(commands, [&](const Command& command) {
        return command.name.substr(0, command.name.find(' ')) == word;
    });
}

/// The names in the process's environment.
std::vector<std::string> variable_names() {
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        out.emplace_back(text.substr(0, text.find('=')));
    }
    return out;
}

/// `farthing help house init` as `farthing house init --help`, or what is wrong with it.
Result<std::vector<std::string>> as_help_flag(std::span<const Command> commands,
                                              std::span<const std::string> asked) {
    std::string name;
    for (const auto& word : asked) name += (name.empty() ? "" : " ") + word;
    const bool known = name.empty() || std::ranges::any_of(commands, [&](const Command& command) {
                           return command.name == name || command.name.starts_with(name + ' ');
                       });
    if (!known) return fail("there is no command \"" + name + "\"; `farthing --help` lists them");
    std::vector<std::string> out(asked.begin(), asked.end());
    out.emplace_back("--help");
    return out;
}

/// What the words begin with: a command, a group of them, or nothing.
std::string asked_command(std::span<const Command> commands, std::span<const std::string> words) {
    std::string out;
    std::string name;
    for (const auto& word : words) {
        name += (name.empty() ? "" : " ") + word;
        if (std::ranges::none_of(commands, [&](const Command& command) {
                return command.name == name || command.name.starts_with(name + ' ');
            }))
            break;
        out = name + ' ';
    }
    return out;
}

std::string first_line(std::string text) {
    if (const auto end = text.find('\n'); end != std::string::npos) text.resize(end);
    while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
    return text;
}

}  // namespace

int run_command_line(std::span<const Command> commands, int argc, char** argv) {
    CLI::App root("Farthing: an economy chain in a box", "farthing");
    root.set_version_flag("--version", "farthing " FARTHING_VERSION);
    root.require_subcommand(1);
    root.footer(
        "`farthing help COMMAND` tells what a command takes. Each setting may also stand in farthing.toml or "
        "in the environment (FARTHING_PORT=8545); flags win.\nStart here: farthing dev");
    std::vector<Parsed> all(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) {
        all[i].command = &commands[i];
        all[i].app = app_for(root, commands[i].name, commands[i].summary);
        all[i].app->footer("Example: " + std::string(commands[i].example));
        for (const auto& option : commands[i].options) declare(all[i], option);
        declare(all[i], {"config", Kind::path, "", config_help});
    }
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (!words.empty() && words.front() == "help") {
        auto rest = as_help_flag(commands, std::span(words).subspan(1));
        if (!rest) return refuse(rest.error().message);
        words = *std::move(rest);
    }
    if (!words.empty() && !words.front().starts_with('-') && !is_known(commands, words.front()))
        return refuse("there is no command \"" + words.front() + "\"; `farthing --help` lists them");
    for (const auto& warning : strange_variables(variable_names()))
        std::cerr << "farthing: warning: " << warning << '\n';
    const auto asked = asked_command(commands, words);
    try {
        // The vector's form takes the words from its end.
        std::ranges::reverse(words);
        root.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return root.exit(error);
        return refuse(first_line(error.what()) + "; `farthing " + asked + "--help` shows what there is");
    }
    for (const auto& parsed : all) {
        if (!parsed.app->parsed()) continue;
        const auto arguments = resolve(parsed.command->options, parsed.given,
                                       [](const std::string& name) { return std::getenv(name.c_str()); });
        if (!arguments)
            return refuse(arguments.error().message + "; see `farthing " + std::string(parsed.command->name) +
                          " --help`");
        const auto code = parsed.command->run(*arguments);
        return code ? *code : refuse(code.error().message);
    }
    return mistake;
}

}  // namespace farthing::node
