"""Runs all measurements: ``make bench``."""

import subprocess
import sys

from bot.settings import PROJECT_FOLDER

if __name__ == "__main__":
    for name in ("assistant", "store", "understanding", "widget", "slack"):
        module = f"benchmarks.{name}"
        print(f"== {module}", flush=True)
        subprocess.run([sys.executable, "-W", "ignore", "-m", module], cwd=PROJECT_FOLDER, check=True)
