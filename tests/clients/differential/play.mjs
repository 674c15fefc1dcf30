// What the random plays of all contracts share: whom, how much, and how calls and views are made.
import {ZeroAddress, toBeHex} from 'ethers';

export const uint256_max = 2n ** 256n - 1n;

/** A list to pick from that holds each key as often as its weight says. */
export const weighted = (weights) =>
    Object.entries(weights).flatMap(([kind, weight]) => Array(weight).fill(kind));

/** Whether a parameter is of a dynamic type. */
export const has_tail = ({type}) => /\]$|^bytes$|^string$/.test(type);

/** A contract in both worlds at one address; `face` is the original's Interface. */
export class Play {
    constructor(comparison, address, face) {
        Object.assign(this, {comparison, address, face});
        this.random = comparison.random;
    }

    get now() {
        return BigInt(this.comparison.block.timestamp);
    }
    user() {
        return this.random.pick(this.comparison.users);
    }
    /** Mostly a user; at times the zero address, the contract's own, a precompile's, nobody's. */
    someone() {
        const {random} = this;
        if (random.chance(85)) return this.user().address;
        return random.pick([ZeroAddress, this.address, toBeHex(1, 20), random.hex(20)]);
    }
    /** An amount that works if `most` does, an edge of it, or anything. */
    amount(most) {
        const {random} = this;
        if (random.chance(60)) return most > 0n ? random.integer(256) % most : 0n;
        const more = most < uint256_max ? most + 1n : most;
        return random.pick([0n, 1n, most, more, uint256_max, random.integer(256)]);
    }
    /** What a view of the original says. */
    async read(name, ...args) {
        const {output} = await this.comparison.theirs.call(this.view(name, ...args), this.comparison.block);
        const results = this.face.decodeFunctionResult(name, output);
        return results.length === 1 ? results[0] : results;
    }

    call(name, from, ...args) {
        return {kind: name, from: from.address, value: 0n, ...this.at(name, args)};
    }
    view(name, ...args) {
        return {label: name, ...this.at(name, args)};
    }
    at(name, args) {
        return {to: this.address, data: this.face.encodeFunctionData(name, args)};
    }
}
