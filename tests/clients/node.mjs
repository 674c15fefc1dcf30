// Starts the real node in an empty data directory, with a proxy before it that holds every answer a client
// receives to the published JSON-RPC specification.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {JsonRpcProvider, HDNodeWallet} from 'ethers';
import {schema_faults} from './schema.mjs';

export const is_long = process.env.FARTHING_LONG === '1';
const mnemonic = 'test test test test test test test test test test test junk';

/** Runs `farthing dev` on free ports until it serves: {url, output, stop}; stop gives how it ended. */
async function spawn_dev(data, args) {
    assert.ok(process.env.FARTHING, 'set FARTHING to the path of the farthing binary');
    const ports = ['--port', '0', '--metrics-port', '0'];
    const child = spawn(process.env.FARTHING, ['dev', ...ports, '--data', data, ...args]);
    let output = '';
    const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
    const url = await new Promise((resolve, reject) => {
        const collect = (chunk) => {
            output = (output + chunk).slice(-20_000);
            const found = /HTTP and WebSocket: (http:\/\/\S+:\d+)/.exec(output);
            if (found) resolve(found[1]);
        };
        child.stdout.on('data', collect);
        child.stderr.on('data', collect);
        child.on('error', reject);
        exit.then((code) => reject(new Error(`farthing ended with ${code} before it served:\n${output}`)));
    });
    const stop = async () => {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        const code = await exit;
        clearTimeout(timer);
        assert.equal(code, 0, `farthing ended with ${code} on SIGTERM:\n${output}`);
    };
    return {url, output: () => output, stop};
}

const new_directory = () => mkdtempSync(join(tmpdir(), 'farthing-test-'));

/** A new data directory as `farthing dev` makes it, whose genesis file `edit` changes before there is a block. */
export async function directory_with_genesis(args, edit) {
    const data = new_directory();
    await (await spawn_dev(data, args)).stop();
    for (const made of ['begun', 'journal', 'state', 'index', 'lock'])
        rmSync(join(data, made), {recursive: true, force: true});
    const file = join(data, 'genesis.json');
    // Numbers too large for JavaScript become texts, which a genesis file may have in their place.
    const keep_digits = (_, value, {source}) =>
        typeof value === 'number' && !Number.isSafeInteger(value) ? source : value;
    const genesis = JSON.parse(readFileSync(file, 'utf8'), keep_digits);
    edit(genesis, data);
    writeFileSync(file, JSON.stringify(genesis));
    return data;
}

/**
 * A running `farthing dev`, stopped and its data removed when the test `t` ends; the end fails the test if any
 * answer broke the specification. `args` are further arguments of the command.
 */
export async function start_node(t, args = [], data = new_directory()) {
    const {url: direct, output, stop} = await spawn_dev(data, args);
    const proxy = await checking_proxy(direct);
    t.after(async () => {
        await proxy.close();
        try {
            await stop();
        } finally {
            rmSync(data, {recursive: true, force: true});
        }
        assert.deepEqual(proxy.faults, [], 'answers that break the JSON-RPC specification');
    });
    // No cache: ethers would otherwise repeat an answer for 250 ms, longer than a block takes here.
    const provider = new JsonRpcProvider(proxy.url, undefined, {cacheTimeout: -1, pollingInterval: 50});
    t.after(() => provider.destroy());
    const ws = direct.replace('http', 'ws');
    return {url: proxy.url, direct, ws, data, provider, proxy, output};
}

/** Development account number `index`, connected to the node. */
export function account(node, index) {
    return HDNodeWallet.fromPhrase(mnemonic, undefined, `m/44'/60'/0'/0/${index}`).connect(node.provider);
}

/** A HTTP server that passes everything on to `target`, with the specification's faults found so far. */
async function checking_proxy(target) {
    const faults = [];
    const seen = new Map();
    let closing = false;
    const pass_on = async (request, response) => {
        const body = Buffer.concat(await Array.fromAsync(request));
        const headers = {'content-type': request.headers['content-type'] ?? ''};
        const answer = await fetch(target, {method: request.method, headers, body});
        const text = await answer.text();
        if (answer.ok) check_exchange(body.toString(), text, faults, seen);
        response.writeHead(answer.status, {
            'content-type': answer.headers.get('content-type') ?? 'text/plain',
        });
        response.end(text);
    };
    const server = createServer((request, response) =>
        pass_on(request, response).catch((error) => {
            response.destroy();
            // A client may still be polling when its test ends.
            if (!closing) faults.push(`no answer: ${error.cause ?? error}`);
        }),
    );
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${server.address().port}`,
        faults,
        seen, // method -> how many results were checked
        close: () =>
            new Promise((resolve) => {
                closing = true;
                server.close(resolve);
                server.closeAllConnections();
            }),
    };
}

function check_exchange(request_text, answer_text, faults, seen) {
    const requests = [JSON.parse(request_text)].flat();
    const answers = [JSON.parse(answer_text)].flat();
    for (const {id, result} of answers) {
        const request = requests.find((r) => r.id === id);
        if (!request || result === undefined) continue;
        seen.set(request.method, (seen.get(request.method) ?? 0) + 1);
        for (const fault of schema_faults(request.method, result)) {
            if (faults.length < 10)
                faults.push(`${request.method}${JSON.stringify(request.params)}: ${fault}`);
        }
    }
}
