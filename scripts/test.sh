#!/usr/bin/env bash
# The whole suite: linters, guidance, unit tests, then the trained model and the real servers in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
scripts/browser.sh >/dev/null
.venv/bin/python -W ignore -m bot train
exec .venv/bin/python -W ignore -m pytest "$@"
