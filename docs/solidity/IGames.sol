// SPDX-License-Identifier: Apache-2.0
// Printed from the contract's declarations.
pragma solidity ^0.8.4;

/// @notice Provably fair bets against bonded houses.
interface IGames {
    struct Limits { uint128 minStake; uint16 betBps; uint16 roundBps; uint16 openBps; uint16 games; }

    struct BetOrder { uint8 game; bytes params; uint256 stake; uint24 count; }

    struct PlayerLimits { uint128 stakeMax; uint128 stakedPerDay; uint128 lostPerDay; }

    struct House { address operator; uint8 status; uint64 lastRevealed; address asset; uint64 nextRound; uint128 minStake; uint16 betBps; uint16 roundBps; uint16 openBps; uint16 games; uint64 nextBet; bytes32 head; bytes32 nextTip; uint128 vault; uint128 bond; uint128 reserved; uint128 escrow; uint64 chainStart; uint64 switchRound; uint64 openRounds; }

    struct Round { uint64 blockNumber; uint64 entropyBlock; uint64 deadlineBlock; uint64 deadlineTime; uint128 reserved; uint64 firstBet; uint24 count; uint24 settled; uint8 status; uint8 tables; bytes32 seed; }

    struct Bet { address player; uint64 round; uint8 game; uint16 count; bool counted; uint128 stake; uint64 params; uint64 nonce; bytes32 clientSeed; }

    struct Rules { uint16 entropyDelay; uint32 deadlineBlocks; uint32 deadlineSeconds; uint32 stallBlocks; uint16 betBpsMax; uint16 roundBpsMax; uint16 openBpsMax; uint32 looseningSeconds; }

    struct PlayerBook { uint128 stakeMax; uint128 stakedPerDay; uint128 lostPerDay; uint64 nextFrom; uint64 day; uint128 nextStakeMax; uint128 nextStakedPerDay; uint128 nextLostPerDay; uint128 staked; uint128 returned; }

    struct SharedDraw { uint64 round; uint128 reserved; }

    /// @notice Opens a house: its asset, its bond, its seed chain's tip, its limits.
    /// @dev Refuses to be entered again while it runs.
    function registerHouse(address asset, uint256 bond, bytes32 tip, Limits calldata limits) external payable returns (uint64 house);

    /// @notice Adds to the vault, out of which wins are paid.
    /// @dev Refuses to be entered again while it runs.
    function fund(uint64 house, uint256 amount) external payable;

    /// @notice The operator takes from the vault what no open bet reserves.
    /// @dev Refuses to be entered again while it runs.
    function withdraw(uint64 house, uint256 amount) external;

    /// @notice Adds to the bond, out of which silence is paid.
    /// @dev Refuses to be entered again while it runs.
    function addBond(uint64 house, uint256 amount) external payable;

    /// @notice The operator takes from the bond what no open bet reserves.
    /// @dev Refuses to be entered again while it runs.
    function withdrawBond(uint64 house, uint256 amount) external;

    /// @notice The operator takes no more bets, for good; open rounds go on.
    /// @dev Refuses to be entered again while it runs.
    function stop(uint64 house) external;

    /// @notice The operator commits the next seed chain; rounds that open from now on use it.
    /// @dev Refuses to be entered again while it runs.
    function setNextTip(uint64 house, bytes32 tip) external;

    /// @notice The caller's part of every outcome: 1 to 32 of A-Z, a-z, 0-9 and _.
    function setClientSeed(string calldata seed) external;

    /// @notice Bets. Game 1, dice: params abi.encode(uint16 target, bool over). Game 4, crash: abi.encode(uint32 target). Hundredths. Not after lastBlock.
    /// @dev Refuses to be entered again while it runs.
    function placeBet(uint64 house, uint8 game, bytes calldata params, uint256 stake, uint64 lastBlock) external payable returns (uint64 bet);

    /// @notice Up to 1000 bets alike; the i-th has id firstBet + i and its own nonce. Costs stakeEach * count.
    /// @dev Refuses to be entered again while it runs.
    function placeBets(uint64 house, uint8 game, bytes calldata params, uint256 stakeEach, uint24 count, uint64 lastBlock) external payable returns (uint64 firstBet);

    /// @notice Up to 64 different orders; ids and nonces run on through all of them.
    /// @dev Refuses to be entered again while it runs.
    function placeSlip(uint64 house, BetOrder[] calldata orders, uint64 lastBlock) external payable returns (uint64 firstBet);

    /// @notice The caller's own limits with a house's asset (the wrapped coin, or zero for it, where coin is bet), 0 for none: tighter ones hold at once, looser ones after looseningSeconds.
    function setPlayerLimits(address asset, PlayerLimits calldata limits) external;

    /// @notice The caller takes no part until that unix time; it may be moved on, never back.
    function excludeSelf(uint64 until) external;

    /// @notice Anyone reveals the seed of a round, and by it of all before it; settles up to 64 bets.
    /// @dev Refuses to be entered again while it runs.
    function reveal(uint64 house, uint64 round, bytes32 seed) external;

    /// @notice Anyone settles up to `max` more bets of a revealed or defaulted round.
    /// @dev Refuses to be entered again while it runs.
    function settle(uint64 house, uint64 round, uint32 max) external;

    /// @notice Anyone declares an overdue round lost for the house: every bet is paid its maximum from the bond.
    /// @dev Refuses to be entered again while it runs.
    function forfeit(uint64 house, uint64 round) external;

    /// @notice Takes the coin that unwrapping sends, and no other.
    receive() external payable;

    /// @notice A house's record.
    function houses(uint64 house) external view returns (House memory record);

    /// @notice An unsettled round's record; zeros when it is settled or never was.
    function rounds(uint64 house, uint64 round) external view returns (Round memory record);

    /// @notice The unsettled record that begins with that bet; zeros when it is settled or never was.
    function bets(uint64 bet) external view returns (Bet memory record);

    /// @notice What a house accepts.
    function limits(uint64 house) external view returns (Limits memory record);

    /// @notice The chain's rules for new rounds.
    function rules() external view returns (Rules memory record);

    /// @notice Houses count from 1 to this.
    function houseCount() external view returns (uint64 count);

    /// @notice The player's seed; empty when unset.
    function clientSeed(address player) external view returns (string memory seed);

    /// @notice The nonce of the player's next bet with the house.
    function nonce(uint64 house, address player) external view returns (uint64 next);

    /// @notice A player's limits, those that wait, and what today counts against them.
    function playerLimits(address player, address asset) external view returns (PlayerBook memory record);

    /// @notice Unix time until which the player has excluded himself.
    function excludedUntil(address player) external view returns (uint64 until);

    /// @notice Whether a tip was ever registered here.
    function usedTip(bytes32 tip) external view returns (bool used);

    /// @notice What a bet pays at most, stake included.
    function maxPayout(uint8 game, bytes calldata params, uint256 stake) external view returns (uint256 amount);

    /// @notice The largest maximum payout less stake that the house would take now of a bet with a draw of its own.
    function headroom(uint64 house) external view returns (uint256 reserve);

    /// @notice The same for a game: crash bets of one block share a draw, and with it betBps.
    function headroomOf(uint64 house, uint8 game) external view returns (uint256 reserve);

    /// @notice What the crash bets of the house's last round with any reserve together.
    function sharedDraws(uint64 house) external view returns (SharedDraw memory record);

    /// @notice Whether forfeit would succeed now.
    function isOverdue(uint64 house, uint64 round) external view returns (bool overdue);

    /// @notice A house opened.
    event HouseRegistered(uint64 indexed house, address indexed operator, address indexed asset, uint256 bond);

    /// @notice The vault grew.
    event Funded(uint64 indexed house, address indexed from, uint256 amount);

    /// @notice The operator took from the vault.
    event Withdrawn(uint64 indexed house, address indexed to, uint256 amount);

    /// @notice The bond grew.
    event BondAdded(uint64 indexed house, address indexed from, uint256 amount);

    /// @notice The operator took from the bond.
    event BondWithdrawn(uint64 indexed house, address indexed to, uint256 amount);

    /// @notice The house takes no more bets.
    event Stopped(uint64 indexed house);

    /// @notice A seed chain was committed for rounds from fromRound on.
    event TipRegistered(uint64 indexed house, bytes32 indexed tip, uint64 fromRound);

    /// @notice A player chose a client seed.
    event ClientSeedChanged(address indexed player, string clientSeed);

    /// @notice Bets were accepted, with ids from betId and nonces from nonce; stake and maxPayout are of each.
    event BetPlaced(uint64 indexed house, uint64 round, uint64 indexed betId, address indexed player, uint64 nonce, uint8 game, bytes params, uint256 stake, uint256 maxPayout, uint24 count, string clientSeed);

    /// @notice A round's seed is known; randomness is R of its entropy block.
    event SeedRevealed(uint64 indexed house, uint64 indexed round, bytes32 seed, bytes32 randomness);

    /// @notice A bet was paid; result is 2^64 - 1 when silence decided it.
    event BetSettled(uint64 indexed betId, uint64 result, uint256 payout);

    /// @notice The house was silent past the deadline.
    event RoundForfeited(uint64 indexed house, uint64 indexed round);

    /// @notice The player takes no part until then.
    event SelfExcluded(address indexed player, uint64 until);

    /// @notice What the player asked for; from then on all of it holds.
    event PlayerLimitsSet(address indexed player, address indexed asset, uint128 stakeMax, uint128 stakedPerDay, uint128 lostPerDay, uint64 from);

    /// @notice No such house.
    error HouseNotFound(uint64 house);

    /// @notice The house takes no bets and no money any more.
    error HouseStopped(uint64 house);

    /// @notice The house is late with that round's reveal; it takes no bets until then.
    error HouseStalled(uint64 round);

    /// @notice Only the operator may do this.
    error NotOperator(address operator);

    /// @notice There are 2^24 - 1 houses.
    error TooManyHouses();

    /// @notice Shares must rise from bet to round to all open bets, within the chain's rules.
    error BadLimits();

    /// @notice Zero is no tip.
    error BadTip();

    /// @notice A tip is accepted once ever.
    error TipAlreadyUsed(bytes32 tip);

    /// @notice Another chain waits for its first round.
    error TipPending(bytes32 tip);

    /// @notice A client seed is 1 to 32 of A-Z, a-z, 0-9 and _.
    error BadClientSeed();

    /// @notice Choose a client seed before the first bet; nobody chooses it for you.
    error ClientSeedUnset();

    /// @notice The bet came too late to be wanted.
    error BetExpired(uint64 lastBlock);

    /// @notice The house does not offer that game.
    error GameNotOffered(uint8 game);

    /// @notice The game's parameters are not acceptable.
    error BadParams(string reason);

    /// @notice No bet, or more than one order or call may hold.
    error BadCount(uint256 most);

    /// @notice The house's bet ids are used up: 2^40 bets.
    error TooManyBets(uint64 house);

    /// @notice The stake is below the house's minimum.
    error StakeTooSmall(uint256 minimum);

    /// @notice The bet could win more than the house may risk.
    error ExposureTooLarge(uint256 limit, uint256 asked);

    /// @notice The player has excluded himself until then.
    error PlayerExcluded(uint64 until);

    /// @notice The bet would pass a limit that the player has set.
    error PlayerLimitExceeded(string limit, uint256 most, uint256 asked);

    /// @notice An exclusion is only ever made longer.
    error ExclusionShortened(uint64 until);

    /// @notice An exclusion ends in the future.
    error ExclusionPast();

    /// @notice No such round, or it is settled.
    error RoundNotFound(uint64 round);

    /// @notice The round's seed is known.
    error RoundAlreadyRevealed(uint64 round);

    /// @notice The round is neither revealed nor defaulted.
    error RoundNotRevealed(uint64 round);

    /// @notice The deadline has passed: forfeit the round.
    error RoundOverdue(uint64 round);

    /// @notice The deadline has not passed, or the round is decided.
    error RoundNotOverdue(uint64 round);

    /// @notice The round's randomness is not final; from firstBlock on it is.
    error RevealTooEarly(uint64 firstBlock);

    /// @notice One reveal covers at most 64 rounds.
    error SkipTooLong(uint64 lastRound);

    /// @notice The seed does not hash to the committed link.
    error NotPreimage(bytes32 head);

    /// @notice Nothing to move.
    error ZeroAmount();

    /// @notice Amounts are below 2^128.
    error AmountTooLarge();

    /// @notice Open bets reserve the rest.
    error InsufficientFree(uint256 free, uint256 asked);

    /// @notice Send exactly the amount to a native house, and no coin elsewhere.
    error BadValue(uint256 sent);

    /// @notice The asset did not move as an ERC-20 does, or is no contract.
    error AssetMisbehaved(address asset);

    /// @notice The asset's own refusal: no coin was sent and the allowance is too small.
    error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed);

    /// @notice The asset's own refusal: the caller holds too little of it.
    error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);
}
