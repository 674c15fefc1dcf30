// Load for a node that will not live long: senders of mixed transactions, and a memory of all that clients were
// told, to be held against the node after each restart.
import assert from 'node:assert/strict';
import {AbiCoder, HDNodeWallet, Interface, toQuantity} from '../clients/node_modules/ethers/lib.esm/index.js';

const sender_count = 6;
const wrapped_coin = '0x0000000000000000000000000000000000fa0001';
const games = '0x0000000000000000000000000000000000fa0004';
const coder = AbiCoder.defaultAbiCoder();
const mnemonic = 'test test test test test test test test test test test junk';
const abi = new Interface([
    'function transfer(address to, uint256 amount)',
    'function setClientSeed(string seed)',
    'function placeBet(uint64 house, uint8 game, bytes params, uint256 stake, uint64 lastBlock) payable returns (uint64)',
]);

export const wallets = Array.from({length: sender_count}, (_, i) =>
    HDNodeWallet.fromPhrase(mnemonic, undefined, `m/44'/60'/0'/0/${i}`));

/** Everything that a client was told, and whether it still holds. */
export class Memory {
    hashes = new Map();  // block number -> hash
    receipts = new Map();  // transaction -> block hash
    unchecked_blocks = [];
    unchecked_receipts = [];

    block(number, hash) {
        const known = this.hashes.get(Number(number));
        if (known === undefined) this.unchecked_blocks.push(Number(number));
        else assert.equal(hash, known, `block ${Number(number)} has another hash than before`);
        this.hashes.set(Number(number), hash);
    }
    receipt(transaction, {blockNumber, blockHash}) {
        this.block(blockNumber, blockHash);
        if (!this.receipts.has(transaction)) this.unchecked_receipts.push(transaction);
        this.receipts.set(transaction, blockHash);
    }

    /** Asks for all that was acknowledged since the last check, or `everything`. */
    async check(node, everything = false) {
        const numbers = everything ? [...this.hashes.keys()] : this.unchecked_blocks;
        const transactions = everything ? [...this.receipts.keys()] : this.unchecked_receipts;
        const blocks = await node.call_all(numbers.map((n) => ['eth_getBlockByNumber', toQuantity(n), false]));
        blocks.forEach(({result}, i) =>
            assert.equal(result?.hash, this.hashes.get(numbers[i]), `acknowledged block ${numbers[i]} is lost`));
        const receipts = await node.call_all(transactions.map((h) => ['eth_getTransactionReceipt', h]));
        receipts.forEach(({result}, i) =>
            assert.equal(result?.blockHash, this.receipts.get(transactions[i]), `receipt of ${transactions[i]}`));
        this.unchecked_blocks = [];
        this.unchecked_receipts = [];
    }
}

/** A sender's first one sets the seed that bets ask for; then it is a mixture. */
function some_transaction(wallet, nonce, random) {
    if (nonce === 0) return {to: games, data: abi.encodeFunctionData('setClientSeed', ['kill']), gasLimit: 150_000};
    const amount = 1_000_000_000_000n + BigInt(random.below(1_000_000));
    switch (random.below(4)) {
        case 0:
            return {to: random.pick(wallets).address, value: amount, gasLimit: 21_000};
        case 1:
            return {to: wrapped_coin, value: amount, gasLimit: 150_000};  // Wraps.
        case 2:
            return {
                to: wrapped_coin,
                data: abi.encodeFunctionData('transfer', [random.pick(wallets).address, random.below(1_000_000)]),
                gasLimit: 150_000,
            };
        default: {
            // House 1, dice: half of the rolls win.
            const params = coder.encode(['uint16', 'bool'], [5000, false]);
            const bet = [1, 1, params, amount, 2n ** 63n];
            return {to: games, value: amount, data: abi.encodeFunctionData('placeBet', bet), gasLimit: 500_000};
        }
    }
}

/** One sender: signs, sends a few at a time, and remembers every receipt. Ends when the node does. */
export async function send_forever(node, wallet, random, memory, counts) {
    let nonce = Number(await node.call('eth_getTransactionCount', wallet.address, 'latest'));
    while (!node.killed) {
        const sent = [];
        for (let i = 0; i < 4; ++i) {
            const signed = await wallet.signTransaction({
                ...some_transaction(wallet, nonce, random), type: 2, chainId: 31337, nonce: nonce++,
                maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: BigInt(1 + random.below(1_000_000_000)),
            });
            sent.push(['eth_sendRawTransaction', signed]);
        }
        const hashes = (await node.call_all(sent)).map(({result, error}) => {
            assert.ok(result, `refused: ${error?.message}`);
            return result;
        });
        for (let waiting = hashes; waiting.length > 0 && !node.killed;) {
            const answers = await node.call_all(waiting.map((h) => ['eth_getTransactionReceipt', h]));
            answers.forEach(({result}, i) => {
                if (!result) return;
                memory.receipt(waiting[i], result);
                counts.transactions++;
                if (result.status !== '0x1') counts.failed++;
                else if (result.to === games && result.logs.length > 0) counts.bets++;
            });
            waiting = waiting.filter((_, i) => !answers[i].result);
        }
    }
}

/** Remembers each head that a subscriber is told of. */
export function watch_heads(node, memory) {
    const socket = new WebSocket(node.url.replace('http', 'ws'));
    socket.onopen = () =>
        socket.send(JSON.stringify({jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads']}));
    socket.onmessage = ({data}) => {
        const head = JSON.parse(data).params?.result;
        if (head) memory.block(head.number, head.hash);
    };
    socket.onerror = () => {};
    return socket;
}

/** What an interrupted connection looks like; anything else is a finding. */
export function is_disconnect(error) {
    return error instanceof TypeError || error.name === 'SyntaxError' || error.code === 'ECONNRESET';
}
