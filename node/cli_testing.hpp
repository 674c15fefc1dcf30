#pragma once
// Commands run as an operator types them, for tests.
#include "node/cli.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace farthing::node::testing {

struct Ended {
    int code = 0;
    std::string out;
    std::string error;
};

inline Ended run(const std::vector<Command>& commands, std::vector<std::string> words) {
    words.insert(words.begin(), "farthing");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Ended done;
    done.code = run_command_line(commands, static_cast<int>(words.size()), argv.data());
    done.out = ::testing::internal::GetCapturedStdout();
    done.error = ::testing::internal::GetCapturedStderr();
    return done;
}

}  // namespace farthing::node::testing
