// kill -9 at random moments under load, during recovery too: what was acknowledged must be there after every
// restart, and at the end an uncrashed twin that executes the same blocks must have the same root.
// FARTHING_KILLS (100) and FARTHING_SEED choose another run.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {random_source} from '../clients/random.mjs';
import {Memory, is_disconnect, send_forever, wallets, watch_heads} from './load.mjs';
import {Node, head_of, run, run_twin, sleep} from './program.mjs';

const kills = Number(process.env.FARTHING_KILLS ?? 100);

async function load_until_killed(node, random, memory, counts, milliseconds) {
    const socket = watch_heads(node, memory);
    const senders = wallets.map((wallet) =>
        send_forever(node, wallet, random, memory, counts).catch((error) => {
            if (!node.killed || !is_disconnect(error)) throw error;
        }));
    const all = Promise.all(senders);
    await Promise.race([sleep(milliseconds), all]);
    node.killed = true;
    await node.kill();
    await all;
    socket.close();
}

test(`${kills} times kill -9 under load loses nothing that was acknowledged`, async (t) => {
    const random = random_source(t);
    const folder = mkdtempSync(join(tmpdir(), 'farthing-kill-'));
    t.after(() => rmSync(folder, {recursive: true, force: true}));
    const data = join(folder, 'data');
    const start = () => new Node(['dev', '--port', '0', '--metrics-port', '0', '--data', data]);
    const memory = new Memory();
    const counts = {transactions: 0, failed: 0, bets: 0, in_recovery: 0, repairs: 0};
    let start_ms = 1000;
    let node;
    t.after(() => node?.kill());

    for (let done = 0; done < kills;) {
        node = start();
        if (done > 0 && random.below(3) === 0) {
            // During recovery: somewhere between the first instruction and the first answer.
            await sleep(random.below(start_ms));
            await node.kill();
            ++counts.in_recovery;
            ++done;
            continue;
        }
        const begin = Date.now();
        assert.ok(await node.ready, `it does not start after kill ${done}:\n${node.output}`);
        start_ms = Date.now() - begin;
        if (/cut|ignored|rebuil|damaged/.test(node.output)) ++counts.repairs;
        await memory.check(node);
        await load_until_killed(node, random, memory, counts, 20 + random.below(25) ** 2);
        ++done;
    }

    node = start();
    assert.ok(await node.ready, node.output);
    await memory.check(node, true);
    assert.equal(await node.stop(), 0, `SIGTERM must end it well:\n${node.output}`);
    const head = await head_of(data);
    t.diagnostic(`${memory.hashes.size} blocks and ${memory.receipts.size} receipts were acknowledged, the chain has ` +
        `${Number(head.number)}; ${counts.in_recovery} kills hit a recovery, ${counts.repairs} starts repaired ` +
        `something; ${counts.bets} of ${counts.transactions} transactions were bets, ${counts.failed} reverted`);
    assert.ok(memory.receipts.size >= kills, 'too little happened between the kills to show anything');
    assert.ok(counts.bets > kills / 2, 'no bets to speak of');
    assert.ok(counts.failed < counts.transactions / 2, 'most transactions revert: the load is not what it claims');

    const verified = await run(['db', 'verify', '--data', data]);
    assert.equal(verified.code, 0, verified.text);
    const twin = await run_twin(data, folder);
    assert.match(twin, new RegExp(`Head +${head.hash}\nRoot +${head.stateRoot}\n`));
});
