// Tokens that our factory makes against OpenZeppelin's ERC20Burnable, ERC20Capped, ERC20Permit, ERC20Votes and
// Ownable, running as their own bytecode: no difference is allowed.
import assert from 'node:assert/strict';
import test from 'node:test';
import {is_long} from '../node.mjs';
import {Comparison} from './comparison.mjs';
import {compile} from './originals.mjs';
import {make_token} from './worlds.mjs';

const operations_wanted = is_long ? 40_000 : 800;
const coins = 10n ** 24n;

// A name of 31 bytes at most: OpenZeppelin 5.7's EIP712 takes no longer one, ours does.
const tokens_wanted = [
    {name: 'Plain', symbol: 'PLN', decimals: 18, supply: coins, cap: 2n * coins, mintable: true},
    {name: 'As long as a word will hold ⚖', symbol: 'ÄÖ', decimals: 0, supply: 0n, cap: 0n, mintable: true},
    {name: 'N', symbol: 'S'.repeat(33), decimals: 36, supply: 2n ** 208n - 1n, cap: 0n, mintable: false},
];

/** Gives as many random operations to our tokens and to `original`; throws at the first difference. */
async function compare_tokens(t, original, operations) {
    const comparison = await Comparison.make(t);
    const {random} = comparison;
    const tokens = [];
    for (const terms of tokens_wanted) tokens.push(await make_token(comparison, original, terms));
    while (comparison.compared.operations < operations) {
        const token = random.pick(tokens);
        const together = [];
        for (let i = random.chance(92) ? 1 : 2 + random.below(4); i > 0; --i)
            together.push(await token.operation());
        await comparison.run_all(together, token.views(), random.pick([1, 1, 1, 2, 5, 1000]));
        await comparison.compare_storage(together[0], token.address, token.slots());
    }
    comparison.report();
}

test(`${operations_wanted} random operations on tokens do what OpenZeppelin's bytecode does`, async (t) => {
    await compare_tokens(t, compile('token.sol').OriginalToken, operations_wanted);
});

// What a comparison is worth: an original that is another in one line is found out.
test('a planted difference is found', async (t) => {
    const rounded = '_mint(to, value - (value % 4 == 3 ? 1 : 0))';
    const planted = compile('token.sol', (source) => source.replace('_mint(to, value)', rounded));
    await assert.rejects(compare_tokens(t, planted.OriginalToken, 5000), /of ours: .*\n.*of theirs: /);
});
