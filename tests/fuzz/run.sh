#!/usr/bin/env bash
# Builds the fuzz targets (clang-19, AddressSanitizer, UBSan) and runs each from its kept corpus on.
# Usage: tests/fuzz/run.sh [--keep] [target...]; without targets: all. FARTHING_FUZZ_SECONDS: of each (60).
# --keep adds what was found to reach further to tests/fuzz/corpus/, as few and small inputs as do.
# Example: FARTHING_FUZZ_SECONDS=600 tests/fuzz/run.sh --keep contracts
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
source scripts/setup.sh

case ${1:-} in
  -h | --help)
    sed -n 's/^# \{0,1\}//; 2,5p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac
export keep=false
if [[ ${1:-} == --keep ]]; then
  keep=true
  shift
fi
targets=("$@")
export seconds=${FARTHING_FUZZ_SECONDS:-60} out=$PWD/build/asan/runs
ensure_packages "${packages_build[@]}" "${packages_test[@]}" "${packages_fuzz[@]}"
build asan fuzzers replay_chain
# The same build must come to the recorded chain's roots.
tests/recorded_chain/check.sh build/asan/replay_chain
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(sed 's/_fuzz$//' build/asan/fuzzers.txt)
mkdir -p "$out"

# The longest input worth its time.
length_max() {
  case $1 in
    rpc | scan) echo 3000 ;;
    contracts) echo 1200 ;;
    *) echo 2000 ;;
  esac
}

fuzz_one() {
  local name=$1 program kept=tests/fuzz/corpus/$1 new=$out/$1.corpus log=$out/$1.log status=0
  local options=(-max_len="$(length_max "$name")" -timeout=30 -rss_limit_mb=3000)
  [[ ! -f tests/fuzz/$name.dict ]] || options+=(-dict="tests/fuzz/$name.dict")
  program=$(find build/asan -maxdepth 2 -name "${name}_fuzz" -type f)
  mkdir -p "$kept" "$new"
  "$program" --seeds "$new" >/dev/null
  "$program" "${options[@]}" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$out/$name-" \
    "$new" "$kept" >"$log" 2>&1 || status=$?
  if [[ $status -ne 0 ]]; then
    tail -n 40 "$log" >&2
    printf '%-14s FOUND SOMETHING (exit code %d); repeat it with: %s FILE, FILE as named above\n' \
      "$name" $status "$program"
    return 1
  fi
  if $keep; then
    rm -rf "$out/$name.kept" && mkdir "$out/$name.kept"
    "$program" "${options[@]}" -set_cover_merge=1 "$out/$name.kept" "$new" "$kept" >>"$log" 2>&1
    rm -f "$kept"/* && cp "$out/$name.kept"/* "$kept"
  fi
  printf '%-14s %s executions, %s inputs kept in %s KB\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | head -n 1)" \
    "$(find "$kept" -type f | wc -l)" "$(du -sk --apparent-size "$kept" | cut -f 1)"
}
export -f fuzz_one length_max

say "Fuzzing ${#targets[@]} targets for $seconds s each, $(job_count) at a time"
printf '%s\n' "${targets[@]}" | xargs -r -P "$(job_count)" -I{} bash -c 'set -euo pipefail; fuzz_one {}'
