#!/usr/bin/env bash
# Checks formatting (clang-format-19) and runs clang-tidy-19 with the preset clang.
# Usage: scripts/lint.sh [--fix | --format] [file...]; without files: every C++ source. --fix formats instead of
# complaining, --format leaves clang-tidy out.
# Example: scripts/lint.sh core/rlp/rlp.cpp
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
source scripts/setup.sh

case ${1:-} in
  -h | --help)
    sed -n 's/^# \{0,1\}//; 2,5p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
esac
mode=all
if [[ ${1:-} == --fix || ${1:-} == --format ]]; then
  mode=${1#--}
  shift
fi
files=("$@")
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(git ls-files '*.cpp' '*.hpp')

ensure_packages clang-format-19
if [[ $mode == fix ]]; then
  say "Formatting ${#files[@]} files"
  clang-format-19 -i "${files[@]}"
else
  say "Checking the format of ${#files[@]} files"
  clang-format-19 --dry-run --Werror "${files[@]}"
fi

[[ $mode != format ]] || exit 0
ensure_packages "${packages_build[@]}" "${packages_test[@]}" "${packages_lint[@]}"
[[ -f build/clang/compile_commands.json ]] || cmake --preset clang >&2
say "Running clang-tidy"
printf '%s\n' "${files[@]}" | grep -E '^(core|contracts|chain|consensus|rpc|node)/.*\.cpp$' |
  xargs -r -P "$(job_count)" -n 4 clang-tidy-19 -p build/clang --quiet --warnings-as-errors='*'
say "No findings"
