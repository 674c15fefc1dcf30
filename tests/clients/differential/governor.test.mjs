// Our Governor over VotingUnits and the Timelock against OpenZeppelin's Governor with the same extensions over its
// Votes and TimelockController, all running as their own bytecode: no difference is allowed.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Interface, ZeroAddress} from 'ethers';
import {abi, contract, fixed} from '../contracts.mjs';
import {is_long} from '../node.mjs';
import {Comparison} from './comparison.mjs';
import {GovernorPlay} from './governor_operations.mjs';
import {compile, creation_code} from './originals.mjs';
import {Play} from './play.mjs';
import {make_token} from './worlds.mjs';

const operations_wanted = is_long ? 20_000 : 400;
const min_delay = 4;
const settings = {
    votingDelay: 3,
    votingPeriod: 25,
    proposalThreshold: 100,
    quorumNumerator: 20,
    lateQuorumVoteExtension: 10,
};

/** The originals, as genesis has made ours. */
async function place_governance(comparison, originals) {
    const {OriginalGovernor, OriginalUnits, OriginalCoin, OriginalTimelock} = originals;
    const genesis = await comparison.ours.ask('eth_getBlockByNumber', '0x0', false);
    const place = async (address, original, ...args) => {
        const face = new Interface(original.abi);
        await comparison.place(address, creation_code(original, args), face, genesis);
        return new Play(comparison, address, face);
    };
    const provider = comparison.users[0].provider;
    const in_games = await contract('WrappedCoin', provider).totalSupply();
    await comparison.theirs.fund(fixed.WrappedCoin, in_games);
    const units = await place(fixed.VotingUnits, OriginalUnits);
    const coin = await place(fixed.WrappedCoin, OriginalCoin, in_games);
    const roles = [[fixed.Governor], [ZeroAddress], ZeroAddress];
    const timelock = await place(fixed.Timelock, OriginalTimelock, min_delay, ...roles);
    const name = await contract('Governor', provider).name();
    const args = [name, ...Object.values(settings), fixed.Timelock];
    const {face} = await place(fixed.Governor, OriginalGovernor, ...args);
    const domain_of = (named, verifyingContract) => ({
        name: named,
        version: '1',
        chainId: comparison.ours.chain_id,
        verifyingContract,
    });
    units.domain = domain_of('VotingUnits', units.address);
    const domain = domain_of(name, fixed.Governor);
    return {face, others: {units, coin, timelock, domain}};
}

test(`${operations_wanted} random operations on a governor do what OpenZeppelin's bytecode does`, async (t) => {
    // Before anything is connected: on a busy machine this takes longer than a node keeps an idle connection.
    const originals = {...compile('governance.sol'), ...compile('timelock.sol'), ...compile('token.sol')};
    const comparison = await Comparison.make(t, {
        genesis: ({contracts}) => {
            contracts.Timelock = {minDelay: min_delay};
            // The floor under the quorum is ours alone.
            contracts.Governor = {...settings, quorumFloor: 0};
        },
    });
    const {random, users} = comparison;
    const {face, others} = await place_governance(comparison, originals);
    const {units, coin, timelock} = others;
    const terms = {name: 'T', symbol: 'T', decimals: 18, supply: 10n ** 9n, cap: 0n, mintable: true};
    const token = await make_token(comparison, originals.OriginalToken, terms);
    const governor = new GovernorPlay(comparison, fixed.Governor, face, {...others, token});
    await comparison.run(token.call('transfer', users[0], timelock.address, 10n ** 6n));
    await comparison.run(token.call('transferOwnership', users[0], timelock.address));
    await comparison.run({...coin.call('deposit', users[0]), value: 10_000n});
    await comparison.run(coin.call('transfer', users[0], timelock.address, 10_000n));
    const payment = {kind: 'pay', from: users[0].address, to: timelock.address, data: '0x', value: 10_000n};
    await comparison.run(payment);
    for (const user of users) {
        await comparison.run({...coin.call('deposit', user), value: 10_000n});
        await comparison.run(units.call('delegate', user, user.address));
    }

    const {topicHash} = face.getEvent('ProposalExecuted');
    let executed = 0;
    comparison.observe = (operation, {logs}) => {
        executed += logs.filter(({topics}) => topics[0] === topicHash).length;
    };
    // Few random proposals pass every gate; some must, whatever the seed, so the play goes on until they have.
    const executions_wanted = Math.max(2, operations_wanted / 400);
    const operations_most = 10 * operations_wanted;
    while (
        comparison.compared.operations < operations_wanted ||
        (executed < executions_wanted && comparison.compared.operations < operations_most)
    ) {
        const together = [];
        for (let i = random.chance(92) ? 1 : 2 + random.below(3); i > 0; --i)
            together.push(await governor.operation());
        await comparison.run_all(together, governor.views(), random.pick([1, 1, 2, 3, 6, 15]));
        await comparison.compare_balance(together[0], timelock.address);
    }
    comparison.report();
    t.diagnostic(`${executed} proposals executed`);
    assert.ok(executed >= executions_wanted, 'enough proposals go all the way');
});
