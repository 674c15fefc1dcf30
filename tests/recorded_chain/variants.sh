#!/usr/bin/env bash
# The recorded chain and FARTHING_SIM_SEEDS (1,000) seeds of the simulator on builds that share no machine code: g++ -O0,
# g++ -O3, clang -O2. Each must come to the recorded hashes, and all to one digest. The sanitized builds replay the chain
# with the presets asan and tsan.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
source scripts/setup.sh
ensure_packages "${packages_build[@]}" "${packages_test[@]}" "${packages_fuzz[@]}"
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$PWD

# variant <name> <compiler> <flags>
variant() {
  local folder=build/variants/$1
  say "Building $folder with $2 $3"
  cmake -G Ninja -S . -B "$folder" -DCMAKE_CXX_COMPILER="$2" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="$3" \
    -DFARTHING_WERROR=OFF >"$folder.log" 2>&1 || die "cmake failed, see $folder.log"
  cmake --build "$folder" --target replay_chain farthing_simulator -- -j"$(job_count)" >>"$folder.log" 2>&1 ||
    die "the build failed, see $folder.log"
  echo "$1: $(tests/recorded_chain/check.sh "$folder/replay_chain")"
  local digest
  digest=$(simulate "$folder/tests/simulator/farthing_simulator") || exit
  echo "$1: $seeds seeds of the simulator, digest ${digest::16}"
  [[ $digest == "${first_digest:=$digest}" ]] || die "the simulator comes to another digest than the first variant's"
}

seeds=${FARTHING_SIM_SEEDS:-1000}
first_digest=

# simulate <simulator>: the digest of what every seed came to.
simulate() {
  local from
  for ((from = 0; from < seeds; from += 50)); do
    echo "$from..$((from + 50 < seeds ? from + 49 : seeds - 1))"
  done | xargs -P "$(nproc)" -I{} bash -c '"$0" --seeds {} >"$1/{}"' "$1" "$work" ||
    die "a seed failed: $(grep -h FAILED "$work"/*)"
  cat "$work"/* | sort -t= -k2n | sha256sum
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p build/variants
variant gcc-O0 g++ -O0
variant gcc-O3 g++ "-O3 -DNDEBUG"
variant clang-O2 clang++-19 -O2
