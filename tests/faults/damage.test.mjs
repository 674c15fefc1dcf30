// Flipped bits and cut files: whatever kind of file is hit, a start on it is refused with a sentence, repairs
// loudly, or changes nothing that a client can see. FARTHING_TRIALS (50 flips and 50 cuts a kind) and
// FARTHING_SEED choose another run.
import assert from 'node:assert/strict';
import {cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {HDNodeWallet, toQuantity} from '../clients/node_modules/ethers/lib.esm/index.js';
import {random_source} from '../clients/random.mjs';
import {Node, run} from './program.mjs';

const trials = Number(process.env.FARTHING_TRIALS ?? 50);
const at_once = 2;  // Trials side by side.
const wrapped_coin = '0x0000000000000000000000000000000000fa0001';

// A checkpoint counts when the state database is gone, so it goes too.
const lost_state = 'checkpoint without state';
const kinds = {
    'journal segment': /^journal\/\d+\.log$/,
    'journal mark': /^journal\/mark$/,
    'genesis file': /^genesis\.json$/,
    'state table': /^state\/\d+\.ldb$/,
    'state log': /^state\/\d+\.log$/,
    'state MANIFEST': /^state\/MANIFEST-\d+$/,
    'state CURRENT': /^state\/CURRENT$/,
    'index table': /^index\/\d+\.ldb$/,
    'index log': /^index\/\d+\.log$/,
    'index MANIFEST': /^index\/MANIFEST-\d+$/,
    'index CURRENT': /^index\/CURRENT$/,
    [lost_state]: /^checkpoints\/\d+\.ckpt$/,
};

const folder = mkdtempSync(join(tmpdir(), 'farthing-damage-'));
const original = join(folder, 'original');
let questions;  // Rows of calls that read everything a client can read of this chain.
let expected;  // Their answers' texts, undamaged.

// No block is made in a day, so that what is read is what was there.
const start = (data, block_time = '86400') =>
    new Node(['node', '--port', '0', '--metrics-port', '0', '--block-time', block_time, '--checkpoint-blocks', '30',
        '--data', data]);

async function make_blocks(wallet, count) {
    const node = start(original, '0.005');
    assert.ok(await node.ready, node.output);
    const target = Number(await node.call('eth_blockNumber')) + count;
    let nonce = Number(await node.call('eth_getTransactionCount', wallet.address, 'latest'));
    while (Number(await node.call('eth_blockNumber')) < target) {
        const to = nonce % 2 ? wrapped_coin : `0x${(nonce + 1000).toString(16).padStart(40, '0')}`;
        const signed = await wallet.signTransaction({
            to, type: 2, chainId: 4207, nonce: nonce++, value: 1_000_000n + BigInt(nonce), gasLimit: 150_000,
            maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n,
        });
        await node.call('eth_sendRawTransaction', signed);
    }
    assert.equal(await node.stop(), 0, node.output);
}

function ask_everything(blocks) {
    const rows = [['eth_blockNumber'], ['eth_getBlockByNumber', 'latest', false]];
    for (const block of blocks) {
        rows.push(['eth_getBlockByNumber', block.number, true], ['eth_getBlockByHash', block.hash, false]);
        for (const hash of block.transactions) rows.push(['eth_getTransactionReceipt', hash]);
    }
    rows.push(['eth_getLogs', {fromBlock: '0x0', toBlock: 'latest'}]);
    return rows;
}

before(async () => {
    const wallet = HDNodeWallet.createRandom();
    const list = join(folder, 'accounts.csv');
    writeFileSync(list, `${wallet.address},1000\n`);
    const made = await run(['init', '--data', original, '--chain-id', '4207', '--alloc', list, '--seeds', '4096']);
    assert.equal(made.code, 0, made.text);
    // LevelDB writes its log into a table when it is opened again: two runs leave files of every kind.
    await make_blocks(wallet, 60);
    await make_blocks(wallet, 60);

    // Answers come from a copy, because a start changes files.
    const copy = join(folder, 'undamaged');
    cpSync(original, copy, {recursive: true});
    const node = start(copy);
    assert.ok(await node.ready, node.output);
    const head = Number(await node.call('eth_blockNumber'));
    const blocks = (await node.call_all(
        Array.from({length: head + 1}, (_, n) => ['eth_getBlockByNumber', toQuantity(n), false]))).map((a) => a.result);
    questions = ask_everything(blocks);
    expected = (await node.call_all(questions, 500)).map((answer) => JSON.stringify(answer.result));
    assert.ok(expected.every((text) => text && text !== 'null'), 'the undamaged chain does not answer');
    assert.equal(await node.stop(), 0);
});
after(() => rmSync(folder, {recursive: true, force: true}));

function files_of(kind) {
    return readdirSync(original, {recursive: true}).filter((name) => kinds[kind].test(name));
}

/** Changes one file of `data`; says what it did. */
function damage(data, kind, how, random) {
    if (kind === lost_state) rmSync(join(data, 'state'), {recursive: true});
    const name = random.pick(files_of(kind).filter((file) => statSync(join(original, file)).size > 0));
    const path = join(data, name);
    const size = statSync(path).size;
    const at = random.below(size);
    if (how === 'cut') {
        truncateSync(path, at);
        return `${name} cut from ${size} to ${at} bytes`;
    }
    const bytes = readFileSync(path);
    const bit = random.below(8);
    bytes[at] ^= 1 << bit;
    writeFileSync(path, bytes);
    return `${name}: bit ${bit} of byte ${at} of ${size} flipped`;
}

/** A node that ended by itself: with exit code 2 and a sentence that says what is wrong. */
async function expect_refusal(node, what) {
    const code = await node.exit;
    assert.equal(code, 2, `${what}: ended with ${code}\n${node.output}`);
    assert.match(node.output, /farthing: \S.{20}/, `${what}: no sentence`);
}

/** How a start on a damaged directory ends; throws when that is silent and wrong. */
async function outcome_of(data, what) {
    const node = start(data);
    try {
        if (!(await node.ready)) {
            await expect_refusal(node, what);
            return 'refused';
        }
        const answers = await node.call_all(questions, 500).catch((error) => {
            if (error.name === 'AssertionError') return null;  // One error for the whole batch.
            if (error instanceof TypeError) return null;  // It has ended.
            throw error;
        });
        if (!answers) {
            await expect_refusal(node, what);
            return 'stopped at the read';
        }
        answers.forEach(({result}, i) =>
            assert.equal(JSON.stringify(result), expected[i],
                `${what}: SILENT: ${questions[i].join(' ')} answers otherwise\n${node.output}`));
        const is_loud = /warning/.test(node.output.replaceAll(data, ''));
        return is_loud ? 'repaired' : 'harmless';
    } finally {
        await node.kill();
    }
}

for (const kind of Object.keys(kinds)) {
    test(`${kind}: ${trials} flipped bits and ${trials} cuts, none silent`, async (t) => {
        const random = random_source(t);
        assert.ok(files_of(kind).length > 0, `the chain has no ${kind}`);
        const tally = {};
        const work = [];
        for (const how of ['flip', 'cut'])
            for (let i = 0; i < trials; ++i) work.push(how);
        let number = 0;
        const worker = async () => {
            for (let how; (how = work.shift());) {
                const data = join(folder, `${kind.replaceAll(' ', '-')}-${number++}`);
                cpSync(original, data, {recursive: true});
                const what = damage(data, kind, how, random);
                const outcome = await outcome_of(data, what);
                rmSync(data, {recursive: true, force: true});
                tally[`${how}: ${outcome}`] = (tally[`${how}: ${outcome}`] ?? 0) + 1;
            }
        };
        await Promise.all(Array.from({length: at_once}, worker));
        t.diagnostic(Object.entries(tally).map(([name, count]) => `${count} ${name}`).join(', '));
    });
}
