// Staking with ethers alone: the development chain's pool earns the emission, votes stay with the staker, and a
// pool of one's own streams a token.
import assert from 'node:assert/strict';
import test from 'node:test';
import {parseEther} from 'ethers';
import {contract} from './contracts.mjs';
import {account, start_node} from './node.mjs';

test('stakers earn new coin by the second and keep their votes', async (t) => {
    const node = await start_node(t);
    const [alice, bob] = [0, 1].map((i) => account(node, i));
    const done = async (sent) => (await sent).wait();
    const pass = async (seconds) => {
        const {timestamp} = await node.provider.getBlock('latest');
        await node.provider.send('evm_mine', [timestamp + seconds]);
    };
    const pool_at = await contract('PoolFactory', alice).poolAt(0);
    const emission = contract('Emission', alice);
    assert.equal(await emission.sink(0), pool_at);
    assert.equal((await emission.schedule()).kind, 1n);
    assert.equal(await emission.scheduleAt(await emission.clock()), parseEther('0.002') * 10n ** 18n);

    for (const [who, amount] of [
        [alice, parseEther('1')],
        [bob, parseEther('3')],
    ]) {
        const coin = contract('WrappedCoin', who);
        await done(coin.deposit({value: parseEther('10')}));
        await done(coin.approve(pool_at, amount));
        await done(contract('Pool', who, pool_at).stake(amount));
    }
    const pool = contract('Pool', alice, pool_at);
    assert.equal(await contract('VotingUnits', alice).unitsOf(bob.address), parseEther('10'));

    // What came before the first stake streams as well; without it three quarters of the emission are Bob's.
    const before = {bob: await pool.earned(bob.address), pending: await emission.mintedTotal()};
    await pass(1000);
    const minted = (await emission.mintedTotal()) - before.pending;
    assert.equal(minted, 1000n * parseEther('0.002'));
    const earned = (await pool.earned(bob.address)) - before.bob;
    const share = (minted * 8n * 3n) / 40n;
    assert.ok(earned >= share && earned < share + parseEther('0.1'), `${earned} of ${share}`);

    const supply = await emission.coinSupply();
    const coin = contract('WrappedCoin', bob);
    const held = await coin.balanceOf(bob.address);
    await done(contract('Pool', bob, pool_at).exit());
    assert.ok((await coin.balanceOf(bob.address)) >= held + parseEther('3') + earned);
    assert.ok((await emission.coinSupply()) > supply - parseEther('0.01'));
    await done(pool.setAutoCompound(1000));
    await pass(1000);
    await done(contract('Pool', bob, pool_at).compound(alice.address));
    assert.ok((await pool.balanceOf(alice.address)) > parseEther('2'));
    await done(pool.exit());
    assert.equal(await pool.totalSupply(), 0n);
});

test('anyone streams a token to the stakers of another', async (t) => {
    const node = await start_node(t);
    const [maker, staker] = [0, 1].map((i) => account(node, i));
    const done = async (sent) => (await sent).wait();
    const tokens = contract('TokenFactory', maker);
    await done(tokens.createToken('Reward', 'RWD', 18, parseEther('1000'), 0, false));
    const reward_at = await tokens.tokenAddress(maker.address, 0);
    const factory = contract('PoolFactory', maker);
    const expected = await factory.poolAddress(maker.address, 0);
    const coin = contract('WrappedCoin', staker);
    await done(factory.createPool(await coin.getAddress(), reward_at, 1000));
    assert.ok(await factory.isPool(expected));
    const pool = contract('Pool', staker, expected);
    await done(coin.deposit({value: 1024n}));
    await done(coin.approve(expected, 1024n));
    await done(pool.stake(1024n));
    const reward = contract('Token', maker, reward_at);
    await done(reward.transfer(expected, parseEther('1000')));
    await done(contract('Pool', maker, expected).notifyRewardAmount(parseEther('1000')));
    assert.equal(await pool.rewardRate(), parseEther('1'));
    await node.provider.send('evm_mine', [Number(await pool.periodFinish())]);
    await done(pool.exit());
    assert.equal(await reward.balanceOf(staker.address), parseEther('1000'));
    assert.equal(await reward.balanceOf(expected), 0n);
    assert.equal(await coin.balanceOf(staker.address), 1024n);
});
