// examples/tour, as a reader would run it.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {start_node} from './node.mjs';

const tour = fileURLToPath(new URL('../../examples/tour/tour.mjs', import.meta.url));

async function run_tour(url) {
    const child = spawn(process.execPath, [tour, url]);
    const output = await Promise.all(
        [child.stdout, child.stderr].map(async (s) => (await Array.fromAsync(s)).join('')),
    );
    const code = child.exitCode ?? (await new Promise((resolve) => child.on('exit', resolve)));
    return {code, text: output.join('')};
}

test('the tour passes with ethers 6, and again on the same chain', async (t) => {
    const node = await start_node(t);
    for (const _ of [1, 2]) {
        const {code, text} = await run_tour(node.url);
        assert.equal(code, 0, text);
        assert.equal(text.match(/^yes  /gm).length, 4, text);
    }
});
