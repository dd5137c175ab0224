"""``validate`` and ``schema``: is the guidance well-formed?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from actions.authoring.app import AsJson, Folder, app, console, content_folder, failing_clearly, read, tell_json
from actions.rules.json_schema import SCHEMA_FILE, write_schema
from actions.rules.taxonomy import Taxonomy


@app.command()
def validate(content: Folder = None, as_json: AsJson = False) -> None:
    """Check every content file and report all faults at once. Exit code 1 if there is any."""
    library = read(content, as_json)
    if as_json:
        tell_json({"files": library.file_count, "rules": len(library.rules), "sources": len(library.sources), "problems": []})
    else:
        console.print(f"{library.file_count} files are in order: {len(library.rules)} rules, {len(library.sources)} sources.")


@app.command()
def schema(
    content: Folder = None,
    output: Annotated[
        Path | None, typer.Option(help=f"Where to write it (default: {SCHEMA_FILE} in the content folder).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the JSON Schema of guidance files, with which editors check while you type."""
    folder = content_folder(content)
    path = output or folder / SCHEMA_FILE
    with failing_clearly(as_json):
        write_schema(path, Taxonomy.load(folder))
    if as_json:
        tell_json({"schema": str(path)})
    else:
        console.print(f"Wrote {path}.")
