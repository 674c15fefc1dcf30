// The nodes under measurement: how each is started fairly, and what differs until all look alike.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {contract} from '../../tests/clients/contracts.mjs';
import {compile, creation_code} from './token.mjs';
import {JsonRpcProvider, Wallet, parseEther} from 'ethers';

const root = new URL('../../', import.meta.url).pathname;
const tools = `${root}bench/peers/.tools/`;

/** The first development account, known to the whole world. */
export const funder_key = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
export const token_supply = 10n ** 24n;

const free_port = () =>
    new Promise((resolve) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const {port} = server.address();
            server.close(() => resolve(port));
        });
    });

// geth: a block on demand; pool limits above its defaults, which do not hold 200 transactions of one sender; the gas
// limit of Ethereum's main network (with five times as much, two tries did not end within 100 s). anvil: blocks on a
// timer, for its blocks on demand do not finish a load like this (transactions stay pending while empty blocks are made);
// a gas limit that never fills. farthing: a block on demand, limits as they come.
const kinds = {
    geth: {
        program: `${tools}geth`,
        args: (port, data, other_port) => [
            ...['--dev', '--datadir', data, '--ipcdisable', '--nodiscover', '--maxpeers', '0', '--port', '0'],
            ...['--http', '--http.addr', '127.0.0.1', '--http.port', port, '--authrpc.port', other_port],
            ...['--dev.gaslimit', '60000000', '--verbosity', '2'],
            ...['--txpool.accountslots', '1000', '--txpool.globalslots', '50000'],
            ...['--txpool.accountqueue', '1000', '--txpool.globalqueue', '50000'],
        ],
        version: (text) => /geth\/v([0-9.]+)/i.exec(text)?.[1],
    },
    anvil: {
        program: `${tools}anvil`,
        args: (port) => [
            ...['--port', port, '--block-time', '0.25', '--gas-limit', '300000000', '--balance', '1000000000'],
            '--silent',
        ],
        version: (text) => /anvil\/v([0-9.]+)/.exec(text)?.[1],
    },
    farthing: {
        program: process.env.FARTHING ?? `${root}build/release/farthing`,
        args: (port, data) => [
            ...['dev', '--port', port, '--metrics-port', '0', '--data', data, '--log-level', 'warning'],
        ],
        version: (text) => /Farthing\/v([0-9.]+)/.exec(text)?.[1],
    },
};
export const names = Object.keys(kinds);

const running = new Set();
process.on('exit', () => running.forEach((node) => node.kill()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

export class Node {
    /** Starts a fresh process on fresh data; `kind` names it, `program` may be another build of it. */
    static async start(kind, program = kinds[kind].program) {
        const node = new Node();
        const [port, other_port] = [String(await free_port()), String(await free_port())];
        node.data = mkdtempSync(join(tmpdir(), 'farthing-peers-'));
        node.log = join(node.data, 'log');
        const log = openSync(node.log, 'w');
        // It dies with us, whatever happens to us; setpriv becomes the node, so its process is the node's.
        node.child = spawn(
            'setpriv',
            ['--pdeathsig', 'KILL', program, ...kinds[kind].args(port, join(node.data, 'chain'), other_port)],
            {stdio: ['ignore', log, log]},
        );
        running.add(node);
        node.port = port;
        node.url = `http://127.0.0.1:${port}`;
        node.is_ours = kind === 'farthing';
        try {
            await node.until_it_answers();
            node.chain_id = Number(await node.ask('eth_chainId'));
            node.version = kinds[kind].version(await node.ask('web3_clientVersion'));
            // No cache: ethers would otherwise repeat an answer for 250 ms.
            node.provider = new JsonRpcProvider(node.url, node.chain_id, {cacheTimeout: -1, pollingInterval: 20});
            node.funder = new Wallet(funder_key, node.provider);
            if (kind === 'geth') await node.fund_from_geths_account();
        } catch (error) {
            node.kill();
            throw error;
        }
        return node;
    }

    get pid() {
        return this.child.pid;
    }

    async until_it_answers() {
        for (const begun = Date.now(); Date.now() - begun < 20_000; ) {
            if (this.child.exitCode !== null) break;
            try {
                return await this.ask('eth_blockNumber');
            } catch {
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
        }
        throw new Error(`the node does not answer:\n${readFileSync(this.log, 'utf8').slice(-2000)}`);
    }

    async answer_to(body) {
        const headers = {'content-type': 'application/json'};
        return (await fetch(this.url, {method: 'POST', headers, body})).text();
    }
    async ask(method, ...params) {
        const text = await this.answer_to(JSON.stringify({jsonrpc: '2.0', id: 1, method, params}));
        const {result, error} = JSON.parse(text);
        if (error) throw new Error(`${method}: ${error.message}`);
        return result;
    }

    /** geth --dev makes up one account of its own and keeps it unlocked. */
    async fund_from_geths_account() {
        const [from] = await this.ask('eth_accounts');
        const value = `0x${parseEther('1000000').toString(16)}`;
        const hash = await this.ask('eth_sendTransaction', {from, to: this.funder.address, value});
        await this.provider.waitForTransaction(hash, 1, 10_000);
        assert.equal(await this.provider.getBalance(this.funder.address), BigInt(value));
    }

    /** An ERC-20 whose supply the funder holds: native on ours, OpenZeppelin's elsewhere. */
    async make_token() {
        if (!this.is_ours) {
            const token = compile();
            const sent = await this.funder.sendTransaction({data: creation_code(token, token_supply)});
            return (await sent.wait()).contractAddress;
        }
        const factory = contract('TokenFactory', this.funder);
        const sent = await factory.createToken('Bench', 'BENCH', 18, token_supply, 0, false);
        await sent.wait();
        return factory.tokenAddress(this.funder.address, 0);
    }

    /** Ends it and removes its data. */
    async stop() {
        const ended = new Promise((resolve) => this.child.on('exit', resolve));
        this.kill();
        if (this.child.exitCode === null && this.child.signalCode === null) await ended;
        rmSync(this.data, {recursive: true, force: true, maxRetries: 5});
    }

    kill() {
        if (!running.delete(this)) return;
        this.provider?.destroy();
        this.child.kill('SIGKILL');
        rmSync(this.data, {recursive: true, force: true, maxRetries: 5});
    }
}
