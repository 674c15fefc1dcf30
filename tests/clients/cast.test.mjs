// Foundry's cast, unmodified: it sends a transfer, reads contracts, gets a proof.
import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {contract, fixed} from './contracts.mjs';
import {account, start_node} from './node.mjs';
import {balance_slot} from './operations.mjs';
import {check_proof} from './recompute.mjs';

const home = dirname(createRequire(import.meta.url).resolve('@foundry-rs/cast-linux-amd64/package.json'));

/** Runs cast; gives its output, or throws with what it printed. */
async function cast(node, ...args) {
    // Its own empty home: no configuration of the machine's user takes part.
    const child = spawn(join(home, 'bin', 'cast'), [...args, '--rpc-url', node.url], {
        env: {HOME: node.data},
    });
    const [out, err] = await Promise.all(
        [child.stdout, child.stderr].map(async (s) => (await Array.fromAsync(s)).join('')),
    );
    const code = child.exitCode ?? (await new Promise((resolve) => child.on('exit', resolve)));
    if (code !== 0) throw new Error(`cast ${args[0]}: ${err}`);
    return out.trim();
}

test('cast', async (t) => {
    const node = await start_node(t);
    const [alice, bob] = [account(node, 0), account(node, 1)];
    const key = ['--private-key', alice.privateKey];

    await t.test('sends a transfer that arrives', async () => {
        const before = BigInt(await cast(node, 'balance', bob.address));
        const receipt = JSON.parse(
            await cast(node, 'send', bob.address, '--value', '1.5ether', ...key, '--json'),
        );
        assert.equal(receipt.status, '0x1');
        assert.equal(receipt.gasUsed, '0x5208');
        assert.equal(BigInt(await cast(node, 'balance', bob.address)) - before, 1_500_000_000_000_000_000n);
    });

    await t.test('sends a legacy transfer', async () => {
        const receipt = JSON.parse(
            await cast(node, 'send', bob.address, '--value', '1', '--legacy', ...key, '--json'),
        );
        assert.equal(receipt.status, '0x1');
        assert.equal(receipt.type, '0x0');
    });

    await t.test('calls a contract and reads it', async () => {
        await cast(node, 'send', fixed.WrappedCoin, 'deposit()', '--value', '2ether', ...key);
        const held = await cast(
            node,
            'call',
            fixed.WrappedCoin,
            'balanceOf(address)(uint256)',
            alice.address,
        );
        assert.match(held, /^2000000000000000000\b/);
        assert.equal(await cast(node, 'call', fixed.WrappedCoin, 'decimals()(uint8)'), '18');
    });

    await t.test('shows the name of a custom error', async () => {
        const transfer = ['transfer(address,uint256)', bob.address, '1'];
        await assert.rejects(
            cast(node, 'call', fixed.WrappedCoin, ...transfer, '--from', bob.address),
            /execution reverted/,
        );
        await assert.rejects(
            cast(node, 'send', fixed.WrappedCoin, 'withdraw(uint256)', '3000000000000000000', ...key),
            /reverted/,
        );
    });

    await t.test('finds the logs of a contract', async () => {
        const logs = JSON.parse(
            await cast(
                node,
                'logs',
                '--address',
                fixed.WrappedCoin,
                '--from-block',
                '0',
                'Deposit(address indexed,uint256)',
                '--json',
            ),
        );
        assert.equal(logs.length, 1);
        assert.equal(BigInt(logs[0].data), 2_000_000_000_000_000_000n);
    });

    await t.test("gets a proof that verifies under the block's state root", async () => {
        const block = JSON.parse(await cast(node, 'block', 'latest', '--json'));
        const proof = JSON.parse(
            await cast(
                node,
                'proof',
                fixed.WrappedCoin,
                balance_slot(alice.address),
                '--block',
                block.number,
            ),
        );
        assert.deepEqual(await check_proof(proof, block.stateRoot), {account: 1, slots: 1});
    });

    await t.test("does the README's tour", async () => {
        const root = fileURLToPath(new URL('../../', import.meta.url));
        const readme = readFileSync(join(root, 'README.md'), 'utf8');
        const [, script] = /```sh\n(scripts\/clients\.sh[^]*?)```/.exec(readme);
        assert.match(script, /http:\/\/127\.0\.0\.1:8545/);
        const {stdout} = await promisify(execFile)(
            'bash',
            [
                '-euo',
                'pipefail',
                '-c',
                script
                    .replace('http://127.0.0.1:8545', node.url)
                    .replace('build/release/farthing', process.env.FARTHING),
            ],
            {cwd: root},
        );
        assert.equal(stdout.match(/^status +1 \(success\)$/gm).length, 4, stdout);
        assert.match(stdout, /The recomputation agrees with the chain/);
        assert.match(stdout, /^250000000000000000000\b/m);
        const bets = await contract('Games', node.provider).queryFilter('BetPlaced');
        assert.deepEqual(
            bets.map(({args}) => [args.player, args.stake]),
            [[alice.address, 10n ** 17n]],
        );
    });
});
