// A disk that fails under the real program at its n-th write or sync, for every n: the node ends by itself with
// exit code 2 and one sentence, and nothing that a client was told is gone after a start on a good disk.
// FARTHING_TRIALS (50 n of each kind) and FARTHING_SEED choose another run.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {random_source} from '../clients/random.mjs';
import {Memory, is_disconnect, send_forever, wallets, watch_heads} from './load.mjs';
import {Node, run, sleep} from './program.mjs';

const trials = Number(process.env.FARTHING_TRIALS ?? 50);
const library = process.env.FARTHING_DISK_FAULT;
assert.ok(library, 'set FARTHING_DISK_FAULT to the path of libdisk_fault.so');
const patience_ms = 180_000;

const kinds = {
    write_eio: 'a write that fails with EIO',
    write_enospc: 'a disk that is full from some write on',
    short_write: 'a write that fills the disk in its middle',
    sync_eio: 'an fsync or fdatasync that fails with EIO',
};

const start = (data, environment) =>
    new Node(['dev', '--port', '0', '--metrics-port', '0', '--data', data], environment);

/** Sends until the node ends by itself; gives its exit code. */
async function load_until_it_ends(node, random, memory, counts) {
    const socket = watch_heads(node, memory);
    const end = node.exit.then((code) => {
        node.killed = true;
        return code;
    });
    const senders = wallets.slice(0, 3).map((wallet) =>
        send_forever(node, wallet, random, memory, counts).catch((error) => {
            // What a node says of a disk that has failed, or no answer at all.
            if (!is_disconnect(error) && !/refused|AssertionError/.test(`${error.name} ${error.message}`)) throw error;
        }));
    const code = await Promise.race([end, sleep(patience_ms).then(() => 'it goes on as if nothing had happened')]);
    node.killed = true;
    if (typeof code !== 'number') await node.kill();
    await Promise.all(senders);
    socket.close();
    return code;
}

for (const [kind, words] of Object.entries(kinds)) {
    test(`${words}, at each of ${trials} places: exit code 2, a sentence, nothing lost`, async (t) => {
        const random = random_source(t);
        const folder = mkdtempSync(join(tmpdir(), 'farthing-disk-'));
        t.after(() => rmSync(folder, {recursive: true, force: true}));
        const data = join(folder, 'data');
        const memory = new Memory();
        const counts = {transactions: 0, failed: 0, bets: 0, at_start: 0};
        let node;
        t.after(() => node?.kill());

        for (let n = 1; n <= trials; ++n) {
            node = start(data, {LD_PRELOAD: library, DISK_FAULT: `${kind}:${n}`, DISK_FAULT_FOLDER: data});
            let code;
            if (await node.ready) {
                code = await load_until_it_ends(node, random, memory, counts);
            } else {
                code = await node.exit;
                ++counts.at_start;
            }
            const what = `${kind} at call ${n}`;
            assert.match(node.output, /disk_fault: struck/, `${what}: it never struck\n${node.output}`);
            assert.equal(code, 2, `${what}\n${node.output}`);
            const sentences = node.output.split('\n').filter((line) => line.startsWith('farthing: '));
            assert.equal(sentences.length, 1, `${what}: not one sentence\n${node.output}`);
            assert.match(sentences[0], /^farthing: \S.{40,}/, what);

            node = start(data);
            assert.ok(await node.ready, `after ${what} it does not start on a good disk:\n${node.output}`);
            await memory.check(node);
            assert.equal(await node.stop(), 0, node.output);
        }

        node = start(data);
        assert.ok(await node.ready, node.output);
        await memory.check(node, true);
        assert.equal(await node.stop(), 0, node.output);
        const verified = await run(['db', 'verify', '--data', data]);
        assert.equal(verified.code, 0, verified.text);
        t.diagnostic(`${memory.hashes.size} blocks and ${memory.receipts.size} receipts were acknowledged; ` +
            `${counts.at_start} faults hit a start`);
        // The first few places are all within a start.
        assert.ok(trials < 30 || memory.receipts.size > trials / 2, 'too little happened between the faults to show anything');
    });
}
