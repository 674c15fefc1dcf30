// A random chain, recomputed by @ethereumjs from RPC answers alone: header hashes, transaction and receipt roots,
// blooms, senders, the proposer's randomness, seals, and account and storage proofs, present and absent.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import test from 'node:test';
import {Transaction, concat, dataLength, dataSlice, getBytes, recoverAddress, toBeHex} from 'ethers';
import {is_long, start_node} from './node.mjs';
import {allowance_slot, balance_slot, make_world, random_operation} from './operations.mjs';
import {random_source} from './random.mjs';
import {chain_rules, check_block, check_proof} from './recompute.mjs';

const blocks_wanted = is_long ? 10_000 : 300;
const proofs_wanted = 300;
const hex = (n) => `0x${BigInt(n).toString(16)}`;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Sends one random transaction from each of some accounts, all at once, and waits until they are mined. */
async function send_some(world, nonces) {
    const {node, random, users, chain_id} = world;
    const base = BigInt((await node.provider.send('eth_getBlockByNumber', ['latest', false])).baseFeePerGas);
    const sent = [];
    const senders = users.filter(() => random.chance(30));
    for (const user of senders.length ? senders : [users[0]]) {
        const {kind, ...request} = await random_operation(world, user);
        const type = random.below(3),
            price = base * 2n + 1n + random.integer(20);
        const fees =
            type === 2
                ? {maxFeePerGas: price, maxPriorityFeePerGas: random.integer(20) % price}
                : {gasPrice: price};
        const list =
            type && random.chance(50)
                ? {accessList: [{address: request.to, storageKeys: [random.hex(32)]}]}
                : {};
        const tx = {
            ...request,
            type,
            ...fees,
            ...list,
            chainId: chain_id,
            nonce: nonces.get(user) ?? 0,
            gasLimit: 1_000_000,
        };
        sent.push({user, kind, raw: await user.signTransaction(tx)});
    }
    const answers = await rpc_batch(
        node.url,
        sent.map(({raw}) => ['eth_sendRawTransaction', [raw]]),
    );
    for (const [i, {error, result}] of answers.entries()) {
        assert.equal(error, undefined, `${sent[i].kind}: ${JSON.stringify(error)}`);
        assert.equal(result, Transaction.from(sent[i].raw).hash);
        nonces.set(sent[i].user, (nonces.get(sent[i].user) ?? 0) + 1);
    }
    for (const {result} of answers) {
        while (!(await node.provider.send('eth_getTransactionReceipt', [result])))
            await new Promise((r) => setTimeout(r, 5));
    }
}

async function rpc_batch(url, calls) {
    const body = JSON.stringify(calls.map(([method, params], id) => ({jsonrpc: '2.0', id, method, params})));
    const answers = await (
        await fetch(url, {method: 'POST', headers: {'content-type': 'application/json'}, body})
    ).json();
    return answers.sort((a, b) => a.id - b.id);
}

/** Asks for proofs of random accounts and slots at a random recent block. Counts what was present and absent. */
async function check_some_proofs(world, count, tally) {
    const {node, random, users, listed, tokens} = world;
    const head = Number(await node.provider.send('eth_blockNumber', []));
    const number = Math.max(0, head - random.below(100));
    const {stateRoot} = await node.provider.send('eth_getBlockByNumber', [hex(number), false]);
    const ledgers = [world.coin, ...tokens].map(({target}) => target);
    for (let i = 0; i < count; ++i) {
        const user = () => random.pick(users).address;
        const address = random.pick([
            user,
            () => random.pick(listed).address,
            () => random.pick(ledgers),
            () => random.pick(ledgers),
            () => random.hex(20),
        ])();
        const keys = Array.from({length: random.below(5)}, () =>
            random.pick([
                () => balance_slot(user()),
                () => balance_slot(user()),
                () => allowance_slot(user(), user()),
                () => random.hex(32),
                () => hex(random.below(9)),
            ])(),
        );
        const answer = await node.provider.send('eth_getProof', [address, keys, hex(number)]);
        assert.equal(answer.address.toLowerCase(), address.toLowerCase());
        assert.equal(answer.storageProof.length, keys.length);
        const found = await check_proof(answer, stateRoot);
        tally.accounts += found.account;
        tally.absent_accounts += 1 - found.account;
        tally.slots += found.slots;
        tally.absent_slots += keys.length - found.slots;
    }
}

/** The proposer's chain, the randomness that follows from it, and the seal over the block's hash. */
async function check_proposer(node, block, parent) {
    const number = BigInt(block.number),
        at = `block ${number}`;
    // Text links: the hash is over the preimage's lower-case hex.
    assert.equal(
        `0x${sha256(block.extraData.slice(2))}`,
        parent.extraData,
        `${at}: the preimage does not hash to the parent's`,
    );
    const mixed = concat([
        Buffer.from('farthing.randao.v1'),
        parent.mixHash,
        toBeHex(number, 8),
        block.extraData,
    ]);
    assert.equal(block.mixHash, `0x${sha256(getBytes(mixed))}`, `${at}: randomness`);
    const {seal} = await node.provider.send('farthing_getSeal', [block.number]);
    assert.equal(dataLength(seal), 65, `${at}: seal`);
    const signature = {
        r: dataSlice(seal, 0, 32),
        s: dataSlice(seal, 32, 64),
        yParity: Number(dataSlice(seal, 64)),
    };
    assert.equal(recoverAddress(block.hash, signature).toLowerCase(), block.miner, `${at}: seal`);
}

test(`${blocks_wanted} random blocks agree with @ethereumjs`, async (t) => {
    const node = await start_node(t, ['--accounts', '20']);
    const random = random_source(t);
    const world = await make_world(node, random, 20);
    const rules = chain_rules(world.chain_id);
    const nonces = new Map(await Promise.all(world.users.map(async (user) => [user, await user.getNonce()])));

    const tally = {accounts: 0, absent_accounts: 0, slots: 0, absent_slots: 0};
    let asked = 0,
        head = 0;
    while ((head = Number(await node.provider.send('eth_blockNumber', []))) < blocks_wanted) {
        await send_some(world, nonces);
        const due = Math.ceil((proofs_wanted * Math.min(head, blocks_wanted)) / blocks_wanted) - asked;
        await check_some_proofs(world, due, tally);
        asked += due;
    }
    await check_some_proofs(world, proofs_wanted - asked, tally);
    t.diagnostic(JSON.stringify(tally));
    for (const [kind, count] of Object.entries(tally))
        assert.ok(count >= 20, `only ${count} proofs of ${kind}`);

    const called = new Set();
    const types = new Set();
    let parent = null,
        failed = 0,
        transactions = 0,
        crowded = 0;
    for (let number = 0; number <= head; ++number) {
        const block = await node.provider.send('eth_getBlockByNumber', [hex(number), true]);
        const receipts = await node.provider.send('eth_getBlockReceipts', [hex(number)]);
        await check_block(block, receipts, rules);
        if (parent) {
            assert.equal(block.parentHash, parent.hash);
            assert.ok(BigInt(block.timestamp) > BigInt(parent.timestamp), 'dev time moves on');
            await check_proposer(node, block, parent);
        }
        parent = block;
        for (const {to, type} of block.transactions) {
            called.add(to);
            types.add(type);
        }
        failed += receipts.filter(({status}) => status === '0x0').length;
        transactions += receipts.length;
        crowded += receipts.length > 1;
    }
    t.diagnostic(`${transactions} transactions, ${failed} reverted, ${crowded} blocks with more than one`);
    assert.deepEqual([...types].sort(), ['0x0', '0x1', '0x2']);
    assert.ok(failed > 10 && transactions - failed > 100 && crowded > 5);
    for (const {name, address} of world.listed)
        assert.ok(called.has(address.toLowerCase()), `no transaction reached ${name}`);
});
