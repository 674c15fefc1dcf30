// Random dice bets on the running chain: what the chain paid is what an independent verifier computes from
// events and headers alone.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import test from 'node:test';
import {contract} from './contracts.mjs';
import {account, start_node} from './node.mjs';
import {random_dice_bet} from './operations.mjs';
import {random_source} from './random.mjs';
import {dice_roll} from './verifier.mjs';

const bets_wanted = 1000;
const players = 20;
const bare = (hex) => hex.slice(2).toLowerCase();

async function place_bets(node, random) {
    const games = contract('Games', node.provider);
    const users = Array.from({length: players}, (_, i) => account(node, i));
    for (const [i, user] of users.entries())
        await (await games.connect(user).setClientSeed(`player_${i}`)).wait();
    const bets = new Map(); // transaction hash -> what was bet
    while (bets.size < bets_wanted) {
        const sent = await Promise.all(
            users.map(async (user) => {
                const {args, ...bet} = random_dice_bet(random, 2n ** 40n);
                return {
                    ...bet,
                    player: user.address,
                    tx: await games.connect(user).placeBet(...args, {value: bet.stake, gasLimit: 2_000_000}),
                };
            }),
        );
        for (const {tx, ...bet} of sent) bets.set((await tx.wait()).hash, bet);
    }
    return {games, bets};
}

/** All events of one name, once there are `count` of them. */
async function events(games, name, count) {
    for (const started = Date.now(); ;) {
        const found = await games.queryFilter(games.filters[name](), 0);
        if (found.length >= count) return found;
        assert.ok(Date.now() - started < 60_000, `${found.length} of ${count} ${name} events after a minute`);
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

test(`${bets_wanted} random dice bets agree with the independent verifier`, async (t) => {
    const node = await start_node(t, ['--accounts', String(players)]);
    const {games, bets} = await place_bets(node, random_source(t));
    const settled = new Map(
        (await events(games, 'BetSettled', bets.size)).map(({args}) => [args.betId, args]),
    );
    const placed = await events(games, 'BetPlaced', bets.size);
    const reveals = await events(games, 'SeedRevealed', 1);
    const {entropyDelay} = await games.rules();

    // Each revealed seed hashes to the one before it: the house committed to all of them at once.
    reveals.sort((a, b) => Number(a.args.round - b.args.round));
    for (const [
        i,
        {
            args: {seed},
        },
    ] of reveals.entries()) {
        const link = createHash('sha256').update(bare(seed)).digest('hex');
        if (i > 0)
            assert.equal(link, bare(reveals[i - 1].args.seed), `seed of round ${reveals[i].args.round}`);
    }
    const by_round = new Map(reveals.map(({args}) => [args.round, args]));

    let wins = 0;
    for (const {args, blockNumber, transactionHash} of placed) {
        const {target, over, stake, player} = bets.get(transactionHash);
        const {seed} = by_round.get(args.round);
        const {mixHash} = await node.provider.send('eth_getBlockByNumber', [
            `0x${(BigInt(blockNumber) + entropyDelay).toString(16)}`,
            false,
        ]);
        assert.equal(args.player, player);
        const roll = dice_roll(
            bare(seed),
            `${args.clientSeed}-${bare(player)}-${bare(mixHash)}`,
            Number(args.nonce),
        );
        const chances = BigInt(over ? 10_000 - target : target);
        const won = over ? roll > target : roll < target;
        const {result, payout} = settled.get(args.betId);
        assert.equal(Number(result), roll, `bet ${args.betId}`);
        assert.equal(payout, won ? (stake * 9900n) / chances : 0n, `payout of bet ${args.betId}`);
        wins += won;
    }
    t.diagnostic(`${placed.length} bets in ${by_round.size} rounds, ${wins} won`);
    assert.equal(placed.length, bets.size);
    assert.ok(wins > bets.size / 4 && wins < (bets.size * 3) / 4, `${wins} wins`);
});
