// The judge itself is judged: it must give the results that others have published.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {crash_point, dice_roll} from './verifier.mjs';

const {vectors} = JSON.parse(readFileSync(new URL('../vectors/fairness_vectors.json', import.meta.url)));
const rolls = vectors.filter(({game}) => game === 'dice');
const rounds = vectors.filter(({game}) => game === 'stake_crash');

test('the verifier package gives every published dice roll', () => {
    assert.ok(rolls.length >= 30, `only ${rolls.length} dice vectors`);
    for (const {id, in: input, out} of rolls) {
        assert.equal(dice_roll(input.server_seed, input.client_seed, input.nonce), out.roll, id);
    }
});

test('the verifier package gives every published crash point', () => {
    assert.ok(rounds.length >= 18, `only ${rounds.length} crash vectors`);
    for (const {id, in: input, out} of rounds)
        assert.equal(crash_point(input.game_hash, input.salt), out.crash, id);
});

test('one changed character of any input changes the roll of some vector', () => {
    const {in: input} = rolls[0];
    const seeds = Array.from({length: 50}, (_, nonce) => nonce);
    const differs = (seed, client, shift) =>
        seeds.some(
            (nonce) =>
                dice_roll(seed, client, nonce + shift) !==
                dice_roll(input.server_seed, input.client_seed, nonce),
        );
    assert.ok(
        differs(
            input.server_seed.replace(/^./, (c) => (c === '0' ? '1' : '0')),
            input.client_seed,
            0,
        ),
    );
    assert.ok(differs(input.server_seed, `${input.client_seed}x`, 0));
    assert.ok(differs(input.server_seed, input.client_seed, 1));
});
