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
    clock.reach(507);
    machine += 3;
    EXPECT_EQ(clock.now(), 510u);
    clock.reach(510);
    EXPECT_EQ(clock.now(), 510u) << "a clock that is not behind is not touched";
    clock.reach(600);
    machine += 2;
    EXPECT_EQ(clock.now(), 602u) << "the clock is never behind the newest block";
}

}  // namespace
}  // namespace farthing::node
