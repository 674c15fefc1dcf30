#include "core/base/hex.hpp"
#include "node/commands/commands.hpp"
#include "node/files.hpp"
#include "node/key_file.hpp"
#include "node/keystore.hpp"
#include "node/password.hpp"
#include "node/text.hpp"

#include <iostream>

namespace farthing::node {
namespace {

constexpr Option password_file{"password-file", Kind::path, "",
                               "File whose first line is the password, instead of asking for it"};

Keystore keystore_of(const Arguments& arguments) {
    return Keystore(arguments.path("data") / "keystore");
}

Result<int> keep(const Arguments& arguments, const SecretKey& key) {
    TRY(auto password, ask_password(arguments, {.choosing = true}));
    std::cerr << "encrypting the key" << std::endl;
    TRY(const auto file, keystore_of(arguments).add(key, password));
    wipe(password);
    std::cout << checksummed(file.address) << '\n' << file.path.string() << '\n';
    return 0;
}

Result<int> create(const Arguments& arguments) {
    return keep(arguments, random_key());
}

Result<int> list(const Arguments& arguments) {
    TRY(const auto files, keystore_of(arguments).list());
    for (const auto& file : files)
        std::cout << checksummed(file.address) << "  " << file.path.string() << '\n';
    if (files.empty()) std::cerr << "no accounts yet; `farthing account new` makes one\n";
    return 0;
}

/// A file holding either 64 hex digits or a V3 key under its own password.
Result<SecretKey> read_key(const Arguments& arguments) {
    const auto path = arguments.path("file");
    TRY(const auto text, read_file(path));
    if (text.find('{') == std::string::npos) return read_key_file(path);
    TRY(const auto password,
        ask_password(arguments, {"old-password-file", "The key file's present password"}));
    TRY(const auto secret, open_secret(text, password));
    return SecretKey::from(secret);
}

Result<int> import(const Arguments& arguments) {
    TRY(const auto key, read_key(arguments));
    return keep(arguments, key);
}

}  // namespace

std::vector<Command> account_commands() {
    return {
        {"account new",
         "Make a new account and keep its key encrypted",
         "farthing account new --data ~/.farthing",
         {setting("data"), password_file},
         create},
        {"account list",
         "List the accounts whose keys are kept here",
         "farthing account list",
         {setting("data")},
         list},
        {"account import",
         "Keep a private key from a file (hexadecimal, or a V3 key file)",
         "farthing account import key.txt",
         {setting("data"), password_file,
          Option{"old-password-file", Kind::path, "",
                 "File whose first line is the V3 key file's present password, instead of asking for it"},
          Option{"file", Kind::path, "", "File with the key", 0, true, true}},
         import},
    };
}

}  // namespace farthing::node
