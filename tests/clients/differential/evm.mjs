// A local EVM that holds the originals at the very addresses of our contracts, so that calldata, signed digests and
// logs are the same bytes on both sides.
import assert from 'node:assert/strict';
import {createEVM} from '@ethereumjs/evm';
import {SimpleStateManager} from '@ethereumjs/statemanager';
import {Account, bytesToHex, createAddressFromString, createZeroAddress, hexToBytes} from '@ethereumjs/util';
import {chain_rules} from '../recompute.mjs';

const gas_limit = 200_000_000n;

/** SimpleStateManager copies the whole state for each call frame; this one remembers how to undo a change. */
class UndoingState extends SimpleStateManager {
    // The base's constructor comes here first, before there is anything to undo.
    checkpointSync() {
        if (this.accountStack.length > 0) return this.marks.push(this.undo.length);
        super.checkpointSync();
        this.undo = [];
        this.marks = [];
    }
    async commit() {
        this.marks.pop();
        if (this.marks.length === 0) this.undo.length = 0;
    }
    async revert() {
        for (const mark = this.marks.pop(); this.undo.length > mark;) this.undo.pop()();
    }

    put(map, key, value) {
        const before = map.get(key);
        this.undo.push(() => map.set(key, before));
        map.set(key, value);
    }
    // Callers change the account that they get; a copy leaves what may have to come back as it was.
    async getAccount(address) {
        const account = this.topAccountStack().get(address.toString());
        return account && Object.assign(Object.create(Object.getPrototypeOf(account)), account);
    }
    async putAccount(address, account) {
        this.put(this.topAccountStack(), address.toString(), account);
    }
    async deleteAccount(address) {
        this.put(this.topAccountStack(), address.toString(), undefined);
    }
    async putStorage(address, key, value) {
        this.put(this.topStorageStack(), `${address.toString()}_${bytesToHex(key)}`, value);
    }
}

/** What contracts see of a block, given its number and timestamp. */
const surroundings = ({number, timestamp}) => ({
    header: {
        number: BigInt(number),
        timestamp: BigInt(timestamp),
        coinbase: createZeroAddress(),
        difficulty: 0n,
        prevRandao: new Uint8Array(32),
        gasLimit: gas_limit,
        baseFeePerGas: 0n,
        getBlobGasPrice: () => 1n,
    },
});

const log_of = ([address, topics, data]) => ({
    address: bytesToHex(address),
    topics: topics.map(bytesToHex),
    data: bytesToHex(data),
});

/** The originals' world. Gas costs nothing here, and balances are only what `fund` and payments make them. */
export class Evm {
    static async make(chain_id) {
        const made = new Evm();
        made.common = chain_rules(chain_id);
        made.state = new UndoingState({common: made.common});
        made.evm = await createEVM({common: made.common, stateManager: made.state});
        return made;
    }

    /** Runs creation code as if `address` were created by it, and leaves the contract there. Gives the logs. */
    async place(address, creation_code, block) {
        const at = createAddressFromString(address);
        await this.state.putCode(at, hexToBytes(creation_code));
        const {success, output, logs} = await this.run({to: address}, block);
        assert.ok(success, `the constructor at ${address} reverted: ${output}`);
        await this.state.putCode(at, hexToBytes(output));
        return logs;
    }

    async fund(address, wei) {
        const at = createAddressFromString(address);
        await this.state.putAccount(at, new Account(0n, wei));
    }
    async balance(address) {
        return (await this.state.getAccount(createAddressFromString(address)))?.balance ?? 0n;
    }
    async storage(address, slot) {
        const value = await this.state.getStorage(createAddressFromString(address), hexToBytes(slot));
        return `0x${bytesToHex(value).slice(2).padStart(64, '0')}`;
    }

    /** A transaction: {success, output, logs}; output is what was returned or the revert's data. */
    async run({from, to, data = '0x', value = 0n}, block) {
        const {execResult} = await this.evm.runCall({
            block: surroundings(block),
            caller: from ? createAddressFromString(from) : createZeroAddress(),
            to: createAddressFromString(to),
            data: hexToBytes(data),
            value,
            gasLimit: gas_limit,
        });
        this.evm.journal.cleanJournal();
        this.state.originalStorageCache.clear();
        const {exceptionError, returnValue, logs = []} = execResult;
        // Anything but a revert (an invalid opcode, spent gas) gives no data.
        const output = !exceptionError || exceptionError.error === 'revert' ? bytesToHex(returnValue) : '0x';
        return {success: !exceptionError, output, logs: logs.map(log_of)};
    }

    /** The same, but nothing of it stays. */
    async call(request, block) {
        await this.state.checkpoint();
        const {success, output} = await this.run(request, block);
        await this.state.revert();
        return {success, output};
    }
}
