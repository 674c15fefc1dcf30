// What a browser asks and is told before it lets a page use the node: CORS over HTTP (Fetch standard), Origin over
// WebSocket, and the Host header against DNS rebinding.
import assert from 'node:assert/strict';
import {request} from 'node:http';
import {test} from 'node:test';
import {start_node} from './node.mjs';

/** Resolves to {status, headers} of one request; an upgrade that succeeds is status 101. */
function ask(node, headers, method = 'POST') {
    return new Promise((resolve, reject) => {
        const sent = request(node.direct, {method, headers}, (response) => {
            response.resume();
            response.on('end', () => resolve({status: response.statusCode, headers: response.headers}));
        });
        sent.on('upgrade', (response, socket) => {
            socket.destroy();
            resolve({status: response.statusCode, headers: response.headers});
        });
        sent.on('error', reject);
        sent.end(method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' : '');
    });
}

const json = {'content-type': 'application/json'};
const allowed = 'access-control-allow-origin';
const preflight = (node, origin) =>
    ask(
        node,
        {origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type'},
        'OPTIONS',
    );
const upgrade = (node, origin) =>
    ask(
        node,
        {
            origin,
            connection: 'Upgrade',
            upgrade: 'websocket',
            'sec-websocket-version': '13',
            'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
        'GET',
    );

test('pages of this machine may call the node, others only when listed', async (t) => {
    const node = await start_node(t, ['--origins', 'https://app.example, https://other.example:444']);
    for (const origin of ['http://localhost:5173', 'https://app.example', 'https://other.example:444']) {
        const asked = await preflight(node, origin);
        assert.equal(asked.status, 204);
        assert.equal(asked.headers[allowed], origin);
        assert.match(asked.headers['access-control-allow-methods'], /POST/);
        assert.match(asked.headers['access-control-allow-headers'], /content-type/i);
        const answered = await ask(node, {...json, origin});
        assert.equal(answered.status, 200);
        assert.equal(answered.headers[allowed], origin);
        assert.equal(answered.headers.vary, 'Origin');
        assert.equal((await upgrade(node, origin)).status, 101);
    }
    for (const origin of ['https://evil.example', 'https://app.example:444', 'null']) {
        assert.equal((await preflight(node, origin)).headers[allowed], undefined);
        assert.equal((await ask(node, {...json, origin})).headers[allowed], undefined);
        assert.equal((await upgrade(node, origin)).status, 403);
    }
});

test('a name that is not listed as ours is refused, and a page cannot go around preflight', async (t) => {
    const node = await start_node(t, ['--hosts', 'node.example', '--origins', '*']);
    assert.equal((await ask(node, {...json, host: 'node.example:8545'})).status, 200);
    assert.equal((await ask(node, {...json, host: 'rebound.example'})).status, 403);
    // What a form can send needs no preflight; it must not be taken.
    assert.equal((await ask(node, {'content-type': 'text/plain', origin: 'https://a.example'})).status, 415);
    assert.equal((await ask(node, {...json, origin: 'https://any.example'})).headers[allowed], 'https://any.example');
});
