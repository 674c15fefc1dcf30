// Everything in a block that can be recomputed from JSON-RPC answers alone, with @ethereumjs.
import assert from 'node:assert/strict';
import {createBlockFromRPC} from '@ethereumjs/block';
import {createCustomCommon, Hardfork, Mainnet} from '@ethereumjs/common';
import {MerklePatriciaTrie, verifyMerkleProof} from '@ethereumjs/mpt';
import {RLP} from '@ethereumjs/rlp';
import {bytesToHex, hexToBytes} from '@ethereumjs/util';
import {keccak256} from 'ethers';

const bytes_of = (quantity) => {
    // RLP's integer: big endian, no leading zeros
    const digits = BigInt(quantity).toString(16);
    return quantity === 0n || BigInt(quantity) === 0n
        ? new Uint8Array()
        : hexToBytes(`0x${digits.length % 2 ? '0' : ''}${digits}`);
};

export function chain_rules(chain_id) {
    return createCustomCommon({chainId: Number(chain_id), name: 'farthing'}, Mainnet, {
        hardfork: Hardfork.Cancun,
    });
}

/** Bloom filter of logs (Yellow Paper 4.3.1). */
export function bloom_of(logs) {
    const bloom = new Uint8Array(256);
    for (const {address, topics} of logs) {
        for (const item of [address, ...topics]) {
            const hash = hexToBytes(keccak256(item));
            for (const at of [0, 2, 4]) {
                const bit = ((hash[at] << 8) | hash[at + 1]) & 2047;
                bloom[255 - (bit >> 3)] |= 1 << (bit & 7);
            }
        }
    }
    return bytesToHex(bloom);
}

/** The form in which a receipt is hashed (EIP-658, EIP-2718). */
function encode_receipt({type, status, cumulativeGasUsed, logsBloom, logs}) {
    const body = RLP.encode([
        bytes_of(status),
        bytes_of(cumulativeGasUsed),
        hexToBytes(logsBloom),
        logs.map(({address, topics, data}) => [
            hexToBytes(address),
            topics.map(hexToBytes),
            hexToBytes(data),
        ]),
    ]);
    return BigInt(type) === 0n ? body : Uint8Array.from([Number(type), ...body]);
}

async function root_of(items) {
    const trie = new MerklePatriciaTrie();
    for (const [index, item] of items.entries()) await trie.put(RLP.encode(bytes_of(BigInt(index))), item);
    return bytesToHex(trie.root());
}

/** Checks one block (with full transactions) and its receipts; throws at the first difference. */
export async function check_block(block, receipts, rules) {
    const rebuilt = createBlockFromRPC(block, [], {common: rules, setHardfork: false});
    const at = `block ${Number(block.number)}`;
    assert.equal(bytesToHex(rebuilt.hash()), block.hash, `${at}: header hash`);
    assert.equal(bytesToHex(await rebuilt.genTxTrie()), block.transactionsRoot, `${at}: transactions root`);
    assert.equal(rebuilt.transactions.length, receipts.length, `${at}: receipts`);

    let gas_used = 0n,
        log_index = 0n;
    for (const [index, tx] of rebuilt.transactions.entries()) {
        const said = block.transactions[index],
            receipt = receipts[index],
            where = `${at}, transaction ${index}`;
        assert.equal(bytesToHex(tx.hash()), said.hash, `${where}: hash`);
        assert.equal(tx.getSenderAddress().toString(), said.from, `${where}: sender`);
        assert.equal(receipt.transactionHash, said.hash, `${where}: receipt's transaction`);
        assert.equal(receipt.from, said.from, `${where}: receipt's sender`);
        assert.equal(receipt.blockHash, block.hash, `${where}: receipt's block`);
        gas_used += BigInt(receipt.gasUsed);
        assert.equal(BigInt(receipt.cumulativeGasUsed), gas_used, `${where}: cumulative gas`);
        assert.equal(receipt.logsBloom, bloom_of(receipt.logs), `${where}: bloom`);
        for (const log of receipt.logs) {
            assert.equal(BigInt(log.logIndex), log_index++, `${where}: log index`);
            assert.equal(log.transactionHash, said.hash, `${where}: log's transaction`);
        }
    }
    assert.equal(BigInt(block.gasUsed), gas_used, `${at}: gas used`);
    assert.equal(block.logsBloom, bloom_of(receipts.flatMap(({logs}) => logs)), `${at}: bloom`);
    assert.equal(await root_of(receipts.map(encode_receipt)), block.receiptsRoot, `${at}: receipts root`);
}

const empty_root = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const empty_code = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';

/** The value that a proof shows under `root` for a key, or null when it shows that there is none. */
async function proven(root, key, proof) {
    if (root === empty_root) {
        assert.deepEqual(proof, [], 'a proof under the empty root');
        return null;
    }
    const nodes = proof.map(hexToBytes);
    assert.equal(keccak256(nodes[0]), root, "the proof's first node does not hash to the root");
    return verifyMerkleProof(hexToBytes(keccak256(key)), nodes);
}

/** Checks an eth_getProof answer against a block's state root. Gives {account, slots} = how many are present. */
export async function check_proof(answer, state_root) {
    const value = await proven(state_root, answer.address, answer.accountProof);
    const said = [
        bytes_of(answer.nonce),
        bytes_of(answer.balance),
        hexToBytes(answer.storageHash),
        hexToBytes(answer.codeHash),
    ];
    if (value === null) {
        assert.deepEqual(
            [answer.nonce, answer.balance, answer.storageHash, answer.codeHash],
            ['0x0', '0x0', empty_root, empty_code],
        );
    } else {
        assert.equal(bytesToHex(value), bytesToHex(RLP.encode(said)), `the account ${answer.address}`);
    }
    let slots = 0;
    for (const {key, value: stored, proof} of answer.storageProof) {
        const word = `0x${BigInt(key).toString(16).padStart(64, '0')}`;
        const found = await proven(answer.storageHash, word, proof);
        assert.equal(
            found === null ? '0x' : bytesToHex(found),
            bytesToHex(BigInt(stored) === 0n ? new Uint8Array() : RLP.encode(bytes_of(stored))),
            `slot ${key}`,
        );
        if (found !== null) ++slots;
    }
    return {account: value === null ? 0 : 1, slots};
}
