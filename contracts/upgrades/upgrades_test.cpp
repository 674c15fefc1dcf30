#include "contracts/upgrades/upgrades.hpp"

#include "contracts/ownable.hpp"
#include "contracts/testing/test_chain.hpp"

namespace farthing::contracts {
extern const Module upgrades;

namespace {

using namespace testing;
using TimeNotInFuture = abi::Error<"error UpgradeTimeNotInFuture(uint64 time)">;
using VersionNotHigher = abi::Error<"error UpgradeVersionNotHigher(uint16 version, uint16 scheduled)">;
using NotPending = abi::Error<"error UpgradeNotPending(uint16 contractId, uint16 version)">;

class UpgradesTest : public ::testing::Test {
 protected:
    UpgradesTest() {
        GenesisParams params;
        params.members["owner"].text = hex0x(owner);
        chain.host.install(upgrades, at, params);
    }
    auto schedule(const Address& by, std::uint16_t id, std::uint16_t version, std::uint64_t time) {
        return chain.call<"function schedule(uint16 contractId, uint16 version, uint64 time)">(by, at, id,
                                                                                               version, time);
    }
    auto cancel(const Address& by, std::uint16_t id, std::uint16_t version) {
        return chain.call<"function cancel(uint16 contractId, uint16 version)">(by, at, id, version);
    }
    std::uint64_t now() const { return chain.host.head.timestamp; }

    TestChain chain;
    const Address at = *upgrades.identity.address, owner = account(1), other = account(2);
};

TEST_F(UpgradesTest, a_version_is_in_force_from_its_second_on) {
    const auto time = now() + 100;
    ASSERT_TRUE(schedule(owner, 4, 3, time).success);
    EXPECT_EQ(version_in_force(chain.host, {4, 1}, time - 1), 1);
    EXPECT_EQ(version_in_force(chain.host, {4, 1}, time), 3);
    EXPECT_EQ(version_in_force(chain.host, {4, 5}, time), 5) << "a younger account keeps its own";
    EXPECT_EQ(version_in_force(chain.host, {5, 1}, time), 1);
    EXPECT_EQ(scheduled_upgrades(chain.host), (std::vector<Upgrade>{{4, 3, time}}));
    EXPECT_EQ((chain.call<"function scheduled() view returns (Upgrade[])", Upgrade>(other, at).value),
              (std::vector<Upgrade>{{4, 3, time}}));
}

TEST_F(UpgradesTest, only_the_owner_schedules_only_the_future_only_upwards) {
    EXPECT_EQ(schedule(other, 4, 2, now() + 1).revert, OwnableUnauthorizedAccount::encode(other));
    EXPECT_EQ(schedule(owner, 4, 2, now()).revert, TimeNotInFuture::encode(now()));
    EXPECT_EQ(schedule(owner, 4, 0, now() + 1).revert,
              VersionNotHigher::encode(std::uint16_t{0}, std::uint16_t{0}));
    ASSERT_TRUE(schedule(owner, 4, 2, now() + 1).success);
    EXPECT_EQ(schedule(owner, 4, 2, now() + 9).revert,
              VersionNotHigher::encode(std::uint16_t{2}, std::uint16_t{2}));
    ASSERT_TRUE(schedule(owner, 5, 2, now() + 1).success);
}

TEST_F(UpgradesTest, what_is_due_cannot_be_taken_back) {
    const auto time = now() + 10;
    ASSERT_TRUE(schedule(owner, 4, 2, time).success);
    ASSERT_TRUE(schedule(owner, 4, 3, time + 10).success);
    EXPECT_EQ(cancel(other, 4, 3).revert, OwnableUnauthorizedAccount::encode(other));
    chain.host.head.timestamp = time;
    EXPECT_EQ(cancel(owner, 4, 2).revert, NotPending::encode(std::uint16_t{4}, std::uint16_t{2}));
    EXPECT_EQ(cancel(owner, 9, 3).revert, NotPending::encode(std::uint16_t{9}, std::uint16_t{3}));
    ASSERT_TRUE(cancel(owner, 4, 3).success);
    EXPECT_EQ(scheduled_upgrades(chain.host), (std::vector<Upgrade>{{4, 2, time}}));
    EXPECT_TRUE(schedule(owner, 4, 3, time + 20).success);
}

TEST_F(UpgradesTest, random_sequences_match_a_model) {
    Random random;
    std::vector<Upgrade> model;
    for (std::uint64_t i = 0, count = operations(10'000); i < count; ++i) {
        const auto by = random.one_in(10) ? other : owner;
        const auto id = static_cast<std::uint16_t>(1 + random.below(3));
        // Versions and times move with the clock, so that the list stays short: cancelling keeps pace.
        const auto version = static_cast<std::uint16_t>(random.below(40));
        const auto pending = [&](const Upgrade& u) {
            return u.contract_id == id && u.version == version && u.time > now();
        };
        const auto not_lower = [&](const Upgrade& u) { return u.contract_id == id && u.version >= version; };
        if (random.one_in(2)) {
            const auto time = now() + random.below(100);
            const bool fine =
                by == owner && time > now() && version > 0 && std::ranges::none_of(model, not_lower);
            ASSERT_EQ(schedule(by, id, version, time).success, fine);
            if (fine) model.push_back({id, version, time});
        } else {
            const auto found = std::ranges::find_if(model, pending);
            ASSERT_EQ(cancel(by, id, version).success, by == owner && found != model.end());
            if (by == owner && found != model.end()) model.erase(found);
        }
        if (random.one_in(500)) chain.host.head.timestamp += random.below(100);
        std::uint16_t expected = 1;
        for (const auto& u : model)
            if (u.contract_id == id && u.time <= now()) expected = std::max(expected, u.version);
        ASSERT_EQ(version_in_force(chain.host, {id, 1}, now()), expected);
        ASSERT_EQ(scheduled_upgrades(chain.host).size(), model.size());
    }
    chain.call<"function transferOwnership(address newOwner)">(owner, at, Address{});
    EXPECT_EQ(chain.errors_not_raised(upgrades), std::vector<std::string>{});
}

}  // namespace
}  // namespace farthing::contracts
