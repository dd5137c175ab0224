#!/usr/bin/env bash
# Prints the path of a Python 3.10 that really runs. Looks on PATH, among pyenv's and uv's Pythons, then lets uv fetch one.
set -uo pipefail
uv=$1
runs() {  # a pyenv shim exists even when the selected version has no such command, so ask the interpreter itself
  "$1" -c 'import sys, venv, ssl, sqlite3; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1
}
candidates=()
[ -n "${QIAO_PYTHON:-}" ] && candidates+=("$QIAO_PYTHON")
while IFS= read -r found; do candidates+=("$found"); done < <(type -ap python3.10 python3 python 2>/dev/null)
for root in "${PYENV_ROOT:-$HOME/.pyenv}" "$HOME/.pyenv" /opt/pyenv; do
  while IFS= read -r found; do candidates+=("$found"); done < <(ls -d "$root"/versions/3.10*/bin/python3.10 2>/dev/null | sort -rV)
done
found=$("$uv" python find 3.10 --no-project 2>/dev/null) && candidates+=("$found")
for candidate in "${candidates[@]:-}"; do
  if [ -n "$candidate" ] && runs "$candidate"; then echo "$candidate"; exit 0; fi
done
echo "No Python 3.10 here; asking uv for one …" >&2
if "$uv" python install 3.10 >&2 && found=$("$uv" python find 3.10 --no-project --managed-python 2>/dev/null) && runs "$found"; then
  echo "$found"; exit 0
fi
cat >&2 <<'END'
Python 3.10 is needed (Rasa 3.6 runs on no later one) and could not be found or fetched. Install it in one of these ways,
then run the command again:
  pyenv install 3.10          or   uv python install 3.10
  Debian/Ubuntu: apt-get install python3.10 python3.10-venv (where the release has it)
or name one: QIAO_PYTHON=/path/to/python3.10 make run
END
exit 1
