#include "node/password.hpp"

#include "node/files.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace farthing::node {
namespace {

/// Turns the terminal's echo off for as long as it lives.
class Silence {
 public:
    Silence() : known_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() {
        if (known_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    }

 private:
    termios before_{};
    bool known_;
};

Result<std::string> read_hidden_line(std::string_view prompt) {
    std::string line;
    {
        const Silence silence;  // Before the prompt: whoever answers it at once is neither shown nor flushed.
        std::cerr << prompt << std::flush;
        std::getline(std::cin, line);
    }
    std::cerr << '\n';
    if (!std::cin) return fail("no password was given");
    return line;
}

}  // namespace

Result<std::string> ask_password(const Arguments& arguments, const PasswordQuestion& question) {
    const std::string prompt(question.prompt);
    if (arguments.has(question.option)) {
        const auto file = arguments.path(question.option);
        TRY(auto text, read_file(file));
        if (const auto end = text.find_first_of("\r\n"); end != std::string::npos) text.resize(end);
        if (text.empty()) return fail("the first line of " + file.string() + " is empty: no password there");
        return text;
    }
    if (!::isatty(STDIN_FILENO))
        return fail(prompt + ": no terminal to ask for it on; name a file with --" +
                    std::string(question.option));
    TRY(auto password, read_hidden_line(prompt + ": "));
    if (!question.choosing) return password;
    if (password.empty()) return fail("an empty password protects nothing");
    TRY(const auto again, read_hidden_line("Again: "));
    if (again != password) return fail("the two passwords differ");
    return password;
}

}  // namespace farthing::node
