#!/usr/bin/env bash
# Style, types, guidance and training data; fails at the first fault.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
echo "== ruff";   "$bin/ruff" check . && "$bin/ruff" format --check --quiet .
echo "== mypy";   "$bin/mypy"
echo "== guidance"; "$bin/python" -W ignore -m actions.rules validate
echo "== rasa data validate (a minute)"
log=$(mktemp)
if ! "$bin/python" -W ignore -m rasa data validate --fail-on-warnings >"$log" 2>&1; then
  tr '\r' '\n' <"$log" | grep -v 'it/s' >&2
  exit 1
fi
echo "no warnings"
