#!/usr/bin/env bash
# Sees to it that a Chromium for the browser tests is there: an installed one, else Playwright's own, else Debian's.
set -uo pipefail
cd "$(dirname "$0")/.."
find_browser() { .venv/bin/python -m tests.browser_path 2>/dev/null; }
find_browser && exit 0
echo "No Chromium here; asking Playwright for one …" >&2
timeout 180 .venv/bin/python -m playwright install chromium >&2 && find_browser && exit 0
if command -v apt-get >/dev/null 2>&1; then
  echo "Playwright has none for this machine; installing Debian's …" >&2
  sudo=""; [ "$(id -u)" -ne 0 ] && sudo="sudo -n"
  $sudo apt-get update -qq >&2 && $sudo apt-get install -y -qq chromium >&2 && find_browser && exit 0
fi
echo "The browser tests need Chromium: apt-get install chromium, or set QIAO_CHROMIUM=/path/to/chromium." >&2
exit 1
