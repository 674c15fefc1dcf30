// A worker, so that no load delays it: waits for a process to begin a checkpoint and kills it a moment later.
// Tells {seen, lasted}: whether a checkpoint was begun within the time limit, and where `spare` is set and the
// process lives on, for how many milliseconds the unfinished file was there.
import {readdirSync} from 'node:fs';
import {parentPort, workerData} from 'node:worker_threads';

const {folder, pid, delay_ms, spare, limit_ms} = workerData;
const nobody = new Int32Array(new SharedArrayBuffer(4));
const pause = (ms) => Atomics.wait(nobody, 0, 0, ms);

function is_writing() {
    try {
        return readdirSync(folder).some((name) => name.endsWith('.ckpt.new'));
    } catch {
        return false;  // There has been no checkpoint yet.
    }
}

const end = performance.now() + limit_ms;
while (!is_writing() && performance.now() < end) pause(0.1);
const begin = performance.now();
const seen = begin < end;
if (spare) {
    while (is_writing()) pause(0.1);
} else {
    if (delay_ms > 0) pause(delay_ms);
    process.kill(pid, 'SIGKILL');
}
parentPort.postMessage({seen, lasted: performance.now() - begin});
