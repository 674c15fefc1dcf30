// A gas estimate is what the transaction then uses: exactly, for anything that succeeds.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {HDNodeWallet, JsonRpcProvider, parseEther} from 'ethers';
import {Node, run, sleep} from '../faults/program.mjs';
import {contract} from './contracts.mjs';
import {is_long, start_node} from './node.mjs';
import {make_world, random_operation} from './operations.mjs';
import {random_source} from './random.mjs';

const operations_wanted = is_long ? 10_000 : 500;

/** Waits until the house has settled every open bet, so that nothing but us changes the state. */
async function quiet(world) {
    while ((await world.games.houses(1)).openRounds > 0n)
        await new Promise((resolve) => setTimeout(resolve, 20));
}

test(`${operations_wanted} random operations use exactly the gas that was estimated`, async (t) => {
    const node = await start_node(t, ['--accounts', '10']);
    const random = random_source(t);
    const world = await make_world(node, random);
    const exact = new Map();
    let reverted = 0;
    for (let done = 0; done < operations_wanted;) {
        const user = random.pick(world.users);
        const {kind, ...request} = await random_operation(world, user);
        await quiet(world);
        let gasLimit;
        try {
            gasLimit = BigInt(
                await node.provider.send('eth_estimateGas', [
                    {
                        from: user.address,
                        to: request.to,
                        data: request.data,
                        value: `0x${request.value.toString(16)}`,
                    },
                    'pending',
                ]),
            );
        } catch (error) {
            // Only a revert may stand between an operation and its estimate.
            assert.match(error.error?.message ?? String(error), /execution reverted/, kind);
            ++reverted;
            continue;
        }
        const receipt = await (await user.sendTransaction({...request, gasLimit})).wait();
        assert.equal(
            receipt.gasUsed,
            gasLimit,
            `${kind}: ${JSON.stringify(request, (_, v) => (typeof v === 'bigint' ? String(v) : v))}`,
        );
        exact.set(kind, (exact.get(kind) ?? 0) + 1);
        ++done;
    }
    t.diagnostic(`${reverted} reverted; exact: ${JSON.stringify(Object.fromEntries(exact))}`);
});

/** A solo chain of ten blocks a second whose stakers earn a coin a second. */
async function solo_chain(t) {
    const folder = mkdtempSync(join(tmpdir(), 'farthing-solo-'));
    const wallet = HDNodeWallet.createRandom();
    const list = join(folder, 'alloc.csv');
    writeFileSync(list, `${wallet.address},1000\n`);
    const data = join(folder, 'chain');
    const terms = ['--chain-id', '4207', '--alloc', list, '--seeds', '4096', '--emission', '1'];
    const made = await run(['init', '--data', data, ...terms]);
    assert.equal(made.code, 0, made.text);
    const ports = ['--port', '0', '--metrics-port', '0'];
    const node = new Node(['node', '--data', data, ...ports, '--block-time', '0.1']);
    assert.ok(await node.ready, node.output);
    const provider = new JsonRpcProvider(node.url, undefined, {cacheTimeout: -1, pollingInterval: 20});
    t.after(async () => {
        provider.destroy();
        const code = await node.stop();
        rmSync(folder, {recursive: true, force: true});
        assert.equal(code, 0, node.output);
    });
    return {provider, wallet: wallet.connect(provider)};
}

test('a claim that is estimated in the second of the last change has gas enough in a later one', async (t) => {
    const {provider, wallet} = await solo_chain(t);
    const done = async (sent) => (await sent).wait();
    const now = async () => (await provider.getBlock('latest')).timestamp;
    const pool = contract('Pool', wallet, await contract('PoolFactory', wallet).poolAt(0));
    const coin = contract('WrappedCoin', wallet);
    await done(coin.deposit({value: parseEther('500')}));
    await done(coin.approve(pool, parseEther('500')));
    await done(pool.stake(parseEther('100')));
    let within = 0; // estimates that fell into the second of the change
    for (let tries = 0; within < 4 && tries < 40; ++tries) {
        const changed = await provider.getBlock((await done(pool.stake(parseEther('1')))).blockNumber);
        const claim = tries % 2 ? pool.exit : pool.getReward;
        const gasLimit = await claim.estimateGas();
        if ((await now()) === changed.timestamp) ++within;
        while ((await now()) === changed.timestamp) await sleep(20);
        const receipt = await done(claim({gasLimit}));
        assert.equal(receipt.status, 1, `${tries}: ${gasLimit} gas`);
        assert.ok(receipt.gasUsed <= gasLimit);
        if (tries % 2) await done(pool.stake(parseEther('100')));
    }
    assert.ok(within >= 4, 'some estimates in the very second');
});
