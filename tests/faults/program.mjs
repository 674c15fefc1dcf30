// Runs the real farthing program: starts that may be killed, commands that end by themselves, JSON-RPC batches.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {join} from 'node:path';

export const program = process.env.FARTHING;
assert.ok(program, 'set FARTHING to the path of the farthing binary');

// The tests' own settings are not the program's, which warns of FARTHING_ variables that it does not know.
const own_environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('FARTHING')));

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a command to its end. `input` and `output` are file descriptors for stdin and stdout, where given. */
export async function run(args, {input = 'ignore', output = 'pipe'} = {}) {
    const child = spawn(program, args, {stdio: [input, output, 'pipe'], env: own_environment});
    let text = '';
    child.stdout?.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    const code = await new Promise((resolve, reject) => {
        child.on('close', (status, signal) => resolve(status ?? signal));
        child.on('error', reject);
    });
    return {code, text};
}

/** Moves the chain of a stopped node to `folder`/twin, which executes every block; gives what the import says. */
export async function run_twin(data, folder) {
    const file = join(folder, 'chain');
    const output = openSync(file, 'w');
    const exported = await run(['db', 'export', '--data', data, '-'], {output});
    closeSync(output);
    assert.equal(exported.code, 0, exported.text);
    const input = openSync(file, 'r');
    const twin = await run(['db', 'import', '--data', join(folder, 'twin'), '-'], {input});
    closeSync(input);
    assert.equal(twin.code, 0, twin.text);
    return twin.text;
}

/** The last block of a development chain at rest: by a node that makes none before tomorrow. */
export async function head_of(data) {
    const node = new Node(['dev', '--port', '0', '--metrics-port', '0', '--block-time', '86400', '--data', data]);
    assert.ok(await node.ready, node.output);
    const head = await node.call('eth_getBlockByNumber', 'latest', false);
    assert.equal(await node.stop(), 0, node.output);
    return head;
}

/** A node that was told to start. */
export class Node {
    constructor(args, environment = {}) {
        this.output = '';
        this.child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe'], env: {...own_environment, ...environment}});
        this.exit = new Promise((resolve) => this.child.on('close', (code, signal) => resolve(code ?? signal)));
        /** Resolves to true when it serves, to false when it ended before. */
        this.ready = new Promise((resolve, reject) => {
            const collect = (chunk) => {
                this.output += chunk;
                const url = /HTTP and WebSocket: (http:\/\/\S+:\d+)/.exec(this.output);
                if (url && !this.url) {
                    this.url = url[1];
                    resolve(true);
                }
                if (this.output.length > 1_000_000) this.output = this.output.slice(-500_000);
            };
            this.child.stdout.on('data', collect);
            this.child.stderr.on('data', collect);
            this.child.on('error', reject);
            this.exit.then(() => resolve(false));
        });
    }

    async post(body) {
        const response = await fetch(this.url, {
            method: 'POST',
            headers: {'content-type': 'application/json'},
            body: JSON.stringify(body),
        });
        return response.json();
    }

    /** One call; throws on an error answer. */
    async call(method, ...params) {
        const {result, error} = await this.post({jsonrpc: '2.0', id: 1, method, params});
        if (error) throw new Error(`${method}: ${error.message}`);
        return result;
    }

    /** Answers {result} or {error} of [method, ...params] rows, in their order, in batches. */
    async call_all(rows, batch = 50) {
        const answers = [];
        for (let at = 0; at < rows.length; at += batch) {
            const part = rows.slice(at, at + batch);
            const got = await this.post(part.map(([method, ...params], id) => ({jsonrpc: '2.0', id, method, params})));
            assert.equal(got.length, part.length, JSON.stringify(got).slice(0, 500));
            answers.push(...got.sort((a, b) => a.id - b.id));
        }
        return answers;
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.exit;
    }

    /** SIGTERM, and the exit code. */
    async stop() {
        this.child.kill('SIGTERM');
        const timer = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
        const code = await this.exit;
        clearTimeout(timer);
        return code;
    }
}
