// A seeded source of random choices: the same seed gives the same test.
import {randomInt} from 'node:crypto';

/** Prints its seed in the test's output; FARTHING_SEED=N repeats a run. */
export function random_source(t) {
    let state = Number(process.env.FARTHING_SEED ?? randomInt(2 ** 32)) >>> 0;
    t.diagnostic(`random choices from FARTHING_SEED=${state}`);
    console.log(`random choices from FARTHING_SEED=${state}`);
    // Mulberry32: quality is no matter here, repeatability is.
    const word = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let x = Math.imul(state ^ (state >>> 15), state | 1);
        x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
        return (x ^ (x >>> 14)) >>> 0;
    };
    const below = (n) => word() % n;
    const hex = (bytes) =>
        Array.from({length: bytes}, () => below(256).toString(16).padStart(2, '0')).join('');
    return {
        below,
        chance: (percent) => below(100) < percent,
        pick: (list) => list[below(list.length)],
        hex: (bytes) => `0x${hex(bytes)}`,
        /** Up to `bits` bits, small numbers as likely as large ones. */
        integer: (bits) => BigInt(`0x${hex(32)}`) >> BigInt(256 - below(bits + 1)),
    };
}
