// web3.py, unmodified; the checks are in web3py_test.py.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {start_node} from './node.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

test('web3.py connects, sends, waits, reads logs and proofs, and knows our errors', async (t) => {
    const node = await start_node(t);
    const {stdout} = await promisify(execFile)(path('../../.venv/bin/python'), [
        path('web3py_test.py'),
        node.url,
    ]);
    assert.match(stdout, /content/);
});
