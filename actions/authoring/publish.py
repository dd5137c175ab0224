"""``load``, ``releases`` and ``rollback``: what people are answered from."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from actions.authoring.app import (
    AsJson,
    Database,
    Folder,
    app,
    console,
    engine_of,
    failing_clearly,
    progress_bars,
    read,
    tell_json,
)
from actions.authoring.differences import tell_difference
from actions.rules.diff import compare_with_release
from actions.rules.releases import list_releases, load_release, roll_back


@app.command()
def load(
    content: Folder = None,
    database: Database = None,
    note: Annotated[str | None, typer.Option(help="Why this release is made; shown in the list of releases.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the guidance and make it the current release; a fault anywhere leaves the store as it was."""
    engine = engine_of(database)
    with progress_bars(not as_json) as phase, failing_clearly(as_json):
        library = read(content, as_json, phase("reading files"))
        difference = compare_with_release(engine, library)
        release = None if dry_run else load_release(engine, library, note=note, progress=phase("writing entries"))
    if as_json:
        made = {"release": release.version, "new": release.is_new} if release else {"release": None, "new": False}
        tell_json({**made, "rules": len(library.rules), "changes": difference.as_dict()})
        return
    tell_difference(difference, brief=not dry_run)
    if release is None:
        console.print("Nothing was loaded (--dry-run).")
    elif release.is_new:
        console.print(f"Release {release.version} is current: {release.rule_count} rules.")
    else:
        console.print(f"Nothing changed; release {release.version} stays current ({release.rule_count} rules).")


@app.command()
def releases(database: Database = None, as_json: AsJson = False) -> None:
    """List the releases, the newest first."""
    with failing_clearly(as_json):
        found = list_releases(engine_of(database))
    if as_json:
        tell_json([info.as_dict() for info in found])
        return
    table = Table("release", "made (UTC)", "rules", "current", "note")
    for info in found:
        current = "yes" if info.is_current else ""
        table.add_row(info.version, f"{info.created_at:%Y-%m-%d %H:%M}", str(info.rule_count), current, info.note or "")
    console.print(table)


@app.command()
def rollback(version: str, database: Database = None, as_json: AsJson = False) -> None:
    """Answer from an earlier release again."""
    with failing_clearly(as_json):
        release = roll_back(engine_of(database), version)
    if as_json:
        tell_json({"release": release.version, "rules": release.rule_count})
    else:
        console.print(f"Release {release.version} is current again: {release.rule_count} rules.")
