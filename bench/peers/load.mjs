// The load generator: bench/peers/load.cpp.
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** Sends to a node as `farthing_load send` does, and gives what it measured. */
export async function load(node, args) {
    const common = ['send', '--port', node.port, '--pid', String(node.pid), '--chain-id', String(node.chain_id)];
    try {
        return JSON.parse((await run(load.program, [...common, ...args])).stdout);
    } catch (error) {
        throw new Error(`farthing_load ${args.join(' ')}: ${error.stderr || error.message}`);
    }
}
load.program =
    process.env.FARTHING_LOAD ??
    new URL('../../build/release/bench/peers/farthing_load', import.meta.url).pathname;
