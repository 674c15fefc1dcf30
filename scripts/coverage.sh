#!/usr/bin/env bash
# Line coverage of core, contracts and chain by their own unit tests, without those of the layers above.
# Usage: scripts/coverage.sh; the last table is the result, build/coverage/report.html shows it line by line.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
source scripts/setup.sh

ensure_packages "${packages_build[@]}" "${packages_test[@]}" gcovr
build coverage core_test contracts_test chain_test
find build/coverage -name '*.gcda' -delete
say "Running the unit tests"
printf '%s\n' core contracts chain | xargs -P "$(job_count)" -I{} sh -c 'build/coverage/{}/{}_test --gtest_brief=1'
say "Counting"
# Tests and what only tests use do not count; neither do branches of exceptions that the compiler adds.
gcovr --root . --object-directory build/coverage --exclude-throw-branches --exclude-unreachable-branches \
  --exclude '.*_(test|fuzz)\.(cpp|hpp)' --exclude '(.*/)?testing(/.*|\.hpp)' --exclude '.*_testing\.(cpp|hpp)' \
  --exclude 'tests/.*' --exclude 'build/.*' --filter 'core/' --filter 'contracts/' --filter 'chain/' \
  --html-details build/coverage/report.html --json-summary build/coverage/report.json --txt build/coverage/report.txt
python3 - build/coverage/report.json <<'PYTHON'
import json, sys
layers = {}
for file in json.load(open(sys.argv[1]))["files"]:
    # Headers are found below the view of a layer, build/coverage/layers/core/core/...
    total = layers.setdefault(file["filename"].split("/layers/")[-1].split("/")[0], [0, 0])
    total[0] += file["line_covered"]
    total[1] += file["line_total"]
failed = False
for layer, (covered, lines) in sorted(layers.items()):
    share = 100 * covered / lines
    failed |= share < 90
    print(f"{layer:10} {covered:6} of {lines:6} lines  {share:5.1f} %")
sys.exit("below the promised 90 %" if failed else 0)
PYTHON
