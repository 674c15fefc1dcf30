#!/usr/bin/env bash
# On a Debian 12 made by debootstrap, without a compiler, ./run reaches a first answered RPC; a second ./run answers
# within two seconds of work of its own. Needs root; exit code 77 (skipped) without.
# Usage: tests/setup/fresh_debian.sh [port]    Example: tests/setup/fresh_debian.sh 28545
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
source scripts/setup.sh

port=${1:-28545}
[[ $EUID -eq 0 ]] || {
  echo "skipped: chroot needs root"
  exit 77
}
ensure_packages debootstrap git curl

root=$(mktemp -d)
node=
cleanup() {
  [[ -z $node ]] || kill "$node" 2>/dev/null || true
  umount "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT

mirror=$(sed -n 's/^URIs: *//p; s/^deb [^#]*\(http[^ ]*\) .*/\1/p' /etc/apt/sources.list.d/*.sources /etc/apt/sources.list \
  2>/dev/null | head -n 1 || true)
say "Making a Debian 12 in $root"
debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >&2
cp /etc/resolv.conf "$root/etc/"
mount -t proc proc "$root/proc"
mkdir "$root/farthing"
git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$root/farthing"
if chroot "$root" sh -c 'command -v c++ || command -v cmake'; then
  die "the fresh system already has a compiler"
fi

# answered_within <seconds>: starts ./run and waits for its first answer; prints how long that took.
answered_within() {
  local started=$SECONDS
  chroot "$root" /farthing/run dev --port "$port" --data /data >&2 &
  node=$!
  until curl --silent --fail --header 'content-type: application/json' \
    --data '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' "http://127.0.0.1:$port" |
    grep -q '"0x7a69"'; do
    kill -0 "$node" 2>/dev/null || die "./run ended without an answer"
    ((SECONDS - started < $1)) || die "no answer within $1 s"
    sleep 0.2
  done
  echo "first answer after $((SECONDS - started)) s"
}

answered_within 2400
kill "$node"
wait "$node" || die "the node did not stop cleanly"
answered_within 3  # whole seconds are counted
