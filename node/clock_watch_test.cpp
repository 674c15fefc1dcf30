#include "node/clock_watch.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

using namespace std::chrono_literals;

TEST(ClockWatchTest, a_head_more_than_a_minute_ahead_of_the_clock_is_told_of) {
    EXPECT_FALSE(time_ahead(1'000, 2'000));
    EXPECT_FALSE(time_ahead(1'060, 1'000));
    EXPECT_TRUE(time_ahead(1'061, 1'000)->starts_with("the last block's time is 61 seconds ahead"));
}

TEST(ClockWatchTest, only_a_jump_ahead_of_more_than_a_day_is_told_of) {
    ClockWatch watch;
    const std::chrono::steady_clock::time_point start{};
    EXPECT_FALSE(watch.look(1'700'000'000, start));
    EXPECT_FALSE(watch.look(1'700'500'000, start + 500'000s)) << "blocks may be far apart";
    EXPECT_FALSE(watch.look(1'700'586'400, start + 500'000s));
    EXPECT_FALSE(watch.look(1'600'000'000, start + 500'001s)) << "back does no harm";
    const auto jump = watch.look(1'600'086'402, start + 500'002s);
    ASSERT_TRUE(jump);
    EXPECT_TRUE(jump->starts_with("this machine's clock jumped ahead by 86401 seconds")) << *jump;
    EXPECT_FALSE(watch.look(1'600'086'403, start + 500'003s)) << "once";
}

}  // namespace
}  // namespace farthing::node
