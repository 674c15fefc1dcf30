// ethers over WebSocket: subscriptions to heads, logs and waiting transactions, on the port that also serves HTTP.
import assert from 'node:assert/strict';
import test from 'node:test';
import {WebSocketProvider} from 'ethers';
import {contract} from './contracts.mjs';
import {account, start_node} from './node.mjs';

/** Waits at most 10 s for the next call of the listener that `subscribe` takes. */
const next = (subscribe) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('nothing came within 10 s')), 10_000);
        subscribe((...values) => {
            clearTimeout(timer);
            resolve(values);
        });
    });

test('ethers hears of blocks, waiting transactions and logs', async (t) => {
    const node = await start_node(t);
    const socket = new WebSocketProvider(node.ws, undefined, {cacheTimeout: -1});
    t.after(() => socket.destroy());
    const alice = account(node, 0);
    const coin = contract('WrappedCoin', socket);
    const heard = [
        next((listener) => socket.once('block', listener)),
        next((listener) => socket.once('pending', listener)),
        next((listener) => coin.once('Deposit', listener)),
    ];
    await socket.getBlockNumber();
    await new Promise((resolve) => setTimeout(resolve, 300)); // until all three are subscribed
    const receipt = await (await contract('WrappedCoin', alice).deposit({value: 9n})).wait();
    const [[block], [pending], [holder, amount]] = await Promise.all(heard);
    assert.ok(block <= receipt.blockNumber);
    assert.equal(pending, receipt.hash);
    assert.deepEqual([holder, amount], [alice.address, 9n]);
});

// Whoever asks for the receipt a moment too early, and again only at the next head, would wait for ever on a chain that
// makes blocks on demand; ethers does, for its cache answers for 250 ms.
test('a development chain has the block before it answers a send', async (t) => {
    const node = await start_node(t);
    const alice = account(node, 0);
    const {chainId} = await node.provider.getNetwork();
    for (let nonce = 0; nonce < 20; ++nonce) {
        const signed = await alice.signTransaction({
            to: account(node, 1).address, value: 1n, nonce, chainId, type: 2, gasLimit: 21_000,
            maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n,
        });
        const hash = await node.provider.send('eth_sendRawTransaction', [signed]);
        assert.ok(await node.provider.send('eth_getTransactionReceipt', [hash]), `payment ${nonce}`);
    }
});

test('ethers as it comes, its cache included, sees the receipt of each payment', {timeout: 60_000}, async (t) => {
    const node = await start_node(t);
    const socket = new WebSocketProvider(node.ws);
    t.after(() => socket.destroy());
    const alice = account(node, 0).connect(socket);
    for (let payment = 0; payment < 8; ++payment) {
        const sent = await alice.sendTransaction({to: account(node, 1).address, value: 1n});
        const receipt = await sent.wait(1, 5_000);
        assert.equal(receipt.status, 1);
        await new Promise((resolve) => setTimeout(resolve, 300)); // until its cache has forgotten the nonce
    }
});
