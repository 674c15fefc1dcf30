// Dice bets, which no other node has: each is its own transaction by its own player, until all are in blocks. The house,
// in the same process, reveals and settles meanwhile; all must be settled in the end. A quarter as many as transfers, for
// reading receipts back while settling fills blocks is slow: a block that left the cache is decoded for each of them.
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
    await until_settled(games);
    return measured;
}

/** Until the house has no round left to settle. It settles while the receipts are checked, so no time is given. */
async function until_settled(games) {
    const begun = Date.now();
    for (;;) {
        const {openRounds: open} = await games.houses(house);
        if (open === 0n) return;
        if (Date.now() - begun > settle_timeout_ms) throw new Error(`${open} rounds are not settled`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}
