"""What all commands share: the application, its options, and how success and failure are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.engine import Engine

from actions.rules.content import Library, read_library
from actions.rules.content import Progress as OnProgress
from actions.rules.database import open_engine
from actions.rules.errors import ContentError, RulesError
from actions.settings import Settings

app = typer.Typer(
    help="Check, preview, release and review the guidance.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
console = Console()

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Folder = Annotated[Path | None, typer.Option("--content", help="The content folder (default: QIAO_CONTENT or the project's).")]
Database = Annotated[str | None, typer.Option("--database", help="Database URL (default: QIAO_RULES_URL or var/rules.db).")]


def content_folder(content: Path | None) -> Path:
    """The folder that an option names, else the configured one."""
    return content or Settings.from_environment().content_folder


def engine_of(database: str | None) -> Engine:
    """The database that an option names, else the configured one."""
    return open_engine(database or Settings.from_environment().rules_url)


def read(content: Path | None, as_json: bool, progress: OnProgress | None = None) -> Library:
    """The checked guidance; with faults, tells all of them and ends the command with exit code 1."""
    try:
        return read_library(content_folder(content), progress)
    except ContentError as error:
        fail(error, as_json)


@contextmanager
def failing_clearly(as_json: bool) -> Iterator[None]:
    """Tells an error of the store in a sentence and ends the command with exit code 1."""
    try:
        yield
    except RulesError as error:
        fail(error, as_json)


def fail(error: RulesError, as_json: bool) -> NoReturn:
    """Tell the error (on stderr, or as JSON on stdout) and end the command with exit code 1."""
    if as_json:
        problems = [problem.as_dict() for problem in error.problems] if isinstance(error, ContentError) else []
        tell_json({"error": str(error), "problems": problems})
    else:
        print(error, file=sys.stderr)
    raise typer.Exit(1)


def tell_json(data: Any) -> None:
    """Print data as JSON."""
    typer.echo(json.dumps(data, ensure_ascii=False))


@contextmanager
def progress_bars(shown: bool) -> Iterator[Any]:
    """Gives a function that makes a progress callback for a described phase; shows nothing if not ``shown`` or no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bars:

        def phase(description: str) -> OnProgress:
            task = bars.add_task(description, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        yield phase
