// The tour with an unmodified viem: see tour.mjs for what each step means.
//
//   .venv/nodejs examples/tour/tour_viem.mjs [URL]
import {readFileSync} from 'node:fs';
import {
    createTestClient,
    defineChain,
    encodeAbiParameters,
    encodeFunctionData,
    formatEther,
    getContract,
    http,
    keccak256,
    parseEther,
    parseEventLogs,
    publicActions,
    sha256,
    toBytes,
    walletActions,
} from 'viem';
import {mnemonicToAccount} from 'viem/accounts';
import {crash_point, dice_roll} from '../../tests/clients/verifier.mjs'; // npm provably-fair-verifier

const url = process.argv[2] ?? 'http://127.0.0.1:8545';
const phrase = 'test test test test test test test test test test test junk';
const [alice, bob] = [0, 1].map((addressIndex) => mnemonicToAccount(phrase, {addressIndex}));
const client = createTestClient({
    chain: defineChain({
        id: 31337,
        name: 'farthing',
        nativeCurrency: {name: 'Farthing', symbol: 'FAR', decimals: 18},
        rpcUrls: {default: {http: [url]}},
    }),
    account: alice,
    mode: 'hardhat', // the names of the methods that move time
    transport: http(),
    cacheTime: 0,
    pollingInterval: 100, // ms
})
    .extend(publicActions)
    .extend(walletActions);
const contract = (name, address) =>
    getContract({
        address,
        abi: JSON.parse(readFileSync(new URL(`../../docs/abi/${name}.json`, import.meta.url))),
        client,
    });
const fixed = (name, last_byte) => contract(name, `0x0000000000000000000000000000000000fa00${last_byte}`);
const done = async (hash) => client.waitForTransactionReceipt({hash: await hash});
const skip = async (seconds) => {
    await client.increaseTime({seconds: Number(seconds)});
    await client.mine({blocks: 1});
};
const checks = {};

// 1. A payment.
const {blockNumber, gasUsed} = await done(client.sendTransaction({to: bob.address, value: parseEther('1.5')}));
console.log(`paid 1.5 to Bob in block ${blockNumber} with ${gasUsed} gas`);

// 2. A token.
const factory = fixed('TokenFactory', '02');
const tokens = await factory.read.tokenCount([alice.address]);
await done(factory.write.createToken(['Tour Token', 'TOUR', 18, parseEther('1000'), 0n, false]));
const token = contract('Token', await factory.read.tokenAddress([alice.address, tokens]));
await done(token.write.transfer([bob.address, parseEther('250')]));
console.log(`Bob holds ${formatEther(await token.read.balanceOf([bob.address]))} ${await token.read.symbol()}`);

// 3 to 5. Bets: placed, revealed, settled, verified.
const games = fixed('Games', '04');
const house = 1n,
    stake = parseEther('0.1'),
    bare = (hex) => hex.slice(2).toLowerCase();
await done(games.write.setClientSeed(['lucky_seven']));

/** Places one bet and waits until the house has revealed; gives the events' arguments and the placing block. */
async function play(game, params) {
    const last_block = (await client.getBlockNumber()) + 50n;
    const receipt = await done(games.write.placeBet([house, game, params, stake, last_block], {value: stake}));
    const [{args: placed}] = parseEventLogs({abi: games.abi, logs: receipt.logs, eventName: 'BetPlaced'});
    const first = async (name, args) => {
        for (;;) {
            const [event] = await games.getEvents[name](args, {fromBlock: receipt.blockNumber});
            if (event) return event.args;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    };
    return {
        placed,
        block: receipt.blockNumber,
        revealed: await first('SeedRevealed', {house, round: placed.round}),
        settled: await first('BetSettled', {betId: placed.betId}),
    };
}

const {head: committed} = await games.read.houses([house]);
const target = 4950n;
const dice = await play(1, encodeAbiParameters([{type: 'uint16'}, {type: 'bool'}], [Number(target), false]));
const {seed, randomness} = dice.revealed;
const {entropyDelay} = await games.read.rules();
// viem's blocks show mixHash too.
const header = await client.getBlock({blockNumber: dice.block + BigInt(entropyDelay)});
const client_seed = `${dice.placed.clientSeed}-${bare(alice.address)}-${bare(randomness)}`;
const roll = dice_roll(bare(seed), client_seed, Number(dice.placed.nonce));
console.log(`rolled ${roll / 100}, paid ${formatEther(dice.settled.payout)}`);
checks['the seed hashes to what the house had committed'] = sha256(toBytes(bare(seed))) === committed;
checks["the randomness is the block header's"] = header.mixHash === randomness;
checks['the independent verifier computes the same roll'] = roll === Number(dice.settled.result);
checks['the payout is right'] =
    dice.settled.payout === (BigInt(roll) < target ? (stake * 9900n) / target : 0n);

// 6. Stake and earn.
const coin = fixed('WrappedCoin', '01');
const pool = contract('Pool', await fixed('PoolFactory', '09').read.poolAt([0n]));
await done(coin.write.deposit({value: parseEther('100')}));
await done(coin.write.approve([pool.address, parseEther('100')]));
await done(pool.write.stake([parseEther('100')]));
await skip(3600);
const earned = await pool.read.earned([alice.address]);
const before = await coin.read.balanceOf([alice.address]);
await done(pool.write.getReward());
const paid = (await coin.read.balanceOf([alice.address])) - before;
console.log(`an hour of staking 100 earned ${formatEther(paid)}`);
checks['staking paid at least what it showed'] = earned > 0n && paid >= earned;

// 7. Propose, vote, queue, execute.
const emission = fixed('Emission', '08'),
    governor = fixed('Governor', '0a');
await done(fixed('VotingUnits', '07').write.delegate([alice.address]));
await skip(1);
const first_part = 6000 - (Number(await client.getBlockNumber()) % 1000);
const split = [first_part, 1000, 1000, 1000, 7000 - first_part];
const data = encodeFunctionData({abi: emission.abi, functionName: 'setSplit', args: split});
const calls = [[emission.address], [0n], [data]];
const description = `Split the emission ${split.join(', ')}`;
const description_hash = keccak256(toBytes(description));
await done(governor.write.propose([...calls, description]));
const proposal = await governor.read.getProposalId([...calls, description_hash]);
await skip((await governor.read.votingDelay()) + 1n);
await done(governor.write.castVote([proposal, 1]));
await skip((await governor.read.votingPeriod()) + 1n);
await done(governor.write.queue([...calls, description_hash]));
await skip((await fixed('Timelock', '0b').read.getMinDelay()) + 1n);
await done(governor.write.execute([...calls, description_hash]));
const now = await emission.read.splitBps();
console.log(`voted: of each emission stakers get ${now[0] / 100} %`);
checks['the vote changed the emission'] = now.join() === split.join();

// 8. Crash.
const cash_out = 150;
const crash = await play(4, encodeAbiParameters([{type: 'uint32'}], [cash_out]));
const point = crash_point(bare(crash.revealed.seed), bare(crash.revealed.randomness));
console.log(`crashed at ${point / 100}, paid ${formatEther(crash.settled.payout)}`);
checks['the independent verifier computes the same crash point'] = point === Number(crash.settled.result);
checks['the crash payout is right'] =
    crash.settled.payout === (point >= cash_out ? (stake * BigInt(cash_out)) / 100n : 0n);

for (const [what, holds] of Object.entries(checks)) console.log(`${holds ? 'yes' : 'NO '}  ${what}`);
process.exitCode = Object.values(checks).every(Boolean) ? 0 : 1;
