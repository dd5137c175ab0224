#!/usr/bin/env bash
# Prints the path of a uv that runs; installs one into .tools/uv when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
if uv=$(command -v uv) && "$uv" --version >/dev/null 2>&1; then
  echo "$uv"; exit 0
fi
private=.tools/uv/bin/uv
if ! "$private" --version >/dev/null 2>&1; then
  for python in python3 python3.13 python3.12 python3.11 python3.10 python3.9 python; do
    command -v "$python" >/dev/null 2>&1 || continue
    echo "Installing uv into .tools/uv …" >&2
    rm -rf .tools/uv
    if "$python" -m venv .tools/uv >/dev/null 2>&1 && .tools/uv/bin/python -m pip install --quiet "uv>=0.8" >&2; then break; fi
  done
fi
if ! "$private" --version >/dev/null 2>&1; then
  echo "uv could not be installed: a Python 3 with venv and pip is needed (Debian: apt-get install python3-venv)." >&2
  exit 1
fi
echo "$PWD/$private"
