// Our world: a running `farthing dev`, asked in batches so that an operation with all its views is one exchange.
import assert from 'node:assert/strict';
import {Transaction} from 'ethers';
import {account} from '../node.mjs';

const quantity = (n) => `0x${BigInt(n).toString(16)}`;
const gas_limit = 5_000_000n;
const gas_price = 100n * 10n ** 9n;

const request_of = ({from, to, data = '0x', value = 0n}) => ({from, to, data, value: quantity(value)});
const bare_log = ({address, topics, data}) => ({address, topics, data});

/** An eth_call's answer as {success, output}. */
function outcome({result, error}) {
    if (!error) return {success: true, output: result};
    assert.equal(error.code, 3, `not a revert: ${JSON.stringify(error)}`);
    return {success: false, output: error.data ?? '0x'};
}

export class OurChain {
    static async make(node, users) {
        const chain = new OurChain();
        chain.url = node.direct;
        chain.chain_id = (await node.provider.getNetwork()).chainId;
        chain.users = Array.from({length: users}, (_, i) => account(node, i));
        chain.nonces = new Map(chain.users.map(({address}) => [address, 0]));
        return chain;
    }

    /** The answers in the calls' order, each {result} or {error}. */
    async rpc(calls) {
        const body = JSON.stringify(
            calls.map(([method, params], id) => ({jsonrpc: '2.0', id, method, params})),
        );
        const response = await fetch(this.url, {
            method: 'POST',
            headers: {'content-type': 'application/json'},
            body,
        });
        return response.json();
    }
    async ask(method, ...params) {
        const [{result, error}] = await this.rpc([[method, params]]);
        assert.equal(error, undefined, `${method}: ${JSON.stringify(error)}`);
        return result;
    }

    sign({from, to, data = '0x', value = 0n}) {
        const nonce = this.nonces.get(from);
        this.nonces.set(from, nonce + 1);
        const tx = Transaction.from({
            type: 0,
            chainId: this.chain_id,
            nonce,
            gasPrice: gas_price,
            gasLimit: gas_limit,
            to,
            data,
            value,
        });
        tx.signature = this.users.find(({address}) => address === from).signingKey.sign(tx.unsignedHash);
        return tx.serialized;
    }

    /**
     * Sends one transaction for a block at `time`, if that is given. Gives {block, success, output, logs, views}:
     * output is what an eth_call on the pending block returned or reverted with; views are asked afterwards.
     */
    async run(operation, views = [], time) {
        const [clock, pending, called, sent, after, ...viewed] = await this.rpc([
            time ? ['evm_setNextBlockTimestamp', [quantity(time)]] : ['eth_blockNumber', []],
            ['eth_getBlockByNumber', ['pending', false]],
            ['eth_call', [request_of(operation), 'pending']],
            ['eth_sendRawTransactionSync', [this.sign(operation)]],
            ['eth_getBlockByNumber', ['latest', false]],
            ...views.map((view) => ['eth_call', [request_of(view), 'latest']]),
        ]);
        for (const {error} of [clock, sent]) assert.equal(error, undefined, JSON.stringify(error));
        const block = after.result;
        const success = sent.result.status === '0x1';
        // Another block comes first when the sequencer registers its next seed chain.
        const is_foreseen =
            block.number === pending.result.number && block.timestamp === pending.result.timestamp;
        assert.equal(block.number, sent.result.blockNumber);
        if (is_foreseen) assert.equal(outcome(called).success, success, 'eth_call foretold another outcome');
        return {
            block,
            success,
            output: is_foreseen ? outcome(called).output : undefined,
            logs: sent.result.logs.map(bare_log),
            views: viewed.map(outcome),
        };
    }

    /** Sends transactions together: the blocks they came into, with [{block, ran: [{operation, success, logs}]}]. */
    async run_together(operations) {
        const answers = await this.rpc(
            operations.map((operation) => ['eth_sendRawTransaction', [this.sign(operation)]]),
        );
        for (const {error} of answers) assert.equal(error, undefined, JSON.stringify(error));
        const receipts = await this.receipts(answers.map(({result}) => result));
        const blocks = new Map();
        for (const [i, {blockNumber, transactionIndex, status, logs}] of receipts.entries()) {
            const ran = blocks.get(blockNumber) ?? blocks.set(blockNumber, []).get(blockNumber);
            ran.push({
                index: Number(transactionIndex),
                operation: operations[i],
                success: status === '0x1',
                logs: logs.map(bare_log),
            });
        }
        const numbers = [...blocks.keys()].sort((a, b) => Number(a) - Number(b));
        const found = await this.rpc(numbers.map((number) => ['eth_getBlockByNumber', [number, false]]));
        return numbers.map((number, i) => ({
            block: found[i].result,
            ran: blocks.get(number).sort((a, b) => a.index - b.index),
        }));
    }

    async receipts(hashes) {
        for (;;) {
            const answers = await this.rpc(hashes.map((hash) => ['eth_getTransactionReceipt', [hash]]));
            if (answers.every(({result}) => result)) return answers.map(({result}) => result);
            await new Promise((resolve) => setTimeout(resolve, 1));
        }
    }

    async views(views) {
        return (await this.rpc(views.map((view) => ['eth_call', [request_of(view), 'latest']]))).map(outcome);
    }
}
