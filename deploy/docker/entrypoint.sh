#!/bin/sh
# Secrets come as files: NAME_FILE=/run/secrets/x becomes NAME=<what the file holds>; then the server takes this process's place.
set -eu
for variable in $(env | sed -n 's/^\(\(QIAO\|SLACK\)_[A-Z_]*\)_FILE=.*/\1/p'); do
  eval "file=\$${variable}_FILE"
  if [ ! -r "$file" ]; then
    echo "${variable}_FILE names $file, which cannot be read" >&2
    exit 1
  fi
  value=$(cat "$file")
  export "$variable=$value"
  unset "${variable}_FILE"
done
exec "$@"
