// The same operations in both worlds, each compared in outcome, returned or reverted data, logs and views.
import assert from 'node:assert/strict';
import {Interface} from 'ethers';
import {directory_with_genesis, start_node} from '../node.mjs';
import {random_source} from '../random.mjs';
import {Evm} from './evm.mjs';
import {OurChain} from './our_chain.mjs';

const standard_errors = new Interface(['error Error(string)', 'error Panic(uint256)']);
const print = (value) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));

export class Comparison {
    /**
     * Starts both worlds. `genesis(file)` may change ours; `excuse(difference)` names the recorded decision that a
     * difference follows from; `observe(operation, ours, theirs)` hears of each outcome before the views.
     */
    static async make(t, {users = 6, genesis, excuse, observe} = {}) {
        const made = new Comparison();
        made.t = t;
        made.random = random_source(t);
        const args = ['--accounts', String(users)];
        const data = genesis && (await directory_with_genesis(args, genesis));
        const node = await start_node(t, args, data);
        made.ours = await OurChain.make(node, users);
        made.theirs = await Evm.make(made.ours.chain_id);
        made.users = made.ours.users;
        for (const {address} of made.users) await made.theirs.fund(address, 2n ** 200n);
        made.excuse = excuse ?? (() => undefined);
        made.observe = observe ?? (() => undefined);
        made.excused = new Map(); // decision -> how many differences
        made.outcomes = new Map(); // kind -> [succeeded, reverted]
        made.faces = new Map(); // address -> Interface, for reports
        made.compared = {operations: 0, outputs: 0, unforeseen: 0, views: 0};
        return made;
    }

    /** Puts an original, described by `face`, at one of our contracts' addresses; gives what its constructor logged. */
    async place(address, creation_code, face, block) {
        this.faces.set(address, face);
        return this.theirs.place(address, creation_code, block);
    }

    /**
     * One operation {kind, from, to, data, value} in a block of its own `seconds` after the last, then the views
     * {label, to, data}.
     */
    async run(operation, views = [], seconds = 1) {
        const time = BigInt(this.block.timestamp) + BigInt(seconds);
        const ours = await this.ours.run(operation, views, time);
        this.block = ours.block;
        if (ours.output === undefined) ++this.compared.unforeseen;
        await this.compare_run(operation, ours, await this.theirs.run(operation, ours.block));
        await this.compare_views(operation, views, ours.views);
    }

    /** Several at once, which share a block if they come into one: then without what they returned. */
    async run_together(operations, views) {
        for (const {block, ran} of await this.ours.run_together(operations)) {
            this.block = block;
            for (const {operation, ...ours} of ran)
                await this.compare_run(operation, ours, await this.theirs.run(operation, block));
        }
        await this.compare_views(operations.at(-1), views, await this.ours.views(views));
    }

    run_all(operations, views, seconds) {
        return operations.length === 1
            ? this.run(operations[0], views, seconds)
            : this.run_together(operations, views);
    }

    async compare_run(operation, ours, theirs) {
        ++this.compared.operations;
        const tally =
            this.outcomes.get(operation.kind) ??
            this.outcomes.set(operation.kind, [0, 0]).get(operation.kind);
        ++tally[ours.success ? 0 : 1];
        this.check('success', operation, ours.success, theirs.success);
        this.check('logs', operation, ours.logs, theirs.logs);
        if (ours.output !== undefined) {
            ++this.compared.outputs;
            this.check('output', operation, ours.output, theirs.output);
        }
        await this.observe(operation, ours, theirs);
    }

    /** Storage that tools expect where the original has it. */
    async compare_storage(operation, address, slots) {
        const found = await this.ours.rpc(
            slots.map((slot) => ['eth_getStorageAt', [address, slot, 'latest']]),
        );
        for (const [i, {result}] of found.entries())
            this.check(`slot ${slots[i]}`, operation, result, await this.theirs.storage(address, slots[i]));
    }
    async compare_balance(operation, address) {
        const ours = BigInt(await this.ours.ask('eth_getBalance', address, 'latest'));
        this.check(`balance of ${address}`, operation, ours, await this.theirs.balance(address));
    }

    async compare_views(operation, views, ours) {
        for (const [i, view] of views.entries()) {
            ++this.compared.views;
            this.check('view', operation, ours[i], await this.theirs.call(view, this.block), view);
        }
    }

    /** Fails with everything that is known unless both are the same or the difference is excused. */
    check(what, operation, ours, theirs, view) {
        if (print(ours) === print(theirs)) return;
        const decision = this.excuse({what, operation, ours, theirs, view});
        if (decision) return this.excused.set(decision, (this.excused.get(decision) ?? 0) + 1);
        assert.fail(
            [
                `operation ${this.compared.operations} (${operation.kind}) in block ${Number(this.block.number)} ` +
                    `at ${Number(this.block.timestamp)}: ${this.describe(operation)}`,
                ...(view ? [`view ${view.label}: ${this.describe(view)}`] : []),
                `${what} of ours:   ${this.explain(ours)}`,
                `${what} of theirs: ${this.explain(theirs)}`,
                `the operation: ${print(operation)}`,
            ].join('\n'),
        );
    }

    describe({from, to, data}) {
        const call = this.faces.get(to)?.parseTransaction({data: data ?? '0x'});
        return `${from ?? ''} -> ${to}: ${call ? `${call.name}${print([...call.args])}` : data}`;
    }
    explain(value) {
        const output = value?.output ?? value;
        if (typeof output !== 'string' || output.length < 10) return print(value);
        for (const face of [standard_errors, ...this.faces.values()]) {
            const error = face.parseError(output);
            if (error) return `${error.name}${print([...error.args])} ${print(value)}`;
        }
        return print(value);
    }

    /** What was compared, for the test's output; fails when too little was. */
    report() {
        const {operations, unforeseen} = this.compared;
        assert.ok(unforeseen <= operations / 100, `${unforeseen} calls ran in another block than foreseen`);
        const lines = [
            `compared: ${print(this.compared)}`,
            `[succeeded, reverted]: ${print(Object.fromEntries(this.outcomes))}`,
            `excused: ${print(Object.fromEntries(this.excused))}`,
        ];
        for (const line of lines) this.t.diagnostic(line);
    }
}
