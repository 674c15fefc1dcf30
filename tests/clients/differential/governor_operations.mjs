// Random proposals, votes and their execution, delegations and payments of the wrapped coin that votes.
import {AbiCoder, ZeroAddress, concat, id, keccak256, toBeHex, toUtf8Bytes} from 'ethers';
import {fixed} from '../contracts.mjs';
import {spoil} from './calldata.mjs';
import {Play, has_tail, weighted} from './play.mjs';
import {fields, sign_somehow} from './signing.mjs';

const coder = AbiCoder.defaultAbiCoder();
const ballot_types = {Ballot: fields('uint256 proposalId, uint8 support, address voter, uint256 nonce')};
const extended_ballot_types = {
    ExtendedBallot: fields(
        'uint256 proposalId, uint8 support, address voter, uint256 nonce, string reason, bytes params',
    ),
};
const delegation_types = {Delegation: fields('address delegatee, uint256 nonce, uint256 expiry')};
// ERC-165, IGovernor with and without getProposalId, IERC1155Receiver, none.
const interfaces = ['0x01ffc9a7', '0xcdbdfcee', '0x65455a86', '0x4e2312e0', '0xffffffff'];
const state = {pending: 0n, active: 1n, succeeded: 4n, queued: 5n};

export class GovernorPlay extends Play {
    /** Plays of the other contracts that take part: `timelock`, `units`, `coin` and a `token` the timelock owns. */
    constructor(comparison, address, face, others) {
        super(comparison, address, face);
        Object.assign(this, others);
        this.known = []; // proposals so far: {targets, values, calldatas, description}
    }

    async operation() {
        const next = this.random.chance(70) && (await this.next_step());
        const made = next || (await operations[this.random.pick(kinds)](this));
        if (made.to !== this.address || !this.random.chance(4)) return made;
        const called = this.face.getFunction(made.data.slice(0, 10));
        return called ? spoil(this.random, made, called.inputs.some(has_tail)) : made;
    }
    /** What brings some known proposal on, if anything does now. */
    async next_step() {
        const first = this.random.below(this.known.length + 1);
        for (const proposal of [...this.known.slice(first), ...this.known.slice(0, first)]) {
            const now = await this.read_state(proposal);
            if (now === state.active) return operations[this.random.pick(votes)](this, proposal);
            if (now === state.succeeded) return this.call_on('queue', proposal);
            if (now === state.queued && (await this.read('proposalEta', id_of(proposal))) <= this.now + 1n) {
                // One that cannot succeed would be tried for ever.
                if (this.random.chance(50)) this.known = this.known.filter((each) => each !== proposal);
                return this.call_on('execute', proposal);
            }
        }
        return null;
    }
    async read_state(proposal) {
        const asked = this.view('state', id_of(proposal));
        const {success, output} = await this.comparison.theirs.call(asked, this.comparison.block);
        return success ? BigInt(output) : null;
    }

    content() {
        const {random} = this;
        const calls = Array.from({length: random.chance(3) ? 0 : 1 + random.below(3)}, () => this.action());
        const made = {
            targets: calls.map(({to}) => to),
            values: calls.map(({value = 0n}) => value),
            calldatas: calls.map(({data}) => data),
            description: this.description(),
        };
        if (random.chance(3)) random.pick([made.targets, made.values, made.calldatas]).pop();
        return made;
    }
    description() {
        const {random} = this;
        const named = random.pick([
            () => this.user().address,
            () => this.user().address.toLowerCase(),
            () => this.user().address.slice(2),
            () => `0X${this.user().address.slice(2)}`,
            () => `${this.user().address.slice(0, -1)}g`,
            () => ZeroAddress,
        ])();
        return `Proposal ${random.below(1000)} ünd more${random.chance(40) ? `#proposer=${named}` : ''}`;
    }
    /** Mostly what the timelock can do: pay, spend, change a setting, a role. */
    action() {
        const {random, token, coin, timelock} = this;
        const anyone = this.user().address;
        const possible = [
            () => token.at('transfer', [anyone, random.integer(12)]),
            () => token.at('mint', [anyone, random.integer(16)]),
            () => coin.at('transfer', [anyone, random.integer(6)]),
            () => ({to: anyone, data: '0x', value: random.integer(8)}),
            () => this.at('setVotingDelay', [random.below(8)]),
            () => this.at('setVotingPeriod', [random.pick([20, 25, 30, 40])]),
            () => this.at('setProposalThreshold', [random.pick([0, 100, 1000])]),
            () => this.at('updateQuorumNumerator', [random.pick([0, 5, 20, 40])]),
            () => this.at('setLateQuorumVoteExtension', [random.pick([0, 5, 10])]),
            () => this.at('relay', [anyone, 0n, '0x']),
            () => timelock.at('updateDelay', [random.below(6)]),
            () => timelock.at('grantRole', [id('CANCELLER_ROLE'), anyone]),
        ];
        const doubtful = [
            () => token.at('transfer', [anyone, random.integer(256)]),
            () => this.at('setVotingPeriod', [0]),
            () => this.at('updateQuorumNumerator', [random.pick([100, 101])]),
            () => this.at('setLateQuorumVoteExtension', [200]),
            () => this.at('relay', [token.address, 0n, token.at('transfer', [anyone, 1n]).data]),
            () => ({to: anyone, data: '0x', value: 10n ** 30n}),
            () => ({to: token.address, data: random.hex(4)}),
        ];
        return random.pick(random.chance(88) ? possible : doubtful)();
    }

    proposal() {
        return this.known.length && this.random.chance(95) ? this.random.pick(this.known) : this.content();
    }
    /** queue, execute and cancel take a proposal's content with its description's hash. */
    call_on(name, proposal, from = this.user()) {
        const {targets, values, calldatas, description} = proposal;
        return this.call(name, from, targets, values, calldatas, id(description));
    }
    support() {
        return this.random.chance(70) ? 1 : this.random.below(5);
    }

    views() {
        const {random, now} = this;
        const proposal = this.proposal();
        const number = random.chance(95) ? id_of(proposal) : random.integer(256);
        const {targets, values, calldatas, description} = proposal;
        const [one, other] = [this.someone(), this.someone()];
        const when = random.pick([
            now + 1n,
            now,
            now - 1n,
            now - 5n,
            now - 40n,
            0n,
            2n ** 48n,
            2n ** 256n - 1n,
        ]);
        const settings = random.pick([
            ['votingDelay', 'votingPeriod', 'proposalThreshold'],
            ['quorumNumerator()', 'quorumDenominator', 'lateQuorumVoteExtension'],
            ['name', 'version', 'eip712Domain', 'COUNTING_MODE'],
            ['CLOCK_MODE', 'clock', 'token', 'timelock', 'BALLOT_TYPEHASH', 'EXTENDED_BALLOT_TYPEHASH'],
        ]);
        const of_proposal = [
            'state',
            'proposalSnapshot',
            'proposalDeadline',
            'proposalProposer',
            'proposalEta',
        ];
        // A different half of them each time: they cost more than the operation.
        const all = [
            ...settings.map((name) => this.view(name)),
            ...of_proposal.map((name) => this.view(name, number)),
            this.view('proposalNeedsQueuing', number),
            this.view('proposalVotes', number),
            this.view('hasVoted', number, one),
            this.view('quorum', when),
            this.view('quorumNumerator(uint256)', when),
            this.view('getVotes', one, when),
            this.view('getVotesWithParams', other, when, random.hex(random.below(3))),
            this.view('nonces', one),
            this.view('supportsInterface', random.pick(interfaces)),
            this.view('hashProposal', targets, values, calldatas, id(description)),
            this.view('getProposalId', targets, values, calldatas, id(description)),
            this.units.view('unitsOf', one),
            this.units.view('totalUnits'),
            this.units.view('getVotes', other),
            this.units.view('delegates', one),
            this.units.view('nonces', other),
            this.units.view('numCheckpoints', one),
            this.units.view('checkpoints', one, random.below(4)),
            this.units.view('getPastVotes', one, when),
            this.units.view('getPastTotalSupply', when),
            this.coin.view('balanceOf', one),
            this.coin.view('totalSupply'),
            this.token.view('balanceOf', this.timelock.address),
            this.timelock.view('getMinDelay'),
            this.timelock.view('hasRole', id('CANCELLER_ROLE'), one),
        ];
        return all.filter(() => random.chance(50));
    }
}

function id_of({targets, values, calldatas, description}) {
    const types = ['address[]', 'uint256[]', 'bytes[]', 'bytes32'];
    const words = [targets, values, calldatas, keccak256(toUtf8Bytes(description))];
    return BigInt(keccak256(coder.encode(types, words)));
}

/** 65 bytes, or what a caller may pass for them. */
function signature_bytes(random, {v, r, s}) {
    const whole = concat([r, s, toBeHex(v, 1)]);
    return random.chance(95) ? whole : random.pick(['0x', random.hex(64), concat([whole, '0x00'])]);
}

const operations = {
    async propose(play) {
        const {random} = play;
        const content = random.chance(90) || !play.known.length ? play.content() : random.pick(play.known);
        play.known = [...play.known.slice(-5), content];
        const {targets, values, calldatas, description} = content;
        return play.call('propose', play.user(), targets, values, calldatas, description);
    },
    castVote: async (play, proposal = play.proposal()) =>
        play.call('castVote', play.user(), id_of(proposal), play.support()),
    castVoteWithReason: async (play, proposal = play.proposal()) =>
        play.call('castVoteWithReason', play.user(), id_of(proposal), play.support(), 'because ✓'),
    async castVoteWithParams(play, proposal = play.proposal()) {
        const params = play.random.hex(play.random.below(40));
        const args = [id_of(proposal), play.support(), 'so', params];
        return play.call('castVoteWithReasonAndParams', play.user(), ...args);
    },
    async castVoteBySig(play, proposal = play.proposal()) {
        const voter = play.user();
        const number = id_of(proposal);
        const support = play.support();
        const nonce = await play.read('nonces', voter.address);
        const message = {proposalId: number, support, voter: voter.address, nonce};
        const signed = sign_somehow(play.random, voter, play.domain, ballot_types, message);
        const claimed = play.random.chance(93) ? voter.address : play.someone();
        const bytes = signature_bytes(play.random, signed);
        return play.call('castVoteBySig', play.user(), number, support, claimed, bytes);
    },
    async castVoteWithParamsBySig(play, proposal = play.proposal()) {
        const voter = play.user();
        const [number, support, reason] = [
            id_of(proposal),
            play.support(),
            play.random.pick(['', 'why not']),
        ];
        const params = play.random.hex(play.random.below(40));
        const nonce = await play.read('nonces', voter.address);
        const message = {proposalId: number, support, voter: voter.address, nonce, reason, params};
        const signed = sign_somehow(play.random, voter, play.domain, extended_ballot_types, message);
        const bytes = signature_bytes(play.random, signed);
        const args = [number, support, voter.address, reason, params, bytes];
        return play.call('castVoteWithReasonAndParamsBySig', play.user(), ...args);
    },
    queue: async (play) => play.call_on('queue', play.proposal()),
    execute: async (play) => ({
        ...play.call_on('execute', play.proposal()),
        value: play.random.chance(80) ? 0n : play.random.integer(12),
    }),
    async cancel(play) {
        const proposal = play.proposal();
        const proposer = await play.read('proposalProposer', id_of(proposal));
        const found = play.comparison.users.find(({address}) => address === proposer);
        return play.call_on('cancel', proposal, found && play.random.chance(60) ? found : play.user());
    },
    /** What the Governor has queued may be run at the timelock by anyone, without the Governor. */
    async execute_at_timelock(play) {
        const {targets, values, calldatas, description} = play.proposal();
        const salt = toBeHex(BigInt(id(description)) ^ (BigInt(play.address) << 96n), 32);
        const args = [targets, values, calldatas, toBeHex(0, 32), salt];
        return play.timelock.call('executeBatch', play.user(), ...args);
    },
    /** Settings are governance's own; nothing may be sent here. */
    async uninvited(play) {
        const {random} = play;
        const from = play.user();
        return random.pick([
            () => play.call('setVotingDelay', from, 1),
            () => play.call('relay', from, from.address, 0n, '0x'),
            () => play.call('updateTimelock', from, from.address),
            () => ({kind: 'pay', from: from.address, to: play.address, data: '0x', value: random.integer(9)}),
            () => play.call('onERC721Received', from, from.address, from.address, 1n, '0x'),
            () => play.call('onERC1155Received', from, from.address, from.address, 1n, 1n, '0x12'),
            () => play.units.call('moveUnits', from, ZeroAddress, from.address, 1n),
        ])();
    },
    async deposit(play) {
        const from = play.user();
        const value = play.random.integer(16);
        return play.random.chance(50)
            ? {...play.coin.call('deposit', from), value}
            : {kind: 'deposit by pay', from: from.address, to: play.coin.address, data: '0x', value};
    },
    async withdraw(play) {
        const from = play.user();
        const held = await play.coin.read('balanceOf', from.address);
        return play.coin.call('withdraw', from, play.amount(held > 10n ? held / 10n : held));
    },
    async transfer(play) {
        const from = play.user();
        const held = await play.coin.read('balanceOf', from.address);
        const to = play.random.chance(70)
            ? play.user().address
            : play.random.pick([fixed.Games, fixed.WrappedCoin, play.timelock.address]);
        return play.coin.call('transfer', from, to, play.amount(held > 10n ? held / 10n : held));
    },
    delegate: async (play) =>
        play.units.call(
            'delegate',
            play.user(),
            play.random.chance(85) ? play.user().address : play.someone(),
        ),
    async delegateBySig(play) {
        const owner = play.user();
        const message = {
            delegatee: play.user().address,
            nonce: await play.units.read('nonces', owner.address),
            expiry: play.now + BigInt(play.random.below(20)),
        };
        const {v, r, s} = sign_somehow(play.random, owner, play.units.domain, delegation_types, message);
        const args = [message.delegatee, message.nonce, message.expiry, v, r, s];
        return play.units.call('delegateBySig', play.user(), ...args);
    },
};
const votes = weighted({
    castVote: 4,
    castVoteWithReason: 1,
    castVoteWithParams: 1,
    castVoteBySig: 2,
    castVoteWithParamsBySig: 2,
});
const kinds = weighted({
    propose: 26,
    castVote: 4,
    castVoteWithReason: 2,
    castVoteWithParams: 2,
    castVoteBySig: 4,
    castVoteWithParamsBySig: 4,
    queue: 3,
    execute: 5,
    cancel: 5,
    execute_at_timelock: 5,
    uninvited: 6,
    deposit: 10,
    withdraw: 6,
    transfer: 12,
    delegate: 10,
    delegateBySig: 6,
});
