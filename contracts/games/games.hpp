#pragma once
// Games: houses, rounds, bets. Each concern has its file: house.cpp (terms and money of a house), bet.cpp
// (placing), player.cpp (limits that players set on themselves), round.cpp (revealing, forfeiting),
// settlement.cpp (results and payouts), money.cpp (tokens in and out), views.cpp. The README states the
// invariants and the abuse cases.
#include "contracts/module.hpp"
#include "contracts/token/wrapped_coin.hpp"
#include "core/fair/bet.hpp"

namespace farthing::contracts {

inline constexpr Address games_address = address("fa0004");

using Amount = abi::Uint<128>;  ///< Units of a house's asset.

/// What a house accepts, fixed when it is registered. Shares of the bankroll are in hundredths of a percent.
struct Limits {
    Amount min_stake;
    std::uint16_t bet_bps = 0;    ///< Reserves that one draw decides.
    std::uint16_t round_bps = 0;  ///< Reserves of one round together.
    std::uint16_t open_bps = 0;   ///< Reserves of all open bets together.
    std::uint16_t games = 0;      ///< Bit g offers game g (1 dice, 4 crash).
    using Abi = abi::Struct<
        "struct Limits { uint128 minStake; uint16 betBps; uint16 roundBps; uint16 openBps; uint16 games; }",
        &Limits::min_stake, &Limits::bet_bps, &Limits::round_bps, &Limits::open_bps, &Limits::games>;
};

enum class HouseStatus : std::uint8_t { none = 0, open = 1, stopped = 2 };
enum class RoundStatus : std::uint8_t { none = 0, open = 1, revealed = 2, defaulted = 3 };

/// Money: bankroll B = vault - reserved. `reserved` is locked twice, in the vault for the players' wins and
/// in the bond for the house's silence. `escrow` holds the stakes of open bets.
struct House {
    Address operator_account;
    std::uint8_t status = 0;          ///< HouseStatus.
    std::uint64_t last_revealed = 0;  ///< Rounds count from 1.
    Address asset;
    std::uint64_t next_round = 1;
    Amount min_stake;
    std::uint16_t bet_bps = 0;
    std::uint16_t round_bps = 0;
    std::uint16_t open_bps = 0;
    std::uint16_t games = 0;
    std::uint64_t next_bet = 0;  ///< Id of the next bet: house << 40 | serial.
    Hash head;                   ///< Committed link that the next round's seed hashes to.
    Hash next_tip;  ///< Of the chain that `switch_round` and later rounds use; zero when none waits.
    Amount vault;
    Amount bond;
    Amount reserved;
    Amount escrow;
    std::uint64_t chain_start = 1;   ///< First round of head's chain.
    std::uint64_t switch_round = 0;  ///< First round of next_tip's chain.
    std::uint64_t open_rounds = 0;   ///< Rounds with bets to settle.

    using Abi = abi::Struct<
        "struct House { address operator; uint8 status; uint64 lastRevealed; address asset; uint64 "
        "nextRound; "
        "uint128 minStake; uint16 betBps; uint16 roundBps; uint16 openBps; uint16 games; uint64 nextBet; "
        "bytes32 head; bytes32 nextTip; uint128 vault; uint128 bond; uint128 reserved; uint128 escrow; "
        "uint64 chainStart; uint64 switchRound; uint64 openRounds; }",
        &House::operator_account, &House::status, &House::last_revealed, &House::asset, &House::next_round,
        &House::min_stake, &House::bet_bps, &House::round_bps, &House::open_bps, &House::games,
        &House::next_bet, &House::head, &House::next_tip, &House::vault, &House::bond, &House::reserved,
        &House::escrow, &House::chain_start, &House::switch_round, &House::open_rounds>;

    U256 bankroll() const { return vault.value() - reserved.value(); }
    bool is_open() const { return status == static_cast<std::uint8_t>(HouseStatus::open); }
    bool has_unrevealed() const { return last_revealed + 1 < next_round; }
};

/// All bets of one block with one house, as a queue of records in the order of their ids. Deadlines are
/// absolute: later changes of the rules do not touch them.
struct Round {
    std::uint64_t block = 0;
    std::uint64_t entropy_block = 0;   ///< N + k, whose R decides.
    std::uint64_t deadline_block = 0;  ///< Overdue when both deadlines have passed.
    std::uint64_t deadline_time = 0;   ///< Unix seconds.
    Amount reserved;                   ///< Of all its bets, settled ones included.
    std::uint64_t first_bet = 0;       ///< Id of the oldest record that is not settled in full.
    abi::Uint<24> count;               ///< Bets from first_bet on.
    abi::Uint<24> settled;             ///< Bets of the record first_bet that are settled.
    std::uint8_t status = 0;           ///< RoundStatus.
    std::uint8_t tables = 0;           ///< Version of the payout tables in force.
    Hash seed;                         ///< Zero until revealed.

    using Abi = abi::Struct<
        "struct Round { uint64 blockNumber; uint64 entropyBlock; uint64 deadlineBlock; uint64 deadlineTime; "
        "uint128 reserved; uint64 firstBet; uint24 count; uint24 settled; uint8 status; uint8 tables; "
        "bytes32 seed; }",
        &Round::block, &Round::entropy_block, &Round::deadline_block, &Round::deadline_time, &Round::reserved,
        &Round::first_bet, &Round::count, &Round::settled, &Round::status, &Round::tables, &Round::seed>;

    bool is(RoundStatus s) const { return status == static_cast<std::uint8_t>(s); }
    bool is_overdue(const BlockInfo& at) const {
        return at.number > deadline_block && at.timestamp > deadline_time;
    }
};

/// What the one crash point of a round can cost a house: the reserves of all the round's crash bets. One
/// record a house, of the last round that had any.
struct SharedDraw {
    std::uint64_t round = 0;
    Amount reserved;

    using Abi = abi::Struct<"struct SharedDraw { uint64 round; uint128 reserved; }", &SharedDraw::round,
                            &SharedDraw::reserved>;
};

/// What a player may ask for in one call: `count` bets alike, each with its own nonce.
struct BetOrder {
    std::uint8_t game = 0;
    Bytes params;  ///< As fair::play_of reads them.
    U256 stake;    ///< Of each bet.
    abi::Uint<24> count;

    using Abi = abi::Struct<"struct BetOrder { uint8 game; bytes params; uint256 stake; uint24 count; }",
                            &BetOrder::game, &BetOrder::params, &BetOrder::stake, &BetOrder::count>;
};
inline constexpr std::uint64_t bets_in_record_max = 1000;
inline constexpr std::uint64_t orders_max = 64;
/// A bet's id is its house << serial_bits | its serial.
inline constexpr unsigned serial_bits = 40;

/// A record of `count` bets alike: the i-th has id + i and nonce + i. Three slots; deleted when all are
/// settled. The maximum payout follows from game, params and stake.
struct Bet {
    Address player;
    std::uint64_t round = 0;
    std::uint8_t game = 0;
    std::uint16_t count = 0;
    bool counted = false;      ///< Against a limit of its player.
    Amount stake;              ///< Of each bet.
    std::uint64_t params = 0;  ///< As fair::Play packs them.
    std::uint64_t nonce = 0;   ///< Of the first bet.
    Hash client_seed;          ///< Left-aligned text.

    using Abi = abi::Struct<
        "struct Bet { address player; uint64 round; uint8 game; uint16 count; bool counted; uint128 stake; "
        "uint64 params; uint64 nonce; bytes32 clientSeed; }",
        &Bet::player, &Bet::round, &Bet::game, &Bet::count, &Bet::counted, &Bet::stake, &Bet::params,
        &Bet::nonce, &Bet::client_seed>;
};

/// What a player allows himself with one asset, whatever the house. Units of the asset; 0 is no limit.
struct PlayerLimits {
    Amount stake_max{};       ///< Of one bet.
    Amount staked_per_day{};  ///< Stakes together.
    Amount lost_per_day{};    ///< Stakes less payouts; an unsettled bet counts as lost.
    bool operator==(const PlayerLimits&) const = default;

    using Abi =
        abi::Struct<"struct PlayerLimits { uint128 stakeMax; uint128 stakedPerDay; uint128 lostPerDay; }",
                    &PlayerLimits::stake_max, &PlayerLimits::staked_per_day, &PlayerLimits::lost_per_day>;
};

/// A player's limits with one asset and what counts against them. A day is one of UTC.
struct PlayerBook {
    Amount stake_max;
    Amount staked_per_day;
    Amount lost_per_day;
    std::uint64_t next_from = 0;  ///< Unix seconds from when the next limits hold; 0 when none wait.
    std::uint64_t day = 0;        ///< Unix seconds / 86,400 that `staked` and `returned` are of.
    Amount next_stake_max;
    Amount next_staked_per_day;
    Amount next_lost_per_day;
    Amount staked;    ///< Of that day's bets.
    Amount returned;  ///< Paid for that day's bets so far.

    using Abi = abi::Struct<
        "struct PlayerBook { uint128 stakeMax; uint128 stakedPerDay; uint128 lostPerDay; uint64 nextFrom; "
        "uint64 day; uint128 nextStakeMax; uint128 nextStakedPerDay; uint128 nextLostPerDay; uint128 staked; "
        "uint128 returned; }",
        &PlayerBook::stake_max, &PlayerBook::staked_per_day, &PlayerBook::lost_per_day,
        &PlayerBook::next_from, &PlayerBook::day, &PlayerBook::next_stake_max,
        &PlayerBook::next_staked_per_day, &PlayerBook::next_lost_per_day, &PlayerBook::staked,
        &PlayerBook::returned>;
};

/// The one look that every bet takes at its player.
struct PlayerGuard {
    std::uint64_t excluded_until = 0;  ///< Unix seconds.
    bool limited = false;              ///< Has, or had, limits with some asset.

    using Abi = abi::Struct<"struct PlayerGuard { uint64 excludedUntil; bool limited; }",
                            &PlayerGuard::excluded_until, &PlayerGuard::limited>;
};

/// The chain's rules for new rounds and new houses, from genesis.
struct Rules {
    std::uint16_t entropy_delay = 1;      ///< k, blocks; 1 to 8.
    std::uint32_t deadline_blocks = 600;  ///< D, after the entropy block.
    std::uint32_t deadline_s = 6 * 3600;  ///< D_s, after the bet's block.
    std::uint32_t stall_blocks = 20;      ///< P: reveals later than this stop new bets.
    std::uint16_t bet_bps_max = 100;
    std::uint16_t round_bps_max = 150;
    std::uint16_t open_bps_max = 2500;
    std::uint32_t loosening_s = 86'400;  ///< Until a looser limit of a player holds.

    using Abi = abi::Struct<
        "struct Rules { uint16 entropyDelay; uint32 deadlineBlocks; uint32 deadlineSeconds; uint32 "
        "stallBlocks; "
        "uint16 betBpsMax; uint16 roundBpsMax; uint16 openBpsMax; uint32 looseningSeconds; }",
        &Rules::entropy_delay, &Rules::deadline_blocks, &Rules::deadline_s, &Rules::stall_blocks,
        &Rules::bet_bps_max, &Rules::round_bps_max, &Rules::open_bps_max, &Rules::loosening_s>;
};

/// Whether one draw of a round decides all its bets of the game.
constexpr bool shares_draw(std::uint8_t game) {
    return game == static_cast<std::uint8_t>(fair::Game::crash);
}

struct Games {
    Context& ctx;

    // Slot numbers are consensus: never reuse or reorder one.
    Slot<Rules, 0, "rules"> rules_{ctx};
    Slot<std::uint64_t, 1, "houseCount"> house_count_{ctx};
    Mapping<std::uint64_t, House, 2, "houses"> houses_{ctx};
    Mapping<std::uint64_t, Map<std::uint64_t, Round>, 3, "rounds"> rounds_{ctx};
    Mapping<std::uint64_t, Bet, 4, "bets"> bets_{ctx};
    Mapping<Address, Hash, 5, "clientSeeds"> client_seeds_{ctx};
    Mapping<std::uint64_t, Map<Address, std::uint64_t>, 6, "nonces"> nonces_{ctx};
    Mapping<Hash, bool, 7, "usedTip"> used_tip_{ctx};
    Mapping<Address, PlayerGuard, 8, "playerGuards"> player_guards_{ctx};
    Mapping<Address, Map<Address, PlayerBook>, 9, "playerBooks"> player_books_{ctx};
    Mapping<std::uint64_t, SharedDraw, 10, "sharedDraws"> shared_draws_{ctx};

    using HouseRegistered = abi::Event<
        "event HouseRegistered(uint64 indexed house, address indexed operator, address indexed asset, "
        "uint256 bond)">;
    using Funded = abi::Event<"event Funded(uint64 indexed house, address indexed from, uint256 amount)">;
    using Withdrawn = abi::Event<"event Withdrawn(uint64 indexed house, address indexed to, uint256 amount)">;
    using BondAdded =
        abi::Event<"event BondAdded(uint64 indexed house, address indexed from, uint256 amount)">;
    using BondWithdrawn =
        abi::Event<"event BondWithdrawn(uint64 indexed house, address indexed to, uint256 amount)">;
    using Stopped = abi::Event<"event Stopped(uint64 indexed house)">;
    using TipRegistered =
        abi::Event<"event TipRegistered(uint64 indexed house, bytes32 indexed tip, uint64 fromRound)">;
    using ClientSeedChanged =
        abi::Event<"event ClientSeedChanged(address indexed player, string clientSeed)">;
    using BetPlaced = abi::Event<
        "event BetPlaced(uint64 indexed house, uint64 round, uint64 indexed betId, address indexed player, "
        "uint64 nonce, uint8 game, bytes params, uint256 stake, uint256 maxPayout, uint24 count, string "
        "clientSeed)">;
    using SeedRevealed = abi::Event<
        "event SeedRevealed(uint64 indexed house, uint64 indexed round, bytes32 seed, bytes32 randomness)">;
    using BetSettled = abi::Event<"event BetSettled(uint64 indexed betId, uint64 result, uint256 payout)">;
    using RoundForfeited = abi::Event<"event RoundForfeited(uint64 indexed house, uint64 indexed round)">;
    using SelfExcluded = abi::Event<"event SelfExcluded(address indexed player, uint64 until)">;
    using PlayerLimitsSet = abi::Event<
        "event PlayerLimitsSet(address indexed player, address indexed asset, uint128 stakeMax, uint128 "
        "stakedPerDay, uint128 lostPerDay, uint64 from)">;

    using HouseNotFound = abi::Error<"error HouseNotFound(uint64 house)">;
    using HouseStopped = abi::Error<"error HouseStopped(uint64 house)">;
    using HouseStalled = abi::Error<"error HouseStalled(uint64 round)">;
    using NotOperator = abi::Error<"error NotOperator(address operator)">;
    using TooManyHouses = abi::Error<"error TooManyHouses()">;
    using BadLimits = abi::Error<"error BadLimits()">;
    using BadTip = abi::Error<"error BadTip()">;
    using TipAlreadyUsed = abi::Error<"error TipAlreadyUsed(bytes32 tip)">;
    using TipPending = abi::Error<"error TipPending(bytes32 tip)">;
    using BadClientSeed = abi::Error<"error BadClientSeed()">;
    using ClientSeedUnset = abi::Error<"error ClientSeedUnset()">;
    using BetExpired = abi::Error<"error BetExpired(uint64 lastBlock)">;
    using GameNotOffered = abi::Error<"error GameNotOffered(uint8 game)">;
    using BadParams = abi::Error<"error BadParams(string reason)">;
    using BadCount = abi::Error<"error BadCount(uint256 most)">;
    using TooManyBets = abi::Error<"error TooManyBets(uint64 house)">;
    using StakeTooSmall = abi::Error<"error StakeTooSmall(uint256 minimum)">;
    using ExposureTooLarge = abi::Error<"error ExposureTooLarge(uint256 limit, uint256 asked)">;
    using PlayerExcluded = abi::Error<"error PlayerExcluded(uint64 until)">;
    using PlayerLimitExceeded =
        abi::Error<"error PlayerLimitExceeded(string limit, uint256 most, uint256 asked)">;
    using ExclusionShortened = abi::Error<"error ExclusionShortened(uint64 until)">;
    using ExclusionPast = abi::Error<"error ExclusionPast()">;
    using RoundNotFound = abi::Error<"error RoundNotFound(uint64 round)">;
    using RoundAlreadyRevealed = abi::Error<"error RoundAlreadyRevealed(uint64 round)">;
    using RoundNotRevealed = abi::Error<"error RoundNotRevealed(uint64 round)">;
    using RoundOverdue = abi::Error<"error RoundOverdue(uint64 round)">;
    using RoundNotOverdue = abi::Error<"error RoundNotOverdue(uint64 round)">;
    using RevealTooEarly = abi::Error<"error RevealTooEarly(uint64 firstBlock)">;
    using SkipTooLong = abi::Error<"error SkipTooLong(uint64 lastRound)">;
    using NotPreimage = abi::Error<"error NotPreimage(bytes32 head)">;
    using ZeroAmount = abi::Error<"error ZeroAmount()">;
    using AmountTooLarge = abi::Error<"error AmountTooLarge()">;
    using InsufficientFree = abi::Error<"error InsufficientFree(uint256 free, uint256 asked)">;
    using BadValue = abi::Error<"error BadValue(uint256 sent)">;
    using AssetMisbehaved = abi::Error<"error AssetMisbehaved(address asset)">;

    // --- house.cpp
    void genesis(const GenesisParams& params);
    std::uint64_t register_house(const Address& asset, const U256& bond, const Hash& tip,
                                 const Limits& limits);
    void fund(std::uint64_t house, const U256& amount);
    void withdraw(std::uint64_t house, const U256& amount);
    void add_bond(std::uint64_t house, const U256& amount);
    void withdraw_bond(std::uint64_t house, const U256& amount);
    void stop(std::uint64_t house);
    void set_next_tip(std::uint64_t house, const Hash& tip);

    // --- bet.cpp
    void set_client_seed(const std::string& seed);
    std::uint64_t place_bet(std::uint64_t house, std::uint8_t game, const Bytes& params, const U256& stake,
                            std::uint64_t last_block);
    std::uint64_t place_bets(std::uint64_t house, std::uint8_t game, const Bytes& params,
                             const U256& stake_each, const abi::Uint<24>& count, std::uint64_t last_block);
    std::uint64_t place_slip(std::uint64_t house, const std::vector<BetOrder>& orders,
                             std::uint64_t last_block);

    // --- player.cpp
    void exclude_self(std::uint64_t until);
    void set_player_limits(const Address& asset, const PlayerLimits& asked);
    PlayerBook player_limits_of(const Address& player, const Address& asset);
    std::uint64_t excluded_until(const Address& player) {
        return player_guards_[player].get().excluded_until;
    }

    // --- round.cpp
    void reveal(std::uint64_t house, std::uint64_t round, const Hash& seed);
    void forfeit(std::uint64_t house, std::uint64_t round);

    // --- settlement.cpp
    void settle(std::uint64_t house, std::uint64_t round, std::uint32_t bets_max);

    // --- money.cpp
    void receive_coin();

    // --- views.cpp
    House house_of(std::uint64_t house) { return houses_[house]; }
    Round round_of(std::uint64_t house, std::uint64_t round) { return rounds_[house][round]; }
    Bet bet_of(std::uint64_t bet) { return bets_[bet]; }
    Limits limits_of(std::uint64_t house);
    SharedDraw shared_draw_of(std::uint64_t house) { return shared_draws_[house]; }
    Rules rules() { return rules_; }
    std::uint64_t house_count() { return house_count_; }
    std::string client_seed_of(const Address& player);
    std::uint64_t nonce_of(std::uint64_t house, const Address& player) { return nonces_[house][player]; }
    bool used_tip(const Hash& tip) { return used_tip_[tip]; }
    U256 max_payout(std::uint8_t game, const Bytes& params, const U256& stake);
    U256 headroom(std::uint64_t house);
    U256 headroom_of(std::uint64_t house, std::uint8_t game);
    bool is_overdue(std::uint64_t house, std::uint64_t round);

 private:
    struct Payment {
        Address player;
        U256 amount;
    };
    /// One of the sums that limits bound.
    struct Exposure {
        U256 limit;
        U256 taken;
        bool is_draw = false;  ///< Of what a single draw decides, not of all that is asked for.
    };
    /// Reserves taken already that a further bet adds to.
    struct Taken {
        U256 in_round;
        U256 in_draw;  ///< Of the bet's own draw: not zero only where bets share one.
    };
    /// A round, and its shared draw, as they are stored and as this call changes them.
    struct OpenRound {
        Round stored;
        Round now;
        SharedDraw draw_stored;  ///< As `draw` while no order of the call shares it.
        SharedDraw draw;
    };
    /// What decides the bets of a round.
    struct Decision {
        bool defaulted = false;
        Hash seed;
        Hash randomness;
        std::vector<std::uint32_t> crash_words;  ///< Drawn once, for the first crash bet.
    };

    House open_house(std::uint64_t house);
    House own_house(std::uint64_t house);
    void take_tip(const Hash& tip);
    void require_not_stalled(std::uint64_t house, const House& h);
    static bool is_offered(const House& h, std::uint8_t game);
    fair::Play require_play(const House& h, std::uint8_t game, const Bytes& params);
    static std::array<Exposure, 4> exposures(const House& h, const Taken& taken);
    static void require_headroom(const House& h, const OpenRound& round, const fair::Play& play,
                                 const U256& reserve, std::uint64_t count);
    U256 headroom_beside(std::uint64_t house, const House& h, bool with_draw);
    void open_shared_draw(std::uint64_t house, OpenRound& round, std::uint64_t number);
    OpenRound round_for_bet(std::uint64_t house, House& h);
    std::uint64_t place(std::uint64_t house, std::span<const BetOrder> orders, std::uint64_t last_block);
    /// Adds a record to the round and the books; the money moves later.
    void add_record(std::uint64_t house, House& h, OpenRound& round, const BetOrder& order,
                    const Bet& common);
    /// Checks the caller's own limits and counts the orders against them; false when there are none.
    bool admit_player(const Address& asset, std::span<const BetOrder> orders);
    void credit_player(const Address& player, const Address& asset, const Round& r, const U256& paid);
    void accept_seeds(std::uint64_t house, House& h, std::uint64_t round, const Hash& seed);
    std::vector<Hash> links_down_to_head(const House& h, std::uint64_t round, const Hash& seed);
    /// Settles at most `budget` bets of a decided round, takes them from `budget`, adds what is to be paid.
    void settle_round(std::uint64_t house, House& h, std::uint64_t round, std::uint32_t& budget,
                      std::vector<Payment>& payments);
    /// The same for the round's oldest record.
    void settle_record(House& h, Round& r, Decision& decision, std::uint32_t& budget,
                       std::vector<Payment>& payments);
    fair::Outcome outcome_of(const Bet& bet, const fair::Play& play, std::uint64_t nonce, Decision& decision);

    Hash randomness_of(std::uint64_t block_number);
    void take(const Address& asset, const U256& amount);
    void pay_out(const Address& asset, const Address& to, const U256& amount);
    void pay_players(const Address& asset, const std::vector<Payment>& payments);
};

/// Checks an amount that goes into a record.
Amount to_amount(const U256& amount);
/// A client seed out of its word.
std::string text_of(const Hash& left_aligned);

}  // namespace farthing::contracts
