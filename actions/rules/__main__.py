"""The authors' command line: ``python -m actions.rules``."""

from actions.rules.cli import app

app(prog_name="python -m actions.rules")
