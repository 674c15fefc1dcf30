#!/usr/bin/env python3
"""Runs many seeds of the simulator on all cores, each through the ledger model, and sums up.

Usage: run.py SIMULATOR [--seeds FROM..TO] [--jobs N]

Seeds: 0..999, or as many from FARTHING_SEED on as FARTHING_SIM_SEEDS says. The last line has the digest of
all digests: the same for the same seeds on every machine and with every compiler.
Fails when a seed fails, when the model differs, when a seed run again has another digest, or when an
operation or fault hardly ever happens, for then it is not tested.

Example: tests/simulator/run.py build/dev/tests/simulator/farthing_simulator --seeds 0..99
"""
import argparse
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
CHUNK = 25
# Of the kinds in `model:` lines, all must succeed at least once in so many seeds; these are never refused in a block.
NEVER_FAIL = {'pay', 'approve', 'deposit', 'claim', 'client_seed', 'create_token', 'create_pool', 'rotation'}
FAULTS = ('cuts', 'kills', 'errors', 'no_space', 'short_writes', 'failed_syncs', 'at_start', 'rots')
SEEDS_FOR_ALL = 300  # From this many on, every kind of operation and fault must have occurred.


def run_chunk(simulator, first, last):
    """The output of these seeds, and whether all went well."""
    with subprocess.Popen([simulator, '--seeds', f'{first}..{last}', '--trace'], stdout=subprocess.PIPE) as simulation:
        model = subprocess.run([sys.executable, HERE / 'model.py'], stdin=simulation.stdout, capture_output=True,
                               text=True, check=False)
    lines = model.stdout.splitlines()
    # An abort ends the process: the seeds behind it have not run.
    aborted = re.search(r'^seed=(\d+) FAILED: aborted', model.stdout, re.M)
    if aborted and int(aborted.group(1)) < last:
        more, _ = run_chunk(simulator, int(aborted.group(1)) + 1, last)
        lines += more
    return lines + model.stderr.splitlines(), simulation.returncode == 0 and model.returncode == 0


def once_more(simulator, seeds):
    """Digests of some seeds, run alone."""
    out = {}
    for seed in seeds:
        text = subprocess.run([simulator, '--seed', str(seed)], capture_output=True, text=True, check=False).stdout
        out[seed] = text.split()[1] if 'digest=' in text else text
    return out


def seed_range(argument):
    first = int(os.environ.get('FARTHING_SEED', 0))
    if argument:
        return tuple(int(n) for n in argument.split('..'))
    return first, first + int(os.environ.get('FARTHING_SIM_SEEDS', 1000)) - 1


def missing(tally, kinds, seeds):
    """What never happened though it should have."""
    if seeds < SEEDS_FOR_ALL:
        return []
    out = [fault for fault in FAULTS if not tally[fault]]
    for kind, (succeeded, failed) in kinds.items():
        if not succeeded:
            out.append(f'{kind} that succeeds')
        if not failed and kind not in NEVER_FAIL:
            out.append(f'{kind} that fails')
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('simulator')
    parser.add_argument('--seeds', metavar='FROM..TO')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    first, last = seed_range(arguments.seeds)
    print(f'seeds {first}..{last} (FARTHING_SEED={first} FARTHING_SIM_SEEDS={last - first + 1})', flush=True)

    began = time.monotonic()
    failures, digests = [], {}
    tally, kinds = collections.Counter(), {}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        chunks = [pool.submit(run_chunk, arguments.simulator, n, min(n + CHUNK - 1, last))
                  for n in range(first, last + 1, CHUNK)]
        for chunk in chunks:
            lines, good = chunk.result()
            if not good:
                failures.append(None)
            for line in lines:
                words = dict(word.split('=', 1) for word in line.split() if '=' in word)
                if line.startswith('seed=') and 'digest' in words and 'FAILED' not in line:
                    digests[int(words['seed'])] = 'digest=' + words.pop('digest')
                    del words['seed']
                    tally.update({name: int(value) for name, value in words.items()})
                elif line.startswith('model:'):
                    tally['differences'] += int(words['differences'])
                    for kind, good_ones, bad_ones in re.findall(r'(\w+):(\d+)\+(\d+)', line):
                        had = kinds.get(kind, (0, 0))
                        kinds[kind] = had[0] + int(good_ones), had[1] + int(bad_ones)
                else:
                    failures.append(line)
                    print(line, flush=True)
    count = last - first + 1
    again = once_more(arguments.simulator, range(first, last + 1, max(1, count // 20)))
    for seed, digest in again.items():
        if digests.get(seed) != digest:
            failures.append(f'seed={seed} FAILED: run alone it has another digest: {digest}')
            print(failures[-1])
    for what in missing(tally, kinds, count):
        failures.append(what)
        print(f'never happened, so it is not tested: {what}')

    print('succeeded+failed: ' + ' '.join(f'{kind}:{a}+{b}' for kind, (a, b) in sorted(kinds.items())))
    print(' '.join(f'{name}={value}' for name, value in tally.items()))
    whole = hashlib.sha256(''.join(f'{seed} {digests[seed]}\n' for seed in sorted(digests)).encode()).hexdigest()
    named = [line for line in failures if line]
    print(f'{count} seeds, {len(digests)} good, {len(named) or len(failures)} failures, '
          f'{time.monotonic() - began:.0f} s, digest of all {whole[:16]}')
    return 1 if failures or len(digests) != count else 0


if __name__ == '__main__':
    sys.exit(main())
