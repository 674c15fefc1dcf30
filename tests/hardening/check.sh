#!/usr/bin/env bash
# What the linker and the compiler put into a program so that a mistake in it is harder to use.
# Usage: tests/hardening/check.sh PROGRAM [--release]; --release also demands what only that build has.
set -euo pipefail
program=$1
failed=false
# demand <what> <pattern> <command...>: the command's output has a line that matches.
demand() {
  local what=$1 pattern=$2
  shift 2
  if "$@" 2>/dev/null | grep -E -- "$pattern" >/dev/null; then
    echo "ok      $what"
  else
    echo "MISSING $what"
    failed=true
  fi
}

demand "position independent (PIE)" 'Type: +DYN .*Position-Independent Executable|Flags: .*PIE' \
  readelf -hdW "$program"
demand "read-only relocations (RELRO)" 'GNU_RELRO' readelf -lW "$program"
demand "all symbols bound at start (BIND_NOW)" 'FLAGS.*NOW' readelf -dW "$program"
demand "a stack that is not executable" 'GNU_STACK +[0-9a-fx ]+ RW +0x' readelf -lW "$program"
demand "stack protector" '__stack_chk_fail' readelf -W --dyn-syms "$program"
demand "checked standard containers (_GLIBCXX_ASSERTIONS)" '__glibcxx_assert_fail' readelf -W --dyn-syms "$program"
if [[ ${2:-} == --release ]]; then
  demand "checked libc calls (_FORTIFY_SOURCE)" '__(mem|str|read|pread|v?s?n?printf)[a-z]*_chk' \
    readelf -W --dyn-syms "$program"
  # Neither leaves a name in the symbol tables; the compiler notes its options in the debug information.
  demand "stack clash protection" 'fstack-clash-protection' readelf --debug-dump=info -W "$program"
  if [[ $(uname -m) == x86_64 ]]; then
    demand "marked jump targets (endbr64)" 'endbr64' objdump -d --no-show-raw-insn --section=.text "$program"
  fi
fi
! $failed
