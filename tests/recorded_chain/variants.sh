#!/usr/bin/env bash
# The recorded chain on builds that share no machine code: g++ -O0, g++ -O3, clang -O2. Each must come to the recorded
# hashes. The sanitized builds replay it with the presets asan, tsan and fuzz.
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
  cmake --build "$folder" --target replay_chain -- -j"$(job_count)" >>"$folder.log" 2>&1 ||
    die "the build failed, see $folder.log"
  echo "$1: $(tests/recorded_chain/check.sh "$folder/replay_chain")"
}
mkdir -p build/variants
variant gcc-O0 g++ -O0
variant gcc-O3 g++ "-O3 -DNDEBUG"
variant clang-O2 clang++-19 -O2
