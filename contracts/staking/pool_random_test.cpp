// 10,000 random operations against books kept another way: a loop over all stakers in fixed point far finer
// than the pool's.
#include "contracts/testing/pool_chain.hpp"
#include "core/base/wide.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;
using Fine = boost::multiprecision::cpp_int;  ///< Units × 2^400.

constexpr unsigned fine_bits = 400;

Fine fine(const U256& units) {
    return to_wide<Fine>(units) << fine_bits;
}
constexpr std::uint64_t duration_s = 5000;

struct BookedStaker {
    U256 stake;
    Fine due;
    std::uint16_t tip_bps = 0;
};

class Oracle {
 public:
    explicit Oracle(bool is_one_asset) : one_asset(is_one_asset) {
        at = c.make_pool(is_one_asset ? c.coin : c.token, c.coin, duration_s);
        updated = c.host.head.timestamp;
    }

    PoolChain c;
    Random random;
    const bool one_asset;
    Address at;
    struct State {
        std::map<Address, BookedStaker> booked;
        Fine streaming, unallocated;
        std::uint64_t updated = 0, finish = 0;
    } state;
    std::map<Address, BookedStaker>& booked = state.booked;
    Fine &streaming = state.streaming, &unallocated = state.unallocated;
    std::uint64_t &updated = state.updated, &finish = state.finish;
    bool touched = false;  ///< Whether the operation settled the pool; a failed one has not.
    U256 shared_out = 0, paid_out = 0;

    Address someone() { return account(1 + random.below(3)); }
    std::uint64_t now() const { return c.host.head.timestamp; }
    U256 total() const {
        U256 sum = 0;
        for (const auto& [who, s] : booked) sum += s.stake;
        return sum;
    }
    U256 amount() { return random.one_in(20) ? U256(0) : U256(random.below(1'000)) * random.below(1 << 30); }

    void share(const Fine& reward) {
        const U256 all = total();
        if (all == 0) {
            unallocated += reward;
            return;
        }
        for (auto& [who, s] : booked) s.due += reward * to_wide<Fine>(s.stake) / to_wide<Fine>(all);
    }
    void settle() {
        if (now() > updated && streaming != 0) {
            const Fine given =
                now() >= finish ? streaming : Fine(streaming * (now() - updated) / (finish - updated));
            streaming -= given;
            share(given);
        }
        updated = now();
        if (streaming == 0 && unallocated != 0 && total() != 0) {
            streaming = unallocated;
            unallocated = 0;
            finish = now() + duration_s;
        }
    }

    void stake() {
        const auto who = someone();
        const U256 sum = amount();
        settle();
        ASSERT_EQ(c.stake(at, who, sum).success, sum > 0);
        touched = sum > 0;
        booked[who].stake += sum;
        settle();
    }
    void withdraw() {
        const auto who = someone();
        U256 sum = amount();
        if (random.one_in(3)) sum = booked[who].stake;
        settle();
        const bool fits = sum > 0 && sum <= booked[who].stake;
        ASSERT_EQ(c.withdraw(at, who, sum).success, fits);
        touched = fits;
        if (fits) booked[who].stake -= sum;
    }
    /// Takes what the pool paid; the oracle's figure may lie a unit beside it.
    void take(const Address& who, const U256& paid) {
        auto& due = booked[who].due;
        const Fine theirs = fine(paid);
        ASSERT_LE(theirs, due + (Fine(1) << fine_bits));
        ASSERT_GT(theirs + (Fine(1) << fine_bits) * 2, due);
        due -= theirs;
        paid_out += paid;
    }
    void get_reward() {
        const auto who = someone();
        settle();
        touched = true;
        take(who, c.gain(c.coin, who, [&] { return c.get_reward(at, who); }));
    }
    void leave() {
        const auto who = someone();
        settle();
        const U256 before = c.balance(c.coin, who), stake = booked[who].stake;
        ASSERT_EQ(c.leave(at, who).success, stake > 0);
        touched = stake > 0;
        if (!touched) return;
        booked[who].stake = 0;
        take(who, c.balance(c.coin, who) - before - (one_asset ? stake : U256(0)));
    }
    void compound() {
        const auto who = someone(), by = someone();
        settle();
        const U256 before = c.balance(c.coin, by), staked = c.staked(at, who);
        const auto done = c.compound(at, by, who);
        ASSERT_EQ(done.success, one_asset && (by == who || booked[who].tip_bps > 0));
        touched = done.success;
        if (!touched) return;
        const U256 tip = c.balance(c.coin, by) - before;
        ASSERT_EQ(c.staked(at, who), staked + done.value);
        ASSERT_LE(tip, (done.value + tip) * booked[who].tip_bps / 10'000);
        take(who, done.value + tip);
        booked[who].stake += done.value;
        settle();
    }
    void set_tip() {
        const auto who = someone();
        const auto tip = static_cast<std::uint16_t>(random.below(1'100));
        const bool fits = one_asset && tip <= 1'000;
        ASSERT_EQ(c.set_auto_compound(at, who, tip).success, fits);
        touched = true;  // Nothing was settled here either.
        if (fits) booked[who].tip_bps = tip;
    }
    void notify() {
        const auto by = random.one_in(8) ? someone() : c.owner;
        const U256 sum = amount();
        settle();
        ASSERT_TRUE(c.transfer(c.coin, c.owner, at, sum).success);
        const bool fits = by == c.owner && (sum > 0 || streaming + unallocated > 0);
        ASSERT_EQ(c.notify(at, by, sum).success, fits);
        touched = fits;
        if (!fits) return;
        shared_out += sum;
        streaming += unallocated + fine(sum);
        unallocated = 0;
        finish = now() + duration_s;
    }
    void add_reward() {
        const U256 sum = amount();
        settle();
        ASSERT_EQ(c.add_reward(at, c.owner, sum).success, sum > 0);
        touched = sum > 0;
        shared_out += sum;
        share(fine(sum));
        settle();
    }

    void step() {
        const State before = state;
        touched = false;
        act();
        if (!touched) state = before;
    }
    void act() {
        switch (random.below(9)) {
            case 0:
            case 1:
                return stake();
            case 2:
                return withdraw();
            case 3:
                return get_reward();
            case 4:
                return leave();
            case 5:
                return compound();
            case 6:
                return set_tip();
            case 7:
                return notify();
            default:
                return add_reward();
        }
    }
    void check() {
        c.check_books(at, {c.alice, c.bob, c.carol});
        for (const auto& each : {c.alice, c.bob, c.carol})
            ASSERT_EQ(c.units(each), c.balance(c.coin, each) + (one_asset ? booked[each].stake : U256(0)));
        ASSERT_EQ(c.books(at).held.value(), shared_out - paid_out);
        ASSERT_EQ(c.books(at).staked.value(), total());
        const auto who = someone();
        const State before = state;
        settle();
        const Fine earned = fine(c.earned(at, who)), unit = Fine(1) << fine_bits;
        ASSERT_LE(earned, booked[who].due + unit);
        ASSERT_GT(earned + unit * 2, booked[who].due);
        state = before;  // A view settles nothing.
    }
};

void run(bool one_asset) {
    Oracle oracle(one_asset);
    const auto count = operations(5'000);
    U256 index = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        oracle.step();
        if (oracle.random.one_in(2)) oracle.c.host.head.timestamp += oracle.random.below(800);
        oracle.check();
        if (::testing::Test::HasFatalFailure()) FAIL() << "operation " << i;
        ASSERT_GE(oracle.c.books(oracle.at).index, index) << "the index only grows";
        index = oracle.c.books(oracle.at).index;
    }
}

TEST(PoolRandom, two_assets_keep_the_books) {
    run(false);
}
TEST(PoolRandom, one_asset_keeps_the_books) {
    run(true);
}

}  // namespace
}  // namespace farthing::contracts
