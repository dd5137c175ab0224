#!/usr/bin/env bash
# Resolves requirements.in, requirements-actions.in and requirements-dev.in anew into the pinned files (make lock).
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-$(scripts/find_uv.sh)}
options=(--quiet --no-header --generate-hashes --python-version 3.10 --python-platform x86_64-manylinux_2_28 --override overrides.txt)
"$uv" pip compile "${options[@]}" requirements.in -o requirements.txt "$@"
"$uv" pip compile "${options[@]}" requirements-actions.in -o requirements-actions.txt "$@"
"$uv" pip compile "${options[@]}" requirements-dev.in -o requirements-dev.txt "$@"
