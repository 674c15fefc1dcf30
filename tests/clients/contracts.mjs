// The chain's contracts as the printed ABIs describe them.
import {readdirSync, readFileSync} from 'node:fs';
import {Contract} from 'ethers';

const folder = new URL('../../docs/abi/', import.meta.url);

export const abi_names = () =>
    readdirSync(folder)
        .filter((f) => f.endsWith('.json'))
        .map((f) => f.slice(0, -5))
        .sort();
export const abi = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder)));

export const fixed = {
    WrappedCoin: '0x0000000000000000000000000000000000fa0001',
    TokenFactory: '0x0000000000000000000000000000000000fa0002',
    Games: '0x0000000000000000000000000000000000fa0004',
    Parameters: '0x0000000000000000000000000000000000fa0005',
    Upgrades: '0x0000000000000000000000000000000000fa0006',
    VotingUnits: '0x0000000000000000000000000000000000fa0007',
    Emission: '0x0000000000000000000000000000000000fa0008',
    PoolFactory: '0x0000000000000000000000000000000000fa0009',
    Governor: '0x0000000000000000000000000000000000fa000a',
    Timelock: '0x0000000000000000000000000000000000fa000b',
    Multicall3: '0xcA11bde05977b3631167028862bE2a173976CA11',
    Drip: '0x0000000000000000000000000000000000fa000d',
};

/** An ethers Contract; without an address one of the fixed contracts. */
export const contract = (name, runner, address = fixed[name]) => new Contract(address, abi(name), runner);
