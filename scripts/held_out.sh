#!/usr/bin/env bash
# Judge the trained model on held-out sets (questions, fresh, limits), each against its floors; fails at the first that falls short.
set -euo pipefail
cd "$(dirname "$0")/.."
for set in "$@"; do
  echo "== the model on the held-out $set"
  .venv/bin/python -W ignore -m bot eval "tests/data/$set".{en,zh}.jsonl --floors "tests/data/floors/$set.yml"
done
