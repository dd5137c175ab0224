#!/usr/bin/env bash
# Makes .venv with the pinned dependencies and builds the web chat; does nothing when they are up to date. With "dev" also the
# tools of tests and linters.
set -euo pipefail
cd "$(dirname "$0")/.."
files=(requirements.txt)
[ "${1:-}" = dev ] && files+=(requirements-dev.txt)
stamp=.venv/.installed
wanted=$(cat "${files[@]}" | cksum)
if [ -x .venv/bin/python ] && { [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] || { [ "${1:-}" != dev ] && [ "$(cat "$stamp.run" 2>/dev/null)" = "$wanted" ]; }; }; then
  exec scripts/widget.sh "${1:-}"
fi
uv=$(scripts/find_uv.sh)
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; then
  python=$(scripts/find_python.sh "$uv")
  echo "Making .venv with $python …"
  "$uv" venv --quiet --clear --python "$python" .venv
fi
echo "Installing the pinned dependencies (about 1.5 GB the first time) …"
arguments=()
for file in "${files[@]}"; do arguments+=(-r "$file"); done
# --no-deps: the pins are complete, and some of them lift a bound that Rasa declares (docs/dependencies.md).
"$uv" pip install --python .venv/bin/python --no-deps "${arguments[@]}"
cksum < requirements.txt > "$stamp.run"
echo "$wanted" > "$stamp"
exec scripts/widget.sh "${1:-}"
