// Time, blocks at will and snapshots of a development chain, through viem's test client.
import assert from 'node:assert/strict';
import test from 'node:test';
import {createPublicClient, createTestClient, createWalletClient, defineChain, http, parseEther, webSocket} from 'viem';
import {mnemonicToAccount} from 'viem/accounts';
import {start_node} from './node.mjs';

const phrase = 'test test test test test test test test test test test junk';

test('development methods', async (t) => {
    const node = await start_node(t);
    const chain = defineChain({
        id: 31337,
        name: 'farthing',
        nativeCurrency: {name: 'Farthing', symbol: 'FAR', decimals: 18},
        rpcUrls: {default: {http: [node.url], webSocket: [node.ws]}},
    });
    const reader = createPublicClient({chain, transport: http(), pollingInterval: 50, cacheTime: 0});
    const tester = createTestClient({chain, mode: 'hardhat', transport: http()});
    const account = mnemonicToAccount(phrase);
    const writer = createWalletClient({chain, account, transport: http()});
    const other = '0x00000000000000000000000000000000000b0b00';
    const latest = () => reader.getBlock();
    const pay = async (value) => {
        const hash = await writer.sendTransaction({to: other, value});
        return reader.waitForTransactionReceipt({hash});
    };

    await t.test('increaseTime moves the next block', async () => {
        const before = await latest();
        await tester.increaseTime({seconds: 86_400});
        await pay(1n);
        const after = await latest();
        assert.ok(after.timestamp >= before.timestamp + 86_400n);
        assert.ok(after.timestamp < before.timestamp + 86_500n);
    });

    await t.test('the time of the next block may be chosen and goes on from there', async () => {
        const {timestamp} = await latest();
        await tester.setNextBlockTimestamp({timestamp: timestamp + 1_000n});
        await pay(1n);
        assert.equal((await latest()).timestamp, timestamp + 1_000n);
        await tester.mine({blocks: 1});
        const after = (await latest()).timestamp - timestamp;
        assert.ok(after > 1_000n && after < 1_020n);
        await assert.rejects(tester.setNextBlockTimestamp({timestamp}), /must be greater than the previous/);
    });

    await t.test('blocks are made at will', async () => {
        const before = await latest();
        await tester.mine({blocks: 300});
        assert.equal((await latest()).number, before.number + 300n);
        await tester.mine({blocks: 3, interval: 100});
        const after = await latest();
        const parent = await reader.getBlock({blockNumber: after.number - 1n});
        assert.equal(after.timestamp - parent.timestamp, 100n);
        assert.equal(await node.provider.send('evm_mine', []), '0x0');
        assert.equal(await node.provider.send('evm_mine', [Number(after.timestamp) + 500]), '0x0');
        assert.equal((await latest()).timestamp, after.timestamp + 500n);
        await assert.rejects(node.provider.send('hardhat_mine', ['0x186a1']), /at most 100000 blocks/);
    });

    await t.test('a snapshot brings back state, blocks, nonces and time; once', async () => {
        const before = await latest();
        const nonce = await reader.getTransactionCount(account);
        const held = await reader.getBalance({address: other});
        const id = await tester.snapshot();
        const later = await tester.snapshot();
        const {transactionHash} = await pay(parseEther('1'));
        await tester.increaseTime({seconds: 1_000_000});
        await tester.mine({blocks: 20});
        await tester.revert({id});
        assert.equal((await latest()).hash, before.hash);
        assert.equal(await reader.getTransactionCount(account), nonce);
        assert.equal(await reader.getBalance({address: other}), held);
        await assert.rejects(reader.getTransaction({hash: transactionHash}), /could not be found/);
        for (const used of [id, later, '0x999']) {
            assert.equal(await node.provider.send('evm_revert', [used]), false);
        }
        await pay(1n);
        const after = await latest();
        assert.equal(after.parentHash, before.hash);
        assert.ok(after.timestamp < before.timestamp + 1_000n);
    });

    await t.test('subscribers hear of each new block after going back', async () => {
        const live = createPublicClient({chain, transport: webSocket(node.ws)});
        const heads = [];
        const unwatch = live.watchBlocks({onBlock: ({hash}) => heads.push(hash), onError: (e) => heads.push(e)});
        await new Promise((resolve) => setTimeout(resolve, 500)); // until it is subscribed
        const made = [];
        for (let i = 0; i < 3; ++i) {
            const id = await tester.snapshot();
            await pay(BigInt(i + 1));
            made.push((await latest()).hash);
            await tester.revert({id});
        }
        for (let i = 0; i < 200 && !made.every((hash) => heads.includes(hash)); ++i) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        unwatch();
        (await live.transport.getRpcClient()).close();
        assert.deepEqual(
            heads.filter((hash) => made.includes(hash)),
            made,
        );
    });

    await t.test('a house reveals as ever on a chain that went back', async () => {
        const {fixed, abi} = await import('./contracts.mjs');
        const games = {address: fixed.Games, abi: abi('Games')};
        const mined = async (hash) => reader.waitForTransactionReceipt({hash});
        await mined(await writer.writeContract({...games, functionName: 'setClientSeed', args: ['back_again']}));
        const params = `0x${(5000).toString(16).padStart(64, '0')}${'0'.repeat(64)}`;
        for (let i = 0; i < 4; ++i) {
            const id = await tester.snapshot();
            const {blockNumber} = await mined(
                await writer.writeContract({
                    ...games,
                    functionName: 'placeBet',
                    args: [1n, 1, params, 10n ** 15n, 2n ** 64n - 1n],
                    value: 10n ** 15n,
                }),
            );
            const settled = async () =>
                (await reader.getContractEvents({...games, fromBlock: blockNumber, eventName: 'BetSettled'})).length;
            for (let j = 0; j < 250 && (await settled()) === 0; ++j) {
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
            assert.equal(await settled(), 1, node.output());
            if (i % 2 === 0) await tester.revert({id});
        }
    });
});
