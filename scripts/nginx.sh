#!/usr/bin/env bash
# Sees to it that the nginx that the tests of the production profile start is there: an installed one, else Debian's.
set -uo pipefail
find_nginx() { PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nginx; }
find_nginx && exit 0
if command -v apt-get >/dev/null 2>&1; then
  echo "No nginx here; installing Debian's …" >&2
  sudo=""; [ "$(id -u)" -ne 0 ] && sudo="sudo -n"
  $sudo apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq nginx-light >&2 && find_nginx && exit 0
fi
echo "The tests of the production profile need nginx: apt-get install nginx, or set QIAO_NGINX=/path/to/nginx." >&2
exit 1
