// Calldata that no compiler writes: what a decoder must refuse, or must not mind.
import {concat, dataLength, dataSlice} from 'ethers';

const ways = {
    'cut short': (random, data, size) => ({data: dataSlice(data, 0, random.below(size))}),
    'cut in the last word': (random, data, size) => ({
        data: dataSlice(data, 0, Math.max(0, size - 1 - random.below(32))),
    }),
    'a dirty word': (random, data, size) => {
        if (size < 36) return {};
        const at = 4 + 32 * random.below(Math.floor((size - 4) / 32));
        const dirt = random.hex(1 + random.below(12));
        return {data: concat([dataSlice(data, 0, at), dirt, dataSlice(data, at + dataLength(dirt))])};
    },
    longer: (random, data) => ({data: concat([data, random.hex(1 + random.below(70))])}),
    'unknown function': (random, data, size) => ({
        data: concat([random.hex(4), dataSlice(data, Math.min(4, size))]),
    }),
    'with coin': (random) => ({value: 1n + random.integer(40)}),
};
// Where arguments have tails, our decoder is strict on purpose (core/abi/codec.hpp): offsets and padding are as
// encoders write them, or the call reverts. solc's looks at less.
const ways_with_tails = ['longer', 'unknown function', 'with coin'];

/** `operation` with its calldata or value spoilt in one way. `has_tails`: some argument is of a dynamic type. */
export function spoil(random, operation, has_tails = false) {
    const {data} = operation;
    const way = random.pick(has_tails ? ways_with_tails : Object.keys(ways));
    return {...operation, ...ways[way](random, data, dataLength(data)), kind: `spoilt: ${way}`};
}
