#include "contracts/parameters/parameters.hpp"

#include "contracts/ownable.hpp"
#include "contracts/testing/test_chain.hpp"

namespace farthing::contracts {
extern const Module parameters;

namespace {

using namespace testing;
using Unknown = abi::Error<"error ParameterUnknown(string name)">;
using OutOfBounds =
    abi::Error<"error ParameterOutOfBounds(string name, uint256 value, uint256 min, uint256 max)">;

class ParametersTest : public ::testing::Test {
 protected:
    ParametersTest() {
        GenesisParams params;
        params.members["owner"].text = hex0x(owner);
        params.members["values"].members["txGasMax"].text = "50000000";
        auto& numbers = params.members["chain"].members;
        numbers["blockGasLimit"].text = "70000000";
        numbers["txGasMax"].text = "60000000";
        numbers["baseFeeFloor"].text = "77";
        chain.host.install(parameters, at, params);
    }
    auto set(const Address& by, const std::string& name, const U256& value) {
        return chain.call<"function set(string name, uint256 value)">(by, at, name, value);
    }
    auto get(const std::string& name) {
        return chain.call<"function get(string name) view returns (uint256 value, bool isSet)">(other, at,
                                                                                                name);
    }

    auto in_force(const std::string& name) {
        return chain
            .call<"function inForce(string name) view returns (uint256 value, uint256 min, uint256 max)">(
                other, at, name);
    }
    /// What the chain goes by, which is what anyone can read.
    U256 value(std::string_view name) {
        const auto found = parameter(chain.host, name);
        EXPECT_EQ(std::get<0>(in_force(std::string(name)).value), found) << name;
        return found;
    }

    TestChain chain;
    const Address at = *parameters.identity.address, owner = account(1), other = account(2);
};

TEST_F(ParametersTest, what_was_never_set_is_what_the_genesis_file_says) {
    EXPECT_EQ(value("blockGasLimit"), 70'000'000);
    EXPECT_EQ(value("txGasMax"), 50'000'000);
    EXPECT_EQ(value("feeStakersBps"), 0);
    EXPECT_EQ(get("blockGasLimit").value, std::tuple(U256(70'000'000), false));
    EXPECT_EQ(get("txGasMax").value, std::tuple(U256(50'000'000), true));
    EXPECT_EQ(get("feeStakersBps").value, std::tuple(U256(0), false));
    EXPECT_EQ(in_force("baseFeeFloor").value, std::tuple(U256(77), U256(0), U256(1'000'000'000'000'000)));
    EXPECT_EQ(in_force("nothing").revert, Unknown::encode(std::string("nothing")));
}

TEST_F(ParametersTest, what_is_in_force_heeds_the_other_numbers) {
    ASSERT_TRUE(set(owner, "txGasMax", 90'000'000).success);
    EXPECT_EQ(value("txGasMax"), 70'000'000) << "a transaction fits into a block";
    ASSERT_TRUE(set(owner, "blockGasLimit", 80'000'000).success);
    EXPECT_EQ(value("txGasMax"), 80'000'000);
    ASSERT_TRUE(set(owner, "blockGasLimit", 100'000'000).success);
    EXPECT_EQ(value("txGasMax"), 90'000'000);
    ASSERT_TRUE(set(owner, "feeTreasuryBps", 4'000).success);
    ASSERT_TRUE(set(owner, "feeStakersBps", 7'000).success);
    EXPECT_EQ(value("feeTreasuryBps"), 3'000) << "what the stakers leave";
    EXPECT_EQ(get("feeTreasuryBps").value, std::tuple(U256(4'000), true));
}

TEST_F(ParametersTest, zero_is_a_value) {
    ASSERT_TRUE(set(owner, "baseFeeFloor", 0).success);
    EXPECT_EQ(value("baseFeeFloor"), 0);
}

TEST_F(ParametersTest, only_the_owner_sets_and_only_within_bounds) {
    EXPECT_EQ(set(other, "txGasMax", 40'000'000).revert, OwnableUnauthorizedAccount::encode(other));
    EXPECT_EQ(set(owner, "txgasmax", 40'000'000).revert, Unknown::encode(std::string("txgasmax")));
    EXPECT_EQ(get("").revert, Unknown::encode(std::string()));
    for (const auto& bounds : known_parameters()) {
        const std::string name(bounds.name);
        EXPECT_TRUE(set(owner, name, bounds.min).success);
        EXPECT_TRUE(set(owner, name, bounds.max).success);
        EXPECT_EQ(std::get<0>(get(name).value), bounds.max);
        const U256 above = U256(bounds.max) + 1;
        EXPECT_EQ(set(owner, name, above).revert,
                  OutOfBounds::encode(name, above, U256(bounds.min), U256(bounds.max)));
        EXPECT_FALSE(set(owner, name, u256_max).success);
        if (bounds.min > 0) {
            EXPECT_FALSE(set(owner, name, bounds.min - 1).success);
        }
        EXPECT_EQ((chain
                       .call<"function bounds(string name) view returns (uint256 min, uint256 max)">(other,
                                                                                                     at, name)
                       .value),
                  std::tuple(U256(bounds.min), U256(bounds.max)));
    }
    EXPECT_EQ(chain.call<"function names() view returns (string[])">(other, at).value.size(),
              known_parameters().size());
}

TEST_F(ParametersTest, ownership_is_handed_over) {
    const auto hand_over = [&](const Address& by, const Address& to) {
        return chain.call<"function transferOwnership(address newOwner)">(by, at, to);
    };
    EXPECT_EQ(hand_over(owner, Address{}).revert, OwnableInvalidOwner::encode(Address{}));
    const auto done = hand_over(owner, other);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs.at(0).topics.at(0), OwnershipTransferred::topic);
    EXPECT_FALSE(set(owner, "txGasMax", 40'000'000).success);
    EXPECT_TRUE(set(other, "txGasMax", 40'000'000).success);
    EXPECT_EQ(chain.call<"function owner() view returns (address)">(owner, at).value, other);
}

TEST_F(ParametersTest, random_sequences_stay_within_bounds_and_match_a_model) {
    Random random;
    std::map<std::string, U256> model{
        {"baseFeeFloor", 77}, {"blockGasLimit", 70'000'000}, {"txGasMax", 50'000'000}};
    Address now_owner = owner;
    for (std::uint64_t i = 0, count = operations(10'000); i < count; ++i) {
        const auto by = account(1 + random.below(3));
        if (random.one_in(20)) {
            const auto to = account(random.below(4));
            const bool fine = by == now_owner && to != account(0);
            ASSERT_EQ(chain.call<"function transferOwnership(address newOwner)">(by, at, to).success, fine);
            if (fine) now_owner = to;
        } else {
            const auto& bounds = known_parameters()[random.below(known_parameters().size())];
            const std::string name = random.one_in(10) ? "nothing" : std::string(bounds.name);
            const U256 value = random.below(bounds.max / 4 * 5);
            const bool fine =
                by == now_owner && name != "nothing" && value >= bounds.min && value <= bounds.max;
            ASSERT_EQ(set(by, name, value).success, fine);
            if (fine) model[name] = value;
        }
        for (const auto& bounds : known_parameters()) {
            U256 expected = model[std::string(bounds.name)];
            if (bounds.name == "txGasMax") expected = std::min(expected, model["blockGasLimit"]);
            if (bounds.name == "feeTreasuryBps")
                expected = std::min<U256>(expected, 10'000 - model["feeStakersBps"]);
            ASSERT_EQ(value(bounds.name), expected) << bounds.name;
        }
    }
    EXPECT_EQ(chain.errors_not_raised(parameters), std::vector<std::string>{});
}

TEST_F(ParametersTest, a_genesis_file_out_of_bounds_is_refused) {
    GenesisParams params;
    params.members["values"].members["txGasMax"].text = "5";
    EXPECT_THROW(chain.host.install(parameters, account(9), params), Revert);
    params.members["values"].members["txGasMax"].text = "five";
    EXPECT_THROW(chain.host.install(parameters, account(10), params), std::invalid_argument);
}

}  // namespace
}  // namespace farthing::contracts
