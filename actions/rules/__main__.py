"""The authors' command line: ``python -m actions.rules``."""

if __name__ == "__main__":
    from actions.authoring.cli import app

    app(prog_name="python -m actions.rules")
