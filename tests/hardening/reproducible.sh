#!/usr/bin/env bash
# Builds this commit's program twice, without a compiler cache, in directories of different names and depths, and
# compares the two byte by byte; then looks at its hardening. About half an hour of two cores.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
source scripts/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CCACHE_DISABLE=1
for tree in "$work/one" "$work/a/much/longer/path"; do
  mkdir -p "$tree"
  git archive HEAD | tar -x -C "$tree"
  (cd "$tree" && build release farthing)
done
sha256sum "$work/one/build/release/farthing" "$work/a/much/longer/path/build/release/farthing"
cmp "$work/one/build/release/farthing" "$work/a/much/longer/path/build/release/farthing"
echo "identical"
tests/hardening/check.sh "$work/one/build/release/farthing" --release
