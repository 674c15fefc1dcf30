// Dice bets, which no other node has: each is its own transaction by its own player, until all are in blocks; then, on
// the side, until the house has settled them.
import {AbiCoder, parseEther} from 'ethers';
import {contract} from '../../tests/clients/contracts.mjs';
import {load} from './load.mjs';

const house = 1;
const dice = 1;
const far_block = 1_000_000_000;
const settle_timeout_ms = 60_000;

export async function measure_bets(node, each) {
    const games = contract('Games', node.provider);
    const stake = parseEther('0.001');
    const params = AbiCoder.defaultAbiCoder().encode(['uint16', 'bool'], [4950, false]);
    const seed = games.interface.encodeFunctionData('setClientSeed', ['bench']);
    const bet = games.interface.encodeFunctionData('placeBet', [house, dice, params, stake, far_block]);
    const common = ['--what', 'data', '--to', games.target];
    await load(node, [...common, '--data', seed, '--value', '0', '--gas', '200000']);
    const gas = ['--gas', '300000'];
    const sent = ['--data', bet, '--value', String(stake), '--each', each];
    const measured = await load(node, [...common, ...gas, ...sent]);
    return {...measured, settling_s: await until_settled(games)};
}

/** Seconds until the house has no round left to settle. */
async function until_settled(games) {
    const begun = Date.now();
    for (;;) {
        const {openRounds: open} = await games.houses(house);
        const passed_ms = Date.now() - begun;
        if (open === 0n) return passed_ms / 1000;
        if (passed_ms > settle_timeout_ms) throw new Error(`${open} rounds are not settled`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}
