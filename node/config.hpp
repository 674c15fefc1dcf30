#pragma once
// What an operator may say: options, each declared once, given as flag, environment variable or file key.
#include "core/base/result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::node {

enum class Kind {
    text,
    path,
    whole,    ///< A whole number from Option::min to Option::max.
    seconds,  ///< Seconds with at most three digits behind the point.
    flag,
};

/// What a text must be like, where not every one will do.
struct Form {
    bool (*fits)(std::string_view text);
    std::string_view expected;  ///< Goes on after "must be".
};

struct Option {
    std::string_view name;  ///< `block-time`: the flag --block-time, the key block-time, FARTHING_BLOCK_TIME.
    Kind kind = Kind::text;
    std::string_view fallback;  ///< In the form the flag takes; empty: none.
    std::string_view help;
    std::uint64_t max = UINT32_MAX;
    bool positional = false;  ///< Given by place instead of by name.
    bool required = false;
    std::uint64_t min = 0;
    const Form* form = nullptr;  ///< Null: any text.
};

/// The options that also stand in farthing.toml and in the environment, in the order they are printed.
std::span<const Option> settings();
/// One of them, with another default where a command has its own.
Option setting(std::string_view name);
Option setting(std::string_view name, std::string_view fallback);

/// Where a value came from; each beats those before it.
enum class Source { fallback, file, environment, flag };

/// The checked values of a command's options. Asking for an option that the command does not declare, or as
/// another kind, is a bug and stops the process.
class Arguments {
 public:
    bool has(std::string_view name) const;  ///< Given, or has a default.
    std::string text(std::string_view name) const;
    std::filesystem::path path(std::string_view name) const { return text(name); }
    std::vector<std::string> list(std::string_view name) const;  ///< What stands between commas in a text.
    std::uint64_t whole(std::string_view name) const;
    std::chrono::milliseconds duration(std::string_view name) const;
    bool flag(std::string_view name) const;
    Source source(std::string_view name) const;

 private:
    friend struct Resolver;
    struct Value {
        Kind kind = Kind::text;
        Source source = Source::fallback;
        std::string text;
        std::uint64_t number = 0;
    };
    const Value& at(std::string_view name, Kind kind) const;
    std::map<std::string, Value, std::less<>> values_;
};

using Given = std::map<std::string, std::string, std::less<>>;
/// Reads one environment variable; null when unset.
using Environment = std::function<const char*(const std::string& name)>;

/// Flags beat the environment beats the file beats defaults. The file is `config` when that is given, else
/// farthing.toml in the data directory when there is one. Errors, one sentence each: a value out of range, a
/// key that no command knows, a file that cannot be read, an option that is required and missing.
Result<Arguments> resolve(std::span<const Option> options, const Given& flags,
                          const Environment& environment);

/// A sentence for each variable that begins like a setting's and is none, so that a misspelt one is noticed.
/// `names` are those of the whole environment.
std::vector<std::string> strange_variables(std::span<const std::string> names);

/// The settings as a farthing.toml that says the same, each with its meaning and origin.
std::string print_toml(const Arguments& arguments);

}  // namespace farthing::node
