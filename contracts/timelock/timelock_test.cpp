#include "contracts/timelock/timelock.hpp"

#include "contracts/any_call.hpp"
#include "contracts/testing/error_coverage.hpp"

namespace farthing::contracts {
extern const Module timelock, parameters;

namespace {

using namespace testing;

Hash number(std::uint64_t n) {
    return to_word(U256(n));
}
Hash expected(unsigned states) {
    return to_word(U256(states));
}
constexpr unsigned unset = 1, waiting = 2, ready = 4;
const U256 rich = 100'000'000'000;

/// A target that comes back once with what it was told beforehand.
struct Echo {
    Context& ctx;
    Slot<Bytes, 0, "data"> kept{ctx};

    void keep(const Bytes& data) { kept = data; }
    void go() {
        const Bytes data = kept;
        if (data.empty()) return;
        kept = Bytes{};
        call_any(ctx, timelock_address, 0, data);
    }
};
constexpr auto echo_rows = table<Row>({
    function<"function keep(bytes data)", &Echo::keep>("."),
    function<"function go()", &Echo::go>("."),
});
constexpr auto echo_slots = table<SlotRow>({slot<&Echo::kept>(".")});
constexpr Module echo = module<echo_rows, echo_slots>("Echo", {.id = 9998}, "Comes back.");

class TimelockTest : public ::testing::Test {
 protected:
    TimelockTest() {
        GenesisParams params;
        params.members["minDelay"].text = "100";
        params.members["proposers"].members[hex0x(council)].text = "the council";
        chain.host.install(timelock, at, params);
        GenesisParams owned;
        owned.members["owner"].text = hex0x(at);
        chain.host.install(parameters, numbers, owned);
        chain.host.state.balances[at] = rich;
        chain.host.state.balances[alice] = 1'000'000;
    }
    ~TimelockTest() override { ErrorCoverage::of(timelock).add(chain, timelock); }

    struct Call {
        Address target;
        U256 value;
        Bytes data;
        Hash predecessor;
        Hash salt;
    };
    auto schedule(const Address& by, const Call& c, const U256& delay) {
        return chain.call<
            "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, "
            "uint256 delay)">(by, at, c.target, c.value, c.data, c.predecessor, c.salt, delay);
    }
    auto execute(const Address& by, const Call& c, const U256& wei = 0) {
        return chain.pay<
            "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, "
            "bytes32 salt) payable">(by, at, wei, c.target, c.value, c.data, c.predecessor, c.salt);
    }
    Hash id(const Call& c) {
        return chain
            .call<
                "function hashOperation(address target, uint256 value, bytes data, bytes32 predecessor, "
                "bytes32 salt) pure returns (bytes32)">(alice, at, c.target, c.value, c.data, c.predecessor,
                                                        c.salt)
            .value;
    }
    auto cancel(const Address& by, const Hash& operation) {
        return chain.call<"function cancel(bytes32 id)">(by, at, operation);
    }
    std::uint8_t state(const Hash& operation) {
        return chain.call<"function getOperationState(bytes32 id) view returns (uint8)">(alice, at, operation)
            .value;
    }
    U256 timestamp(const Hash& operation) {
        return chain.call<"function getTimestamp(bytes32 id) view returns (uint256)">(alice, at, operation)
            .value;
    }
    bool has_role(const Hash& role, const Address& who) {
        return chain
            .call<"function hasRole(bytes32 role, address account) view returns (bool)">(alice, at, role, who)
            .value;
    }
    auto grant(const Address& by, const Hash& role, const Address& who) {
        return chain.call<"function grantRole(bytes32 role, address account)">(by, at, role, who);
    }
    auto revoke(const Address& by, const Hash& role, const Address& who) {
        return chain.call<"function revokeRole(bytes32 role, address account)">(by, at, role, who);
    }
    /// Runs a call as the timelock itself, by its own path.
    Outcome<Nothing> decided(const Address& target, const Bytes& data, const U256& value = 0) {
        const Call c{target, value, data, {}, number(++decisions)};
        EXPECT_TRUE(schedule(council, c, 100).success);
        pass(100);
        return execute(alice, c);
    }
    void pass(std::uint64_t seconds) { chain.host.head.timestamp += seconds; }
    static Bytes set_floor(const U256& wei) {
        return abi::Function<"function set(string name, uint256 value)">::encode(std::string("baseFeeFloor"),
                                                                                 wei);
    }
    U256 floor() {
        return std::get<0>(chain
                               .call<"function get(string name) view returns (uint256 value, bool isSet)">(
                                   alice, numbers, std::string("baseFeeFloor"))
                               .value);
    }

    TestChain chain;
    std::uint64_t decisions = 1'000;
    const Address at = timelock_address, numbers = *parameters.identity.address, council = account(50),
                  alice = account(1), bob = account(2);
};

TEST_F(TimelockTest, an_operation_waits_for_its_time_and_runs_once) {
    const Call c{numbers, 0, set_floor(7), {}, number(5)};
    const auto scheduled = schedule(council, c, 100);
    ASSERT_TRUE(scheduled.success);
    ASSERT_EQ(scheduled.logs.size(), 2u);
    EXPECT_EQ(scheduled.logs[0].topics,
              (std::vector<Hash>{Timelock::CallScheduled::topic, id(c), number(0)}));
    EXPECT_EQ(scheduled.logs[0].data, abi::encode(c.target, c.value, c.data, c.predecessor, U256(100)));
    EXPECT_EQ(scheduled.logs[1].data, abi::encode(c.salt));
    EXPECT_EQ(state(id(c)), 1);
    EXPECT_EQ(timestamp(id(c)), chain.host.head.timestamp + 100);
    pass(99);
    EXPECT_EQ(execute(alice, c).revert, Timelock::UnexpectedOperationState::encode(id(c), expected(ready)));
    pass(1);
    EXPECT_EQ(state(id(c)), 2);
    const auto done = execute(alice, c);
    ASSERT_TRUE(done.success) << "anyone executes";
    EXPECT_EQ(floor(), 7);
    EXPECT_EQ(done.logs.back().topics, (std::vector<Hash>{Timelock::CallExecuted::topic, id(c), number(0)}));
    EXPECT_EQ(state(id(c)), 3);
    EXPECT_EQ(timestamp(id(c)), 1);
    EXPECT_EQ(execute(alice, c).revert, Timelock::UnexpectedOperationState::encode(id(c), expected(ready)));
    EXPECT_EQ(schedule(council, c, 100).revert,
              Timelock::UnexpectedOperationState::encode(id(c), expected(unset)))
        << "what has run is not scheduled again; another salt makes another operation";
    EXPECT_EQ(cancel(council, id(c)).revert,
              Timelock::UnexpectedOperationState::encode(id(c), expected(waiting | ready)));
}

TEST_F(TimelockTest, roles_decide_who_may_what) {
    const Call c{bob, 1, {}, {}, {}};
    const auto lacks = [&](const Address& who, const Hash& role) {
        return AccessControlUnauthorizedAccount::encode(who, role);
    };
    EXPECT_EQ(schedule(alice, c, 100).revert, lacks(alice, Timelock::proposer));
    ASSERT_TRUE(schedule(council, c, 100).success);
    EXPECT_EQ(cancel(alice, id(c)).revert, lacks(alice, Timelock::canceller));
    EXPECT_EQ(grant(council, Timelock::proposer, alice).revert, lacks(council, Hash{}));
    EXPECT_EQ(revoke(council, Timelock::proposer, council).revert, lacks(council, Hash{}));
    EXPECT_TRUE(has_role(Hash{}, at)) << "the timelock administers itself";

    // By its own decision: executors become a closed list.
    using Grant = abi::Function<"function grantRole(bytes32 role, address account)">;
    using Revoke = abi::Function<"function revokeRole(bytes32 role, address account)">;
    ASSERT_TRUE(decided(at, Grant::encode(Timelock::executor, bob)).success);
    EXPECT_TRUE(has_role(Timelock::executor, bob));
    ASSERT_TRUE(decided(at, Revoke::encode(Timelock::executor, Address{})).success);
    EXPECT_EQ(execute(alice, c).revert, lacks(alice, Timelock::executor));
    EXPECT_TRUE(execute(bob, c).success);
    const auto renounce = [&](const Address& by, const Address& confirmation) {
        return chain.call<"function renounceRole(bytes32 role, address callerConfirmation)">(
            by, at, Timelock::executor, confirmation);
    };
    EXPECT_EQ(renounce(bob, alice).revert, AccessControlBadConfirmation::encode());
    const auto gone = renounce(bob, bob);
    ASSERT_EQ(gone.logs.size(), 1u);
    EXPECT_EQ(gone.logs[0].topics[0], RoleRevoked::topic);
    EXPECT_TRUE(renounce(bob, bob).logs.empty()) << "nothing to give up";
    EXPECT_FALSE(has_role(Timelock::executor, bob));
}

TEST_F(TimelockTest, the_genesis_file_names_admins_and_executors) {
    TestChain other;
    GenesisParams params;
    params.members["admin"].text = hex0x(alice);
    params.members["executors"].members[hex0x(bob)].text = "";
    other.host.install(timelock, at, params);
    const auto has = [&](const Hash& role, const Address& who) {
        return other
            .call<"function hasRole(bytes32 role, address account) view returns (bool)">(alice, at, role, who)
            .value;
    };
    EXPECT_TRUE(has(Hash{}, alice));
    EXPECT_TRUE(has(Timelock::executor, bob));
    EXPECT_FALSE(has(Timelock::executor, Address{}));
    EXPECT_TRUE(has(Timelock::proposer, literals::address("fa000a")))
        << "the Governor, unless others are named";
    EXPECT_TRUE(has(Timelock::canceller, literals::address("fa000a")));
    EXPECT_EQ(other.call<"function getMinDelay() view returns (uint256)">(alice, at).value, 2 * 86'400);
    EXPECT_TRUE(
        (other.call<"function grantRole(bytes32 role, address account)">(alice, at, Timelock::proposer, bob)
             .success));
    EXPECT_TRUE(has(Timelock::proposer, bob));
}

TEST_F(TimelockTest, the_delay_is_bounded_below_and_changed_only_by_itself) {
    const Call c{bob, 1, {}, {}, {}};
    EXPECT_EQ(schedule(council, c, 99).revert, Timelock::InsufficientDelay::encode(U256(99), U256(100)));
    EXPECT_EQ(schedule(council, c, u256_max).revert, panic(PanicCode::overflow));
    for (const auto& who : {alice, council})
        EXPECT_EQ(chain.call<"function updateDelay(uint256 newDelay)">(who, at, U256(0)).revert,
                  Timelock::UnauthorizedCaller::encode(who));
    using UpdateDelay = abi::Function<"function updateDelay(uint256 newDelay)">;
    const auto done = decided(at, UpdateDelay::encode(U256(500)));
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs[0].data, abi::encode(U256(100), U256(500)));
    EXPECT_EQ(chain.call<"function getMinDelay() view returns (uint256)">(alice, at).value, 500);
    EXPECT_FALSE(schedule(council, c, 499).success);
    EXPECT_TRUE(schedule(council, c, 500).success);
}

TEST_F(TimelockTest, cancelled_is_as_if_never_scheduled) {
    const Call c{bob, 1, {}, {}, {}};
    EXPECT_EQ(cancel(council, id(c)).revert,
              Timelock::UnexpectedOperationState::encode(id(c), expected(waiting | ready)));
    ASSERT_TRUE(schedule(council, c, 100).success);
    pass(200);
    const auto done = cancel(council, id(c));
    ASSERT_TRUE(done.success) << "also when it is ready";
    EXPECT_EQ(done.logs[0].topics, (std::vector<Hash>{Timelock::Cancelled::topic, id(c)}));
    EXPECT_EQ(state(id(c)), 0);
    EXPECT_FALSE(execute(alice, c).success);
    EXPECT_TRUE(schedule(council, c, 100).success);
}

TEST_F(TimelockTest, a_predecessor_must_have_run) {
    const Call first{bob, 1, {}, {}, number(1)};
    const Call second{bob, 2, {}, id(first), number(2)};
    ASSERT_TRUE(schedule(council, second, 100).success);
    pass(100);
    EXPECT_EQ(execute(alice, second).revert, Timelock::UnexecutedPredecessor::encode(id(first)));
    ASSERT_TRUE(schedule(council, first, 100).success);
    pass(100);
    EXPECT_EQ(execute(alice, second).revert, Timelock::UnexecutedPredecessor::encode(id(first)));
    ASSERT_TRUE(execute(alice, first).success);
    EXPECT_TRUE(execute(alice, second).success);
}

TEST_F(TimelockTest, a_batch_runs_whole_or_not_at_all) {
    const std::vector<Address> targets{bob, numbers};
    const std::vector<U256> values{5, 0};
    const auto run = [&](const std::vector<U256>& v, const std::vector<Bytes>& payloads, bool now) {
        using Schedule = abi::Function<
            "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 "
            "predecessor, bytes32 salt, uint256 delay)">;
        using Execute = abi::Function<
            "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 "
            "predecessor, bytes32 salt) payable">;
        return now ? chain.send(alice, at, 0, Execute::encode(targets, v, payloads, Hash{}, Hash{}))
                   : chain.send(council, at, 0,
                                Schedule::encode(targets, v, payloads, Hash{}, Hash{}, U256(100)));
    };
    const auto mismatch = Timelock::InvalidOperationLength::encode(U256(2), U256(2), U256(1));
    for (const bool now : {false, true}) EXPECT_EQ(run({5}, {{}, set_floor(1)}, now).revert, mismatch);
    const std::vector<Bytes> bad{{}, set_floor(u256_max)}, good{{}, set_floor(9)};
    ASSERT_EQ(run(values, bad, false).logs.size(), 2u) << "one event a call; no salt";
    ASSERT_TRUE(run(values, good, false).success);
    pass(100);
    const auto failed = run(values, bad, true);
    EXPECT_FALSE(failed.success);
    EXPECT_GT(failed.revert.size(), 4u) << "the target's own words";
    EXPECT_EQ(chain.host.balance_of(bob), 0);
    ASSERT_TRUE(run(values, good, true).success);
    EXPECT_EQ(chain.host.balance_of(bob), 5);
    EXPECT_EQ(floor(), 9);
    EXPECT_EQ(chain
                  .call<"function hashOperationBatch(address[] targets, uint256[] values, bytes[] payloads, "
                        "bytes32 predecessor, bytes32 salt) pure returns (bytes32)">(
                      alice, at, targets, values, good, Hash{}, Hash{})
                  .value,
              keccak256(abi::encode(targets, values, good, Hash{}, Hash{})));
}

TEST_F(TimelockTest, coin_comes_in_and_leaves_by_decision_only) {
    EXPECT_TRUE(chain.send(alice, at, 70, {}).success);
    EXPECT_EQ(chain.host.balance_of(at), U256(rich + 70));
    ASSERT_TRUE(decided(bob, {}, 20).success);
    EXPECT_EQ(chain.host.balance_of(bob), 20);
    const Call more{bob, U256(rich + 1'000), {}, {}, {}};
    ASSERT_TRUE(schedule(council, more, 100).success);
    pass(100);
    EXPECT_EQ(execute(alice, more).revert, FailedCall::encode());
    EXPECT_EQ(execute(alice, more, 949).revert, FailedCall::encode()) << "one wei short";
    EXPECT_TRUE(execute(alice, more, 950).success) << "the executor may add what is missing";
}

TEST_F(TimelockTest, an_operation_may_run_another_but_no_operation_twice) {
    using Execute = abi::Function<
        "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) "
        "payable">;
    const Call inner{bob, 3, {}, {}, number(1)};
    const Call outer{
        at, 0, Execute::encode(inner.target, inner.value, inner.data, Hash{}, number(1)), {}, number(2)};
    ASSERT_TRUE(schedule(council, inner, 100).success);
    ASSERT_TRUE(schedule(council, outer, 100).success);
    pass(100);
    ASSERT_TRUE(execute(alice, outer).success) << "another operation may run within one";
    EXPECT_EQ(chain.host.balance_of(bob), 3);
    EXPECT_EQ(state(id(inner)), 3);
    EXPECT_FALSE(execute(alice, inner).success);
}

TEST_F(TimelockTest, an_operation_that_is_run_within_its_own_run_fails_whole) {
    chain.host.install(echo, account(60));
    using Execute = abi::Function<
        "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) "
        "payable">;
    const Call c{account(60), 0, abi::Function<"function go()">::encode(), {}, number(1)};
    ASSERT_TRUE(schedule(council, c, 100).success);
    pass(100);
    const Bytes again = Execute::encode(c.target, c.value, c.data, c.predecessor, c.salt);
    ASSERT_TRUE(chain.call<"function keep(bytes data)">(alice, account(60), again).success);
    EXPECT_EQ(execute(alice, c).revert, Timelock::UnexpectedOperationState::encode(id(c), expected(ready)));
    EXPECT_EQ(state(id(c)), 2) << "neither run stands";
    ASSERT_TRUE(chain.call<"function keep(bytes data)">(alice, account(60), Bytes{}).success);
    EXPECT_TRUE(execute(alice, c).success);
}

TEST_F(TimelockTest, interfaces_and_receivers_are_openzeppelins) {
    const auto supports = [&](const abi::Selector& interface) {
        return chain
            .call<"function supportsInterface(bytes4 interfaceId) view returns (bool)">(alice, at, interface)
            .value;
    };
    EXPECT_TRUE(supports({{0x01, 0xff, 0xc9, 0xa7}}));
    EXPECT_TRUE(supports({{0x79, 0x65, 0xdb, 0x0b}})) << "AccessControl";
    EXPECT_TRUE(supports({{0x4e, 0x23, 0x12, 0xe0}})) << "ERC1155Receiver";
    EXPECT_FALSE(supports({{0xff, 0xff, 0xff, 0xff}}));
    EXPECT_EQ(
        (chain
             .call<"function onERC721Received(address operator, address from, uint256 tokenId, bytes data) "
                   "returns (bytes4)">(alice, at, alice, bob, U256(1), Bytes{})
             .value),
        (abi::Selector{{0x15, 0x0b, 0x7a, 0x02}}));
    EXPECT_EQ(
        (chain
             .call<"function onERC1155Received(address operator, address from, uint256 id, uint256 value, "
                   "bytes data) returns (bytes4)">(alice, at, alice, bob, U256(1), U256(1), Bytes{})
             .value),
        (abi::Selector{{0xf2, 0x3a, 0x6e, 0x61}}));
    EXPECT_EQ((chain
                   .call<"function onERC1155BatchReceived(address operator, address from, uint256[] ids, "
                         "uint256[] values, bytes data) returns (bytes4)">(
                       alice, at, alice, bob, std::vector<U256>{1}, std::vector<U256>{1}, Bytes{})
                   .value),
              (abi::Selector{{0xbc, 0x19, 0x7c, 0x81}}));
    const auto role = [&](const Hash& value, std::string_view name) {
        EXPECT_EQ(value, keccak256(as_bytes(name)));
    };
    role(chain.call<"function PROPOSER_ROLE() view returns (bytes32)">(alice, at).value, "PROPOSER_ROLE");
    role(chain.call<"function EXECUTOR_ROLE() view returns (bytes32)">(alice, at).value, "EXECUTOR_ROLE");
    role(chain.call<"function CANCELLER_ROLE() view returns (bytes32)">(alice, at).value, "CANCELLER_ROLE");
    EXPECT_TRUE(
        chain.call<"function DEFAULT_ADMIN_ROLE() view returns (bytes32)">(alice, at).value.is_zero());
    EXPECT_TRUE(
        chain
            .call<"function getRoleAdmin(bytes32 role) view returns (bytes32)">(alice, at, Timelock::proposer)
            .value.is_zero());
}

// Each operation runs at most once, at or after its time and its predecessor's run, and money leaves by
// nothing else.
TEST_F(TimelockTest, random_sequences_keep_time_and_order) {
    Random random;
    constexpr std::uint64_t kinds = 40;
    const auto call_of = [&](std::uint64_t n) {
        const Hash before =
            n % 3 == 2 ? keccak256(abi::encode(bob, U256(n - 1), Bytes{}, Hash{}, number(n - 1))) : Hash{};
        return Call{bob, U256(n), {}, before, number(n)};
    };
    std::map<std::uint64_t, std::uint64_t> due;  // By n, while scheduled.
    std::set<std::uint64_t> run;
    std::uint64_t generation = 0;
    U256 paid = 0;
    for (std::uint64_t i = 0; i < operations(10'000); ++i) {
        // New operations, now and then, so that there is always something to do.
        if (random.one_in(100)) generation += kinds * 3;
        const auto n = generation + random.below(kinds);
        const Call c = call_of(n);
        const Hash operation = id(c);
        const auto now = chain.host.head.timestamp;
        switch (random.below(5)) {
            case 0:
            case 1: {
                const auto delay = 90 + random.below(60);
                const bool good = delay >= 100 && !due.contains(n) && !run.contains(n);
                ASSERT_EQ(schedule(council, c, delay).success, good);
                if (good) due[n] = now + delay;
                break;
            }
            case 2: {
                const bool before_ran = c.predecessor.is_zero() || run.contains(n - 1);
                const bool good = due.contains(n) && due[n] <= now && before_ran;
                ASSERT_EQ(execute(random.one_in(2) ? alice : council, c).success, good);
                if (!good) break;
                due.erase(n);
                run.insert(n);
                paid += n;
                break;
            }
            case 3:
                if (random.one_in(4)) {
                    ASSERT_EQ(cancel(council, operation).success, due.contains(n));
                    due.erase(n);
                }
                break;
            default:
                pass(random.below(30));
        }
        const auto expected_state = run.contains(n)                       ? 3
                                    : !due.contains(n)                    ? 0
                                    : due[n] <= chain.host.head.timestamp ? 2
                                                                          : 1;
        ASSERT_EQ(state(operation), expected_state);
        ASSERT_EQ(chain.host.balance_of(bob), paid);
        ASSERT_EQ(chain.host.balance_of(at), U256(rich - paid));
    }
    EXPECT_GT(run.size(), 20u);
}

}  // namespace
}  // namespace farthing::contracts
