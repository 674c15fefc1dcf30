// Whether a result fits the published Ethereum JSON-RPC specification (tests/vectors/openrpc.json).
import {readFileSync} from 'node:fs';
import Ajv from 'ajv/dist/2019.js';

const specification = JSON.parse(readFileSync(new URL('../vectors/openrpc.json', import.meta.url)));
const schemas = new Map(specification.methods.map(({name, result}) => [name, result?.schema]));
const ajv = new Ajv({strict: false, allErrors: false});
const compiled = new Map();

function checker(method) {
    if (!compiled.has(method))
        compiled.set(method, schemas.get(method) ? ajv.compile(schemas.get(method)) : null);
    return compiled.get(method);
}

// The specification has no form for a transaction that is not in a block yet, and two for an empty list, of which
// it wants exactly one.
const is_pending = (result) => result?.blockHash === null && result?.hash !== undefined;
const is_empty = (result) => Array.isArray(result) && result.length === 0;

/** What is wrong with the result of a method, as texts; none for methods that the specification does not know. */
export function schema_faults(method, result) {
    const fits = checker(method);
    if (!fits || is_pending(result) || is_empty(result) || fits(result)) return [];
    return fits.errors.map(
        ({instancePath, message, params}) =>
            `${instancePath || 'the result'} ${message} ${JSON.stringify(params)}`,
    );
}
