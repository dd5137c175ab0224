#!/usr/bin/env bash
# The whole suite: linters, guidance, the held-out questions, unit tests, then the trained model and the real servers in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
scripts/browser.sh >/dev/null
scripts/nginx.sh >/dev/null
.venv/bin/python -W ignore -m bot train
for set in questions fresh limits; do
  echo "== the model on the held-out $set"
  .venv/bin/python -W ignore -m bot eval "tests/data/$set".{en,zh}.jsonl --floors "tests/data/floors/$set.yml"
done
exec .venv/bin/python -W ignore -m pytest "$@"
