"""The authors' command line: ``python -m actions.rules``."""

from actions.rules.cli import app

if __name__ == "__main__":
    app(prog_name="python -m actions.rules")
