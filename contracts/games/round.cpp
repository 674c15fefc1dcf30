// Revealing a seed, or paying for its absence.
#include "contracts/games/games.hpp"
#include "contracts/randomness/randomness.hpp"

namespace farthing::contracts {
namespace {

/// How many rounds one reveal may cover, and how many bets a call settles besides its own work.
constexpr std::uint64_t skip_max = 64;
constexpr std::uint32_t bets_settled_max = 64;

using RandomnessOf = abi::Function<"function randomness(uint64 blockNumber) view returns (bytes32 value)">;

}  // namespace

void Games::reveal(std::uint64_t house, std::uint64_t round, const Hash& seed) {
    const House stored = houses_[house];
    House h = stored;
    require<HouseNotFound>(h.status != 0, house);
    require<RoundNotFound>(round >= 1 && round < h.next_round, round);
    require<RoundAlreadyRevealed>(round > h.last_revealed, round);
    require<SkipTooLong>(round - h.last_revealed <= skip_max, h.last_revealed + skip_max);

    const auto first = h.last_revealed + 1;
    accept_seeds(house, h, round, seed);
    h.head = seed;
    h.last_revealed = round;
    if (!h.next_tip.is_zero() && round + 1 == h.switch_round) {
        h.head = h.next_tip;
        h.next_tip = {};
        h.chain_start = h.switch_round;
        h.switch_round = 0;
    }

    std::vector<Payment> payments;
    auto budget = bets_settled_max;
    for (auto r = first; r <= round && budget > 0; ++r) settle_round(house, h, r, budget, payments);
    houses_[house].replace(stored, h);
    pay_players(h.asset, payments);
}

// Stores the seed of every round covered. Rounds that were defaulted stay so; an overdue one that was not
// must be forfeited first, or a late reveal could undo what silence costs.
void Games::accept_seeds(std::uint64_t house, House& h, std::uint64_t round, const Hash& seed) {
    const auto links = links_down_to_head(h, round, seed);
    for (auto n = h.last_revealed + 1; n <= round; ++n) {
        const Round stored = rounds_[house][n];
        Round r = stored;
        if (r.is(RoundStatus::none)) continue;  // Defaulted and settled.
        require<RevealTooEarly>(ctx.block.number > r.entropy_block, r.entropy_block + 1);
        if (r.is(RoundStatus::open)) {
            require<RoundOverdue>(!r.is_overdue(ctx.block), n);
            r.status = static_cast<std::uint8_t>(RoundStatus::revealed);
        }
        r.seed = links[static_cast<std::size_t>(round - n)];
        rounds_[house][n].replace(stored, r);
        ctx.emit<SeedRevealed>(house, n, r.seed, randomness_of(r.entropy_block));
    }
}

// The seeds of `round`, `round` - 1, …, down to the first unrevealed one.
std::vector<Hash> Games::links_down_to_head(const House& h, std::uint64_t round, const Hash& seed) {
    // A round of the next chain cannot be reached by hashing into this one.
    require<NotPreimage>(h.next_tip.is_zero() || round < h.switch_round, h.head);
    std::vector<Hash> links{seed};
    auto down = seed;
    for (auto n = round; n > h.last_revealed; --n) {
        down = ctx.sha256(as_bytes(hex(down)));
        if (n > h.last_revealed + 1) links.push_back(down);
    }
    require<NotPreimage>(down == h.head, h.head);
    return links;
}

void Games::forfeit(std::uint64_t house, std::uint64_t round) {
    const House stored = houses_[house];
    House h = stored;
    require<HouseNotFound>(h.status != 0, house);
    const Round open = rounds_[house][round];
    require<RoundNotFound>(!open.is(RoundStatus::none), round);
    require<RoundNotOverdue>(open.is(RoundStatus::open) && open.is_overdue(ctx.block), round);
    Round r = open;
    r.status = static_cast<std::uint8_t>(RoundStatus::defaulted);
    rounds_[house][round].replace(open, r);
    h.status = static_cast<std::uint8_t>(HouseStatus::stopped);
    ctx.emit<RoundForfeited>(house, round);

    std::vector<Payment> payments;
    auto budget = bets_settled_max;
    settle_round(house, h, round, budget, payments);
    houses_[house].replace(stored, h);
    pay_players(h.asset, payments);
}

Hash Games::randomness_of(std::uint64_t block_number) {
    return ctx.call<RandomnessOf>(randomness_address, block_number);
}

}  // namespace farthing::contracts
