// Token.sol compiled with the solc and the OpenZeppelin package that the tests pin.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {AbiCoder, concat} from 'ethers';
import solc from 'solc';

const require = createRequire(import.meta.url);

let compiled;

export function compile() {
    if (compiled) return compiled;
    const content = readFileSync(new URL('Token.sol', import.meta.url), 'utf8');
    const settings = {
        evmVersion: 'cancun',
        optimizer: {enabled: true, runs: 200},
        outputSelection: {'Token.sol': {Token: ['evm.bytecode.object']}},
    };
    const input = {language: 'Solidity', sources: {'Token.sol': {content}}, settings};
    const read_import = (path) => ({contents: readFileSync(require.resolve(path), 'utf8')});
    const {errors = [], contracts} = JSON.parse(solc.compile(JSON.stringify(input), {import: read_import}));
    const fault = errors.find(({severity}) => severity === 'error');
    if (fault) throw new Error(fault.formattedMessage);
    compiled = `0x${contracts['Token.sol'].Token.evm.bytecode.object}`;
    return compiled;
}

/** Creation code with its constructor's argument. */
export function creation_code(bytecode, supply) {
    return concat([bytecode, AbiCoder.defaultAbiCoder().encode(['uint256'], [supply])]);
}
