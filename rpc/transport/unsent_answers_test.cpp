// What may be held for peers that do not read, and for whom.
#include "rpc/transport/unsent_answers.hpp"

#include "core/testing/seed.hpp"
#include "rpc/client_testing.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

namespace farthing::rpc {
namespace {

using Held = UnsentAnswers::Held;

TEST(UnsentAnswers, one_address_has_its_share_and_all_have_theirs) {
    UnsentAnswers answers({.all = 100, .client = 30, .kept = 0});
    Held a(answers, numbered(1)), b(answers, numbered(1)), c(answers, numbered(2)), own(answers, Client{});
    EXPECT_FALSE(a.hold(31)) << "more than a share";
    EXPECT_TRUE(a.hold(20));
    EXPECT_FALSE(b.hold(11));
    EXPECT_TRUE(b.hold(10));
    EXPECT_TRUE(c.hold(30)) << "another has its own share";
    EXPECT_FALSE(own.hold(41)) << "more than all together";
    EXPECT_TRUE(own.hold(40)) << "this machine has no share";
    Held late(answers, numbered(3));
    EXPECT_FALSE(late.hold(1));
    c.give_back();
    EXPECT_TRUE(late.hold(30));
}

TEST(UnsentAnswers, what_is_kept_for_a_connection_is_never_refused_and_not_counted) {
    UnsentAnswers answers({.all = 10, .client = 5, .kept = 100});
    Held full(answers, Client{});
    EXPECT_TRUE(full.hold(110));
    for (int i = 0; i < 20; ++i) {
        Held small(answers, numbered(1));
        EXPECT_FALSE(small.hold(101));
        EXPECT_TRUE(small.hold(100));
    }
    full.give_back();
    Held counted(answers, numbered(1));
    EXPECT_FALSE(counted.hold(106));
    EXPECT_TRUE(counted.hold(105));
}

TEST(UnsentAnswers, a_connection_that_ends_gives_back_what_it_holds) {
    UnsentAnswers answers({.all = 10, .client = 10, .kept = 1});
    for (int i = 0; i < 3; ++i) {
        Held held(answers, numbered(1));
        EXPECT_TRUE(held.hold(11));
        held.give_back();
        held.give_back();  // Nothing is held any more.
        EXPECT_TRUE(held.hold(11));
    }
}

TEST(UnsentAnswers, sizes_near_the_largest_number_do_not_wrap) {
    constexpr auto most = ~std::size_t{0};
    UnsentAnswers wide({.all = most, .client = most, .kept = 0});
    Held a(wide, numbered(1)), b(wide, numbered(1)), c(wide, Client{});
    EXPECT_TRUE(a.hold(10));
    EXPECT_FALSE(b.hold(most));
    EXPECT_FALSE(c.hold(most - 9));
    EXPECT_TRUE(c.hold(most - 10));
}

TEST(UnsentAnswers, sums_stay_right_over_random_answers) {
    constexpr std::size_t all = 200, share = 50, kept = 5;
    UnsentAnswers answers({.all = all, .client = share, .kept = kept});
    struct One {
        std::unique_ptr<Held> held;
        std::size_t client = 0;  // 0: not counted.
        std::size_t beyond = 0;
    };
    std::vector<One> connections(30);
    for (std::size_t i = 0; i < connections.size(); ++i) {
        connections[i].client = i % 6;
        const auto number = static_cast<std::uint8_t>(i % 6);
        connections[i].held = std::make_unique<Held>(answers, number == 0 ? Client{} : numbered(number));
    }
    std::mt19937_64 random(test_seed());
    for (int step = 0; step < 10'000; ++step) {
        auto& one = connections[random() % connections.size()];
        one.held->give_back();
        one.beyond = 0;
        const std::size_t size = random() % 60;
        const std::size_t beyond = size > kept ? size - kept : 0;
        std::size_t sum = beyond, own = beyond;
        for (const auto& other : connections) {
            sum += other.beyond;
            if (other.client == one.client) own += other.beyond;
        }
        const bool fits = beyond == 0 || (sum <= all && (one.client == 0 || own <= share));
        ASSERT_EQ(one.held->hold(size), fits) << "step " << step;
        if (fits) one.beyond = beyond;
    }
}

}  // namespace
}  // namespace farthing::rpc
