#!/usr/bin/env python3
"""Plants known bugs and demands that the simulator finds each.

Usage: canaries.py BUILD_DIRECTORY [NAME...]

canaries/NAME.json names a source file and a text in it that occurs exactly once, and what to put there. A copy
with that change is compiled with the build's own command, linked before the libraries into a simulator of its
own, and runs seeds through the ledger model until one fails. Prints after how many seeds, and what was noticed.
No source that is shipped knows of any of this.

Fails when a bug survives 10,000 seeds, or when the text is not found once any more: then write it anew.
Example: tests/simulator/canaries.py build/dev lost_fsync
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SEEDS_MOST = 10_000


class Broken(Exception):
    """A canary cannot be planted."""


def compile_command(build, source):
    for entry in json.loads((build / 'compile_commands.json').read_text()):
        if pathlib.Path(entry['file']) == source:
            return shlex.split(entry['command']), entry['directory']
    raise Broken(f'the build does not compile {source}')


def link_command(build):
    text = subprocess.run(['ninja', '-C', build, '-t', 'commands', 'farthing_simulator'], capture_output=True,
                          text=True, check=True).stdout.strip().splitlines()[-1]
    return shlex.split(text.removeprefix(': && ').removesuffix(' && :'))


def plant(build, name):
    """Builds a simulator with the bug; gives its path."""
    canary = json.loads((HERE / 'canaries' / f'{name}.json').read_text())
    source = ROOT / canary['file']
    text = source.read_text()
    if text.count(canary['old']) != 1:
        raise Broken(f"{canary['file']} has the text to change {text.count(canary['old'])} times, not once")
    folder = build / 'tests' / 'simulator' / 'canaries' / name
    folder.mkdir(parents=True, exist_ok=True)
    changed, built, program = folder / source.name, folder / (source.name + '.o'), folder / 'farthing_simulator'
    changed.write_text(text.replace(canary['old'], canary['new']))

    command, directory = compile_command(build, source)
    command[command.index('-o') + 1] = str(built)
    command[command.index('-c') + 1] = str(changed)
    ccache = shutil.which('ccache')
    subprocess.run(([ccache] if ccache else []) + command, cwd=directory, check=True)
    link = link_command(build)
    link[link.index('-o') + 1] = str(program)
    # What an object defines is not taken from a library any more.
    link.insert(next(i for i, word in enumerate(link) if word.endswith('.o')), str(built))
    subprocess.run(link, cwd=build, check=True)
    return program, canary


def first_failure(program, twice):
    """After how many seeds the first failed, and what was said; nothing when none did."""
    done = 0
    while done < SEEDS_MOST:
        size = 5 if done < 50 else 50
        with subprocess.Popen([program, '--seeds', f'{done}..{done + size - 1}', '--trace'] + ['--twice'] * twice, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as simulation:
            model = subprocess.run([sys.executable, HERE / 'model.py'], stdin=simulation.stdout, capture_output=True,
                                   text=True, check=False)
        failed = re.findall(r'^seed=(\d+) FAILED: (.*)$', model.stdout, re.M)
        if failed:
            seed, what = min(failed, key=lambda each: int(each[0]))
            return int(seed) + 1, what
        if model.returncode != 0 or simulation.returncode != 0:
            return None, f'the run itself failed: {model.stderr[-500:]}'
        done += size
    return None, 'nothing was noticed'


def try_canary(build, name):
    began = time.monotonic()
    try:
        program, canary = plant(build, name)
        built = time.monotonic()
        seeds, noticed = first_failure(program, canary.get('twice', False))
    except (Broken, subprocess.CalledProcessError) as error:
        return False, f'{name}: NOT PLANTED: {error}'
    verdict = f'caught in {seeds} seeds' if seeds else 'NOT CAUGHT'
    return seeds is not None, (f'{name}: {verdict} ({built - began:.0f} s to build, {time.monotonic() - built:.0f} s to '
                               f'find)\n    {canary["what"]}\n    noticed: {noticed[:200]}')


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ('-h', '--help'):
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    build = pathlib.Path(sys.argv[1]).resolve()
    names = sys.argv[2:] or sorted(path.stem for path in (HERE / 'canaries').glob('*.json'))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: try_canary(build, name), names))
    for _, text in results:
        print(text)
    caught = sum(good for good, _ in results)
    print(f'{caught} of {len(results)} caught')
    return 0 if caught == len(results) else 1


if __name__ == '__main__':
    sys.exit(main())
