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
