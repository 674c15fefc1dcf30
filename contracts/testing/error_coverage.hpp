#pragma once
// Every custom error of a module must be raised by some test of the whole run.
#include "contracts/testing/test_chain.hpp"

#include <algorithm>

namespace farthing::contracts::testing {

/// Collects over all tests; fails at the end of an unfiltered run when an error was never raised.
class ErrorCoverage : public ::testing::Environment {
 public:
    static ErrorCoverage& of(const Module& module) {
        static std::map<const Module*, ErrorCoverage*> all;
        auto*& one = all[&module];
        if (one == nullptr) {
            one = new ErrorCoverage;  // The test framework owns and deletes it.
            ::testing::AddGlobalTestEnvironment(one);
        }
        return *one;
    }
    void add(const TestChain& chain, const Module& module) {
        const auto missing = chain.errors_not_raised(module);
        const std::set<std::string> now(missing.begin(), missing.end());
        if (!std::exchange(any_, true))
            missing_ = now;
        else
            std::erase_if(missing_, [&](const std::string& name) { return !now.contains(name); });
    }
    void TearDown() override {
        if (GTEST_FLAG_GET(filter) != "*") return;
        for (const auto& name : missing_) ADD_FAILURE() << "no test raises " << name;
    }

 private:
    bool any_ = false;
    std::set<std::string> missing_;
};

}  // namespace farthing::contracts::testing
