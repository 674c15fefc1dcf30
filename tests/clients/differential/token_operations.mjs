// Random calls of an ERC-20 token with permits and votes, and the views that show what they did.
import {ZeroAddress, toBeHex} from 'ethers';
import {allowance_slot, balance_slot} from '../operations.mjs';
import {spoil} from './calldata.mjs';
import {Play, uint256_max, weighted} from './play.mjs';
import {fields, sign_somehow} from './signing.mjs';

const permit_types = {
    Permit: fields('address owner, address spender, uint256 value, uint256 nonce, uint256 deadline'),
};
const delegation_types = {Delegation: fields('address delegatee, uint256 nonce, uint256 expiry')};

/** A token in both worlds; `domain` is that of its signatures. */
export class TokenPlay extends Play {
    constructor(comparison, address, face, domain) {
        super(comparison, address, face);
        this.domain = domain;
        this.signed = []; // operations with signatures so far, to be replayed
    }

    async operation() {
        const made = await operations[this.random.pick(kinds)](this);
        return this.random.chance(6) ? spoil(this.random, made) : made;
    }

    /** Mostly ahead; at times a second around this block's or the next's, or none to be had. */
    deadline() {
        const {random, now} = this;
        const edges = [now - 1n, now, now + 1n, now + 2n, 0n, uint256_max];
        return random.chance(70) ? now + 1000n + random.integer(40) : random.pick(edges);
    }
    async nonce(owner) {
        const next = await this.read('nonces', owner);
        return this.random.chance(94) ? next : next + 1n + this.random.integer(10);
    }

    views() {
        const {random, now} = this;
        const [one, other] = [this.someone(), this.someone()];
        const when = random.pick([now + 1n, now, now - 1n, now - 2n, now - 10n, 0n, 2n ** 48n, uint256_max]);
        const constant = random.pick(['name', 'symbol', 'decimals', 'cap', 'CLOCK_MODE', 'eip712Domain']);
        const of_each = (who) => [
            ['balanceOf', who],
            ['nonces', who],
            ['delegates', who],
            ['getVotes', who],
            ['numCheckpoints', who],
            ['checkpoints', who, random.below(4)],
            ['getPastVotes', who, when],
        ];
        const asked = [
            [constant],
            ['totalSupply'],
            ['owner'],
            ['clock'],
            ['DOMAIN_SEPARATOR'],
            ['allowance', one, other],
            ['getPastTotalSupply', when],
            ...of_each(one),
            ...of_each(other),
        ];
        return asked.map((each) => this.view(...each));
    }
    /** Storage keys that tools expect where OpenZeppelin has them (_balances, _allowances, _totalSupply). */
    slots() {
        const [one, other] = [this.someone(), this.someone()];
        return [balance_slot(one), allowance_slot(one, other), toBeHex(2, 32)];
    }
}

const operations = {
    async transfer(play) {
        const from = play.user();
        return play.call(
            'transfer',
            from,
            play.someone(),
            play.amount(await play.read('balanceOf', from.address)),
        );
    },
    async approve(play) {
        const from = play.user();
        return play.call(
            'approve',
            from,
            play.someone(),
            play.amount(await play.read('balanceOf', from.address)),
        );
    },
    async transferFrom(play) {
        const [from, spender] = [play.someone(), play.user()];
        const allowed = await play.read('allowance', from, spender.address);
        return play.call('transferFrom', spender, from, play.someone(), play.amount(allowed));
    },
    async burn(play) {
        const from = play.user();
        return play.call('burn', from, play.amount(await play.read('balanceOf', from.address)));
    },
    async burnFrom(play) {
        const [from, spender] = [play.someone(), play.user()];
        return play.call(
            'burnFrom',
            spender,
            from,
            play.amount(await play.read('allowance', from, spender.address)),
        );
    },
    async mint(play) {
        const room = (await play.read('cap')) - (await play.read('totalSupply'));
        return play.call('mint', await owner_or_other(play), play.someone(), play.amount(room));
    },
    async delegate(play) {
        return play.call('delegate', play.user(), play.someone());
    },
    async permit(play) {
        const [owner, spender] = [play.user(), play.someone()];
        const message = {
            owner: owner.address,
            spender,
            value: play.amount(await play.read('balanceOf', owner.address)),
            nonce: await play.nonce(owner.address),
            deadline: play.deadline(),
        };
        const {v, r, s} = sign_somehow(play.random, owner, play.domain, permit_types, message);
        return remember(
            play,
            play.call(
                'permit',
                play.user(),
                owner.address,
                spender,
                message.value,
                message.deadline,
                v,
                r,
                s,
            ),
        );
    },
    async delegateBySig(play) {
        const owner = play.user();
        const message = {
            delegatee: play.someone(),
            nonce: await play.nonce(owner.address),
            expiry: play.deadline(),
        };
        const {v, r, s} = sign_somehow(play.random, owner, play.domain, delegation_types, message);
        return remember(
            play,
            play.call(
                'delegateBySig',
                play.user(),
                message.delegatee,
                message.nonce,
                message.expiry,
                v,
                r,
                s,
            ),
        );
    },
    async replay(play) {
        if (play.signed.length === 0) return operations.permit(play);
        return {...play.random.pick(play.signed), from: play.user().address, kind: 'replay'};
    },
    async transferOwnership(play) {
        // Never to an account that can't pass it on.
        const to = play.random.chance(80) ? play.user().address : ZeroAddress;
        return play.call('transferOwnership', await owner_or_other(play), to);
    },
    async renounceOwnership(play) {
        // Not by the owner: nothing could be minted from then on.
        const owner = await play.read('owner');
        const others = play.comparison.users.filter(({address}) => address !== owner);
        return play.call('renounceOwnership', play.random.pick(others));
    },
};

const kinds = weighted({
    transfer: 20,
    approve: 8,
    transferFrom: 14,
    burn: 5,
    burnFrom: 5,
    mint: 8,
    delegate: 10,
    permit: 10,
    delegateBySig: 9,
    replay: 3,
    transferOwnership: 3,
    renounceOwnership: 1,
});

/** Mostly the owner, where it is a user. */
async function owner_or_other(play) {
    const owner = await play.read('owner');
    const found = play.comparison.users.find(({address}) => address === owner);
    return found && play.random.chance(80) ? found : play.user();
}

function remember(play, operation) {
    play.signed = [...play.signed.slice(-20), operation];
    return operation;
}
