// A tour of Farthing with an unmodified ethers 6: pay, make a token, bet and check the house; stake and earn, change
// the chain's emission by a vote, and play crash. The same with viem: tour_viem.mjs; with web3.py: tour_web3.py.
//
//   ./run                                              in one terminal, and in another:
//   scripts/clients.sh                                 (once: installs ethers and the verifier)
//   .venv/nodejs examples/tour/tour.mjs [URL]
import {readFileSync} from 'node:fs';
import {
    AbiCoder,
    Contract,
    HDNodeWallet,
    JsonRpcProvider,
    formatEther,
    id,
    parseEther,
    sha256,
    toUtf8Bytes,
} from 'ethers';
import {crash_point, dice_roll} from '../../tests/clients/verifier.mjs'; // npm provably-fair-verifier, which we did not write

const provider = new JsonRpcProvider(process.argv[2] ?? 'http://127.0.0.1:8545', undefined, {
    cacheTimeout: -1, // do not repeat answers: a block takes milliseconds here
    pollingInterval: 100, // ms
});
const phrase = 'test test test test test test test test test test test junk';
const [alice, bob] = [0, 1].map((i) =>
    HDNodeWallet.fromPhrase(phrase, undefined, `m/44'/60'/0'/0/${i}`).connect(provider),
);
const contract = (name, address) =>
    new Contract(
        address,
        JSON.parse(readFileSync(new URL(`../../docs/abi/${name}.json`, import.meta.url))),
        alice,
    );

// 1. A payment.
const payment = await alice.sendTransaction({to: bob.address, value: parseEther('1.5')});
const {blockNumber, gasUsed} = await payment.wait();
console.log(`paid 1.5 to Bob in block ${blockNumber} with ${gasUsed} gas`);

// 2. A token: the factory makes it, then it is an ERC-20 like any other.
const factory = contract('TokenFactory', '0x0000000000000000000000000000000000fa0002');
const tokens = await factory.tokenCount(alice.address);
await (await factory.createToken('Tour Token', 'TOUR', 18, parseEther('1000'), 0, false)).wait();
const token = contract('Token', await factory.tokenAddress(alice.address, tokens));
await (await token.transfer(bob.address, parseEther('250'))).wait();
console.log(`Bob holds ${formatEther(await token.balanceOf(bob.address))} ${await token.symbol()}`);

// 3. A bet of 0.1 on "the roll is under 49.50", which pays double. Alice's own seed goes into the result.
const games = contract('Games', '0x0000000000000000000000000000000000fa0004');
const house = 1,
    dice = 1,
    target = 4950,
    over = false,
    stake = parseEther('0.1');
await (await games.setClientSeed('lucky_seven')).wait();
const {head: committed} = await games.houses(house); // what the house has promised before it saw the bet
const params = AbiCoder.defaultAbiCoder().encode(['uint16', 'bool'], [target, over]);
const lastBlock = (await provider.getBlockNumber()) + 50;
const placed = await (await games.placeBet(house, dice, params, stake, lastBlock, {value: stake})).wait();
const {betId, round, nonce, clientSeed} = placed.logs
    .map((log) => games.interface.parseLog(log))
    .find((log) => log?.name === 'BetPlaced').args;
console.log(`bet ${betId} placed in round ${round}`);

// 4. The house reveals the seed it had committed to; that settles the bet.
const first = async (filter) => {
    for (;;) {
        const [event] = await games.queryFilter(filter, placed.blockNumber);
        if (event) return event;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
};
const revealed = await first(games.filters.SeedRevealed(house, round));
const {result, payout} = (await first(games.filters.BetSettled(betId))).args;
console.log(`rolled ${Number(result) / 100}, paid ${formatEther(payout)}`);

// 5. Verify: the seed is the committed one, the randomness stands in a block header that nobody chose, and a
//    public verifier computes the same roll from them.
const {seed, randomness} = revealed.args;
const bare = (hex) => hex.slice(2).toLowerCase();
const {entropyDelay} = await games.rules();
const header = await provider.send('eth_getBlockByNumber', [
    `0x${(BigInt(placed.blockNumber) + entropyDelay).toString(16)}`,
    false,
]);
const roll = dice_roll(bare(seed), `${clientSeed}-${bare(alice.address)}-${bare(randomness)}`, Number(nonce));
const checks = {
    'the seed hashes to what the house had committed': sha256(toUtf8Bytes(bare(seed))) === committed,
    "the randomness is the block header's": header.mixHash === randomness,
    'the independent verifier computes the same roll': roll === Number(result),
    'the payout is right': payout === (roll < target ? (stake * 9900n) / BigInt(target) : 0n),
};

// 6. Stake 100 wrapped coins: the stakers' pool shares out what the chain emits, second by second. `dev` lets us skip
//    the waiting.
const skip = async (seconds) => {
    await provider.send('evm_increaseTime', [Number(seconds)]);
    await provider.send('evm_mine', []);
};
const coin = contract('WrappedCoin', '0x0000000000000000000000000000000000fa0001');
const pools = contract('PoolFactory', '0x0000000000000000000000000000000000fa0009');
const pool = contract('Pool', await pools.poolAt(0));
await (await coin.deposit({value: parseEther('100')})).wait();
await (await coin.approve(pool, parseEther('100'))).wait();
await (await pool.stake(parseEther('100'))).wait();
await skip(3600);
const earned = await pool.earned(alice.address);
const before = await coin.balanceOf(alice.address);
await (await pool.getReward()).wait();
const paid = (await coin.balanceOf(alice.address)) - before;
console.log(`an hour of staking 100 earned ${formatEther(paid)}`);
checks['staking paid at least what it showed'] = earned > 0n && paid >= earned;

// 7. What the chain emits belongs to its stakers to decide. Staked coins vote once they are delegated, here to Alice
//    herself: she proposes another split of the emission, votes, queues the decision, and carries it out.
const units = contract('VotingUnits', '0x0000000000000000000000000000000000fa0007');
const emission = contract('Emission', '0x0000000000000000000000000000000000fa0008');
const governor = contract('Governor', '0x0000000000000000000000000000000000fa000a');
const timelock = contract('Timelock', '0x0000000000000000000000000000000000fa000b');
await (await units.delegate(alice.address)).wait();
await skip(1);
const split = [6000 - Number(await provider.getBlockNumber()) % 1000, 1000, 1000, 1000];
split.push(10_000 - split.reduce((sum, part) => sum + part)); // stakers, liquidity, treasury, games, development
const calls = [[emission.target], [0], [emission.interface.encodeFunctionData('setSplit', split)]];
const description = `Split the emission ${split.join(', ')}`;
await (await governor.propose(...calls, description)).wait();
const proposal = await governor.getProposalId(...calls, id(description));
await skip((await governor.votingDelay()) + 1n);
await (await governor.castVote(proposal, 1)).wait();
await skip((await governor.votingPeriod()) + 1n);
await (await governor.queue(...calls, id(description))).wait();
await skip((await timelock.getMinDelay()) + 1n);
await (await governor.execute(...calls, id(description))).wait();
const now = (await emission.splitBps()).map(Number);
console.log(`voted: of each emission stakers get ${now[0] / 100} %`);
checks['the vote changed the emission'] = now.join() === split.join();

// 8. Crash: cash out at 1.50, if the round gets there. One crash point for all who bet in a block.
const crash = 4,
    cash_out = 150; // hundredths
const crash_bet = await (
    await games.placeBet(
        house,
        crash,
        AbiCoder.defaultAbiCoder().encode(['uint32'], [cash_out]),
        stake,
        (await provider.getBlockNumber()) + 50,
        {value: stake},
    )
).wait();
const crash_placed = crash_bet.logs
    .map((log) => games.interface.parseLog(log))
    .find((log) => log?.name === 'BetPlaced').args;
const crash_revealed = await first(games.filters.SeedRevealed(house, crash_placed.round));
const crash_settled = (await first(games.filters.BetSettled(crash_placed.betId))).args;
console.log(`crashed at ${Number(crash_settled.result) / 100}, paid ${formatEther(crash_settled.payout)}`);
const point = crash_point(bare(crash_revealed.args.seed), bare(crash_revealed.args.randomness));
checks['the independent verifier computes the same crash point'] = point === Number(crash_settled.result);
checks['the crash payout is right'] =
    crash_settled.payout === (point >= cash_out ? (stake * BigInt(cash_out)) / 100n : 0n);

for (const [what, holds] of Object.entries(checks)) console.log(`${holds ? 'yes' : 'NO '}  ${what}`);
provider.destroy();
process.exitCode = Object.values(checks).every(Boolean) ? 0 : 1;
