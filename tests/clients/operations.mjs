// Random transactions that reach every contract: meaningful ones that mostly succeed, and calls of any function
// with random arguments that mostly revert.
import {AbiCoder, Signature, ethers} from 'ethers';
import {contract} from './contracts.mjs';
import {account} from './node.mjs';

const coder = AbiCoder.defaultAbiCoder();
const wei = 10n ** 18n;

/** A dice or crash bet within every limit of the development house. */
export function random_bet(random) {
    const stake = 10n ** 12n + random.integer(55);
    if (random.chance(40)) {
        const target = 101 + random.below(random.pick([300, 10_000, 900_000]));
        return {game: 4, target, stake, params: coder.encode(['uint32'], [target])};
    }
    const over = random.chance(50),
        target = over ? 200 + random.below(9800) : 1 + random.below(9800);
    return {game: 1, target, over, stake, params: coder.encode(['uint16', 'bool'], [target, over])};
}

/** `accounts` development accounts, their tokens, and the contracts as they see them. */
export async function make_world(node, random, accounts = 10) {
    const users = Array.from({length: accounts}, (_, i) => account(node, i));
    const listed = (await node.provider.send('farthing_contracts', [])).filter(({address}) => address);
    const factory = contract('TokenFactory', users[0]);
    const tokens = [];
    for (const supply of [10n ** 9n * wei, 10n ** 9n * wei]) {
        const index = await factory.tokenCount(users[0].address);
        await (await factory.createToken(`Token ${index}`, `T${index}`, 18, supply, 0, true)).wait();
        const token = contract('Token', users[0], await factory.tokenAddress(users[0].address, index));
        for (const user of users.slice(1)) await (await token.transfer(user.address, 10n ** 6n * wei)).wait();
        tokens.push(token);
    }
    const coin = contract('WrappedCoin', node.provider);
    const pool = contract('Pool', node.provider, await contract('PoolFactory', users[0]).poolAt(0));
    for (const user of users) {
        await (await coin.connect(user).deposit({value: 100n * wei})).wait();
        await (await coin.connect(user).approve(pool, ethers.MaxUint256)).wait();
    }
    return {
        node,
        random,
        users,
        listed,
        any_calls: 0,
        tokens,
        coin,
        pool,
        units: contract('VotingUnits', node.provider),
        governor: contract('Governor', node.provider),
        emission: contract('Emission', node.provider),
        games: contract('Games', node.provider),
        drip: contract('Drip', node.provider),
        upgrades: contract('Upgrades', node.provider),
        factory,
        chain_id: (await node.provider.getNetwork()).chainId,
    };
}

const call = async (target, name, args, value = 0n) => ({
    to: target.target ?? target.address,
    data: target.interface.encodeFunctionData(name, args),
    value,
});
const other = ({users, random}) => (random.chance(80) ? random.pick(users).address : random.hex(20));

async function permit(world, from) {
    const token = world.random.pick([world.coin, ...world.tokens]);
    const spender = world.random.pick(world.users).address,
        value = world.random.integer(128);
    const message = {
        owner: from.address,
        spender,
        value,
        nonce: await token.nonces(from.address),
        deadline: 2n ** 60n,
    };
    const types = {
        Permit: Object.entries({
            owner: 'address',
            spender: 'address',
            value: 'uint256',
            nonce: 'uint256',
            deadline: 'uint256',
        }).map(([name, type]) => ({name, type})),
    };
    const {name, version, chainId, verifyingContract} = await token.eip712Domain();
    const signed = Signature.from(
        await from.signTypedData({name, version, chainId, verifyingContract}, types, message),
    );
    return call(token, 'permit', [
        from.address,
        spender,
        value,
        message.deadline,
        signed.v,
        signed.r,
        signed.s,
    ]);
}

function random_argument(world, {type, components, arrayChildren}) {
    const {random} = world;
    if (type.endsWith(']'))
        return Array.from({length: random.below(4)}, () => random_argument(world, arrayChildren));
    if (type === 'tuple') return components.map((part) => random_argument(world, part));
    if (type === 'address') return other(world);
    if (type === 'bool') return random.chance(50);
    if (type === 'string') return random.pick(['', 'x', 'lucky_seven', 'é', 'a'.repeat(40)]);
    if (type === 'bytes') return random.hex(random.below(70));
    if (type.startsWith('bytes')) return random.hex(Number(type.slice(5)));
    return random.integer(Number(type.replace(/\D+/, '') || 256));
}

/** Any function of a fixed contract, of each in turn, so that a short chain reaches them all whatever the seed. */
async function any_call(world) {
    const {name, address} = world.listed[world.any_calls++ % world.listed.length];
    const {interface: face} = contract(name, null, address);
    const functions = face.fragments.filter(({type}) => type === 'function');
    const fragment = world.random.pick(functions);
    const args = fragment.inputs.map((input) => random_argument(world, input));
    const value = fragment.payable && world.random.chance(70) ? world.random.integer(60) : 0n;
    return {to: address, data: face.encodeFunctionData(fragment, args), value};
}

const kinds = {
    pay: async (w) => ({to: other(w), value: w.random.integer(60), data: '0x'}),
    pay_with_data: async (w) => ({
        to: w.random.hex(20),
        value: w.random.integer(50),
        data: w.random.hex(w.random.below(200)),
    }),
    deposit: (w) => call(w.coin, 'deposit', [], w.random.integer(60)),
    deposit_plain: async (w) => ({to: w.coin.target, value: w.random.integer(60), data: '0x'}),
    withdraw: (w) => call(w.coin, 'withdraw', [w.random.integer(58)]),
    token_transfer: (w) =>
        call(w.random.pick([w.coin, ...w.tokens]), 'transfer', [other(w), w.random.integer(70)]),
    token_approve: (w) =>
        call(w.random.pick([w.coin, ...w.tokens]), 'approve', [other(w), w.random.integer(256)]),
    token_transfer_from: (w) =>
        call(w.random.pick([w.coin, ...w.tokens]), 'transferFrom', [
            w.random.pick(w.users).address,
            other(w),
            w.random.integer(60),
        ]),
    token_mint: (w) => call(w.random.pick(w.tokens), 'mint', [other(w), w.random.integer(70)]),
    token_burn: (w) => call(w.random.pick(w.tokens), 'burn', [w.random.integer(60)]),
    token_create: (w) =>
        call(w.factory, 'createToken', [
            'Some token',
            'SOME',
            w.random.below(30),
            w.random.integer(80),
            0,
            w.random.chance(50),
        ]),
    permit,
    drip_fill: (w) => call(w.drip, 'fill', [], w.random.integer(60)),
    drip_sip: (w) => call(w.drip, 'sip', []),
    client_seed: (w) =>
        call(w.games, 'setClientSeed', [
            w.random.pick(['lucky_seven', 'A', 'z9'.repeat(16), 'not a seed', '']),
        ]),
    bet: async (w) => {
        const {game, params, stake} = random_bet(w.random);
        return call(w.games, 'placeBet', [1, game, params, stake, 2n ** 40n], stake);
    },
    bets: async (w) => {
        const {game, params, stake} = random_bet(w.random),
            count = w.random.below(20);
        return call(
            w.games,
            'placeBets',
            [1, game, params, stake, count, 2n ** 40n],
            stake * BigInt(count),
        );
    },
    stake: (w) => call(w.pool, 'stake', [w.random.integer(64)]),
    unstake: (w) => call(w.pool, 'withdraw', [w.random.integer(62)]),
    reward: (w) => call(w.pool, w.random.pick(['getReward', 'exit']), []),
    delegate: (w) => call(w.random.pick([w.units, ...w.tokens]), 'delegate', [other(w)]),
    accrue: (w) => call(w.emission, 'accrue', []),
    propose: (w) =>
        call(w.governor, 'propose', [
            [w.random.pick(w.users).address],
            [w.random.integer(20)],
            [w.random.hex(w.random.below(70))],
            `Proposal ${w.random.hex(8)}`,
        ]),
    // Refused: only the community's timelock may.
    upgrade: (w) => call(w.upgrades, 'schedule', [w.random.below(20), 2 + w.random.below(100), 2n ** 63n]),
    any_call,
};

/** One random transaction request for `from`: {kind, to, data, value}. */
export async function random_operation(world, from) {
    const kind = world.random.pick(Object.keys(kinds));
    return {kind, ...(await kinds[kind](world, from))};
}

/** Storage keys of a token's balance and allowance (OpenZeppelin's order), present or not. */
export function balance_slot(holder) {
    return ethers.keccak256(coder.encode(['address', 'uint256'], [holder, 0]));
}
export function allowance_slot(owner, spender) {
    const outer = ethers.keccak256(coder.encode(['address', 'uint256'], [owner, 1]));
    return ethers.keccak256(coder.encode(['address', 'bytes32'], [spender, outer]));
}
