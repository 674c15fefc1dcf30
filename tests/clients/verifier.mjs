// The independent judge of games: npm provably-fair-verifier, unmodified, as it lies in node_modules.
// Its sources are ES modules without file extensions, and one import differs from its folder's name in letter case,
// so a resolver confined to the package finds the file that is meant.
import {existsSync, readdirSync} from 'node:fs';
import {createRequire, registerHooks} from 'node:module';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const home = dirname(createRequire(import.meta.url).resolve('provably-fair-verifier/package.json'));

/** The existing path that `relative` means below `from`, whatever its letter case; undefined if there is none. */
function find_ignoring_case(from, relative) {
    let path = from;
    for (const part of relative.split('/')) {
        if (part === '.') continue;
        if (part === '..') {
            path = dirname(path);
            continue;
        }
        const wanted = [part.toLowerCase(), `${part.toLowerCase()}.js`];
        const entry = existsSync(path) && readdirSync(path).find((e) => wanted.includes(e.toLowerCase()));
        if (!entry) return undefined;
        path = join(path, entry);
    }
    return path;
}

registerHooks({
    resolve(specifier, context, next) {
        if (specifier.startsWith('.') && context.parentURL?.startsWith(pathToFileURL(home).href)) {
            const path = find_ignoring_case(dirname(fileURLToPath(context.parentURL)), specifier);
            if (path) return {url: pathToFileURL(path).href, format: 'module', shortCircuit: true};
        }
        return next(specifier, context);
    },
    load(url, context, next) {
        const ours = url.startsWith(pathToFileURL(home).href) && basename(url) !== 'package.json';
        return next(url, ours ? {...context, format: 'module'} : context);
    },
});

const game = async (name) =>
    new (await import(pathToFileURL(join(home, 'Games', `${name}.js`)).href)).default();
const dice = await game('Dice');
const crash = await game('Crash');

/** The dice roll in hundredths, 0..10000, as the public verifier computes it from what a player can see. */
export function dice_roll(server_seed, client_seed, nonce) {
    const printed = dice.verify({serverSeed: server_seed, clientSeed: client_seed, nonce});
    return Number(printed.replace('.', ''));
}

/** The crash point in hundredths, 100 upward, of a round: the server seed is the "game hash", R the "salt". */
export function crash_point(server_seed, salt) {
    return Number(crash.verify({hash: server_seed, clientSeed: salt}).replace('.', ''));
}
