#include "node/config.hpp"

#include "core/base/hex.hpp"
#include "node/files.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

class ConfigTest : public testing::Test {
 protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() / ("farthing-config-" + hex(random_bytes(8)));
        ASSERT_TRUE(make_directory(folder, Privacy::owner_only));
        flags["data"] = folder.string();
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void write(std::string_view text) {
        ASSERT_TRUE(write_file(folder / "farthing.toml", text, Privacy::everyone_reads));
    }
    Result<Arguments> resolved() const {
        return resolve(options, flags, [this](const std::string& name) -> const char* {
            const auto found = variables.find(name);
            return found == variables.end() ? nullptr : found->second.c_str();
        });
    }
    std::string error() const {
        const auto arguments = resolved();
        EXPECT_FALSE(arguments);
        return arguments ? "" : arguments.error().message;
    }
    std::string file() const { return (folder / "farthing.toml").string(); }

    std::filesystem::path folder;
    Given flags;
    Given variables;
    std::vector<Option> options{setting("data"), setting("port"), setting("block-time"), setting("host")};
};

TEST_F(ConfigTest, flags_beat_environment_beats_file_beats_default) {
    EXPECT_EQ(resolved().value().whole("port"), 8545U);
    EXPECT_EQ(resolved().value().source("port"), Source::fallback);
    write("port = 1\n");
    EXPECT_EQ(resolved().value().whole("port"), 1U);
    variables["FARTHING_PORT"] = "2";
    EXPECT_EQ(resolved().value().whole("port"), 2U);
    flags["port"] = "3";
    EXPECT_EQ(resolved().value().whole("port"), 3U);
    EXPECT_EQ(resolved().value().source("port"), Source::flag);
}

TEST_F(ConfigTest, seconds_are_exact_from_every_source) {
    flags["block-time"] = "0.25";
    EXPECT_EQ(resolved().value().duration("block-time").count(), 250);
    flags["block-time"] = "1.005";
    EXPECT_EQ(resolved().value().duration("block-time").count(), 1005);
    flags.erase("block-time");
    write("block-time = 0.1\n");
    EXPECT_EQ(resolved().value().duration("block-time").count(), 100);
    write("block-time = 2\n");
    EXPECT_EQ(resolved().value().duration("block-time").count(), 2000);
}

TEST_F(ConfigTest, bad_values_are_named_with_their_place) {
    for (const auto* bad : {"", "-1", "65536", "8545x", "0x10", " 1", "99999999999999999999", "1.0"}) {
        flags["port"] = bad;
        EXPECT_EQ(error(), "--port must be a whole number from 0 to 65535, not \"" + std::string(bad) + '"');
    }
    flags.erase("port");
    for (const auto* bad : {"", "-1", ".5", "1.", "1.2345", "1.2.3", "86401", "1e3", "0.-1"}) {
        flags["block-time"] = bad;
        EXPECT_TRUE(error().starts_with("--block-time must be seconds from 0 to 86400")) << bad;
    }
    flags.erase("block-time");
    variables["FARTHING_PORT"] = "no";
    EXPECT_EQ(error(), "FARTHING_PORT must be a whole number from 0 to 65535, not \"no\"");
    variables.clear();
    write("port = 70000\n");
    EXPECT_EQ(error(), "\"port\" in " + file() + " must be a whole number from 0 to 65535, not \"70000\"");
}

TEST_F(ConfigTest, both_ends_of_a_range_hold) {
    options.push_back({"n", Kind::whole, "5", "", 7, false, false, 5});
    for (const auto* good : {"5", "7"}) {
        flags["n"] = good;
        EXPECT_TRUE(resolved()) << good;
    }
    for (const auto* bad : {"4", "8"}) {
        flags["n"] = bad;
        EXPECT_EQ(error(), "--n must be a whole number from 5 to 7, not \"" + std::string(bad) + '"');
    }
}

TEST_F(ConfigTest, unknown_key_wrong_type_and_broken_file_are_refused) {
    write("prot = 1\n");
    EXPECT_EQ(error(), "unknown key \"prot\" in " + file() + "; `farthing config` prints those that exist");
    write("[section]\nport = 1\n");
    EXPECT_TRUE(error().starts_with("unknown key \"section\""));
    write("port = \"1\"\n");
    EXPECT_EQ(error(), "\"port\" in " + file() + " must be a whole number from 0 to 65535");
    write("host = 5\n");
    EXPECT_EQ(error(), "\"host\" in " + file() + " must be an IP address such as 127.0.0.1, ::1 or 0.0.0.0");
    write("port = 1\nport = \n");
    EXPECT_TRUE(error().starts_with(file() + ", line 2: ")) << error();
    write("block-time = nan\n");
    EXPECT_TRUE(error().starts_with("\"block-time\" in "));
    write("data = \"/elsewhere\"\n");
    EXPECT_EQ(error(), file() + " cannot move its own directory: remove its key \"data\"");
}

TEST_F(ConfigTest, a_key_of_another_command_is_no_mistake) {
    write("accounts = 3\n");
    EXPECT_TRUE(resolved());
}

TEST_F(ConfigTest, named_file_must_exist_and_may_say_where_the_data_is) {
    flags["config"] = (folder / "other.toml").string();
    EXPECT_TRUE(error().starts_with("cannot read " + flags["config"] + ": ")) << error();
    ASSERT_TRUE(write_file(folder / "other.toml", "data = \"~/x\"\n", Privacy::everyone_reads));
    flags.erase("data");
    variables["HOME"] = "/home/me";
    EXPECT_EQ(resolved().value().path("data"), "/home/me/x");
}

TEST_F(ConfigTest, home_is_needed_only_where_it_is_meant) {
    EXPECT_TRUE(resolved());
    flags["data"] = "~/x";
    EXPECT_EQ(error(), "HOME is not set, so ~/x means nothing");
    variables["HOME"] = "/home/me";
    EXPECT_EQ(resolved().value().path("data"), "/home/me/x");
    flags["data"] = "~other/x";
    EXPECT_EQ(resolved().value().path("data"), "~other/x");
}

TEST_F(ConfigTest, unreadable_file_is_refused) {
    std::filesystem::create_directory(folder / "farthing.toml");
    EXPECT_TRUE(error().starts_with("cannot read " + file()));
}

TEST_F(ConfigTest, required_option_must_be_given_and_others_need_not) {
    options.push_back({"seed", Kind::text, "", "", 0, false, true});
    EXPECT_EQ(error(), "--seed is missing");
    flags["seed"] = "x";
    options.push_back({"extra", Kind::text, "", ""});
    EXPECT_FALSE(resolved().value().has("extra"));
    variables["FARTHING_EXTRA"] = "y";
    EXPECT_FALSE(resolved().value().has("extra")) << "only settings are read from the environment";
}

TEST(Environment, only_what_looks_like_a_setting_and_is_none_is_strange) {
    const std::vector<std::string> fine{
        "HOME",          "FARTHING",     "FARTHING_PORT", "FARTHING_CONFIG", "FARTHING_BLOCK_TIME",
        "FARTHING_LONG", "farthing_prot"};
    EXPECT_TRUE(strange_variables(fine).empty());
    const auto strange = strange_variables(std::vector<std::string>{"FARTHING_BLOCKTIME", "FARTHING_PORTS",
                                                                    "FARTHING_PASSWORD_FILE", "FARTHING_"});
    ASSERT_EQ(strange.size(), 4U);
    EXPECT_TRUE(strange[0].ends_with("is FARTHING_BLOCK_TIME meant?")) << strange[0];
    EXPECT_TRUE(strange[1].ends_with("is FARTHING_PORT meant?")) << strange[1];
    EXPECT_EQ(strange[2],
              "FARTHING_PASSWORD_FILE in the environment is no setting and is not read; `farthing config` "
              "prints those that exist");
    EXPECT_TRUE(strange[3].ends_with("prints those that exist")) << strange[3];
}

TEST_F(ConfigTest, none_of_what_there_must_be_some_of_is_refused_with_the_range) {
    options = {setting("data"), setting("accounts"), setting("mempool-count")};
    flags["accounts"] = "0";
    EXPECT_EQ(error(), "--accounts must be a whole number from 1 to 1000, not \"0\"");
    flags["accounts"] = "1";
    flags["mempool-count"] = "0";
    EXPECT_EQ(error(), "--mempool-count must be a whole number from 1 to 16777216, not \"0\"");
}

TEST_F(ConfigTest, printed_configuration_reads_back_as_the_same) {
    options.assign(settings().begin(), settings().end());
    flags["block-time"] = "0.05";
    flags["data"] = (folder / "quote \" and \\ slash").string();
    flags["hosts"] = "node.example";
    const auto first = resolved().value();
    const auto printed = print_toml(first);
    ASSERT_TRUE(write_file(folder / "printed.toml", printed, Privacy::everyone_reads));
    flags = {{"config", (folder / "printed.toml").string()}};
    const auto second = resolved().value();
    for (const auto& option : settings()) {
        EXPECT_EQ(second.source(option.name), first.has(option.name) ? Source::file : Source::fallback)
            << option.name;
        EXPECT_EQ(second.has(option.name), first.has(option.name)) << option.name;
        if (!first.has(option.name)) continue;
        if (option.kind == Kind::whole) {
            EXPECT_EQ(second.whole(option.name), first.whole(option.name));
        } else if (option.kind == Kind::text) {
            EXPECT_EQ(second.text(option.name), first.text(option.name));
        }
    }
    EXPECT_EQ(second.duration("block-time").count(), 50);
    EXPECT_EQ(second.path("data"), folder / "quote \" and \\ slash");
    EXPECT_NE(printed.find("\n# origins = "), std::string::npos) << "what is not set can be found too";
}

TEST_F(ConfigTest, a_text_that_no_command_could_use_is_refused_with_what_would_do) {
    options = {setting("data"), setting("host"), setting("hosts"), setting("origins"), setting("log-level")};
    const auto refused = [&](const char* name, std::initializer_list<const char*> bad) {
        for (const auto* text : bad) {
            flags[name] = text;
            EXPECT_TRUE(error().starts_with("--" + std::string(name) + " must be ")) << text;
        }
        flags.erase(name);
    };
    const auto taken = [&](const char* name, std::initializer_list<const char*> good) {
        for (const auto* text : good) {
            flags[name] = text;
            EXPECT_TRUE(resolved()) << text;
        }
        flags.erase(name);
    };
    refused("host", {"", "localhost", "1.2.3", "127.0.0.1:80", "::g"});
    taken("host", {"127.0.0.1", "::", "0.0.0.0", "fe80::1%eth0"});
    refused("hosts", {"http://node.example", "a/b", "a b"});
    taken("hosts", {"*", "node.example", "a.example, b.example:8545"});
    refused("origins", {"app.example", "https://app.example/", "://", "https://a.example,b"});
    taken("origins", {"*", "null", "https://app.example:444", "https://a.example, http://b.example"});
    refused("log-level", {"", "loud", "INFO"});
    taken("log-level", {"trace", "off"});
}

TEST_F(ConfigTest, a_list_is_what_stands_between_commas) {
    options = {setting("data"), setting("origins")};
    EXPECT_TRUE(resolved().value().list("origins").empty());
    flags["origins"] = " https://a.example , ,https://b.example,";
    EXPECT_EQ(resolved().value().list("origins"),
              (std::vector<std::string>{"https://a.example", "https://b.example"}));
}

}  // namespace
}  // namespace farthing::node
