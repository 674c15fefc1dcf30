#include "contracts/votes/checkpoints.hpp"

#include "contracts/testing/economy_vectors.hpp"
#include "contracts/testing/test_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

class CheckpointsTest : public ::testing::Test {
 protected:
    MemoryHost host;
    GasMeter gas{~std::uint64_t{0}};
    const Message message{.caller = {}, .self = account(1), .value = 0, .data = {}};
    Context ctx{host, message, gas};
    Place<Trace208> trace{ctx, slot_word(5)};
};

TEST_F(CheckpointsTest, lie_as_solidity_lays_out_openzeppelins_trace) {
    trace.add(0x1122, 0x33);
    trace.add(0x1123, 0x11);
    EXPECT_EQ(host.load(account(1), slot_word(5)), slot_word(2));
    const Word first = keccak256(slot_word(5).bytes);
    // uint208 value, then uint48 key on the right.
    EXPECT_EQ(hex(host.load(account(1), first)), std::string(50, '0') + "33" + "000000001122");
    EXPECT_EQ(hex(host.load(account(1), slot_after(first, 1))), std::string(50, '0') + "44" + "000000001123");
}

// Vector 24 of tests/vectors/economy_vectors.json: shares of a pot by what each held at a past time.
TEST_F(CheckpointsTest, past_values_give_the_published_shares_of_a_dividend) {
    const auto vector = economy_vector("dividend_by_snapshot");
    const auto& inputs = vector.at("inputs");
    std::uint64_t slot = 100;
    const auto trace_of = [&](const boost::json::value& checkpoints) {
        Place<Trace208> out{ctx, slot_word(slot++)};
        for (const auto& each : checkpoints.as_array())
            out.set(low_u64(number(each.at(0))), number(each.at(1)));
        return out;
    };
    std::map<std::string, Place<Trace208>> held;
    for (const auto& [who, checkpoints] : inputs.at("checkpoints").as_object())
        held.emplace(who, trace_of(checkpoints));
    const auto supply = trace_of(inputs.at("total_supply"));
    for (const auto& round : vector.at("outputs").at("rounds").as_array()) {
        const auto time = low_u64(number(round.at("snapshot")));
        EXPECT_EQ(supply.at(time), number(round.at("supply")));
        for (const auto& [who, due] : round.at("due").as_object())
            EXPECT_EQ(mul_div(held.at(std::string(who)).at(time), number(round.at("pot")), supply.at(time),
                              Rounding::down),
                      number(due))
                << who << " at " << time;
    }
}

TEST_F(CheckpointsTest, one_second_has_one_checkpoint) {
    EXPECT_EQ(trace.latest(), 0);
    EXPECT_EQ(trace.at(100), 0);
    auto change = trace.add(10, 5);
    EXPECT_EQ(change.before, 0);
    EXPECT_EQ(change.after, 5);
    change = trace.subtract(10, 2);
    EXPECT_EQ(change.before, 5);
    EXPECT_EQ(change.after, 3);
    EXPECT_EQ(trace.size(), 1u);
    trace.set(11, 0);
    EXPECT_EQ(trace.size(), 2u);
    EXPECT_EQ(trace.at(9), 0);
    EXPECT_EQ(trace.at(10), 3);
    EXPECT_EQ(trace.at(11), 0);
    EXPECT_EQ(trace[0], (Checkpoint208{std::uint64_t{10}, U256(3)}));
    EXPECT_THROW(trace[2], Revert);
}

TEST_F(CheckpointsTest, a_value_stays_within_208_bits_and_above_zero) {
    const U256 most = (U256(1) << 208) - 1;
    trace.set(1, most);
    EXPECT_EQ(trace.latest(), most);
    EXPECT_THROW(trace.add(2, 1), std::overflow_error);
    EXPECT_THROW(trace.set(2, most + 1), std::overflow_error);
    trace.set(2, 4);
    EXPECT_THROW(trace.subtract(3, 5), std::range_error);
    EXPECT_EQ(trace.size(), 2u);
}

TEST_F(CheckpointsTest, cost_the_same_within_a_second_and_after_it) {
    trace.set(10, 5);
    const auto cost = [&](std::uint64_t time, const U256& value) {
        const auto before = gas.used();
        trace.set(time, value);
        return gas.used() - before;
    };
    const auto expected = 2 * gas::read + gas::write_new + gas::write_changed;
    for (const U256& value : {U256(6), U256(6), U256(0), U256(7)}) EXPECT_EQ(cost(10, value), expected);
    EXPECT_EQ(cost(11, 7), expected);
    EXPECT_EQ(trace.size(), 2u);
}

TEST_F(CheckpointsTest, recent_times_are_found_in_few_reads) {
    for (std::uint64_t i = 0; i < 10'000; ++i) trace.set(2 * i, i);
    const auto reads = [&](std::uint64_t time, std::uint64_t expected) {
        const auto before = gas.used();
        EXPECT_EQ(trace.at(time), expected);
        return (gas.used() - before) / gas::read;
    };
    EXPECT_LE(reads(19'998, 9'999), 9u) << "the length, one probe at √n, log2(√n)";
    EXPECT_LE(reads(19'997, 9'998), 9u);
    EXPECT_LE(reads(7, 3), 16u);
}

TEST_F(CheckpointsTest, equal_a_map_over_random_histories) {
    Random random;
    for (std::uint64_t round = 0; round < operations(20); ++round) {
        Place<Trace208> random_trace{ctx, slot_word(100 + round)};
        std::map<std::uint64_t, U256> model;
        U256 now_value = 0;
        std::uint64_t time = 1 + random.below(5);
        for (std::uint64_t i = 0, n = random.below(500); i < n; ++i) {
            time += random.below(3);
            if (random.one_in(3) && now_value > 0) {
                const U256 less = random.below(low_u64(now_value) + 1);
                random_trace.subtract(time, less);
                now_value -= less;
            } else {
                const U256 more = random.below(1000);
                random_trace.add(time, more);
                now_value += more;
            }
            model[time] = now_value;
            ASSERT_EQ(random_trace.latest(), now_value);
            const auto when = random.below(time + 3);
            const auto after = model.upper_bound(when);
            ASSERT_EQ(random_trace.at(when), after == model.begin() ? U256(0) : std::prev(after)->second);
        }
        ASSERT_EQ(random_trace.size(), model.size());
    }
}

}  // namespace
}  // namespace farthing::contracts
