#include "node/dev_clock.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

TEST(DevClock, moves_on_stands_still_and_goes_on_from_there) {
    std::uint64_t machine = 1'000;
    DevClock clock([&] { return machine; });
    EXPECT_EQ(clock.now(), 1'000u);
    EXPECT_EQ(clock.advance(50), 50u);
    EXPECT_EQ(clock.advance(10), 60u);
    machine += 5;
    EXPECT_EQ(clock.now(), 1'065u);
    clock.stand_at(500);
    machine += 5;
    EXPECT_EQ(clock.now(), 500u);
    EXPECT_EQ(clock.advance(7), 67u);
    EXPECT_EQ(clock.now(), 507u);
    clock.go_on();
    machine += 3;
    EXPECT_EQ(clock.now(), 510u);
    clock.go_on();
    EXPECT_EQ(clock.now(), 510u) << "a clock that goes is not touched";
}

}  // namespace
}  // namespace farthing::node
