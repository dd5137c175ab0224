#!/usr/bin/env bash
# The whole suite: linters, guidance, cross-validation, unit tests, then the trained model and the real servers in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
scripts/browser.sh >/dev/null
.venv/bin/python -W ignore -m bot train
echo "== cross-validation of the intent model (one fold of five)"
.venv/bin/python -W ignore -m benchmarks.understanding --folds 5 --run 1 --floor-topics 0.7
exec .venv/bin/python -W ignore -m pytest "$@"
