#!/usr/bin/env bash
# Looks the pinned packages up in the public lists of weaknesses: Python's by pip-audit, the web chat's by npm. Fails on a weakness
# that docs/audit.yml does not accept. Where a service cannot be reached it says so and checks docs/audit.yml against the pins.
# Option: --require-service fails also if a service could not be asked (for CI with open network).
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-$(scripts/find_uv.sh)}
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT

for service in pypi osv; do
  timeout 180 "$uv" tool run --quiet --from pip-audit==2.10.1 pip-audit --no-deps --disable-pip -r requirements.txt \
    --vulnerability-service "$service" --progress-spinner off --format json >"$found/python-$service.json" 2>"$found/python-$service.err" || true
done
(cd bot/widget && PATH=$("$OLDPWD/scripts/find_node.sh"):$PATH timeout 60 npm audit --json) >"$found/npm.json" 2>"$found/npm.err" || true

exec .venv/bin/python scripts/judge_audit.py "$found" "$@"
