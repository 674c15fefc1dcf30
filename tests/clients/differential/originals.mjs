// The originals' bytecode: OpenZeppelin's compiled here from its npm package, Synthetix' StakingRewards as
// Uniswap published it.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {AbiCoder, ParamType, concat} from 'ethers';
import solc from 'solc';

const require = createRequire(import.meta.url);

const read_import = (path) => {
    try {
        return {contents: readFileSync(require.resolve(path), 'utf8')};
    } catch (error) {
        return {error: String(error)};
    }
};

/** Compiles a file of originals/, as `edit` changes it: contract name -> {abi, bytecode}. */
export function compile(file, edit = (source) => source) {
    const content = edit(readFileSync(new URL(`originals/${file}`, import.meta.url), 'utf8'));
    const settings = {
        evmVersion: 'cancun',
        optimizer: {enabled: true, runs: 200},
        outputSelection: {[file]: {'*': ['abi', 'evm.bytecode.object']}},
    };
    const input = {language: 'Solidity', sources: {[file]: {content}}, settings};
    const {errors = [], contracts} = JSON.parse(solc.compile(JSON.stringify(input), {import: read_import}));
    const faults = errors.filter(({severity}) => severity === 'error');
    if (faults.length) throw new Error(faults.map(({formattedMessage}) => formattedMessage).join('\n'));
    return Object.fromEntries(
        Object.entries(contracts[file]).map(([name, {abi, evm}]) => [
            name,
            {abi, bytecode: `0x${evm.bytecode.object}`},
        ]),
    );
}

/** Bytecode as it was published, built with solc 0.5.16. */
export function published_staking_rewards() {
    const {abi, bytecode} = require('@uniswap/liquidity-staker/build/StakingRewards.json');
    return {abi, bytecode: `0x${bytecode}`};
}

/** Creation code with its constructor's arguments. */
export function creation_code({abi, bytecode}, args) {
    const inputs = abi.find(({type}) => type === 'constructor')?.inputs ?? [];
    const types = inputs.map((input) => ParamType.from(input));
    return concat([bytecode, AbiCoder.defaultAbiCoder().encode(types, args)]);
}
