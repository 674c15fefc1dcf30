// Reads under wrk. Each answer is checked to be right before; under load, that all have the right one's size.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {promisify} from 'node:util';

const run = promisify(execFile);
const script = new URL('read.lua', import.meta.url).pathname;
const ticks_a_second = 100; // USER_HZ, the same on every Linux that we know

/** Processor seconds of a process, all its threads. */
function cpu_seconds(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks_a_second;
}

/** `methods`: name -> {params, is_right}. */
export async function measure_reads(node, seconds, methods) {
    const measured = {};
    for (const [method, {params, is_right}] of Object.entries(methods)) {
        const body = JSON.stringify({jsonrpc: '2.0', id: 1, method, params});
        const {result} = JSON.parse(await node.answer_to(body));
        assert.ok(result && (await is_right(result)), `${method} gives ${result}`);
        measured[method] = await ask_often(node, seconds, body);
    }
    return measured;
}

async function ask_often(node, seconds, body) {
    const before = cpu_seconds(node.pid);
    // bash tells what wrk itself used.
    const wrk = `wrk -t1 -c32 -d${Number(seconds)}s -s "$0" "$1" && times`;
    const {stdout} = await run('bash', ['-c', wrk, script, node.url], {env: {...process.env, BODY: body}});
    const cpu = cpu_seconds(node.pid) - before;
    const found = JSON.parse(/^\{.*\}$/m.exec(stdout)[0]);
    assert.equal(found.failures, 0, `wrk: ${stdout}`);
    const client = stdout.trim().split('\n').at(-1).match(/[\d.]+m[\d.]+s/g) ?? [];
    const client_cpu = client.reduce((sum, time) => sum + Number(/m([\d.]+)s/.exec(time)[1]), 0);
    return {
        requests_per_s: found.requests / found.seconds,
        p50_ms: found.p50_ms,
        p99_ms: found.p99_ms,
        cpu_us: (cpu / found.requests) * 1e6,
        client_cpu_us: (client_cpu / found.requests) * 1e6,
        bytes_each: found.bytes / found.requests,
    };
}
