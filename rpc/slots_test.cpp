// Calls that take long, and who gets how many of them.
#include "rpc/slots.hpp"

#include "rpc/client_testing.hpp"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace farthing::rpc {
namespace {

using namespace std::chrono_literals;

/// The code that refuses it; 0 when it got a slot, which goes into `held`.
int take(Slots& slots, const Client& client, std::vector<Slots::Held>& held) {
    auto got = slots.take(client);
    if (!got) return got.error().code;
    held.push_back(*std::move(got));
    return 0;
}

TEST(Slots, one_address_gets_half_and_leaves_the_rest_to_others) {
    Slots slots({.running = 4, .waiting = 0, .patience = 0ms});
    std::vector<Slots::Held> held;
    for (int i = 0; i < 2; ++i) EXPECT_EQ(take(slots, numbered(1), held), 0);
    EXPECT_EQ(take(slots, numbered(1), held), code::limit_exceeded);
    EXPECT_EQ(take(slots, numbered(2), held), 0);
    EXPECT_EQ(take(slots, Client{}, held), 0);
    EXPECT_EQ(take(slots, Client{}, held), code::limit_exceeded) << "there are no more than four";
    held.clear();
    for (int i = 0; i < 4; ++i) EXPECT_EQ(take(slots, Client{}, held), 0) << "this machine has no share";
}

TEST(Slots, who_would_make_too_many_wait_is_refused_at_once_and_a_wait_ends) {
    Slots slots({.running = 1, .waiting = 2, .patience = 300ms});
    std::vector<Slots::Held> held;
    ASSERT_EQ(take(slots, Client{}, held), 0);
    const auto wait = [&](std::uint8_t number) {
        return std::async(std::launch::async, [&slots, number] {
            const auto got = slots.take(numbered(number));
            return got ? 0 : got.error().code;
        });
    };
    auto first = wait(1);
    std::this_thread::sleep_for(50ms);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(slots.take(numbered(1)).error().code, code::limit_exceeded) << "half of those that wait";
    auto second = wait(2);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(slots.take(Client{}).error().code, code::limit_exceeded);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 200ms);
    EXPECT_EQ(first.get(), code::timed_out);
    EXPECT_EQ(second.get(), code::timed_out);
    auto third = wait(3);
    std::this_thread::sleep_for(20ms);
    held.clear();
    EXPECT_EQ(third.get(), 0) << "a slot that is given back goes to one that waits";
}

TEST(Slots, stopping_ends_the_waits) {
    Slots slots({.running = 1, .waiting = 2, .patience = 60s});
    const auto held = slots.take(Client{});
    ASSERT_TRUE(held);
    auto waiting = std::async(std::launch::async, [&] { return slots.take(Client{}).error().code; });
    std::this_thread::sleep_for(20ms);
    slots.stop();
    EXPECT_EQ(waiting.get(), code::timed_out);
    EXPECT_EQ(slots.take(Client{}).error().code, code::limit_exceeded);
}

}  // namespace
}  // namespace farthing::rpc
