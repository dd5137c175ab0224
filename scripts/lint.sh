#!/usr/bin/env bash
# Style, types, guidance and training data; fails at the first fault.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
echo "== ruff";   "$bin/ruff" check . && "$bin/ruff" format --check --quiet .
echo "== mypy";   "$bin/mypy"
echo "== web chat"; PATH=$(scripts/find_node.sh):$PATH npm --prefix bot/widget run --silent check
echo "== deployment"; scripts/lint_deploy.sh
echo "== guidance"
log=$(mktemp)
"$bin/python" -W ignore -m actions.rules lint >"$log" || { cat "$log" >&2; exit 1; }
tail -n 1 "$log"
echo "== rasa data validate (half a minute)"
if ! "$bin/python" -W ignore -m bot.patches data validate --fail-on-warnings >"$log" 2>&1; then
  tr '\r' '\n' <"$log" | grep -v 'it/s' >&2
  exit 1
fi
echo "no warnings"
