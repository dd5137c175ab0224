#!/usr/bin/env bash
# The whole suite: linters, guidance, the held-out questions, unit tests, then the trained model and the real servers in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
scripts/browser.sh >/dev/null
scripts/nginx.sh >/dev/null
.venv/bin/python -W ignore -m bot train
scripts/held_out.sh questions fresh limits
exec .venv/bin/python -W ignore -m pytest "$@"
