// examples/tour in its three languages, as a reader would run it, all on one chain.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {start_node} from './node.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

async function run_tour(program, file, url) {
    const child = spawn(program, [path(`../../examples/tour/${file}`), url]);
    const output = await Promise.all(
        [child.stdout, child.stderr].map(async (s) => (await Array.fromAsync(s)).join('')),
    );
    const code = child.exitCode ?? (await new Promise((resolve) => child.on('exit', resolve)));
    return {code, text: output.join('')};
}

test('the tour passes with ethers, viem and web3.py, one after the other and again', async (t) => {
    const node = await start_node(t);
    const python = path('../../.venv/bin/python');
    for (const [name, ...tour] of [
        ['ethers', process.execPath, 'tour.mjs'],
        ['viem', process.execPath, 'tour_viem.mjs'],
        ['web3.py', python, 'tour_web3.py'],
        ['ethers again', process.execPath, 'tour.mjs'],
    ]) {
        await t.test(name, async () => {
            const {code, text} = await run_tour(...tour, node.url);
            assert.equal(code, 0, text);
            assert.equal(text.match(/^yes  /gm).length, 8, text);
        });
    }
});
