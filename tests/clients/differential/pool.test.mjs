// Our Pool against Synthetix' StakingRewards in the bytecode that Uniswap published. Allowed: what StakingRewards
// strands is paid out (economy.md section 7, e), within exact bounds; its sentences are named errors.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Interface} from 'ethers';
import {abi, contract} from '../contracts.mjs';
import {is_long} from '../node.mjs';
import {Comparison} from './comparison.mjs';
import {compile, creation_code, published_staking_rewards} from './originals.mjs';
import {PoolPlay, duration_s} from './pool_operations.mjs';
import {make_token} from './worlds.mjs';

const operations_wanted = is_long ? 20_000 : 400;
const coins = 10n ** 24n;
const day_s = 86_400;

async function make_pool(comparison, {OriginalToken}) {
    const [creator] = comparison.users;
    const token = (name, supply) =>
        make_token(comparison, OriginalToken, {
            name,
            symbol: name,
            decimals: 18,
            supply,
            cap: 0n,
            mintable: true,
        });
    const stake_token = await token('Stake', 6n * coins);
    const reward_token = await token('Reward', 10n ** 40n);
    const factory = contract('PoolFactory', creator);
    const address = await factory.poolAddress(creator.address, await factory.poolCountOf(creator.address));
    const args = [stake_token.address, reward_token.address, duration_s];
    const {to, data} = await factory.createPool.populateTransaction(...args);
    const {success, block} = await comparison.ours.run({from: creator.address, to, data});
    assert.ok(success);
    comparison.block = block;
    const original = published_staking_rewards();
    const face = new Interface(original.abi);
    const code = creation_code(original, [creator.address, reward_token.address, stake_token.address]);
    await comparison.place(address, code, face, block);
    const pool = new PoolPlay(
        comparison,
        address,
        face,
        new Interface(abi('Pool')),
        stake_token,
        reward_token,
    );
    for (const user of comparison.users.slice(1))
        await comparison.run(stake_token.call('transfer', creator, user.address, coins));
    for (const user of comparison.users.slice(0, 5))
        await comparison.run(stake_token.call('approve', user, address, 10n ** 30n));
    return pool;
}

async function step(comparison, pool, operation, seconds) {
    pool.pass(pool.now + BigInt(seconds));
    await comparison.run(operation, pool.views(), seconds);
}

test(`${operations_wanted} random operations on a pool do what StakingRewards' bytecode does`, async (t) => {
    let pool;
    const comparison = await Comparison.make(t, {
        excuse: (difference) => pool?.excuse(difference),
        observe: (...outcome) => pool?.observe(...outcome),
    });
    const {random} = comparison;
    pool = await make_pool(comparison, compile('token.sol'));
    let notified = 0n;
    while (comparison.compared.operations < operations_wanted) {
        const seconds = random.pick([1, 1, 10, 3600, day_s, 7 * day_s, 30 * day_s, 61 * day_s]);
        const operation = await pool.operation();
        await step(comparison, pool, operation, seconds);
        if (operation.kind !== 'transfer') continue;
        // A reward is notified as soon as it is there: StakingRewards also takes what it owes to others for it.
        const [, reward] = pool.reward_token.face.decodeFunctionData('transfer', operation.data);
        await step(comparison, pool, pool.call('notifyRewardAmount', pool.distributor, reward), 1);
        notified += reward;
    }
    await everything_is_paid(comparison, pool, notified);
    comparison.report();
});

/** Once all streams are over, everything ever notified is paid, but for a fraction of a unit a staker. */
async function everything_is_paid(comparison, pool, notified) {
    const [staker] = comparison.users;
    const stake = pool.call('stake', staker, 1n);
    await step(comparison, pool, pool.call('exit', staker), 1);
    await step(comparison, pool, pool.stake_token.call('approve', staker, pool.address, coins), 1);
    for (let i = 0; i < 4; ++i) await step(comparison, pool, stake, Number(duration_s) + 1);
    for (const user of comparison.users) await step(comparison, pool, pool.call('getReward', user), 1);
    const paid = [...pool.paid.values()];
    const sum = (side) => paid.reduce((all, each) => all + each[side], 0n);
    assert.ok(
        sum('ours') <= notified && sum('ours') >= notified - BigInt(paid.length),
        'ours pays everything',
    );
    assert.ok(
        sum('theirs') >= notified - pool.stranded - pool.rounding - BigInt(paid.length),
        'the bound on what is stranded',
    );
    comparison.t.diagnostic(`notified ${notified}, paid by ours ${sum('ours')}, by theirs ${sum('theirs')}`);
}
