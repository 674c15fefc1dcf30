// Random dice and crash bets, single and in batches, on the running chain: what the chain paid is what an
// independent verifier computes from events and headers alone.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import test from 'node:test';
import {promisify} from 'node:util';
import {contract} from './contracts.mjs';
import {account, start_node} from './node.mjs';
import {random_bet} from './operations.mjs';
import {random_source} from './random.mjs';
import {crash_point, dice_roll} from './verifier.mjs';

const bets_wanted = 1000;
const players = 20;
const last_block = 2n ** 40n;
const bare = (hex) => hex.slice(2).toLowerCase();
const quantity = (n) => `0x${BigInt(n).toString(16)}`;

/** Orders of one transaction, and the call that places them: one bet, bets alike, or a slip of different ones. */
function random_call(random) {
    const orders = Array.from({length: random.pick([1, 1, 1, 3])}, () => ({
        ...random_bet(random),
        count: random.pick([1, 1, 2, 7]),
    }));
    const [{game, params, stake, count}] = orders;
    if (orders.length > 1) return {orders, name: 'placeSlip', args: [1, orders, last_block]};
    if (count > 1)
        return {orders, name: 'placeBets', args: [1, game, params, stake, count, last_block]};
    return {orders, name: 'placeBet', args: [1, game, params, stake, last_block]};
}

/** Places bets from all players at once until there are enough. Gives what each transaction asked for. */
async function place_bets(node, random) {
    const games = contract('Games', node.provider);
    const users = Array.from({length: players}, (_, i) => account(node, i));
    for (const [i, user] of users.entries())
        await (await games.connect(user).setClientSeed(`player_${i}`)).wait();
    const sent = new Map();
    let bets = 0;
    while (bets < bets_wanted) {
        const placed = await Promise.all(
            users.map(async (user) => {
                const {orders, name, args} = random_call(random);
                const value = orders.reduce((sum, {stake, count}) => sum + stake * BigInt(count), 0n);
                const tx = await games.connect(user)[name](...args, {value, gasLimit: 3_000_000});
                return {orders, player: user.address, tx};
            }),
        );
        for (const {tx, ...what} of placed) {
            sent.set((await tx.wait()).hash, what);
            for (const {count} of what.orders) bets += count;
        }
    }
    return {games, sent, bets};
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

/** What the independent verifier says of one bet: [result, payout]. */
function judge({game, target, over, stake}, {seed, randomness, client_seed, player, nonce}) {
    if (game === 4) {
        const point = crash_point(bare(seed), bare(randomness));
        return [point, point >= target ? (stake * BigInt(target)) / 100n : 0n];
    }
    const roll = dice_roll(bare(seed), `${client_seed}-${bare(player)}-${bare(randomness)}`, Number(nonce));
    const won = over ? roll > target : roll < target;
    return [roll, won ? (stake * 9900n) / BigInt(over ? 10_000 - target : target) : 0n];
}

/** Each revealed seed hashes to the one before it: the house committed to all of them at once. */
function check_chain(reveals) {
    reveals.sort((a, b) => Number(a.args.round - b.args.round));
    for (const [i, {args}] of reveals.entries()) {
        const link = createHash('sha256').update(bare(args.seed)).digest('hex');
        if (i > 0) assert.equal(link, bare(reveals[i - 1].args.seed), `seed of round ${args.round}`);
    }
}

test(`${bets_wanted} random bets agree with the independent verifier`, async (t) => {
    const node = await start_node(t, ['--accounts', String(players)]);
    const {games, sent, bets} = await place_bets(node, random_source(t));
    const settled = new Map((await events(games, 'BetSettled', bets)).map(({args}) => [args.betId, args]));
    const placed = await games.queryFilter(games.filters.BetPlaced(), 0);
    const reveals = await events(games, 'SeedRevealed', 1);
    const {entropyDelay} = await games.rules();
    check_chain(reveals);
    const seeds = new Map(reveals.map(({args}) => [args.round, args.seed]));

    const by_game = {1: 0, 4: 0};
    const nonces = new Map();
    let wins = 0;
    for (const {args, blockNumber, transactionHash} of placed) {
        const {player, orders} = sent.get(transactionHash);
        const order = orders.shift();
        const {mixHash} = await node.provider.send('eth_getBlockByNumber', [
            quantity(BigInt(blockNumber) + entropyDelay),
            false,
        ]);
        assert.equal(args.player, player);
        assert.equal(args.count, BigInt(order.count));
        assert.equal(args.nonce, nonces.get(player) ?? 0n, 'nonces run on without gaps');
        nonces.set(player, args.nonce + args.count);
        for (let i = 0n; i < args.count; ++i) {
            const [result, payout] = judge(order, {
                seed: seeds.get(args.round),
                randomness: mixHash,
                client_seed: args.clientSeed,
                player,
                nonce: args.nonce + i,
            });
            const said = settled.get(args.betId + i);
            assert.equal(Number(said.result), result, `bet ${args.betId + i}`);
            assert.equal(said.payout, payout, `payout of bet ${args.betId + i}`);
            wins += payout > 0n;
            ++by_game[order.game];
        }
    }
    t.diagnostic(`${by_game[1]} dice and ${by_game[4]} crash bets in ${seeds.size} rounds, ${wins} won`);
    assert.equal(by_game[1] + by_game[4], bets);
    assert.ok(Math.min(by_game[1], by_game[4]) > bets / 10, 'both games');
    assert.ok(wins > bets / 8 && wins < (bets * 3) / 4, `${wins} wins`);

    await t.test('farthing_verifyBet finds any bet by its transaction and place, and by its id', async () => {
        const verify = (...params) => node.provider.send('farthing_verifyBet', params);
        const {transactionHash, args} = placed.findLast((event) => event.args.count > 1n);
        const of_tx = placed.filter((event) => event.transactionHash === transactionHash);
        const bets_of = (list) => list.reduce((sum, event) => sum + event.args.count, 0n);
        const last = args.count - 1n;
        const place = bets_of(of_tx.filter((event) => event.args.betId < args.betId)) + last;
        const by_tx = await verify(transactionHash, quantity(place));
        assert.equal(by_tx.status, 'verified');
        assert.equal(by_tx.betId, quantity(args.betId + last));
        assert.equal(by_tx.nonce, quantity(args.nonce + last));
        assert.deepEqual(await verify(quantity(args.betId + last)), by_tx);
        assert.equal(await verify(transactionHash, quantity(bets_of(of_tx))), null);
        const crash = placed.find((event) => event.args.game === 4n);
        const judged = await verify(quantity(crash.args.betId));
        assert.equal(judged.status, 'verified');
        assert.equal(judged.verifierClientSeed, bare(judged.randomness), "the public verifier's salt");
    });

    await t.test('farthing verify agrees, with the node and from pasted values', async () => {
        const farthing = async (...args) =>
            (await promisify(execFile)(process.env.FARTHING, ['verify', ...args])).stdout;
        for (const game of [1n, 4n]) {
            const {transactionHash, args} = placed.findLast((event) => event.args.game === game);
            const found = await node.provider.send('farthing_verifyBet', [quantity(args.betId)]);
            const others = placed.filter((e) => e.transactionHash === transactionHash);
            const place = others
                .filter((e) => e.args.betId < args.betId)
                .reduce((sum, e) => sum + e.args.count, 0n);
            const online = await farthing(transactionHash, '--bet', `${place}`, '--rpc', node.url);
            assert.match(online, /The recomputation agrees with the chain/);
            const personal = ['--client-seed', args.clientSeed, '--player', args.player, '--nonce', `${args.nonce}`];
            const offline = await farthing(
                ...['--server-seed', found.serverSeed, '--randomness', found.randomness],
                ...['--game', game === 4n ? 'crash' : 'dice', '--params', args.params],
                ...(game === 4n ? [] : personal),
            );
            const step = (name) => offline.match(new RegExp(`^${name} +(.*)$`, 'm'))[1];
            assert.equal(step('word'), found.steps.find(({name}) => name === 'word').value);
            assert.equal(step('result'), found.steps.find(({name}) => name === 'result').value);
        }
    });
});
