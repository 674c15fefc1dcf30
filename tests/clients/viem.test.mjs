// viem, unmodified: send, wait, read, simulate, decode errors, logs; and its WebSocket transport.
import assert from 'node:assert/strict';
import test from 'node:test';
import {createPublicClient, createWalletClient, defineChain, http, parseEther, webSocket} from 'viem';
import {mnemonicToAccount} from 'viem/accounts';
import {abi, fixed} from './contracts.mjs';
import {start_node} from './node.mjs';

const phrase = 'test test test test test test test test test test test junk';

test('viem', async (t) => {
    const node = await start_node(t);
    const chain = defineChain({
        id: 31337,
        name: 'farthing',
        nativeCurrency: {name: 'Farthing', symbol: 'FAR', decimals: 18},
        rpcUrls: {default: {http: [node.url], webSocket: [node.ws]}},
    });
    const reader = createPublicClient({chain, transport: http(), pollingInterval: 50, cacheTime: 0});
    const account = mnemonicToAccount(phrase);
    const writer = createWalletClient({chain, account, transport: http()});
    const coin = {address: fixed.WrappedCoin, abi: abi('WrappedCoin')};
    const mined = async (hash) => reader.waitForTransactionReceipt({hash});

    await t.test('sends a transfer of each type', async () => {
        const to = mnemonicToAccount(phrase, {addressIndex: 1}).address;
        for (const type of ['legacy', 'eip2930', 'eip1559']) {
            const before = await reader.getBalance({address: to});
            const receipt = await mined(await writer.sendTransaction({to, value: parseEther('1'), type}));
            assert.equal(receipt.status, 'success');
            assert.equal(receipt.type, type);
            assert.equal(receipt.gasUsed, 21_000n);
            assert.equal((await reader.getBalance({address: to})) - before, parseEther('1'));
        }
    });

    await t.test('writes to a contract and reads it and its events', async () => {
        const {request} = await reader.simulateContract({
            ...coin,
            account,
            functionName: 'deposit',
            value: 5n,
        });
        const {blockNumber} = await mined(await writer.writeContract(request));
        assert.equal(
            await reader.readContract({...coin, functionName: 'balanceOf', args: [account.address]}),
            5n,
        );
        const events = await reader.getContractEvents({
            ...coin,
            fromBlock: blockNumber,
            eventName: 'Deposit',
        });
        assert.deepEqual(
            events.map(({args}) => args.wad),
            [5n],
        );
    });

    await t.test('reads many contracts in one call by Multicall3', async () => {
        const many = createPublicClient({
            chain: {...chain, contracts: {multicall3: {address: fixed.Multicall3}}},
            transport: http(),
            batch: {multicall: true},
        });
        const read = (functionName, args = []) => ({...coin, functionName, args});
        const results = await many.multicall({
            contracts: [
                read('balanceOf', [account.address]),
                read('symbol'),
                read('transfer', [account.address, 2n ** 200n]),
            ],
        });
        assert.deepEqual(
            results.map(({status, result}) => [status, result]),
            [
                ['success', 5n],
                ['success', 'WFAR'],
                ['failure', undefined],
            ],
        );
        assert.match(results[2].error.message, /ERC20InsufficientBalance/);
        // Reads that are made together go out as one call by themselves.
        const together = await Promise.all([
            many.readContract(read('decimals')),
            many.readContract(read('balanceOf', [account.address])),
        ]);
        assert.deepEqual(together, [18, 5n]);
        const multicall3 = {address: fixed.Multicall3, abi: abi('Multicall3')};
        const head = await many.getBlock();
        const answers = await many.multicall({
            allowFailure: false,
            contracts: [
                {...multicall3, functionName: 'getBlockNumber'},
                {...multicall3, functionName: 'getLastBlockHash'},
                {...multicall3, functionName: 'getCurrentBlockTimestamp'},
                {...multicall3, functionName: 'getEthBalance', args: [account.address]},
                {...multicall3, functionName: 'getChainId'},
                {...multicall3, functionName: 'getBlockHash', args: [head.number - 3n]},
                {...multicall3, functionName: 'getBlockHash', args: [head.number]},
            ],
        });
        assert.deepEqual(answers, [
            head.number,
            head.parentHash,
            head.timestamp,
            await many.getBalance({address: account.address}),
            31337n,
            (await many.getBlock({blockNumber: head.number - 3n})).hash,
            `0x${'0'.repeat(64)}`,
        ]);
    });

    await t.test('names the custom error of a refusal', async () => {
        const refused = reader.simulateContract({...coin, account, functionName: 'withdraw', args: [6n]});
        await assert.rejects(refused, (error) => {
            const {errorName, args} = error.walk((cause) => cause.data?.errorName).data;
            assert.equal(errorName, 'ERC20InsufficientBalance');
            assert.deepEqual(args, [account.address, 5n, 6n]);
            return true;
        });
    });

    await t.test('knows the errors of the pool by their texts', async () => {
        const to = account.address;
        const poor = mnemonicToAccount(phrase, {addressIndex: 999});
        const transfer = {to, value: parseEther('1'), gas: 21_000n};
        await assert.rejects(
            writer.sendTransaction({...transfer, account: poor}),
            /insufficient funds|exceeds the balance/i,
        );
        await assert.rejects(
            writer.sendTransaction({...transfer, nonce: 0}),
            /nonce .*(too low|lower than)/i,
        );
        await assert.rejects(writer.sendTransaction({...transfer, gas: 20_999n}), /intrinsic gas|too low/i);
    });

    await t.test('watches blocks and logs over WebSocket', async () => {
        const live = createPublicClient({chain, transport: webSocket(node.ws)});
        const heads = [],
            logs = [];
        const unwatch = [
            live.watchBlocks({onBlock: ({number}) => heads.push(number), onError: (e) => heads.push(e)}),
            live.watchContractEvent({
                ...coin,
                onLogs: (found) => logs.push(...found),
                onError: (e) => logs.push(e),
            }),
        ];
        await new Promise((resolve) => setTimeout(resolve, 500)); // until both are subscribed
        const {blockNumber} = await mined(
            await writer.writeContract({...coin, functionName: 'deposit', value: 7n}),
        );
        for (let i = 0; i < 200 && (!heads.includes(blockNumber) || logs.length < 2); ++i) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        for (const stop of unwatch) stop();
        (await live.transport.getRpcClient()).close();
        assert.ok(heads.includes(blockNumber), `heads seen: ${heads}`);
        assert.deepEqual(logs.map(({eventName}) => eventName).sort(), ['Deposit', 'Transfer']);
    });
});
