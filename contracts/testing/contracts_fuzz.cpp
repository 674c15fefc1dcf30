// Sequences of any calls by anybody to every contract, time passing between them: FuzzWorld says what each
// call and what the whole must keep.
#include "contracts/games/games.hpp"
#include "contracts/governor/governor.hpp"
#include "contracts/testing/fuzz_calls.hpp"
#include "contracts/timelock/timelock.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::contracts::testing {
namespace {

constexpr std::size_t steps_max = 48;

class Sequence {
 public:
    Sequence(FuzzWorld& world, ByteView in) : plan_(in), world_(world), calls_(plan_, world) {}

    void run() {
        // Asking for every total costs more than the steps do, and what went wrong once stays wrong.
        const bool checks_books = plan_.below(3) == 0;
        for (std::size_t i = 0; i < steps_max && !plan_.empty(); ++i) step();
        if (checks_books) world_.check_books();
    }

 private:
    void step() {
        switch (plan_.below(20)) {
            case 0:
                return world_.next_block(plan_.below(3));
            case 1: {
                static constexpr std::array<std::uint64_t, 6> jumps{30,     61,      3'600,
                                                                    86'400, 864'000, 31'536'000};
                return world_.next_block(jumps[plan_.below(jumps.size())]);
            }
            case 2:
                return reveal();
            case 3:
                return bet();
            case 4:
                return govern();
            case 5:
                return world_.check_gas(calls_.any_call());
            default:
                calls_.learn(world_.send(calls_.any_call()));
        }
    }

    House house() {
        return world_.ask<abi::Function<"function houses(uint64 house) view returns (House record)", House>>(
            games_address, std::uint64_t{1});
    }

    /// The keeper's honest work: the next seed of its chain.
    void reveal() {
        const auto next = house().last_revealed + 1;
        if (next > world_.house_seeds.length()) return;
        send(world_.keeper, games_address, 0,
             abi::Function<"function reveal(uint64 house, uint64 round, bytes32 seed)">::encode(
                 std::uint64_t{1}, next, world_.house_seeds.link(next)));
    }

    /// A bet in order.
    void bet() {
        const auto stake = calls_.amount() % 10'000'000'000'000'000 + 1'000;
        const auto target = static_cast<std::uint16_t>(200 + plan_.number(2) % 9'500);
        const bool crash = plan_.flag();
        const auto params = crash ? abi::encode(std::uint32_t{target}) : abi::encode(target, plan_.flag());
        send(calls_.person(), games_address, stake,
             abi::Function<"function placeBet(uint64 house, uint8 game, bytes params, uint256 stake, uint64 "
                           "lastBlock) payable returns (uint64 bet)">::encode(std::uint64_t{1},
                                                                              std::uint8_t(crash ? 4 : 1),
                                                                              params, stake,
                                                                              world_.host.head.number + 1));
    }

    /// The next step of a motion's way: proposed, voted for, queued, executed.
    void govern() {
        const auto who = calls_.person();
        const auto hash = keccak256(as_bytes(description_));
        switch (stage_++ % 4) {
            case 0: {
                auto [target, data] = calls_.inner_call(0);
                targets_ = {target};
                datas_ = {std::move(data)};
                description_ = "Motion " + std::to_string(stage_);
                const auto done = send(
                    who, governor_address, 0,
                    abi::Function<
                        "function propose(address[] targets, uint256[] values, bytes[] calldatas, string "
                        "description) returns (uint256)">::encode(targets_, values_, datas_, description_));
                if (done.success) proposal_ = to_u256(done.output);
                world_.next_block(2);
                return;
            }
            case 1:
                for (const auto& each : world_.people)
                    send(
                        each, governor_address, 0,
                        abi::Function<"function castVote(uint256 proposalId, uint8 support) returns (uint256 "
                                      "weight)">::encode(proposal_, std::uint8_t{1}));
                world_.next_block(3'601);
                return;
            case 2:
                send(who, governor_address, 0,
                     abi::Function<
                         "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
                         "descriptionHash) returns (uint256)">::encode(targets_, values_, datas_, hash));
                world_.next_block(61);
                return;
            default:
                send(who, governor_address, 0,
                     abi::Function<
                         "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 "
                         "descriptionHash) payable returns (uint256)">::encode(targets_, values_, datas_,
                                                                               hash));
        }
    }

    WatchedOutcome send(const Address& from, const Address& to, const U256& value, Bytes data) {
        auto outcome = world_.send({.from = from, .to = to, .value = value, .data = std::move(data)});
        calls_.learn(outcome);
        return outcome;
    }

    fuzz::Source plan_;
    FuzzWorld& world_;
    CallMaker calls_;
    std::size_t stage_ = 0;
    std::vector<Address> targets_;
    std::vector<U256> values_{0};
    std::vector<Bytes> datas_;
    std::string description_;
    U256 proposal_;
};

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    std::uint64_t state = 1;
    for (int i = 0; i < 60; ++i) {
        Bytes plan(40 + 12 * static_cast<std::size_t>(i));
        for (auto& byte : plan) {
            state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
            byte = static_cast<std::uint8_t>(state >> 56);
        }
        out.push_back(std::move(plan));
    }
    out.push_back({3, 0, 5, 100, 0, 0, 0, 0, 0, 1, 0, 2});
    out.push_back({4, 0, 4, 1, 0, 4, 0, 4, 0, 4, 0});
    return out;
}

FARTHING_FUZZ(contracts, seeds) {
    static FuzzWorld world;
    world.reset();
    Sequence(world, in).run();
}

}  // namespace
}  // namespace farthing::contracts::testing
