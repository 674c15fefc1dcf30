#include "node/config.hpp"

#include "core/base/check.hpp"
#include "node/files.hpp"
#include "node/log.hpp"

#include <arpa/inet.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <ranges>
#include <utility>

namespace farthing::node {
namespace {

constexpr std::string_view file_name = "farthing.toml";

/// Larger ones lose precision in a wallet's arithmetic; the genesis file holds the same bound.
constexpr std::uint64_t chain_id_max = 4'503'599'627'370'476;

bool is_ip_address(std::string_view text) {
    const std::string name(text.substr(0, text.find('%')));  // fe80::1%eth0 names a network card.
    in6_addr address{};
    return ::inet_pton(AF_INET, name.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

/// The words between commas, without the spaces around them.
std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    for (const auto part : std::views::split(text, ',')) {
        std::string_view word(part);
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        if (!word.empty()) out.emplace_back(word);
    }
    return out;
}

/// As a browser sends it: scheme and host, and the port if it is not the scheme's own.
bool is_origin(std::string_view word) {
    const auto scheme = word.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return word == "*" || word == "null";
    const auto host = word.substr(scheme + 3);
    return !host.empty() && host.find_first_of("/ ") == std::string_view::npos;
}

bool is_host(std::string_view word) {
    return word.find_first_of("/ ") == std::string_view::npos;
}

constexpr Form ip_address{is_ip_address, "an IP address such as 127.0.0.1, ::1 or 0.0.0.0"};
constexpr Form host_list{[](std::string_view text) { return std::ranges::all_of(split(text), is_host); },
                         "host names with commas between them, such as node.example, or *"};
constexpr Form origin_list{[](std::string_view text) { return std::ranges::all_of(split(text), is_origin); },
                           "web origins with commas between them, such as https://app.example, or *"};
constexpr Form log_level{is_log_level, "trace, debug, info, warning, error or off"};

constexpr std::array all_settings{
    Option{"data", Kind::path, "~/.farthing", "Directory that holds the chain, its keys and farthing.toml"},
    Option{"host", Kind::text, "127.0.0.1", "Address to listen on; others than loopback expose the node", 0,
           false, false, 0, &ip_address},
    Option{"port", Kind::whole, "8545", "Port of HTTP and WebSocket; 0 takes a free one", 65535},
    Option{"hosts", Kind::text, "",
           "Names by which the node is called, beside localhost and addresses, with commas; *: any", 0, false,
           false, 0, &host_list},
    Option{"origins", Kind::text, "",
           "Web origins whose pages may call the node, beside this machine's, with commas; *: any", 0, false,
           false, 0, &origin_list},
    Option{"metrics-port", Kind::whole, "6060",
           "Port of the Prometheus metrics on 127.0.0.1; 0 turns them off", 65535},
    Option{"block-time", Kind::seconds, "1",
           "Seconds from block to block; with `dev`, 0 makes one as soon as there is work"},
    Option{"accounts", Kind::whole, "10", "Development accounts to fund and print", 1000, false, false, 1},
    Option{"chain-id", Kind::whole, "31337", "Chain id of a development chain", chain_id_max, false, false,
           1},
    Option{"history-mb", Kind::whole, "256", "Megabytes of recent states to keep readable", 1 << 20},
    Option{"block-cache-mb", Kind::whole, "128",
           "Megabytes of decoded blocks to keep: recent ones and those asked for", 1 << 20},
    Option{"checkpoint-blocks", Kind::whole, "100000",
           "Blocks from one checkpoint of the state to the next; 0 makes none"},
    Option{"retain-blocks", Kind::whole, "0",
           "Newest blocks to keep; older ones go once two checkpoints make them dispensable; 0 keeps all"},
    Option{"mempool-count", Kind::whole, "65536", "Transactions that may wait", 1 << 24, false, false, 1},
    Option{"client-sockets", Kind::whole, "100",
           "Connections that one address may hold, of 500; this machine's own are not counted", 500, false,
           false, 1},
    Option{"client-filters", Kind::whole, "1000",
           "Filters that one address may have installed, of 10000; this machine's own are not counted",
           10'000, false, false, 1},
    Option{"log-level", Kind::text, "info", "trace, debug, info, warning, error or off", 0, false, false, 0,
           &log_level},
};

constexpr std::string_view variable_prefix = "FARTHING_";
/// What is no setting and yet meant: where the settings are, and what only our tests read.
constexpr std::array other_variables{"FARTHING_CONFIG",      "FARTHING_SEED",  "FARTHING_LONG",
                                     "FARTHING_TRIALS",      "FARTHING_KILLS", "FARTHING_SIM_SEEDS",
                                     "FARTHING_FUZZ_SECONDS"};

std::string environment_name(std::string_view option) {
    std::string out(variable_prefix);
    for (const char c : option) out += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return out;
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "1", "0.25": milliseconds; at most a day.
std::optional<std::uint64_t> parse_seconds(std::string_view text) {
    const auto point = text.find('.');
    const auto whole = parse_whole(text.substr(0, point));
    if (!whole || *whole > 86'400) return std::nullopt;
    if (point == std::string_view::npos) return *whole * 1000;
    std::string fraction(text.substr(point + 1));
    if (fraction.empty() || fraction.size() > 3) return std::nullopt;
    fraction.resize(3, '0');
    const auto thousandths = parse_whole(fraction);
    if (!thousandths) return std::nullopt;
    return *whole * 1000 + *thousandths;
}

std::string seconds_text(std::uint64_t milliseconds) {
    auto out = std::to_string(milliseconds / 1000);
    if (milliseconds % 1000 == 0) return out;
    auto fraction = std::to_string(1000 + milliseconds % 1000).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return out + '.' + fraction;
}

/// How many letters must be changed, added or left out to make one word of the other (Levenshtein).
std::size_t letters_apart(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::ranges::copy(std::views::iota(std::size_t{0}, row.size()), row.begin());
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

/// What a TOML value would be as a flag, or nothing when its type does not fit.
std::optional<std::string> as_flag_text(const toml::node& node, Kind kind) {
    if ((kind == Kind::whole || kind == Kind::seconds) && node.is_integer())
        return std::to_string(node.as_integer()->get());
    if (kind == Kind::seconds && node.is_floating_point()) {
        const double seconds = node.as_floating_point()->get();
        if (!(seconds >= 0 && seconds <= 86'400)) return std::nullopt;
        return seconds_text(static_cast<std::uint64_t>(std::llround(seconds * 1000)));
    }
    if (kind == Kind::flag && node.is_boolean()) return node.as_boolean()->get() ? "true" : "false";
    if ((kind == Kind::text || kind == Kind::path) && node.is_string()) return node.as_string()->get();
    return std::nullopt;
}

std::string expectation(const Option& option) {
    if (option.form) return std::string(option.form->expected);
    switch (option.kind) {
        case Kind::whole:
            return "a whole number from " + std::to_string(option.min) + " to " + std::to_string(option.max);
        case Kind::seconds:
            return "seconds from 0 to 86400, with at most three digits behind the point";
        case Kind::flag:
            return "true or false";
        case Kind::text:
        case Kind::path:
            return "text";
    }
    return {};
}

Result<Given> read_settings(const std::filesystem::path& path) {
    TRY(const auto text, read_file(path));
    const auto parsed = [&]() -> Result<toml::table> {
        try {
            return toml::parse(text);
        } catch (const toml::parse_error& error) {
            return fail(path.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
                        std::string(error.description()));
        }
    }();
    if (!parsed) return std::unexpected(parsed.error());
    Given out;
    for (const auto& [key, node] : *parsed) {
        const auto known = std::ranges::find(all_settings, key.str(), &Option::name);
        if (known == all_settings.end())
            return fail("unknown key \"" + std::string(key.str()) + "\" in " + path.string() +
                        "; `farthing config` prints those that exist");
        const auto value = as_flag_text(node, known->kind);
        if (!value)
            return fail('"' + std::string(key.str()) + "\" in " + path.string() + " must be " +
                        expectation(*known));
        out.emplace(key.str(), *value);
    }
    return out;
}

/// The user's home in place of a leading `~`, as a shell writes it.
Result<std::string> expand_home(std::string_view path, const Environment& environment) {
    if (path != "~" && !path.starts_with("~/")) return std::string(path);
    const char* home = environment("HOME");
    if (!home || *home == '\0') return fail("HOME is not set, so " + std::string(path) + " means nothing");
    return std::string(home).append(path.substr(1));
}

}  // namespace

std::vector<std::string> strange_variables(std::span<const std::string> names) {
    std::vector<std::string> out;
    for (const auto& name : names) {
        if (!name.starts_with(variable_prefix) ||
            std::ranges::find(other_variables, name) != other_variables.end())
            continue;
        std::string nearest;
        std::size_t least = 3;  // More letters apart is another word.
        for (const auto& option : all_settings) {
            const auto known = environment_name(option.name);
            const auto apart = letters_apart(name, known);
            if (apart < least) {
                least = apart;
                nearest = known;
            }
        }
        if (!nearest.empty() && least == 0) continue;
        out.push_back(
            name + " in the environment is no setting and is not read; " +
            (nearest.empty() ? "`farthing config` prints those that exist" : "is " + nearest + " meant?"));
    }
    return out;
}

std::span<const Option> settings() {
    return all_settings;
}

Option setting(std::string_view name) {
    const auto found = std::ranges::find(all_settings, name, &Option::name);
    FARTHING_CHECK(found != all_settings.end());
    return *found;
}

Option setting(std::string_view name, std::string_view fallback) {
    auto out = setting(name);
    out.fallback = fallback;
    return out;
}

bool Arguments::has(std::string_view name) const {
    return values_.contains(name);
}

const Arguments::Value& Arguments::at(std::string_view name, Kind kind) const {
    const auto found = values_.find(name);
    FARTHING_CHECK(found != values_.end());
    const bool same = found->second.kind == kind || (kind == Kind::text && found->second.kind == Kind::path);
    FARTHING_CHECK(same);
    return found->second;
}

std::string Arguments::text(std::string_view name) const {
    return at(name, Kind::text).text;
}
std::uint64_t Arguments::whole(std::string_view name) const {
    return at(name, Kind::whole).number;
}
std::chrono::milliseconds Arguments::duration(std::string_view name) const {
    return std::chrono::milliseconds(at(name, Kind::seconds).number);
}
std::vector<std::string> Arguments::list(std::string_view name) const {
    return has(name) ? split(text(name)) : std::vector<std::string>();
}
bool Arguments::flag(std::string_view name) const {
    return has(name) && at(name, Kind::flag).number != 0;
}
Source Arguments::source(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? Source::fallback : found->second.source;
}

/// The steps of resolve, which share where values come from.
struct Resolver {
    const Given& flags;
    const Environment& environment;
    Given file;
    std::filesystem::path file_path;
    Arguments out;

    Result<void> find_file(std::span<const Option> options) {
        const auto named = flags.find("config");
        const char* from_environment = environment("FARTHING_CONFIG");
        if (named != flags.end() || from_environment) {
            file_path = named != flags.end() ? named->second : from_environment;
        } else {
            // Only flags, environment and default can say where the data is before the file is read.
            const auto data = std::ranges::find(options, "data", &Option::name);
            if (data == options.end()) return {};
            const auto flag = flags.find("data");
            const char* variable = environment("FARTHING_DATA");
            const std::string directory = flag != flags.end() ? flag->second
                                          : variable          ? std::string(variable)
                                                              : std::string(data->fallback);
            TRY(const auto expanded, expand_home(directory, environment));
            file_path = std::filesystem::path(expanded) / file_name;
            std::error_code error;
            if (!std::filesystem::exists(file_path, error)) return {};
            auto read = read_settings(file_path);
            if (!read) return std::unexpected(read.error());
            if (read->contains("data"))
                return fail(file_path.string() + " cannot move its own directory: remove its key \"data\"");
            file = std::move(*read);
            return {};
        }
        auto read = read_settings(file_path);
        if (!read) return std::unexpected(read.error());
        file = std::move(*read);
        return {};
    }

    Result<void> set(const Option& option, Source source, const std::string& where, std::string text) {
        Arguments::Value value{option.kind, source, std::move(text), 0};
        std::optional<std::uint64_t> number = 0;
        if (option.kind == Kind::whole) number = parse_whole(value.text);
        if (option.kind == Kind::seconds) number = parse_seconds(value.text);
        if (option.kind == Kind::flag && value.text == "true") number = 1;
        const bool bad_flag = option.kind == Kind::flag && value.text != "true" && value.text != "false";
        const bool out_of_range =
            option.kind == Kind::whole && number && (*number < option.min || *number > option.max);
        const bool misformed = option.form && !option.form->fits(value.text);
        if (!number || bad_flag || out_of_range || misformed)
            return fail(where + " must be " + expectation(option) + ", not \"" + value.text + '"');
        if (option.kind == Kind::path) {
            if (value.text.empty()) return fail(where + " must not be empty");
            TRY(value.text, expand_home(value.text, environment));
        }
        value.number = *number;
        out.values_.insert_or_assign(std::string(option.name), std::move(value));
        return {};
    }

    Result<void> choose(const Option& option) {
        const std::string name(option.name);
        const bool shared = std::ranges::find(all_settings, option.name, &Option::name) != all_settings.end();
        if (const auto flag = flags.find(name); flag != flags.end())
            return set(option, Source::flag, option.positional ? name : "--" + name, flag->second);
        if (const auto variable = environment_name(name); shared && environment(variable))
            return set(option, Source::environment, variable, environment(variable));
        if (const auto key = file.find(name); shared && key != file.end())
            return set(option, Source::file, '"' + name + "\" in " + file_path.string(), key->second);
        if (!option.fallback.empty())
            return set(option, Source::fallback, name, std::string(option.fallback));
        if (option.required)
            return fail(option.positional ? name + " is missing" : "--" + name + " is missing");
        return {};
    }
};

Result<Arguments> resolve(std::span<const Option> options, const Given& flags,
                          const Environment& environment) {
    Resolver resolver{flags, environment, {}, {}, {}};
    if (const auto found = resolver.find_file(options); !found) return std::unexpected(found.error());
    for (const auto& option : options)
        if (const auto chosen = resolver.choose(option); !chosen) return std::unexpected(chosen.error());
    return std::move(resolver.out);
}

std::string print_toml(const Arguments& arguments) {
    constexpr std::array origin{"default", "from the file", "from the environment", "from the command line"};
    std::string out;
    for (const auto& option : all_settings) {
        const std::string name(option.name);
        if (!arguments.has(name)) {
            out += "# " + std::string(option.help) + " (not set)\n# " + name + " = \"\"\n";
            continue;
        }
        out += "# " + std::string(option.help) + " (" +
               origin[static_cast<std::size_t>(arguments.source(option.name))] + ")\n" + name + " = ";
        switch (option.kind) {
            case Kind::whole:
                out += std::to_string(arguments.whole(name));
                break;
            case Kind::seconds:
                out += seconds_text(static_cast<std::uint64_t>(arguments.duration(name).count()));
                break;
            case Kind::flag:
                out += arguments.flag(name) ? "true" : "false";
                break;
            case Kind::text:
            case Kind::path: {
                toml::table quoted{{"v", arguments.text(name)}};
                std::ostringstream text;
                text << quoted;
                out += text.str().substr(4);
                break;
            }
        }
        out += '\n';
    }
    return out;
}

}  // namespace farthing::node
