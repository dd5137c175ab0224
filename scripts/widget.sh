#!/usr/bin/env bash
# Builds the web chat into bot/widget/dist; does nothing when it is up to date. With "dev" also installs what its tests and linters
# need.
set -euo pipefail
cd "$(dirname "$0")/.."
widget=bot/widget
stamp=$widget/dist/.built
digest() { find "$@" -type f | LC_ALL=C sort | xargs cat | cksum; }
wanted=$(digest $widget/src $widget/pages $widget/*.mjs $widget/*.json content/taxonomy.yml content/phrases.yml)
packages=$(cksum < $widget/package-lock.json)
installed=$(cat $widget/node_modules/.installed 2>/dev/null || true)
[ "${1:-}" = dev ] && tools="$packages dev" || tools=$packages
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && { [ "${1:-}" != dev ] || [ "$installed" = "$tools" ]; }; then
  exit 0
fi
PATH=$(scripts/find_node.sh):$PATH
cd $widget
if [ "$installed" != "$tools" ] && [ "$installed" != "$packages dev" ]; then
  echo "Installing the web chat's packages …"
  omit=(); [ "${1:-}" = dev ] || omit=(--omit=dev)
  # no package's script is run: esbuild's program comes out of a package of its own
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "${omit[@]}"
  echo "$tools" > node_modules/.installed
fi
node build.mjs
echo "$wanted" > dist/.built
