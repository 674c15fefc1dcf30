// What staking, claiming and voting cost does not grow with the chain: the same operations on a chain of ten accounts
// and on one of a million.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'node:test';
import {id} from 'ethers';
import {contract} from './contracts.mjs';
import {account, directory_with_genesis, start_node} from './node.mjs';

const day_s = 86_400;
const coin = 10n ** 18n;
const governor_settings = {
    votingDelay: 10,
    votingPeriod: 3600,
    proposalThreshold: 0,
    quorumNumerator: 4,
    lateQuorumVoteExtension: 0,
};

/** Adds `count` accounts with a little coin each to a genesis file, by an allocation file beside it. */
function allocate(genesis, directory, count) {
    const row = (i) => `0x${(0x1000_0000 + i).toString(16).padStart(40, '0')},${10n ** 12n}\n`;
    const rows = Array.from({length: count}, (_, i) => row(i)).join('');
    writeFileSync(join(directory, 'alloc.csv'), rows);
    const sha256 = createHash('sha256').update(rows).digest('hex');
    genesis.allocFile = {path: 'alloc.csv', sha256: `0x${sha256}`};
}

/** Gas of each operation, on a chain of `accounts` accounts besides the development ones. */
async function gas_used(t, accounts) {
    const data = await directory_with_genesis(['--accounts', '3'], (genesis, directory) => {
        allocate(genesis, directory, accounts);
        genesis.contracts.Governor = governor_settings;
    });
    const node = await start_node(t, ['--accounts', '3'], data);
    const [owner, staker] = [account(node, 0), account(node, 1)];
    const used = {};
    const run = async (sent, name) => {
        const receipt = await (await sent).wait();
        assert.equal(receipt.status, 1);
        if (name) used[name] = Number(receipt.gasUsed);
    };
    const later = (seconds) => node.provider.send('evm_increaseTime', [seconds]);

    const tokens = contract('TokenFactory', owner);
    const made = async (factory, count, address) =>
        factory[address](owner.address, await factory[count](owner.address));
    const reward_at = await made(tokens, 'tokenCount', 'tokenAddress');
    await run(tokens.createToken('Reward', 'RWD', 18, 1000n * coin, 0, false));
    const reward = contract('Token', owner, reward_at);
    const pools = contract('PoolFactory', owner);
    const pool_at = await made(pools, 'poolCountOf', 'poolAddress');
    const wrapped = contract('WrappedCoin', staker);
    await run(pools.createPool(wrapped.target, reward_at, 30 * day_s));
    await run(reward.transfer(pool_at, 100n * coin));
    await run(contract('Pool', owner, pool_at).notifyRewardAmount(100n * coin));

    const pool = contract('Pool', staker, pool_at);
    const units = contract('VotingUnits', staker);
    await run(wrapped.deposit({value: 100n * coin}), 'wrap');
    await run(wrapped.approve(pool_at, 100n * coin));
    await run(units.delegate(staker.address), 'delegate');
    await run(pool.stake(10n * coin), 'first stake');
    await later(day_s);
    await run(pool.stake(10n * coin), 'stake');
    await later(day_s);
    await run(pool.getReward(), 'claim');
    await run(pool.withdraw(5n * coin), 'withdraw');

    const governor = contract('Governor', staker);
    const proposal = [[staker.address], [0n], ['0x']];
    await run(governor.propose(...proposal, 'Nothing'), 'propose');
    await later(60);
    await run(governor.castVote(await governor.hashProposal(...proposal, id('Nothing')), 1), 'vote');
    return used;
}

test('staking, claiming and voting cost the same among ten accounts and among a million', async (t) => {
    const few = await gas_used(t, 10);
    const many = await gas_used(t, 1_000_000);
    t.diagnostic(JSON.stringify({few, many}));
    for (const [name, gas] of Object.entries(few))
        assert.ok(Math.abs(many[name] - gas) <= gas / 10, `${name}: ${gas} and ${many[name]}`);
    assert.deepEqual(Object.keys(many), Object.keys(few));
});
