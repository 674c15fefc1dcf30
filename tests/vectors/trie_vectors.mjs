// Writes trie_vectors.json with @ethereumjs/trie 6, an implementation that we did not write.
//     npm install @ethereumjs/trie@6 && node trie_vectors.mjs > trie_vectors.json
import { Trie } from '@ethereumjs/trie';

const hex = (b) => Buffer.from(b).toString('hex');

// A small generator (xorshift32), so that the file comes out the same each time.
let state = 20251121;
const random = (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
};

// Item i of every ordered trie; the test makes the same.
const item = (i) => Uint8Array.from({ length: ((i * 7) % 90) + 1 }, (_, j) => (i + j) & 0xff);
const rlp = (i) => {
    if (i === 0) return Uint8Array.of(0x80);
    if (i < 0x80) return Uint8Array.of(i);
    return i < 0x100 ? Uint8Array.of(0x81, i) : Uint8Array.of(0x82, i >> 8, i & 0xff);
};

async function ordered(count) {
    const trie = new Trie();
    for (let i = 0; i < count; i++) await trie.put(rlp(i), item(i));
    return { count, root: hex(trie.root()) };
}

// Keys of 32 bytes that share long prefixes and differ late, with short values: so nodes become shorter than
// 32 bytes and are embedded, extensions split and merge, branches collapse.
const key = () => {
    const k = new Uint8Array(32);
    k[0] = random(3) * 0x55;
    if (random(2)) k[5] = random(256);
    if (random(2)) k[30] = random(4) << 4;
    k[31] = random(256);
    return k;
};
const value = () => new Uint8Array(random(4) ? 1 + random(3) : 1 + random(70)).fill(1 + random(255));

async function history(versions, batch) {
    const trie = new Trie();
    const out = [];
    let known = new Map();
    for (let v = 0; v < versions; v++) {
        const updates = new Map();
        // The last version deletes all but one; those before insert, change and delete.
        if (v === versions - 1) for (const k of [...known.keys()].slice(1)) updates.set(k, '');
        else {
            for (let i = 0; i < batch; i++) {
                const old = [...known.keys()];
                if (old.length && random(3) === 0) updates.set(old[random(old.length)], '');
                else updates.set(hex(key()), hex(value()));
            }
        }
        for (const [k, value] of updates) {
            if (value === '') {
                await trie.del(Buffer.from(k, 'hex'));
                known.delete(k);
            } else {
                await trie.put(Buffer.from(k, 'hex'), Buffer.from(value, 'hex'));
                known.set(k, value);
            }
        }
        const proofs = [];
        for (let i = 0; i < 4; i++) {
            const old = [...known.keys()];
            const k = i % 2 && old.length ? old[random(old.length)] : hex(key());
            // As eth_getProof: nodes embedded in their parents are not listed again.
            const proof = (await trie.createProof(Buffer.from(k, 'hex'))).filter((n, at) => !at || n.length >= 32);
            proofs.push({ key: k, value: known.get(k) ?? '', proof: proof.map(hex) });
        }
        out.push({ updates: [...updates].sort(([a], [b]) => (a < b ? -1 : 1)), root: hex(trie.root()), proofs });
    }
    return out;
}

const counts = [0, 1, 2, 3, 16, 17, 127, 128, 129, 130, 255, 256, 257, 300, 1000];
const out = { source: '@ethereumjs/trie 6, by tests/vectors/trie_vectors.mjs', ordered: [], histories: [] };
for (const count of counts) out.ordered.push(await ordered(count));
for (const batch of [1, 2, 3, 8, 30]) out.histories.push(await history(14, batch));
console.log(JSON.stringify(out));
