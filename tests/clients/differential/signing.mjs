// Typed data signed well and badly.
import {Signature, SigningKey, TypedDataEncoder, toBeHex} from 'ethers';

const group_order = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const stranger = new SigningKey(`0x${'17'.repeat(32)}`);

/** Type list of ethers from "address owner, uint256 value". */
export const fields = (text) =>
    text.split(', ').map((field) => {
        const [type, name] = field.split(' ');
        return {name, type};
    });

/** {v, r, s} as `signer` signs it or, one time in five, as something else. */
export function sign_somehow(random, signer, domain, types, message) {
    const digest = TypedDataEncoder.hash(domain, types, message);
    const {v, r, s} = Signature.from(signer.signingKey.sign(digest));
    if (random.chance(80)) return {v, r, s};
    const faults = [
        () => Signature.from(stranger.sign(digest)),
        () => ({v: 55 - v, r, s: toBeHex(group_order - BigInt(s), 32)}), // the high half (EIP-2)
        () => ({v: random.pick([0, 1, 26, 29, 255]), r, s}),
        () => ({v: 55 - v, r, s}),
        () => ({v, r: random.hex(32), s}),
        () => ({v, r: toBeHex(0, 32), s}),
        () => ({v, r: toBeHex(group_order, 32), s}),
        () => ({v, r, s: toBeHex(0, 32)}),
    ];
    return random.pick(faults)();
}
