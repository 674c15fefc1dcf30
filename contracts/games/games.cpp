/// Games: provably fair bets against houses. The rules and what each protects against are in the README.
#include "contracts/games/games.hpp"

#include "contracts/token/erc20.hpp"

namespace farthing::contracts {
namespace {

constexpr auto functions = table<Row>({
    function<"function registerHouse(address asset, uint256 bond, bytes32 tip, Limits limits) payable "
             "nonreentrant "
             "returns (uint64 house)",
             &Games::register_house>("Opens a house: its asset, its bond, its seed chain's tip, its limits."),
    function<"function fund(uint64 house, uint256 amount) payable nonreentrant", &Games::fund>(
        "Adds to the vault, out of which wins are paid."),
    function<"function withdraw(uint64 house, uint256 amount) nonreentrant", &Games::withdraw>(
        "The operator takes from the vault what no open bet reserves."),
    function<"function addBond(uint64 house, uint256 amount) payable nonreentrant", &Games::add_bond>(
        "Adds to the bond, out of which silence is paid."),
    function<"function withdrawBond(uint64 house, uint256 amount) nonreentrant", &Games::withdraw_bond>(
        "The operator takes from the bond what no open bet reserves."),
    function<"function stop(uint64 house) nonreentrant", &Games::stop>(
        "The operator takes no more bets, for good; open rounds go on."),
    function<"function setNextTip(uint64 house, bytes32 tip) nonreentrant", &Games::set_next_tip>(
        "The operator commits the next seed chain; rounds that open from now on use it."),
    function<"function setClientSeed(string seed)", &Games::set_client_seed>(
        "The caller's part of every outcome: 1 to 32 of A-Z, a-z, 0-9 and _."),
    function<
        "function placeBet(uint64 house, uint8 game, bytes params, uint256 stake, uint64 lastBlock) payable "
        "nonreentrant returns (uint64 bet)",
        &Games::place_bet>("Bets. Game 1, dice: params abi.encode(uint16 target, bool over). Game 4, crash: "
                           "abi.encode(uint32 target). Hundredths. Not after lastBlock."),
    function<"function placeBets(uint64 house, uint8 game, bytes params, uint256 stakeEach, uint24 count, "
             "uint64 lastBlock) payable nonreentrant returns (uint64 firstBet)",
             &Games::place_bets>(
        "Up to 1000 bets alike; the i-th has id firstBet + i and its own nonce. Costs "
        "stakeEach * count."),
    function<"function placeSlip(uint64 house, BetOrder[] orders, uint64 lastBlock) payable nonreentrant "
             "returns (uint64 firstBet)",
             &Games::place_slip>("Up to 64 different orders; ids and nonces run on through all of them."),
    function<"function setPlayerLimits(address asset, PlayerLimits limits)", &Games::set_player_limits>(
        "The caller's own limits with a house's asset (the wrapped coin, or zero for it, where coin is bet), "
        "0 for none: tighter ones hold at once, looser ones after looseningSeconds."),
    function<"function excludeSelf(uint64 until)", &Games::exclude_self>(
        "The caller takes no part until that unix time; it may be moved on, never back."),
    function<"function reveal(uint64 house, uint64 round, bytes32 seed) nonreentrant", &Games::reveal>(
        "Anyone reveals the seed of a round, and by it of all before it; settles up to 64 bets."),
    function<"function settle(uint64 house, uint64 round, uint32 max) nonreentrant", &Games::settle>(
        "Anyone settles up to `max` more bets of a revealed or defaulted round."),
    function<"function forfeit(uint64 house, uint64 round) nonreentrant", &Games::forfeit>(
        "Anyone declares an overdue round lost for the house: every bet is paid its maximum from the bond."),
    receive<&Games::receive_coin>("Takes the coin that unwrapping sends, and no other."),
});
constexpr auto views = table<Row>({
    function<"function houses(uint64 house) view returns (House record)", &Games::house_of>(
        "A house's record."),
    function<"function rounds(uint64 house, uint64 round) view returns (Round record)", &Games::round_of>(
        "An unsettled round's record; zeros when it is settled or never was."),
    function<"function bets(uint64 bet) view returns (Bet record)", &Games::bet_of>(
        "The unsettled record that begins with that bet; zeros when it is settled or never was."),
    function<"function limits(uint64 house) view returns (Limits record)", &Games::limits_of>(
        "What a house accepts."),
    function<"function rules() view returns (Rules record)", &Games::rules>(
        "The chain's rules for new rounds."),
    function<"function houseCount() view returns (uint64 count)", &Games::house_count>(
        "Houses count from 1 to this."),
    function<"function clientSeed(address player) view returns (string seed)", &Games::client_seed_of>(
        "The player's seed; empty when unset."),
    function<"function nonce(uint64 house, address player) view returns (uint64 next)", &Games::nonce_of>(
        "The nonce of the player's next bet with the house."),
    function<"function playerLimits(address player, address asset) view returns (PlayerBook record)",
             &Games::player_limits_of>(
        "A player's limits, those that wait, and what today counts against them."),
    function<"function excludedUntil(address player) view returns (uint64 until)", &Games::excluded_until>(
        "Unix time until which the player has excluded himself."),
    function<"function usedTip(bytes32 tip) view returns (bool used)", &Games::used_tip>(
        "Whether a tip was ever registered here."),
    function<"function maxPayout(uint8 game, bytes params, uint256 stake) view returns (uint256 amount)",
             &Games::max_payout>("What a bet pays at most, stake included."),
    function<"function headroom(uint64 house) view returns (uint256 reserve)", &Games::headroom>(
        "The largest maximum payout less stake that the house would take now of a bet with a draw of its "
        "own."),
    function<"function headroomOf(uint64 house, uint8 game) view returns (uint256 reserve)",
             &Games::headroom_of>(
        "The same for a game: crash bets of one block share a draw, and with it betBps."),
    function<"function sharedDraws(uint64 house) view returns (SharedDraw record)", &Games::shared_draw_of>(
        "What the crash bets of the house's last round with any reserve together."),
    function<"function isOverdue(uint64 house, uint64 round) view returns (bool overdue)",
             &Games::is_overdue>("Whether forfeit would succeed now."),
});
constexpr auto events = table<Row>({
    event<Games::HouseRegistered>("A house opened."),
    event<Games::Funded>("The vault grew."),
    event<Games::Withdrawn>("The operator took from the vault."),
    event<Games::BondAdded>("The bond grew."),
    event<Games::BondWithdrawn>("The operator took from the bond."),
    event<Games::Stopped>("The house takes no more bets."),
    event<Games::TipRegistered>("A seed chain was committed for rounds from fromRound on."),
    event<Games::ClientSeedChanged>("A player chose a client seed."),
    event<Games::BetPlaced>(
        "Bets were accepted, with ids from betId and nonces from nonce; stake and maxPayout are of each."),
    event<Games::SeedRevealed>("A round's seed is known; randomness is R of its entropy block."),
    event<Games::BetSettled>("A bet was paid; result is 2^64 - 1 when silence decided it."),
    event<Games::RoundForfeited>("The house was silent past the deadline."),
    event<Games::SelfExcluded>("The player takes no part until then."),
    event<Games::PlayerLimitsSet>("What the player asked for; from then on all of it holds."),
});
constexpr auto errors = table<Row>({
    error<Games::HouseNotFound>("No such house."),
    error<Games::HouseStopped>("The house takes no bets and no money any more."),
    error<Games::HouseStalled>("The house is late with that round's reveal; it takes no bets until then."),
    error<Games::NotOperator>("Only the operator may do this."),
    error<Games::TooManyHouses>("There are 2^24 - 1 houses."),
    error<Games::BadLimits>("Shares must rise from bet to round to all open bets, within the chain's rules."),
    error<Games::BadTip>("Zero is no tip."),
    error<Games::TipAlreadyUsed>("A tip is accepted once ever."),
    error<Games::TipPending>("Another chain waits for its first round."),
    error<Games::BadClientSeed>("A client seed is 1 to 32 of A-Z, a-z, 0-9 and _."),
    error<Games::ClientSeedUnset>("Choose a client seed before the first bet; nobody chooses it for you."),
    error<Games::BetExpired>("The bet came too late to be wanted."),
    error<Games::GameNotOffered>("The house does not offer that game."),
    error<Games::BadParams>("The game's parameters are not acceptable."),
    error<Games::BadCount>("No bet, or more than one order or call may hold."),
    error<Games::TooManyBets>("The house's bet ids are used up: 2^40 bets."),
    error<Games::StakeTooSmall>("The stake is below the house's minimum."),
    error<Games::ExposureTooLarge>("The bet could win more than the house may risk."),
    error<Games::PlayerExcluded>("The player has excluded himself until then."),
    error<Games::PlayerLimitExceeded>("The bet would pass a limit that the player has set."),
    error<Games::ExclusionShortened>("An exclusion is only ever made longer."),
    error<Games::ExclusionPast>("An exclusion ends in the future."),
    error<Games::RoundNotFound>("No such round, or it is settled."),
    error<Games::RoundAlreadyRevealed>("The round's seed is known."),
    error<Games::RoundNotRevealed>("The round is neither revealed nor defaulted."),
    error<Games::RoundOverdue>("The deadline has passed: forfeit the round."),
    error<Games::RoundNotOverdue>("The deadline has not passed, or the round is decided."),
    error<Games::RevealTooEarly>("The round's randomness is not final; from firstBlock on it is."),
    error<Games::SkipTooLong>("One reveal covers at most 64 rounds."),
    error<Games::NotPreimage>("The seed does not hash to the committed link."),
    error<Games::ZeroAmount>("Nothing to move."),
    error<Games::AmountTooLarge>("Amounts are below 2^128."),
    error<Games::InsufficientFree>("Open bets reserve the rest."),
    error<Games::BadValue>("Send exactly the amount to a native house, and no coin elsewhere."),
    error<Games::AssetMisbehaved>("The asset did not move as an ERC-20 does, or is no contract."),
    error<Erc20::InsufficientAllowance>(
        "The asset's own refusal: no coin was sent and the allowance is too small."),
    error<Erc20::InsufficientBalance>("The asset's own refusal: the caller holds too little of it."),
});
constexpr auto rows = join(functions, views, events, errors);
constexpr auto slots = table<SlotRow>({
    slot<&Games::rules_>("The chain's rules for new rounds."),
    slot<&Games::house_count_>("Houses registered."),
    slot<&Games::houses_>("Houses, from 1."),
    slot<&Games::rounds_>("Unsettled rounds by house, from 1."),
    slot<&Games::bets_>("Records of unsettled bets by their first id: house << 40 | serial."),
    slot<&Games::client_seeds_>("Client seeds, left-aligned text."),
    slot<&Games::nonces_>("Next nonce by house and player; never reset."),
    slot<&Games::used_tip_>("Tips that were registered."),
    slot<&Games::player_guards_>("Players who have excluded or limited themselves."),
    slot<&Games::player_books_>("Players' limits by player and asset."),
    slot<&Games::shared_draws_>("By house: reserves of the crash bets of its last round that had any."),
});

}  // namespace

extern constexpr Module games = module<rows, slots>(
    "Games", {.id = 4, .address = address("fa0004"), .genesis = at_genesis<&Games::genesis>},
    "Provably fair bets against bonded houses.");

}  // namespace farthing::contracts
