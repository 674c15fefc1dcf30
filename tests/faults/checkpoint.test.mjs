// kill -9 while a checkpoint is being written, at any moment of it, and during the start that follows: what was
// acknowledged must be there, what was unfinished must be gone, a finished checkpoint must be good enough to
// fill a lost state database, and at the end an uncrashed twin must have the same root.
// FARTHING_KILLS (5), of which each leaves an unfinished checkpoint, and FARTHING_SEED choose another run.
import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {Worker} from 'node:worker_threads';
import {random_source} from '../clients/random.mjs';
import {Memory, is_disconnect, send_forever, wallets, watch_heads} from './load.mjs';
import {Node, head_of, run, run_twin, sleep} from './program.mjs';

const kills = Number(process.env.FARTHING_KILLS ?? 5);

/** Sends until a worker has seen a checkpoint begin and killed the node, or has spared it. */
async function load_until_checkpoint(t, node, random, memory, counts, wish) {
    const socket = watch_heads(node, memory);
    const worker = new Worker(new URL('checkpoint_killer.mjs', import.meta.url),
        {workerData: {pid: node.child.pid, limit_ms: 20_000, ...wish}});
    t.after(() => worker.terminate());
    node.exit.then(() => (node.killed = true));
    const senders = wallets.map((wallet) =>
        send_forever(node, wallet, random, memory, counts).catch(async (error) => {
            if (!is_disconnect(error) || await node.exit !== 'SIGKILL') throw error;
        }));
    const all = Promise.all(senders);
    const message = once(worker, 'message');
    const [told] = await Promise.race([message, all.then(() => message)]);
    assert.ok(told.seen, 'no checkpoint was begun under load');
    if (wish.spare) node.killed = true;  // For the senders: enough.
    else await node.exit;
    await all;
    socket.close();
    return told;
}

test(`killed ${kills} times with a checkpoint half-written, it loses nothing and leaves nothing`, async (t) => {
    const random = random_source(t);
    const folder = mkdtempSync(join(tmpdir(), 'farthing-checkpoint-'));
    t.after(() => rmSync(folder, {recursive: true, force: true}));
    const data = join(folder, 'data');
    const checkpoints = join(data, 'checkpoints');
    const files = () => (existsSync(checkpoints) ? readdirSync(checkpoints) : []);
    const start = () => new Node(
        ['dev', '--port', '0', '--metrics-port', '0', '--checkpoint-blocks', '3', '--data', data]);
    const memory = new Memory();
    const counts = {transactions: 0, failed: 0, bets: 0, missed: 0, in_recovery: 0, filled: 0};
    let node;
    t.after(() => node?.kill());

    node = start();
    assert.ok(await node.ready, node.output);
    const {lasted} = await load_until_checkpoint(t, node, random, memory, counts, {folder: checkpoints, spare: true});
    assert.equal(await node.stop(), 0, node.output);

    for (let hits = 0; hits < kills;) {
        assert.ok(counts.missed < 20 * kills, 'hardly any kill meets a checkpoint in the making');
        const finished = files().filter((name) => name.endsWith('.ckpt'));
        const lose_state = finished.length > 0 && random.below(3) === 0;
        if (lose_state) rmSync(join(data, 'state'), {recursive: true, force: true});
        const begin = Date.now();
        node = start();
        assert.ok(await node.ready, `it does not start:\n${node.output}`);
        const start_ms = Date.now() - begin;
        // The house's blocks may have begun a new one already.
        const is_left = (name) => statSync(join(checkpoints, name), {throwIfNoEntry: false})?.mtimeMs < begin;
        assert.deepEqual(files().filter((name) => name.endsWith('.new') && is_left(name)), [],
            'an unfinished checkpoint stays');
        assert.doesNotMatch(node.output, /damaged/, 'a finished checkpoint is damaged');
        if (lose_state) {
            assert.match(node.output, /filling the state database from the checkpoint of block/);
            ++counts.filled;
        }
        await memory.check(node);
        const delay_ms = lasted * 1.2 * random.below(1000) / 1000;
        await load_until_checkpoint(t, node, random, memory, counts, {folder: checkpoints, delay_ms});
        files().some((name) => name.endsWith('.new')) ? ++hits : ++counts.missed;
        if (random.below(4) !== 0) continue;
        node = start();
        await sleep(random.below(start_ms));
        await node.kill();
        ++counts.in_recovery;
    }

    node = start();
    assert.ok(await node.ready, node.output);
    await memory.check(node, true);
    assert.equal(await node.stop(), 0, node.output);
    assert.ok(files().length >= 1 && files().length <= 3, `checkpoints left: ${files()}`);
    const head = await head_of(data);
    t.diagnostic(`${kills} kills left an unfinished checkpoint, ${counts.missed} came a moment too late, ` +
        `${counts.in_recovery} hit a start; ${counts.filled} lost states were filled from a checkpoint; ` +
        `${memory.receipts.size} receipts were acknowledged, the chain has ${Number(head.number)} blocks`);
    assert.ok(memory.receipts.size >= kills, 'too little happened between the kills to show anything');

    const verified = await run(['db', 'verify', '--data', data]);
    assert.equal(verified.code, 0, verified.text);
    const twin = await run_twin(data, folder);
    assert.match(twin, new RegExp(`Head +${head.hash}\nRoot +${head.stateRoot}\n`));
});
