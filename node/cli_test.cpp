#include "node/cli_testing.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace farthing::node {
namespace {

const std::vector<Command> commands{
    {"greet",
     "Greets",
     "farthing greet you",
     {Option{"who", Kind::text, "", "Whom", 0, true, true}, Option{"times", Kind::whole, "1", "How often", 3},
      Option{"loud", Kind::flag, "", "Shout"}},
     [](const Arguments& arguments) -> Result<int> {
         std::cout << arguments.text("who") << arguments.whole("times") << arguments.flag("loud") << '\n';
         return 0;
     }},
    {"fail now",
     "Fails",
     "farthing fail now",
     {},
     [](const Arguments&) -> Result<int> { return fail("it failed"); }},
    {"fail late", "Says no", "farthing fail late", {}, [](const Arguments&) -> Result<int> { return 1; }},
};

testing::Ended run(const std::vector<std::string>& words) {
    return testing::run(commands, words);
}

TEST(CommandLine, arguments_reach_the_command) {
    EXPECT_EQ(run({"greet", "you"}).out, "you10\n");
    EXPECT_EQ(run({"greet", "--times", "3", "--loud", "me"}).out, "me31\n");
    EXPECT_EQ(run({"greet", "--times=2", "me"}).out, "me20\n");
}

TEST(CommandLine, each_mistake_is_one_sentence_and_code_2) {
    const std::vector<std::vector<std::string>> mistakes{{},
                                                         {"gret"},
                                                         {"greet"},
                                                         {"greet", "you", "me"},
                                                         {"greet", "you", "--times"},
                                                         {"greet", "you", "--times", "4"},
                                                         {"greet", "you", "--nope"},
                                                         {"fail"},
                                                         {"fail", "never"},
                                                         {"fail", "now"},
                                                         {"help", "gret"},
                                                         {"help", "greet", "you"},
                                                         {"help", "fail", "never"},
                                                         {"--nope"}};
    for (const auto& words : mistakes) {
        const auto done = run(words);
        EXPECT_EQ(done.code, 2) << ::testing::PrintToString(words);
        EXPECT_TRUE(done.error.starts_with("farthing: ")) << done.error;
        EXPECT_EQ(std::ranges::count(done.error, '\n'), 1) << done.error;
        EXPECT_TRUE(done.out.empty()) << done.out;
    }
    EXPECT_EQ(run({"gret"}).error, "farthing: there is no command \"gret\"; `farthing --help` lists them\n");
    EXPECT_EQ(run({"greet"}).error, "farthing: who is missing; see `farthing greet --help`\n");
    EXPECT_EQ(run({"fail", "now"}).error, "farthing: it failed\n");
    for (const auto& [words, help] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"greet", "you", "--nope"}, "`farthing greet --help`"},
             {{"fail", "now", "--nope"}, "`farthing fail now --help`"},
             {{"fail", "--nope"}, "`farthing fail --help`"},
             {{"--nope"}, "`farthing --help`"}})
        EXPECT_NE(run(words).error.find(help), std::string::npos) << run(words).error;
}

TEST(CommandLine, help_is_no_mistake_and_shows_options_and_example) {
    const auto all = run({"--help"});
    EXPECT_EQ(all.code, 0);
    for (const auto* name : {"greet", "fail", "FARTHING_PORT"})
        EXPECT_NE(all.out.find(name), std::string::npos);
    const auto one = run({"greet", "--help"});
    EXPECT_EQ(one.code, 0);
    for (const auto* text : {"--times", "How often", "Example: farthing greet you", "--config"})
        EXPECT_NE(one.out.find(text), std::string::npos) << text;
    EXPECT_EQ(run({"--version"}).code, 0);
}

TEST(CommandLine, help_as_a_command_says_what_the_flag_says) {
    EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
    EXPECT_EQ(run({"help", "greet"}).out, run({"greet", "--help"}).out);
    EXPECT_EQ(run({"help", "fail"}).out, run({"fail", "--help"}).out);
    EXPECT_EQ(run({"help", "fail", "now"}).out, run({"fail", "now", "--help"}).out);
    EXPECT_EQ(run({"help", "greet"}).code, 0);
    EXPECT_EQ(run({"help", "nope"}).error,
              "farthing: there is no command \"nope\"; `farthing --help` lists them\n");
}

TEST(CommandLine, help_tells_what_must_be_given) {
    const auto help = run({"greet", "--help"}).out;
    const auto line_of = [&](std::string_view name) {
        const auto at = help.rfind('\n', help.find(name)) + 1;
        return help.substr(at, help.find('\n', at) - at);
    };
    EXPECT_NE(line_of("Whom").find("required"), std::string::npos) << help;
    EXPECT_EQ(line_of("--times").find("required"), std::string::npos) << help;
}

TEST(CommandLine, a_variable_that_is_no_setting_is_warned_of_and_changes_nothing) {
    ::setenv("FARTHING_PROT", "1", 1);
    const auto done = run({"greet", "you"});
    ::unsetenv("FARTHING_PROT");
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.out, "you10\n");
    EXPECT_EQ(done.error,
              "farthing: warning: FARTHING_PROT in the environment is no setting and is not read; is "
              "FARTHING_PORT meant?\n");
    EXPECT_EQ(run({"greet", "you"}).error, "");
}

TEST(CommandLine, code_of_a_command_passes_through) {
    EXPECT_EQ(run({"fail", "late"}).code, 1);
}

}  // namespace
}  // namespace farthing::node
