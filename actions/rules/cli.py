"""Commands for authors: check the guidance, load it as a release, list releases and go back to one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from actions.rules.content import Library, read_library
from actions.rules.database import describe, open_engine
from actions.rules.errors import ContentError, RulesError
from actions.rules.releases import list_releases, load_release, roll_back
from actions.settings import Settings

app = typer.Typer(
    help="Check, load and release the guidance.", no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False
)
console = Console()

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Folder = Annotated[Path | None, typer.Option("--content", help="The content folder (default: the project's).")]
Database = Annotated[str | None, typer.Option("--database", help="Database URL (default: QIAO_RULES_URL or var/rules.db).")]


@app.command()
def validate(content: Folder = None, as_json: AsJson = False) -> None:
    """Check every content file and report all faults at once. Exit code 1 if there is any."""
    library = _read(content, as_json)
    if as_json:
        typer.echo(json.dumps({"rules": len(library.rules), "sources": len(library.sources), "problems": []}))
    else:
        console.print(f"{library.file_count} files are in order: {len(library.rules)} rules, {len(library.sources)} sources.")


@app.command()
def load(content: Folder = None, database: Database = None, as_json: AsJson = False) -> None:
    """Check the guidance and make it the current release; a fault anywhere leaves the store as it was."""
    library = _read(content, as_json)
    engine = open_engine(database or Settings.from_environment().rules_url)
    try:
        with console.status(f"Loading {len(library.rules)} rules into {describe(engine)} …"):
            release = load_release(engine, library)
    except RulesError as error:
        _fail(error, as_json)
    if as_json:
        typer.echo(json.dumps({"release": release.version, "rules": release.rule_count, "new": release.is_new}))
    elif release.is_new:
        console.print(f"Release {release.version} is current: {release.rule_count} rules.")
    else:
        console.print(f"Nothing changed; release {release.version} stays current ({release.rule_count} rules).")


@app.command()
def releases(database: Database = None, as_json: AsJson = False) -> None:
    """List the releases, the newest first."""
    engine = open_engine(database or Settings.from_environment().rules_url)
    try:
        found = list_releases(engine)
    except RulesError as error:
        _fail(error, as_json)
    if as_json:
        rows = [
            {"release": r.version, "created_at": f"{r.created_at.isoformat()}Z", "rules": r.rule_count, "current": r.is_current}
            for r in found
        ]
        typer.echo(json.dumps(rows))
        return
    table = Table("release", "made (UTC)", "rules", "current")
    for info in found:
        table.add_row(info.version, f"{info.created_at:%Y-%m-%d %H:%M}", str(info.rule_count), "yes" if info.is_current else "")
    console.print(table)


@app.command()
def rollback(version: str, database: Database = None, as_json: AsJson = False) -> None:
    """Answer from an earlier release again."""
    engine = open_engine(database or Settings.from_environment().rules_url)
    try:
        release = roll_back(engine, version)
    except RulesError as error:
        _fail(error, as_json)
    if as_json:
        typer.echo(json.dumps({"release": release.version, "rules": release.rule_count}))
    else:
        console.print(f"Release {release.version} is current again: {release.rule_count} rules.")


def _read(content: Path | None, as_json: bool) -> Library:
    try:
        return read_library(content or Settings.from_environment().content_folder)
    except ContentError as error:
        _fail(error, as_json)


def _fail(error: RulesError, as_json: bool) -> NoReturn:
    if as_json:
        problems = [problem.as_dict() for problem in error.problems] if isinstance(error, ContentError) else []
        typer.echo(json.dumps({"error": str(error), "problems": problems}, ensure_ascii=False))
    else:
        print(error, file=sys.stderr)
    raise typer.Exit(1)
