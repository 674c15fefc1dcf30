// Random scheduling, running and cancelling of operations, and changes of roles, at a timelock.
import {AbiCoder, ZeroAddress, ZeroHash, id, keccak256} from 'ethers';
import {spoil} from './calldata.mjs';
import {Play, has_tail, uint256_max, weighted} from './play.mjs';

const coder = AbiCoder.defaultAbiCoder();
const roles = [ZeroHash, id('PROPOSER_ROLE'), id('EXECUTOR_ROLE'), id('CANCELLER_ROLE')];
// ERC-165, IAccessControl, IERC1155Receiver, none.
const interfaces = ['0x01ffc9a7', '0x7965db0b', '0x4e2312e0', '0xffffffff'];

export class TimelockPlay extends Play {
    /** `token`: a TokenPlay whose token the timelock owns and holds some of. */
    constructor(comparison, address, face, token) {
        super(comparison, address, face);
        this.token = token;
        this.known = []; // operations so far: {targets, values, payloads, predecessor, salt, is_batch}
    }

    async operation() {
        const made = await operations[this.random.pick(kinds)](this);
        const called = this.face.getFunction(made.data.slice(0, 10));
        return called && this.random.chance(5)
            ? spoil(this.random, made, called.inputs.some(has_tail))
            : made;
    }

    role() {
        return this.random.pick(roles);
    }
    /** Users, the timelock, and the zero address, which stands for everyone. */
    holder() {
        return this.random.chance(80) ? this.user().address : this.random.pick([ZeroAddress, this.address]);
    }
    /** Mostly a user who has the role. */
    async actor(name) {
        if (this.random.chance(25)) return this.user();
        const having = [];
        for (const user of this.comparison.users)
            if (await this.read('hasRole', id(name), user.address)) having.push(user);
        return having.length ? this.random.pick(having) : this.user();
    }
    known_or_new() {
        return this.known.length && this.random.chance(90)
            ? this.random.pick(this.known)
            : this.remember(this.content());
    }
    known_id() {
        return this.random.chance(90) ? id_of(this.known_or_new()) : this.random.hex(32);
    }
    remember(content) {
        this.known = [...this.known.slice(-12), content];
        return content;
    }
    content() {
        const {random} = this;
        const is_batch = random.chance(35);
        const calls = Array.from({length: is_batch ? random.below(4) : 1}, () => this.inner_call());
        const made = {
            targets: calls.map(({to}) => to),
            values: calls.map(({value}) => value),
            payloads: calls.map(({data}) => data),
            predecessor: random.chance(75) || !this.known.length ? ZeroHash : this.known_id(),
            salt: random.chance(50) ? ZeroHash : random.hex(32),
            is_batch,
        };
        if (is_batch && calls.length && random.chance(8))
            random.pick([made.targets, made.values, made.payloads]).pop();
        return made;
    }
    /** What the timelock is to call: mostly something that it can do. */
    inner_call() {
        const {random, token} = this;
        const anyone = this.user().address;
        const possible = [
            () => token.at('transfer', [anyone, random.integer(16)]),
            () => token.at('mint', [anyone, random.integer(16)]),
            () => this.at('updateDelay', [random.below(12)]),
            () => this.at('grantRole', [this.role(), this.holder()]),
            () => this.at('revokeRole', [this.role(), this.holder()]),
            () => ({to: anyone, data: random.hex(random.below(3)), value: random.integer(8)}),
        ];
        const doubtful = [
            () => token.at('transfer', [anyone, random.integer(256)]),
            () => (this.known.length ? this.execute(random.pick(this.known)) : this.at('cancel', [ZeroHash])),
            () => this.at('cancel', [this.known.length ? this.known_id() : ZeroHash]),
            () => ({to: token.address, data: random.hex(4)}),
            () => ({to: anyone, data: '0x', value: 10n ** 30n}),
        ];
        return {value: 0n, ...random.pick(random.chance(75) ? possible : doubtful)()};
    }
    execute({targets, values, payloads, predecessor, salt, is_batch}) {
        return is_batch
            ? this.at('executeBatch', [targets, values, payloads, predecessor, salt])
            : this.at('execute', [targets[0], values[0], payloads[0], predecessor, salt]);
    }

    async delay() {
        const {random} = this;
        const least = await this.read('getMinDelay');
        if (random.chance(85)) return least + BigInt(random.below(3));
        return random.pick([least - (least > 0n ? 1n : 0n), 0n, uint256_max, uint256_max - this.now]);
    }

    views() {
        const {random} = this;
        const one = this.known_or_new();
        const of_operation = ['getOperationState', 'getTimestamp', 'isOperation', 'isOperationPending'];
        const {targets, values, payloads, predecessor, salt} = one;
        return [
            ...of_operation.map((name) => this.view(name, id_of(one))),
            this.view('getOperationState', this.known_id()),
            this.view(random.pick(['isOperationReady', 'isOperationDone']), this.known_id()),
            this.view('getMinDelay'),
            this.view('hasRole', this.role(), this.holder()),
            this.view('getRoleAdmin', random.chance(80) ? this.role() : random.hex(32)),
            this.view('supportsInterface', random.pick(interfaces)),
            one.is_batch
                ? this.view('hashOperationBatch', targets, values, payloads, predecessor, salt)
                : this.view('hashOperation', targets[0], values[0], payloads[0], predecessor, salt),
            this.token.view('balanceOf', this.address),
            this.token.view('owner'),
        ];
    }
}

/** As hashOperation and hashOperationBatch say. */
function id_of({targets, values, payloads, predecessor, salt, is_batch}) {
    const types = ['address', 'uint256', 'bytes'];
    return keccak256(
        is_batch
            ? coder.encode(
                  [...types.map((type) => `${type}[]`), 'bytes32', 'bytes32'],
                  [targets, values, payloads, predecessor, salt],
              )
            : coder.encode(
                  [...types, 'bytes32', 'bytes32'],
                  [targets[0], values[0], payloads[0], predecessor, salt],
              ),
    );
}

const operations = {
    async schedule(play) {
        const content = play.random.chance(85) ? play.remember(play.content()) : play.known_or_new();
        const {targets, values, payloads, predecessor, salt, is_batch} = content;
        const [from, delay] = [await play.actor('PROPOSER_ROLE'), await play.delay()];
        return is_batch
            ? play.call('scheduleBatch', from, targets, values, payloads, predecessor, salt, delay)
            : play.call(
                  'schedule',
                  play.user(),
                  targets[0],
                  values[0],
                  payloads[0],
                  predecessor,
                  salt,
                  delay,
              );
    },
    async execute(play) {
        const ready = [];
        for (const each of play.known) if (await play.read('isOperationReady', id_of(each))) ready.push(each);
        const content =
            ready.length && play.random.chance(80) ? play.random.pick(ready) : play.known_or_new();
        const value = play.random.chance(85) ? 0n : play.random.integer(20);
        const from = await play.actor('EXECUTOR_ROLE');
        return {kind: 'execute', from: from.address, ...play.execute(content), value};
    },
    cancel: async (play) => play.call('cancel', await play.actor('CANCELLER_ROLE'), play.known_id()),
    grantRole: async (play) => play.call('grantRole', play.user(), play.role(), play.holder()),
    revokeRole: async (play) => play.call('revokeRole', play.user(), play.role(), play.holder()),
    async renounceRole(play) {
        const user = play.user();
        const named = play.random.chance(50) ? user.address : play.holder();
        return play.call('renounceRole', user, play.role(), named);
    },
    updateDelay: async (play) => play.call('updateDelay', play.user(), play.random.below(20)),
    pay: async (play) => ({
        kind: 'pay',
        from: play.user().address,
        to: play.address,
        data: '0x',
        value: play.random.integer(30),
    }),
    async receive_token(play) {
        const args = [play.user().address, play.user().address];
        const bytes = play.random.hex(play.random.below(40));
        return play.random.pick([
            () => play.call('onERC721Received', play.user(), ...args, 1n, bytes),
            () => play.call('onERC1155Received', play.user(), ...args, 1n, 2n, bytes),
            () => play.call('onERC1155BatchReceived', play.user(), ...args, [1n, 2n], [3n], bytes),
        ])();
    },
};
const kinds = weighted({
    schedule: 40,
    execute: 40,
    cancel: 7,
    grantRole: 6,
    revokeRole: 4,
    renounceRole: 1,
    updateDelay: 1,
    pay: 4,
    receive_token: 2,
});
