// What the recorded chain plays. Chapters are only ever added at the end.
#include "contracts/staking/pool.hpp"
#include "core/crypto/eip712.hpp"
#include "recorder.hpp"

namespace farthing::recorded {
namespace {

using literals::address;

const Address wrapped = address("fa0001"), tokens = address("fa0002"), randomness = address("fa0003"),
              games = address("fa0004"), parameters = address("fa0005"), upgrades = address("fa0006"),
              units = address("fa0007"), emission = address("fa0008"), pools = address("fa0009"),
              governor = address("fa000a"), timelock = address("fa000b"), drip = address("fa000d"),
              multicall = address("ca11bde05977b3631167028862be2a173976ca11");
const Address stakers_pool = contracts::pool_address(timelock, 0);
const std::string most = text(u256_max);

Address address_of(const std::string& words) {
    return address_from_hex(words).value();
}
std::string pair(const std::string& a, const std::string& b) {
    return "(" + a + ", " + b + ")";
}

Address first_token(Recorder& r) {
    return address_of(r.ask(tokens, "tokenAddress(address,uint256)(address)", pair(text(r.person(1)), "0")));
}

// --- coin, tokens, votes, a permit

std::string permit_arguments(Recorder& r, const Address& token, std::uint64_t owner, const Address& spender,
                             const U256& value) {
    const U256 deadline = 4'000'000'000;
    const eip712::Permit permit{r.person(owner), spender, value, 0, deadline};
    const auto separator = hash_from_hex(r.ask(token, "DOMAIN_SEPARATOR()(bytes32)", "()")).value();
    const auto signature = key_of(owner).sign(eip712::digest(separator, permit.hash()));
    return "(" + text(permit.owner) + ", " + text(spender) + ", " + text(value) + ", " + text(deadline) +
           ", " + std::to_string(27 + signature.y_parity) + ", " + hex0x(signature.r) + ", " +
           hex0x(signature.s) + ")";
}

void money(Recorder& r) {
    for (std::uint64_t n = 1; n <= people_count; ++n) r.call(n, wrapped, "deposit()", "()", coin * 3'000);
    r.send(1, r.person(2), {}, coin, true, 21'000 + 4'300);
    r.call(1, tokens, "createToken(string,string,uint8,uint256,uint256,bool)",
           "(Recorded Token, REC, 18, " + text(coin * 1'000'000) + ", " + text(coin * 2'000'000) + ", true)");
    r.block(1);
    const auto token = first_token(r);
    for (std::uint64_t n = 2; n <= people_count; ++n)
        r.call(1, token, "transfer(address,uint256)", pair(text(r.person(n)), text(coin * 10'000)));
    r.call(1, token, "mint(address,uint256)", pair(text(r.person(3)), "12345"));
    r.call(2, token, "mint(address,uint256)", pair(text(r.person(2)), "1"), 0, false);
    r.call(2, token, "approve(address,uint256)", pair(text(r.person(3)), "1000"));
    r.block(1);
    r.call(3, token, "transferFrom(address,address,uint256)",
           "(" + text(r.person(2)) + ", " + text(r.person(4)) + ", 600)");
    r.call(3, token, "burnFrom(address,uint256)", pair(text(r.person(2)), "400"));
    r.call(3, token, "burnFrom(address,uint256)", pair(text(r.person(2)), "1"), 0, false);
    r.call(4, token, "burn(uint256)", "(77)");
    r.call(4, token, "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
           permit_arguments(r, token, 2, r.person(4), 555));
    for (std::uint64_t n = 1; n <= people_count; ++n) {
        r.call(n, units, "delegate(address)", "(" + text(r.person(n == 4 ? 1 : n)) + ")");
        r.call(n, token, "delegate(address)", "(" + text(r.person(1)) + ")");
    }
    r.call(1, wrapped, "withdraw(uint256)", "(" + text(coin) + ")");
    r.call(1, wrapped, "transfer(address,uint256)", pair(text(r.person(2)), text(coin * 2)));
    r.send(2, wrapped, {}, 5'000, true);
    r.send(2, wrapped, {0xde, 0xad, 0xbe, 0xef}, 0, false);
    r.send(2, token, Bytes(36, 0xa9), 0, false, 50'000);
    r.block(7);
    r.call(1, token, "transferOwnership(address)", "(" + text(r.person(2)) + ")");
    r.call(2, token, "renounceOwnership()", "()");
    r.call(3, drip, "fill()", "()", coin);
    r.call(4, drip, "sip()", "()");
    r.call(4, drip, "sip()", "()", 0, false);
    r.call(1, multicall, "aggregate3Value((address,bool,uint256,bytes)[])",
           "([(" + text(drip) + ", false, 9, " + r.encoded("fill()", "()") + "), (" + text(drip) +
               ", true, 0, 0x)])",
           9);
    r.call(1, multicall, "tryBlockAndAggregate(bool,(address,bytes)[])",
           "(false, [(" + text(randomness) + ", " + r.encoded("blockHash(uint64)", "(2)") + ")])");
    r.block(1);
}

// --- pools and emission

void staking(Recorder& r) {
    const auto token = first_token(r);
    r.call(1, pools, "createPool(address,address,uint256)",
           "(" + text(token) + ", " + text(wrapped) + ", 86400)");
    r.block(1);
    const auto own = contracts::pool_address(r.person(1), 0);
    for (std::uint64_t n = 1; n <= people_count; ++n) {
        for (const auto& [asset, pool] : {std::pair{wrapped, stakers_pool}, {wrapped, own}, {token, own}})
            r.call(n, asset, "approve(address,uint256)", pair(text(pool), most));
        r.call(n, stakers_pool, "stake(uint256)", "(" + text(coin * (100 * n)) + ")");
        if (n != 4) r.call(n, own, "stake(uint256)", "(" + text(coin * 11 * n + 1) + ")");
    }
    r.call(4, own, "stake(uint256)", "(0)", 0, false);
    r.block(3'600);
    r.call(2, own, "addReward(uint256)", "(" + text(coin * 3 + 1) + ")");
    r.call(1, wrapped, "transfer(address,uint256)", pair(text(own), text(coin * 5)));
    r.call(1, own, "notifyRewardAmount(uint256)", "(" + text(coin * 5) + ")");
    r.call(2, own, "notifyRewardAmount(uint256)", "(1)", 0, false);
    r.call(3, stakers_pool, "setAutoCompound(uint16)", "(50)");
    r.call(4, emission, "accrue()", "()");
    r.block(40'000);
    r.call(1, stakers_pool, "compound(address)", "(" + text(r.person(3)) + ")");
    r.call(1, stakers_pool, "compound(address)", "(" + text(r.person(1)) + ")");
    r.call(2, stakers_pool, "getReward()", "()");
    r.call(3, own, "withdraw(uint256)", "(" + text(coin) + ")");
    r.call(2, own, "exit()", "()");
    r.call(4, emission, "release(uint8)", "(2)");
    r.block(100'000);
    r.call(1, own, "setRewardsDuration(uint256)", "(3600)");
    r.call(1, own, "setRewardsDistribution(address)", "(" + text(r.person(2)) + ")");
    r.call(1, own, "getReward()", "()");
    r.block(1);
}

// --- games

std::string dice(std::uint64_t target, bool over) {
    return hex0x(abi::encode(static_cast<std::uint16_t>(target), over));
}
std::string crash(std::uint32_t target) {
    return hex0x(abi::encode(target));
}

void play(Recorder& r) {
    constexpr std::string_view place = "placeBet(uint64,uint8,bytes,uint256,uint64)";
    for (std::uint64_t n = 1; n <= people_count; ++n)
        r.call(n, games, "setClientSeed(string)", "(lucky_" + std::to_string(n) + ")");
    r.call(1, games, place, "(1, 1, " + dice(4950, false) + ", 1000, 99999)", 1'000, false);
    r.block(1);
    const U256 stake = coin / 10;
    for (std::uint64_t round = 1; round <= 5; ++round) {
        r.call(1, games, place,
               "(1, 1, " + dice(1'000 * round, round % 2 == 0) + ", " + text(stake) + ", 99999)", stake);
        r.call(2, games, place,
               "(1, 4, " + crash(110 + 100 * static_cast<std::uint32_t>(round)) + ", " + text(stake) +
                   ", 99999)",
               stake);
        r.call(3, games, "placeBets(uint64,uint8,bytes,uint256,uint24,uint64)",
               "(1, 1, " + dice(5'000, true) + ", " + text(stake) + ", 7, 99999)", stake * 7);
        r.call(4, games, "placeSlip(uint64,(uint8,bytes,uint256,uint24)[],uint64)",
               "(1, [(1, " + dice(2'500, false) + ", " + text(stake) + ", 2), (4, " + crash(200) + ", " +
                   text(stake) + ", 1)], 99999)",
               stake * 3);
        r.block(1);
        r.call(keeper_number, games, "reveal(uint64,uint64,bytes32)",
               "(1, " + std::to_string(round) + ", " + hex0x(r.seeds.house.link(round)) + ")", 0, false);
        r.block(2);
        for (int i = 0; i < 3; ++i) r.block(1);
        r.call(keeper_number, games, "reveal(uint64,uint64,bytes32)",
               "(1, " + std::to_string(round) + ", " + hex0x(r.seeds.house.link(round)) + ")");
        r.block(1);
    }
    r.call(1, games, "setPlayerLimits(address,(uint128,uint128,uint128))",
           "(" + text(wrapped) + ", (1, 2, 3))");
    r.call(2, games, "excludeSelf(uint64)", "(2000000000)");
    r.call(keeper_number, games, "withdraw(uint64,uint256)", "(1, 1000)");
    r.call(keeper_number, games, "withdrawBond(uint64,uint256)", "(1, 1000)");
    r.call(keeper_number, games, "fund(uint64,uint256)", "(1, 777)", 777);
    r.call(keeper_number, games, "addBond(uint64,uint256)", "(1, 778)", 778);
    r.block(1);
    r.call(1, games, place, "(1, 1, " + dice(4950, false) + ", " + text(stake) + ", 99999)", stake, false);
    r.call(2, games, place, "(1, 1, " + dice(4950, false) + ", " + text(stake) + ", 99999)", stake, false);
    r.block(1);
}

/// A house that falls silent: its players get their maximum.
void silence(Recorder& r) {
    const auto token = first_token(r);
    r.call(3, token, "approve(address,uint256)", pair(text(games), most));
    r.call(4, token, "approve(address,uint256)", pair(text(games), most));
    r.block(1);
    r.call(3, games, "registerHouse(address,uint256,bytes32,(uint128,uint16,uint16,uint16,uint16))",
           "(" + text(token) + ", " + text(coin * 100) + ", " + hex0x(r.seeds.second_house.tip()) +
               ", (1000, 100, 150, 2500, 65535))");
    r.call(3, games, "fund(uint64,uint256)", "(2, " + text(coin * 1'000) + ")");
    r.block(1);
    r.call(4, games, "placeBet(uint64,uint8,bytes,uint256,uint64)",
           "(2, 1, " + dice(5'000, false) + ", " + text(coin) + ", 99999)");
    r.block(1);
    for (int i = 0; i < 16; ++i) r.block(60);
    r.call(1, games, "forfeit(uint64,uint64)", "(2, 1)");
    r.block(1);
    r.call(3, games, "stop(uint64)", "(2)", 0, false);
    r.call(sequencer_number, randomness, "setNextTip(bytes32)",
           "(" + hex0x(sha256(as_bytes("a next tip"))) + ")");
    r.block(1);
}

// --- governance

void govern(Recorder& r) {
    const auto far = std::to_string(4'000'000'000ULL);
    const std::string targets = "[" + text(parameters) + ", " + text(parameters) + ", " + text(emission) +
                                ", " + text(upgrades) + ", " + text(upgrades) + ", " + text(governor) + "]";
    const std::string calls =
        "[" + r.encoded("set(string,uint256)", "(feeStakersBps, 2500)") + ", " +
        r.encoded("set(string,uint256)", "(feeTreasuryBps, 2500)") + ", " +
        r.encoded("setSplit(uint16,uint16,uint16,uint16,uint16)", "(5000, 0, 5000, 0, 0)") + ", " +
        r.encoded("schedule(uint16,uint16,uint64)", "(13, 2, " + far + ")") + ", " +
        r.encoded("cancel(uint16,uint16)", "(13, 2)") + ", " +
        r.encoded("setVotingPeriod(uint32)", "(3600)") + "]";
    const std::string values = "[0, 0, 0, 0, 0, 0]", description = "Share the fees";
    const auto hash = hex0x(keccak256(as_bytes(description)));
    const auto plan = targets + ", " + values + ", " + calls + ", ";
    r.call(1, governor, "propose(address[],uint256[],bytes[],string)", "(" + plan + description + ")");
    r.block(1);
    r.block(601);
    const auto id = r.ask(governor, "getProposalId(address[],uint256[],bytes[],bytes32)(uint256)",
                          "(" + plan + hash + ")");
    r.call(1, governor, "castVote(uint256,uint8)", pair(id, "1"));
    r.call(2, governor, "castVoteWithReason(uint256,uint8,string)", "(" + id + ", 0, \"No, thank you\")");
    r.call(3, governor, "castVote(uint256,uint8)", pair(id, "2"));
    r.call(3, governor, "castVote(uint256,uint8)", pair(id, "2"), 0, false);
    r.block(100);
    r.call(4, governor, "queue(address[],uint256[],bytes[],bytes32)", "(" + plan + hash + ")", 0, false);
    r.block(10);
    r.block(7'200);
    r.call(4, governor, "queue(address[],uint256[],bytes[],bytes32)", "(" + plan + hash + ")");
    r.block(1);
    r.block(601);
    r.call(4, governor, "execute(address[],uint256[],bytes[],bytes32)", "(" + plan + hash + ")");
    r.block(1);
    // The shared fees of these blocks go to stakers and treasury.
    for (int i = 0; i < 3; ++i) {
        r.call(2, stakers_pool, "getReward()", "()");
        r.block(100);
    }
}

constexpr Chapter all[] = {money, staking, play, govern, silence};

}  // namespace

std::span<const Chapter> chapters() {
    return all;
}

}  // namespace farthing::recorded
