// Who may hold how much of what is held for long.
#include "rpc/shares.hpp"

#include "rpc/client_testing.hpp"

#include <gtest/gtest.h>

namespace farthing::rpc {
namespace {

/// What refuses it; empty when it was taken.
std::string take(Shares& shares, const Client& client, std::size_t count) {
    const auto allowed = shares.check(client, count);
    if (!allowed) return std::to_string(allowed.error().code) + " " + allowed.error().message;
    shares.take(client, count);
    return "";
}

TEST(Shares, one_address_gets_its_share_and_all_together_no_more_than_there_is) {
    Shares shares("things", {.all = 10, .client = 4, .reserve = 2});
    const std::string own_full = "-32005 too many things from this address (max 4)";
    EXPECT_EQ(take(shares, numbered(1), 3), "");
    EXPECT_EQ(take(shares, numbered(1), 2), own_full);
    EXPECT_EQ(take(shares, numbered(1), 1), "") << "what was refused took nothing";
    EXPECT_EQ(take(shares, numbered(1), 0), "");
    EXPECT_EQ(take(shares, numbered(1), 1), own_full);
    EXPECT_EQ(take(shares, numbered(2), 4), "");
    EXPECT_EQ(take(shares, numbered(3), 3), "-32005 too many things (max 10)");
    EXPECT_EQ(take(shares, numbered(3), 2), "");
}

TEST(Shares, the_reserve_is_for_this_machine_alone_which_has_no_share_of_its_own) {
    Shares shares("things", {.all = 10, .client = 4, .reserve = 2});
    EXPECT_EQ(take(shares, Client{}, 10), "");
    EXPECT_EQ(take(shares, numbered(1), 1), "-32005 too many things (max 10)");
    EXPECT_EQ(take(shares, Client{}, 2), "");
    EXPECT_EQ(take(shares, Client{}, 1), "-32005 too many things (max 12)");
}

TEST(Shares, what_is_given_back_can_be_had_again) {
    Shares shares("things", {.all = 5, .client = 4, .reserve = 0});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(take(shares, numbered(1), 4), "");
        EXPECT_NE(take(shares, numbered(2), 2), "");
        shares.give_back(numbered(1), 4);
        EXPECT_EQ(take(shares, Client{}, 5), "");
        shares.give_back(Client{}, 5);
    }
}

TEST(FilterShares, one_that_is_refused_for_its_alternatives_takes_no_place_either) {
    FilterShares shares({"filters", {.all = 9, .client = 2, .reserve = 0}},
                        {"topics", {.all = 9, .client = 5, .reserve = 0}});
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(shares.take(numbered(1), 6).error().message, "too many topics from this address (max 5)");
    EXPECT_TRUE(shares.take(numbered(1), 5));
    EXPECT_EQ(shares.take(numbered(1), 1).error().message, "too many topics from this address (max 5)");
    EXPECT_TRUE(shares.take(numbered(1), 0));
    EXPECT_EQ(shares.take(numbered(1), 0).error().message, "too many filters from this address (max 2)");
    EXPECT_EQ(shares.take(numbered(2), 5).error().message, "too many topics (max 9)");
    shares.give_back(numbered(1), 5);
    EXPECT_TRUE(shares.take(numbered(2), 5));
}

}  // namespace
}  // namespace farthing::rpc
