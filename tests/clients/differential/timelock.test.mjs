// Our Timelock against OpenZeppelin's TimelockController, running as its own bytecode: no difference is allowed.
import test from 'node:test';
import {Interface} from 'ethers';
import {fixed} from '../contracts.mjs';
import {account, is_long} from '../node.mjs';
import {Comparison} from './comparison.mjs';
import {compile, creation_code} from './originals.mjs';
import {TimelockPlay} from './timelock_operations.mjs';
import {make_token} from './worlds.mjs';

const operations_wanted = is_long ? 20_000 : 400;
const coins = 10n ** 24n;
const min_delay = 5;

test(`${operations_wanted} random operations on a timelock do what OpenZeppelin's bytecode does`, async (t) => {
    const {OriginalToken} = compile('token.sol');
    const {OriginalTimelock} = compile('timelock.sol');
    const named = (users) => Object.fromEntries(users.map(({address}) => [address, 'of the test']));
    const users = Array.from({length: 6}, (_, i) => account({provider: null}, i));
    const [admin, proposers, executors] = [users[0], users.slice(0, 3), users.slice(2, 5)];
    const comparison = await Comparison.make(t, {
        genesis: ({contracts}) => {
            contracts.Timelock = {
                minDelay: min_delay,
                admin: admin.address,
                proposers: named(proposers),
                executors: named(executors),
            };
        },
    });
    const {random} = comparison;
    const terms = {name: 'T', symbol: 'T', decimals: 18, supply: coins, cap: 0n, mintable: true};
    const token = await make_token(comparison, OriginalToken, terms);
    const face = new Interface(OriginalTimelock.abi);
    const addresses = (list) => list.map(({address}) => address);
    const args = [min_delay, addresses(proposers), addresses(executors), admin.address];
    await comparison.place(fixed.Timelock, creation_code(OriginalTimelock, args), face, comparison.block);
    const timelock = new TimelockPlay(comparison, fixed.Timelock, face, token);
    await comparison.run(token.call('transfer', admin, timelock.address, coins / 2n));
    await comparison.run(token.call('transferOwnership', admin, timelock.address));

    while (comparison.compared.operations < operations_wanted) {
        const together = [];
        for (let i = random.chance(92) ? 1 : 2 + random.below(3); i > 0; --i)
            together.push(await timelock.operation());
        await comparison.run_all(together, timelock.views(), random.pick([1, 1, 2, 5, 12]));
        await comparison.compare_balance(together[0], timelock.address);
    }
    comparison.report();
});
