# Shared by ./run, ./test and scripts/*.sh: installs what is missing, configures and builds.
# shellcheck shell=bash disable=SC2034
# To be sourced by bash from the repository's root; messages go to stderr.

packages_build=(g++ cmake ninja-build ccache pkg-config libboost1.81-dev libboost-json1.81-dev libsecp256k1-dev
  libcrypto++-dev libleveldb-dev libcli11-dev libspdlog-dev libtomlplusplus-dev prometheus-cpp-dev)
packages_test=(libgtest-dev libgmock-dev python3-venv)
packages_fuzz=(clang-19 libclang-rt-19-dev)
packages_lint=(clang-19 clang-tidy-19 clang-format-19)

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

# Prints the packages of its arguments that dpkg does not list as installed.
missing_packages() {
  comm -23 <(printf '%s\n' "$@" | sort) \
    <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
}

# ensure_packages <package>...: installs by name what is missing, as root or through sudo.
ensure_packages() {
  command -v dpkg-query >/dev/null || die "this set-up knows Debian's packages only; docs/dependencies.md lists" \
    "what to install by hand, then build with: cmake --preset release && cmake --build --preset release"
  local missing=()
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  local as_root=()
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || die "not root and no sudo; ask an administrator for: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} Debian packages with apt-get: ${missing[*]}"
  "${as_root[@]}" apt-get update -q >&2 || say "apt-get update failed; trying with the package lists at hand"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 "${missing[@]}" >&2 || die "apt-get could not install: ${missing[*]}"
}

# How many compilers may run at once: one a core, and at most one for each 1.5 GB of memory.
job_count() {
  local cores kilobytes by_memory
  cores=$(nproc)
  kilobytes=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  by_memory=$((kilobytes / 1500000))
  ((by_memory >= 1)) || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# build <preset> [target...]: configures once, then builds; Ninja itself notices changed CMake files.
build() {
  local preset=$1 targets=()
  shift
  [[ $# -eq 0 ]] || targets=(--target "$@")
  # Compiler output is shared between checkouts: paths in the cache are relative to this one.
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$PWD
  if [[ ! -f build/$preset/build.ninja ]]; then
    say "Configuring build/$preset"
    cmake --preset "$preset" >&2 || die "cmake could not configure the preset $preset (see above)"
  fi
  local jobs
  jobs=$(job_count)
  # Ninja's words about nothing to do are left out, so that a second start is quiet. Line by line, so that progress
  # shows at once.
  cmake --build --preset "$preset" "${targets[@]}" -- -j"$jobs" 2>&1 | {
    local line begun=false
    while IFS= read -r line; do
      case $line in
        *"Re-checking globbed directories"* | *"no work to do"*) continue ;;
      esac
      $begun || say "Building build/$preset with $jobs jobs"
      begun=true
      printf '%s\n' "$line" >&2
    done
  } || die "the build failed (see above)"
}
