"""Runs all measurements: ``make bench``."""

import subprocess
import sys

from bot.settings import PROJECT_FOLDER

if __name__ == "__main__":
    for module in ("benchmarks.assistant", "benchmarks.store", "benchmarks.understanding"):
        print(f"== {module}", flush=True)
        subprocess.run([sys.executable, "-W", "ignore", "-m", module], cwd=PROJECT_FOLDER, check=True)
