"""``export`` and ``import``: edit guidance in other programs and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from actions.authoring.app import (
    AsJson,
    Database,
    Folder,
    app,
    console,
    content_folder,
    engine_of,
    failing_clearly,
    read,
    tell_json,
)
from actions.authoring.differences import tell_difference
from actions.rules.exchange import Format, carry_out, choose, export_library, format_of, plan_import
from actions.rules.snapshots import ReleaseSnapshot
from actions.rules.taxonomy import Taxonomy

_CURRENT = "current"


@app.command(name="export")
def export_guidance(
    output: Annotated[Path, typer.Argument(help="The file to write; NAME.csv makes NAME.rules.csv and NAME.sources.csv.")],
    format_: Annotated[Format | None, typer.Option("--format", help="The format (default: as OUTPUT's name tells).")] = None,
    release: Annotated[str | None, typer.Option(help=f"A release, or {_CURRENT!r} (default: what stands in the files).")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Only rules of this topic (repeatable).")] = None,
    market: Annotated[list[str] | None, typer.Option(help="Only rules that name this country or region (repeatable).")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Only rules of this status (repeatable).")] = None,
    content: Folder = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write guidance as YAML (a file or a new folder), CSV or an Excel workbook, for editing elsewhere or as a copy.

    OUTPUT's suffix tells the format; a name without suffix is a folder. NAME.csv makes NAME.rules.csv and NAME.sources.csv.
    """
    with failing_clearly(as_json):
        chosen_format = format_ or format_of(output)
        if release is None:
            library = read(content, as_json)
        else:
            library = ReleaseSnapshot(engine_of(database), None if release == _CURRENT else release).library()
        library = choose(library, Taxonomy.load(content_folder(content)), topic or (), market or (), status or ())
        written = export_library(library, output, chosen_format)
    if as_json:
        counts = {"rules": len(library.rules), "sources": len(library.sources)}
        tell_json({"format": chosen_format, **counts, "files": [str(path) for path in written]})
        return
    where = ", ".join(map(str, written)) if len(written) <= 2 else f"{len(written)} files in {output}"
    console.print(f"Wrote {len(library.rules)} rules and {len(library.sources)} sources: {where}.", soft_wrap=True, markup=False)


@app.command(name="import")
def import_guidance(
    source: Annotated[Path, typer.Argument(help="A YAML, CSV or XLSX file, or a folder of YAML files.", metavar="INPUT")],
    into: Annotated[Path, typer.Option(help="The content folder to write into.")],
    replace: Annotated[bool, typer.Option("--replace", help="Remove rules and sources that INPUT lacks.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring guidance that was edited elsewhere into a content folder; a fault anywhere leaves the folder as it was.

    INPUT is a YAML, CSV or XLSX file, or a folder of YAML files. Rules that it lacks stay as they are. A rule stays in the
    file in which it stands; a new one goes to the file of its market, topic or cases.
    """
    with failing_clearly(as_json):
        planned = plan_import(source, into, _vocabulary(into), replace=replace)
        if not dry_run:
            carry_out(planned, into)
    if as_json:
        written = sorted(name for name, text in planned.files.items() if text is not None)
        removed = sorted(name for name, text in planned.files.items() if text is None)
        changes = planned.difference.as_dict()
        tell_json({"written": not dry_run, "files": written, "removed_files": removed, "changes": changes})
        return
    tell_difference(planned.difference, brief=not dry_run)
    for name, text in sorted(planned.files.items()):
        console.print(f"  {name}{'' if text is not None else ' (removed)'}", markup=False, highlight=False)
    if dry_run:
        console.print("Nothing was written (--dry-run).")


def _vocabulary(folder: Path) -> Taxonomy:
    """The vocabulary of ``folder``, or of the configured content folder if that one has none yet."""
    return Taxonomy.load(folder if (folder / "taxonomy.yml").is_file() else content_folder(None))
