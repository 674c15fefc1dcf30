// Starts the real node in an empty data directory, with a proxy before it that holds every answer a client
// receives to the published JSON-RPC specification.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {JsonRpcProvider, HDNodeWallet} from 'ethers';
import {schema_faults} from './schema.mjs';

export const is_long = process.env.FARTHING_LONG === '1';
const mnemonic = 'test test test test test test test test test test test junk';

/**
 * A running `farthing dev`, stopped and its data removed when the test `t` ends; the end fails the test if any
 * answer broke the specification. `args` are further arguments of the command.
 */
export async function start_node(t, args = []) {
    assert.ok(process.env.FARTHING, 'set FARTHING to the path of the farthing binary');
    const data = mkdtempSync(join(tmpdir(), 'farthing-test-'));
    const child = spawn(process.env.FARTHING, [
        'dev',
        '--port',
        '0',
        '--metrics-port',
        '0',
        '--data',
        data,
        ...args,
    ]);
    let output = '';
    const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
    const direct = await new Promise((resolve, reject) => {
        const collect = (chunk) => {
            output = (output + chunk).slice(-20_000);
            const url = /HTTP and WebSocket: (http:\/\/\S+:\d+)/.exec(output);
            if (url) resolve(url[1]);
        };
        child.stdout.on('data', collect);
        child.stderr.on('data', collect);
        child.on('error', reject);
        exit.then((code) => reject(new Error(`farthing ended with ${code} before it served:\n${output}`)));
    });
    const proxy = await checking_proxy(direct);
    t.after(async () => {
        await proxy.close();
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        const code = await exit;
        clearTimeout(timer);
        rmSync(data, {recursive: true, force: true});
        assert.equal(code, 0, `farthing ended with ${code} on SIGTERM:\n${output}`);
        assert.deepEqual(proxy.faults, [], 'answers that break the JSON-RPC specification');
    });
    // No cache: ethers would otherwise repeat an answer for 250 ms, longer than a block takes here.
    const provider = new JsonRpcProvider(proxy.url, undefined, {cacheTimeout: -1, pollingInterval: 50});
    t.after(() => provider.destroy());
    return {url: proxy.url, ws: direct.replace('http', 'ws'), data, provider, proxy, output: () => output};
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
