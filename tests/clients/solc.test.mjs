// The printed Solidity interfaces compile, and solc reads from them the ABIs that we print.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import solc from 'solc';
import {abi, abi_names} from './contracts.mjs';

const folder = new URL('../../docs/solidity/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.sol'));

function compile() {
    const sources = Object.fromEntries(
        files.map((name) => [name, {content: readFileSync(new URL(name, folder), 'utf8')}]),
    );
    const settings = {outputSelection: {'*': {'*': ['abi']}}};
    const {errors = [], contracts} = JSON.parse(
        solc.compile(JSON.stringify({language: 'Solidity', sources, settings})),
    );
    assert.deepEqual(
        errors.map(({formattedMessage}) => formattedMessage),
        [],
    );
    return contracts;
}

// Entries in one order, and only what both sides state: internalType is solc's own remark.
const normal = (entries) => {
    const bare = (value) =>
        Array.isArray(value)
            ? value.map(bare)
            : value && typeof value === 'object'
              ? Object.fromEntries(
                    Object.entries(value)
                        .filter(([k]) => k !== 'internalType')
                        .sort()
                        .map(([k, v]) => [k, bare(v)]),
                )
              : value;
    return entries
        .map(bare)
        .map((entry) => JSON.stringify(entry))
        .sort()
        .map((entry) => JSON.parse(entry));
};

test('solc compiles every interface without a warning, and its ABI is ours', () => {
    const contracts = compile();
    assert.deepEqual(files.map((name) => name.replace(/^I(.*)\.sol$/, '$1')).sort(), abi_names());
    for (const name of abi_names()) {
        const {abi: theirs} = contracts[`I${name}.sol`][`I${name}`];
        assert.ok(theirs.length > 0, name);
        assert.deepEqual(normal(theirs), normal(abi(name)), name);
    }
});
