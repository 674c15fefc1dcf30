#!/usr/bin/env bash
# Whether a build of replay_chain comes to the recorded hashes and roots.
# Usage: tests/recorded_chain/check.sh build/dev/replay_chain
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if ! diff <(grep -v '^#' "$here/expected.txt") <("$1" "$here/chain.bin"); then
  echo "the recorded chain comes out differently: see tests/recorded_chain/README.md" >&2
  exit 1
fi
echo "$(grep -vc '^#' "$here/expected.txt") blocks came out as recorded"
