// bench/peers/run, which sets up and builds, calls this. --help tells the options.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {parseArgs} from 'node:util';
import {Contract, Interface, parseEther} from 'ethers';
import {measure_bets} from './bets.mjs';
import {load} from './load.mjs';
import {Node, funder_key, names} from './nodes.mjs';
import {measure_reads} from './reads.mjs';
import {print_tables} from './table.mjs';

const {values: options} = parseArgs({
    options: {
        repetitions: {type: 'string', default: '3'},
        seconds: {type: 'string', default: '3'},
        each: {type: 'string', default: '200'},
        only: {type: 'string', default: names.join(',')},
        skip: {type: 'string', default: ''},
        beside: {type: 'string'},
        json: {type: 'string', default: 'build/peers.json'},
        help: {type: 'boolean', default: false},
    },
});
if (options.help) {
    console.log(`Usage: bench/peers/run [options]

  --repetitions N   rounds over all nodes, each on fresh processes and data (3)
  --seconds N       how long each read is asked for (3)
  --each N          transactions of each of the 100 senders (200)
  --only LIST       of geth,anvil,farthing (all)
  --skip LIST       of transfers,tokens,bets,reads (none)
  --beside PROGRAM  another build of farthing, measured as "beside": for a before and after
  --json FILE       where the numbers go (build/peers.json)`);
    process.exit(0);
}

const skipped = options.skip.split(',');
const does = (what) => !skipped.includes(what);
const contestants = options.only.split(',').map((name) => ({name, kind: name}));
for (const {name} of contestants) assert.ok(names.includes(name), `--only knows ${names}`);
if (options.beside) contestants.push({name: 'beside', kind: 'farthing', program: options.beside});

const erc20 = new Interface(['function transfer(address,uint256)', 'function balanceOf(address) view returns (uint256)']);
/** Holds what nothing else touches, so that every answer about it is known. */
const reader = '0x00000000000000000000000000000000000be9c4';
const reader_wei = 12_345n;
const reader_units = 777n;

/** Everything about one node, on a fresh chain. */
async function measure(node) {
    const numbers = {version: node.version};
    const funding = ['--funder', funder_key];
    await load(node, [...funding, '--what', 'coins', '--value', String(parseEther('50'))]);
    if (does('transfers'))
        numbers.transfers = await load(node, ['--what', 'coins', '--each', options.each]);
    const token = await node.make_token();
    const contract = new Contract(token, erc20, node.funder);
    if (does('tokens')) {
        const tokens = ['--what', 'tokens', '--to', token];
        // geth's newest rules charge 150,000 gas for the first payment to an account.
        await load(node, [...funding, ...tokens, '--gas', '300000', '--value', '1000000']);
        numbers.tokens = await load(node, [...tokens, '--gas', '100000', '--each', options.each]);
        const held = await contract.balanceOf(execFileSync(load.program, ['address']).toString().trim());
        assert.equal(held, 1_000_000n, 'a ring of equal payments changes no balance');
    }
    if (does('bets') && node.is_ours) numbers.bets = await measure_bets(node, String(Math.ceil(Number(options.each) / 4)));
    if (does('reads')) {
        await (await node.funder.sendTransaction({to: reader, value: reader_wei})).wait();
        await (await contract.transfer(reader, reader_units)).wait();
        numbers.reads = await measure_reads(node, options.seconds, {
            eth_blockNumber: {params: [], is_right: async (result) => result === (await node.ask('eth_getBlockByNumber', 'latest', false)).number},
            eth_getBalance: {params: [reader, 'latest'], is_right: (result) => BigInt(result) === reader_wei},
            eth_call: {
                params: [{to: token, data: erc20.encodeFunctionData('balanceOf', [reader])}, 'latest'],
                is_right: (result) => BigInt(result) === reader_units,
            },
        });
    }
    return numbers;
}

const results = Object.fromEntries(contestants.map(({name}) => [name, []]));
const begun = Date.now();
for (let round = 0; round < Number(options.repetitions); round++) {
    // Each round begins with another, so that none always follows the same neighbour.
    for (let i = 0; i < contestants.length; i++) {
        const {name, kind, program} = contestants[(i + round) % contestants.length];
        process.stderr.write(`round ${round + 1}: ${name}, ${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
        const node = await Node.start(kind, program);
        try {
            results[name].push(await measure(node));
        } finally {
            await node.stop();
        }
    }
}
print_tables(results);
writeFileSync(options.json, JSON.stringify({cores: cpus().length, processor: cpus()[0].model, options, results}, null, 1));
console.log(`\nAll numbers: ${options.json}; ${((Date.now() - begun) / 1000).toFixed(0)} s`);
process.exit(0);
