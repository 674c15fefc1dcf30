// A gas estimate is what the transaction then uses: exactly, for anything that succeeds.
import assert from 'node:assert/strict';
import test from 'node:test';
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
