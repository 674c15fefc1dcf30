// The community changes a parameter of the chain, with ethers alone: delegation and votes, some of them signed and
// sent by others, the timelock, and what is refused on the way.
import assert from 'node:assert/strict';
import test from 'node:test';
import {AbiCoder, Interface, Signature, id, keccak256, parseEther, toUtf8Bytes} from 'ethers';
import {abi, contract, fixed} from './contracts.mjs';
import {account, start_node} from './node.mjs';

const state = {pending: 0n, active: 1n, defeated: 3n, succeeded: 4n, queued: 5n, executed: 7n};
const new_floor = 2_000_000_000n;

test('the community raises the base fee floor', async (t) => {
    const node = await start_node(t);
    const [alice, bob, carol] = [0, 1, 2].map((i) => account(node, i));
    const at = (name, who = alice) => contract(name, who);
    const done = async (sent) => (await (await sent).wait()).logs;
    const pass = async (seconds) => {
        const {timestamp} = await node.provider.getBlock('latest');
        await node.provider.send('evm_mine', [timestamp + seconds]);
    };
    const typed = async (verifier) => {
        const {name, version, chainId, verifyingContract} = await verifier.eip712Domain();
        return {name, version, chainId, verifyingContract};
    };
    const fields = (text) =>
        text.split(', ').map((field) => {
            const [type, name] = field.split(' ');
            return {type, name};
        });
    const refused = (sending, contract_name, error) =>
        assert.rejects(sending, ({data, info}) => {
            const bytes = data ?? info?.error?.data;
            return new Interface(abi(contract_name)).parseError(bytes)?.name === error;
        });

    await done(at('WrappedCoin').deposit({value: parseEther('600')}));
    await done(at('VotingUnits').delegate(alice.address));
    await done(at('WrappedCoin', bob).deposit({value: parseEther('300')}));
    const units = at('VotingUnits');
    const delegation = {delegatee: carol.address, nonce: await units.nonces(bob.address), expiry: 2n ** 40n};
    const signed = Signature.from(
        await bob.signTypedData(
            await typed(units),
            {Delegation: fields('address delegatee, uint256 nonce, uint256 expiry')},
            delegation,
        ),
    );
    const send_delegation = () =>
        units.delegateBySig(
            delegation.delegatee,
            delegation.nonce,
            delegation.expiry,
            signed.v,
            signed.r,
            signed.s,
        );
    await done(send_delegation());
    await refused(send_delegation(), 'VotingUnits', 'InvalidAccountNonce');
    assert.equal(await units.getVotes(carol.address), parseEther('300'));
    assert.equal(await units.totalUnits(), parseEther('900'));

    const governor = at('Governor');
    const data = at('Parameters').interface.encodeFunctionData('set', ['baseFeeFloor', new_floor]);
    const description = `Raise the floor #proposer=${alice.address}`;
    const actions = [[fixed.Parameters], [0], [data]];
    const whole = [...actions, id(description)];
    await refused(at('Governor', carol).propose(...actions, description), 'Governor', 'GovernorRestrictedProposer');
    await done(governor.propose(...actions, description));
    const proposal = await governor.hashProposal(...whole);
    const expected = AbiCoder.defaultAbiCoder().encode(
        ['address[]', 'uint256[]', 'bytes[]', 'bytes32'],
        [...actions, keccak256(toUtf8Bytes(description))],
    );
    assert.equal(proposal, BigInt(keccak256(expected)));
    assert.equal(await governor.state(proposal), state.pending);
    await refused(governor.castVote(proposal, 1), 'Governor', 'GovernorUnexpectedProposalState');

    await pass(62);
    assert.equal(await governor.state(proposal), state.active);
    const snapshot = await governor.proposalSnapshot(proposal);
    assert.equal(await governor['quorumFloor(uint256)'](snapshot), parseEther('100'));
    assert.equal(await governor.quorum(snapshot), parseEther('100'), 'more than 4 % of 900');
    await done(governor.castVoteWithReason(proposal, 1, 'because'));
    await refused(governor.castVote(proposal, 1), 'Governor', 'GovernorAlreadyCastVote');
    const ballot = {proposalId: proposal, support: 0, voter: carol.address, nonce: 0n};
    const vote = await carol.signTypedData(
        await typed(governor),
        {Ballot: fields('uint256 proposalId, uint8 support, address voter, uint256 nonce')},
        ballot,
    );
    await refused(governor.castVoteBySig(proposal, 1, carol.address, vote), 'Governor', 'GovernorInvalidSignature');
    await done(governor.castVoteBySig(proposal, 0, carol.address, vote));
    assert.deepEqual([...(await governor.proposalVotes(proposal))], [parseEther('300'), parseEther('600'), 0n]);

    await pass(3601);
    assert.equal(await governor.state(proposal), state.succeeded);
    await done(governor.queue(...whole));
    assert.equal(await governor.state(proposal), state.queued);
    await refused(governor.execute(...whole), 'Timelock', 'TimelockUnexpectedOperationState');
    await refused(
        at('Parameters').set('baseFeeFloor', new_floor),
        'Parameters',
        'OwnableUnauthorizedAccount',
    );
    await pass(61);
    const logs = await done(at('Governor', bob).execute(...whole));
    const topics = logs.map(({topics: [first]}) => first);
    assert.ok(topics.includes(governor.interface.getEvent('ProposalExecuted').topicHash));
    assert.ok(topics.includes(at('Timelock').interface.getEvent('CallExecuted').topicHash));
    assert.equal(await governor.state(proposal), state.executed);
    assert.deepEqual([...(await at('Parameters').get('baseFeeFloor'))], [new_floor, true]);
    await pass(1);
    const {baseFeePerGas} = await node.provider.getBlock('latest');
    assert.ok(baseFeePerGas >= new_floor, 'the chain heeds it');
    await refused(governor.execute(...whole), 'Governor', 'GovernorUnexpectedProposalState');
});

test('on a chain where nobody else has staked yet, one coin does not decide over the treasury', async (t) => {
    const node = await start_node(t);
    const [donor, thief] = [account(node, 0), account(node, 1)];
    const done = async (sent) => (await sent).wait();
    const pass = async (seconds) => {
        const {timestamp} = await node.provider.getBlock('latest');
        await node.provider.send('evm_mine', [timestamp + seconds]);
    };
    await done(donor.sendTransaction({to: fixed.Timelock, value: parseEther('50')}));
    const treasury = await node.provider.getBalance(fixed.Timelock);
    await done(contract('WrappedCoin', thief).deposit({value: parseEther('1')}));
    await done(contract('VotingUnits', thief).delegate(thief.address));
    await pass(1);
    const governor = contract('Governor', thief);
    const actions = [[thief.address], [treasury], ['0x']];
    const whole = [...actions, id('For the community')];
    await done(governor.propose(...actions, 'For the community'));
    const proposal = await governor.hashProposal(...whole);
    await pass(62);
    await done(governor.castVote(proposal, 1));
    const [, in_favour] = await governor.proposalVotes(proposal);
    assert.equal(in_favour, await contract('VotingUnits', thief).totalUnits(), 'all units that there are');
    await pass(3601);
    assert.equal(await governor.state(proposal), state.defeated);
    await assert.rejects(governor.queue(...whole), ({data, info}) => {
        const name = governor.interface.parseError(data ?? info?.error?.data)?.name;
        return name === 'GovernorUnexpectedProposalState';
    });
    assert.equal(await node.provider.getBalance(fixed.Timelock), treasury);
});
