// Random stakes, rewards and claims at a pool, and what may differ from StakingRewards: rewards that it strands, by
// rounding its rate and while nobody is staked, are paid out by ours (economy.md section 7, e).
import assert from 'node:assert/strict';
import {spoil} from './calldata.mjs';
import {Play, uint256_max, weighted} from './play.mjs';

export const duration_s = 60n * 86_400n;
const unit = 10n ** 18n;

// What ours raises where StakingRewards says a sentence, or hides what a token said.
const token_errors = ['ERC20InsufficientAllowance', 'ERC20InsufficientBalance', 'Panic'];
const errors = {
    'Cannot stake 0': ['StakeZeroAmount'],
    'Cannot withdraw 0': ['WithdrawZeroAmount'],
    'SafeMath: subtraction overflow': ['StakeInsufficientBalance'],
    'SafeMath: addition overflow': token_errors,
    'SafeERC20: low-level call failed': token_errors,
    'Caller is not RewardsDistribution contract': ['UnauthorizedDistributor'],
    // Ours refuses what its index cannot count before it looks at the balance.
    'Provided reward too high': ['RewardUnfunded', 'RewardTooLarge'],
    'SafeMath: multiplication overflow': ['RewardTooLarge'],
};

export class PoolPlay extends Play {
    /** `own_face`: our Pool's Interface; the first user notifies. */
    constructor(comparison, address, face, own_face, stake_token, reward_token) {
        super(comparison, address, face);
        Object.assign(this, {own_face, stake_token, reward_token});
        this.distributor = comparison.users[0];
        this.paid = new Map(comparison.users.map(({address: at}) => [at, {ours: 0n, theirs: 0n}]));
        this.stranded = 0n; // units that StakingRewards has kept from everyone so far
        this.rounding = 0n; // units that its roundings down may have kept from one user
        this.least_supply = uint256_max; // but for none
        this.seen = {rate: 0n, finish: 0n, supply: 0n, time: 0n};
    }

    async operation() {
        const made = await operations[this.random.pick(kinds)](this);
        return made.to === this.address && this.random.chance(4) ? spoil(this.random, made) : made;
    }

    /** Before an operation in a block at `time`: what StakingRewards has stranded since the last. */
    pass(time) {
        const {rate, finish, supply} = this.seen;
        const until = time < finish ? time : finish;
        const streamed = until > this.seen.time ? until - this.seen.time : 0n;
        if (supply === 0n) this.stranded += rate * streamed;
        else if (supply < this.least_supply) this.least_supply = supply;
        this.rounding += supply / unit + 2n;
    }
    /** After it: who was paid, and what a new rate strands. */
    async observe(operation, ours, theirs) {
        this.note_payments('ours', ours.logs);
        this.note_payments('theirs', theirs.logs);
        const {rate, finish} = this.seen;
        if (ours.success && operation.kind === 'notifyRewardAmount') {
            const left = this.now < finish ? (finish - this.now) * rate : 0n;
            const [reward] = this.face.decodeFunctionData('notifyRewardAmount', operation.data);
            this.stranded += (reward + left) % duration_s;
        }
        this.seen = {
            rate: await this.read('rewardRate'),
            finish: await this.read('periodFinish'),
            supply: await this.read('totalSupply'),
            time: this.now,
        };
    }
    note_payments(side, logs) {
        const {topicHash} = this.face.getEvent('RewardPaid');
        for (const {topics, data} of logs)
            if (topics[0] === topicHash) {
                const [user] = this.face.decodeEventLog('RewardPaid', data, topics);
                this.paid.get(user)[side] += BigInt(data);
            }
    }

    views() {
        const {random} = this;
        const exact = ['stakingToken', 'rewardsToken', 'rewardsDistribution', 'rewardsDuration'];
        return [
            this.view(random.pick(exact)),
            ...[
                'totalSupply',
                'periodFinish',
                'lastTimeRewardApplicable',
                'rewardRate',
                'rewardPerToken',
            ].map((name) => this.view(name)),
            this.view('getRewardForDuration'),
            this.view('balanceOf', this.someone()),
            this.stake_token.view('balanceOf', this.someone()),
            this.stake_token.view('balanceOf', this.address),
            ...this.comparison.users.map(({address}) => this.view('earned', address)),
        ];
    }

    /** For Comparison: the decision that a difference follows from; fails when it is beyond its bounds. */
    excuse({what, operation, ours, theirs, view}) {
        if (what === 'output') return this.excuse_error(ours, theirs);
        if (what === 'logs') return this.excuse_reward(operation, ours, theirs);
        if (view && ours.success && theirs.success) return this.excuse_view(view, ours.output, theirs.output);
        return undefined;
    }
    excuse_error(ours, theirs) {
        if (!theirs.startsWith('0x08c379a0')) return undefined;
        const said = this.face.parseError(theirs).args[0];
        const raised = this.own_face.parseError(ours) ?? this.stake_token.face.parseError(ours);
        return errors[said]?.includes(raised?.name) ? 'errors with names' : undefined;
    }
    /** A reward paid may be more; everything else that was logged is the same. */
    excuse_reward({from}, ours, theirs) {
        const {topicHash} = this.face.getEvent('RewardPaid');
        const split = (logs) => {
            const at = logs.findIndex(({topics}) => topics[0] === topicHash);
            if (at < 0) return {rest: logs, reward: 0n};
            // The payment's own log stands before it.
            return {rest: logs.toSpliced(at - 1, 2), reward: BigInt(logs[at].data)};
        };
        const [ours_split, theirs_split] = [split(ours), split(theirs)];
        assert.deepEqual(ours_split.rest, theirs_split.rest, 'what was logged besides the reward');
        const paid = this.paid.get(from);
        this.within(paid.ours + ours_split.reward, paid.theirs + theirs_split.reward, `paid to ${from}`);
        return 'stranded rewards are paid out';
    }
    excuse_view({label, data}, ours_output, theirs_output) {
        const [ours, theirs] = [BigInt(ours_output), BigInt(theirs_output)];
        const runs = this.now < this.seen.finish;
        switch (label) {
            case 'earned': {
                const paid = this.paid.get(this.face.decodeFunctionData('earned', data)[0]);
                this.within(paid.ours + ours, paid.theirs + theirs, 'earned and paid');
                break;
            }
            case 'rewardPerToken':
                this.within(
                    ours,
                    theirs,
                    label,
                    ((this.stranded + 2n) * unit) / this.least_supply + this.rounding,
                );
                break;
            case 'rewardRate':
                // After the end StakingRewards still shows the last rate; ours the true one.
                if (runs)
                    this.within(ours, theirs, label, this.stranded / (this.seen.finish - this.now) + 1n);
                break;
            case 'getRewardForDuration':
                if (runs) assert.ok(ours >= theirs, label);
                break;
            case 'periodFinish':
            case 'lastTimeRewardApplicable':
                // What nobody earned streams again once the stream is over.
                assert.ok(!runs && this.stranded > 0n && ours > theirs, label);
                break;
            default:
                return undefined;
        }
        return 'stranded rewards are paid out';
    }
    /** Never less than StakingRewards gives, but for a fraction of a unit; and no more than it strands. */
    within(ours, theirs, label, most = this.stranded + this.rounding) {
        assert.ok(ours >= theirs - 1n, `${label}: ${ours}, less than ${theirs}`);
        assert.ok(ours <= theirs + most, `${label}: ${ours}, more than ${theirs} by over ${most}`);
    }
}

const operations = {
    async stake(play) {
        const from = play.user();
        const held = await play.stake_token.read('balanceOf', from.address);
        return play.call('stake', from, play.amount(held));
    },
    async withdraw(play) {
        const from = play.user();
        return play.call('withdraw', from, play.amount(await play.read('balanceOf', from.address)));
    },
    getReward: async (play) => play.call('getReward', play.user()),
    exit: async (play) => play.call('exit', play.user()),
    /** Rewards of all sizes: some below one unit a second, that StakingRewards strands whole. */
    async fund(play) {
        const amount = play.random.integer(play.random.pick([20, 40, 80]));
        return play.reward_token.call('transfer', play.distributor, play.address, amount + 1n);
    },
    async notify_by_another(play) {
        return play.call('notifyRewardAmount', play.random.pick(play.comparison.users.slice(1)), 1n);
    },
    async notify_unfunded(play) {
        return play.call('notifyRewardAmount', play.distributor, 10n ** 36n + play.random.integer(80));
    },
    /** Not to be spent before it is staked: the stake token only moves through the pool. */
    async approve(play) {
        return play.stake_token.call('approve', play.user(), play.address, play.amount(10n ** 24n));
    },
};
const kinds = weighted({
    stake: 24,
    withdraw: 16,
    getReward: 18,
    exit: 8,
    fund: 10,
    notify_by_another: 2,
    notify_unfunded: 2,
    approve: 6,
});
