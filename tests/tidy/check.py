#!/usr/bin/env python3
"""Source rules that a compiler does not know: what would make two validators disagree, and sizes.

Usage: check.py [--root DIR] [--self-test]

A line may be excused with its reason:  // tidy: allow <rule>: <why it cannot make two nodes differ>
Rules and their scope are in the table RULES. Example: tests/tidy/check.py --root .
"""
import argparse
import pathlib
import re
import sys

LAYERS = ('core', 'contracts', 'chain', 'consensus', 'rpc', 'node')
PURE = ('core', 'contracts', 'chain')  # the deterministic state machine lives here

# rule, layers it holds in, pattern over code without comments and strings, what to do instead
RULES = [
    ('parent_include', LAYERS, r'#\s*include\s*["<][^">]*\.\./', 'include "layer/path.hpp"'),
    ('float', PURE, r'\b(float|double)\b', 'integers and 512-bit mulDiv with a stated rounding'),
    ('clock', PURE, r'\b(system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime'
                    r'|(?<![\w.>])(?:std::)?time\s*\(\s*(?:nullptr|NULL|0)\s*\))', 'time passed in by the caller'),
    ('random', PURE, r'\b(rand|srand|random_device|mt19937(?:_64)?|default_random_engine)\b',
     'randomness passed in by the caller'),
    ('thread', ('core', 'contracts'), r'\bstd::(?:j?thread|async|mutex|shared_mutex|atomic|condition_variable)\b',
     'one thread; concurrency belongs to chain and above'),
    ('std_hash', PURE, r'\bstd::hash\b', "the type's own hasher; std::hash differs between libraries"),
    ('pointer_order', PURE, r'\bstd::(?:set|map|less|greater)<\s*(?:const\s+)?[\w:]+\s*(?:const\s*)?\*',
     'keys by value; addresses differ between runs'),
    ('locale', PURE, r'\b(std::locale|setlocale|std::sto[a-z]+|strto[a-z]+|std::isalpha|std::isdigit|std::tolower'
                     r'|std::toupper)\b', 'std::from_chars and ASCII comparisons'),
    ('catch', ('contracts',), r'\bcatch\s*\(', 'the call frame catches, once'),
]
UNORDERED = re.compile(r'\bunordered_(?:flat_|node_)?(?:multi)?(?:map|set)\s*<')
FILE_LINES_ASK, FILE_LINES_JUSTIFY, FUNCTION_LINES = 300, 500, 60


def is_test(path):
    return re.search(r'(^|_)(test|testing|bench|fuzz)\.(cpp|hpp)$', path.name) or 'testing' in path.parts


def code_lines(text):
    """The lines of a C++ file with comments and the insides of literals blanked; line numbers are kept."""
    pattern = re.compile(r'R"([^(\s]*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        piece = match.group(0)
        keep = re.match(r'^[ \t]*#\s*include[ \t]*$', text[text.rfind('\n', 0, match.start()) + 1:match.start()])
        if keep or (piece[0] == "'" and match.start() and text[match.start() - 1].isalnum()):
            return piece  # an include's path; a digit separator
        return re.sub(r'[^\n]', ' ', piece) if piece[0] == '/' else '""' + '\n' * piece.count('\n')

    return pattern.sub(blank, text).split('\n')


def unordered_names(lines):
    """Names declared in these lines with an unordered container type."""
    names = set()
    text = '\n'.join(lines)
    for match in UNORDERED.finditer(text):
        depth, at = 1, match.end()
        while depth and at < len(text):
            depth += {'<': 1, '>': -1}.get(text[at], 0)
            at += 1
        name = re.match(r'\s*&?\s*(\w+)\s*[;={(,)]', text[at:])
        if name:
            names.add(name.group(1))
    return names


def function_sizes(lines):
    """(name, first line, code lines) of each function; good enough for this project's formatting."""
    found, stack, head = [], [], ''
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith('#'):
            continue
        for char in line:
            if char == '{':
                inside = any(kind == 'function' for kind, _, _ in stack)
                if re.search(r'\b(namespace|class|struct|union|enum|extern)\b[^()]*$', head) and not inside:
                    kind = 'scope'
                elif re.search(r'\)[^=]*$', head) and not inside:
                    kind = 'function'
                else:
                    kind = 'block'
                name = re.search(r'([\w:~]+)\s*\(', head)
                stack.append((kind, name.group(1) if name else '', number))
                head = ''
            elif char == '}':
                if stack:
                    kind, name, first = stack.pop()
                    if kind == 'function':
                        body = [x for x in lines[first - 1:number] if x.strip()]
                        found.append((name, first, len(body)))
                head = ''
            elif char == ';':
                head = ''
            else:
                head += char
        head += ' '
    return found


class Report:
    def __init__(self):
        self.faults, self.notes = [], []

    def fault(self, path, number, rule, text):
        self.faults.append(f'{path}:{number}: {rule}: {text}')


def excused(raw, rule):
    return re.search(rf'//\s*tidy: allow {rule}: \S', raw)


def check_file(root, path, report):
    name = path.relative_to(root)
    layer = name.parts[0]
    text = path.read_text()
    raw, lines = text.split('\n'), code_lines(text)
    for rule, layers, pattern, instead in RULES:
        if layer not in layers or (is_test(path) and rule != 'parent_include'):
            continue
        for number, line in enumerate(lines, 1):
            if re.search(pattern, line) and not excused(raw[number - 1], rule):
                report.fault(name, number, rule, f'use {instead}')
    if layer in PURE and not is_test(path):
        names = unordered_names(lines)
        header = path.with_suffix('.hpp')
        if path.suffix == '.cpp' and header.exists():
            names |= unordered_names(code_lines(header.read_text()))
        for number, line in enumerate(lines, 1):
            over = re.search(r'\bfor\s*\([^;]*:\s*(?:this->)?(\w+)\s*\)', line)
            begin = re.search(r'\b(\w+)\.c?begin\s*\(', line)
            for match in filter(None, (over, begin)):
                if match.group(1) in names and not excused(raw[number - 1], 'unordered_iteration'):
                    report.fault(name, number, 'unordered_iteration', 'sort the keys first, or use an ordered map')
    length = len(raw) - 1
    if length > FILE_LINES_JUSTIFY and not any(excused(line, 'file_lines') for line in raw):
        report.fault(name, length, 'file_lines', f'two jobs in one file? {FILE_LINES_JUSTIFY} lines need a reason')
    elif length > FILE_LINES_ASK:
        report.notes.append(f'{name}: {length} lines (ask at {FILE_LINES_ASK}, justify at {FILE_LINES_JUSTIFY})')
    for function, number, size in function_sizes(lines):
        if size > FUNCTION_LINES and not is_test(path) and not excused(raw[number - 1], 'function_lines'):
            report.fault(name, number, 'function_lines', f'{function} has {size} code lines, limit {FUNCTION_LINES}')


def sources(root):
    for layer in LAYERS:
        yield from sorted(path for path in (root / layer).rglob('*') if path.suffix in ('.cpp', '.hpp'))


SELF_TEST = {  # code -> the rule that must catch it, or None
    'double fee = 0;': 'float', 'int afloat = 0;': None, '// a double comment': None, 'f("float");': None,
    '#include "../base/hex.hpp"': 'parent_include', '#include "core/base/hex.hpp"': None,
    'auto t = std::chrono::system_clock::now();': 'clock', 'time(nullptr);': 'clock', 'block_time(0);': None,
    'std::random_device d;': 'random', 'int r = rand();': 'random', 'brand();': None,
    'std::mutex m;': 'thread', 'std::hash<int> h;': 'std_hash', 'std::map<const Node*, int> m;': 'pointer_order',
    'std::map<int, Node*> m;': None, 'std::stoi(s);': 'locale',
    'std::unordered_map<A, std::vector<B>> m; for (auto& x : m) f(x);': 'unordered_iteration',
    'std::unordered_set<A> m_; g(m_.begin());': 'unordered_iteration',
    'std::map<A, B> m; for (auto& x : m) f(x);': None, "int n = 1'000'000; double d;": 'float',
    'double d;  // tidy: allow float: printed only': None, 'double d;  // tidy: allow float:': 'float',
    'int x;\n' * 501: 'file_lines', '// tidy: allow file_lines: a table\n' + 'int x;\n' * 501: None,
    'int f(int x) {\n' + '    ++x;\n' * 59 + '}': 'function_lines', 'int f(int x) {\n' + '    ++x;\n' * 58 + '}': None,
    'R"(double)"': None, "char c = '\"'; double d = 0; char e = '\"';": 'float',
}


def self_test(directory):
    root = pathlib.Path(directory)
    (root / 'core').mkdir(parents=True, exist_ok=True)
    failures = 0
    for code, rule in SELF_TEST.items():
        path = root / 'core' / 'sample.cpp'
        path.write_text(code + '\n')
        report = Report()
        check_file(root, path, report)
        got = {fault.split(': ')[1] for fault in report.faults}
        if got != ({rule} if rule else set()):
            print(f'self test: {code[:200]!r} gives {sorted(got)}, wanted {rule}')
            failures += 1
    long_function = 'int f(int x) {\n' + '  ++x;\n\n' * 61 + '  return x;\n}\n'
    sizes = function_sizes(long_function.split('\n'))
    if sizes != [('f', 1, 64)]:
        print(f'self test: sizes {sizes}')
        failures += 1
    return failures


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('--root', default=pathlib.Path(__file__).resolve().parents[2], type=pathlib.Path)
    arguments.add_argument('--self-test', metavar='DIR', help='check the rules themselves, in a scratch folder')
    chosen = arguments.parse_args()
    if chosen.self_test:
        return 1 if self_test(chosen.self_test) else 0
    report, count = Report(), 0
    for path in sources(chosen.root):
        check_file(chosen.root, path, report)
        count += 1
    for note in report.notes:
        print(f'note: {note}')
    for fault in report.faults:
        print(fault)
    print(f'{count} files, {len(report.faults)} faults, {len(report.notes)} notes on size')
    return 1 if report.faults or count == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
