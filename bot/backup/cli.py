"""The commands that back up and restore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.backup.archive import Progress as Told
    from bot.backup.manifest import Manifest

console = Console(stderr=True, highlight=False)


def backup(to: Annotated[Path, typer.Option("--to", help="Folder in which a new folder is made for the backup.")]) -> None:
    """Back up conversations, guidance releases, records and Slack's inbox, while the servers go on."""
    from bot.backup.archive import back_up
    from bot.backup.stores import all_stores

    with _told_clearly(), _bars() as progress:
        folder, manifest = back_up(all_stores(), to, progress)
    _tell(manifest)
    print(folder)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="FROM", help="The backup's folder.")],
    only: Annotated[list[str] | None, typer.Option(help="Restore this store only; may be given several times.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what the stores hold, also while a server runs.")] = False,
) -> None:
    """Put a backup back. With SQLite stop the servers first: they would go on with the files that they have open."""
    from bot.backup.archive import restore as put_back
    from bot.backup.errors import BackupFailed
    from bot.backup.manifest import Manifest
    from bot.backup.stores import all_stores

    with _told_clearly():
        stores, wanted = all_stores(), only or list(Manifest.read(folder).stores)
        running = _running() if any(store.is_sqlite and store.name in wanted for store in stores) else None
        if running and not force:
            raise BackupFailed(f"a server answers on {running}; stop it first (--force restores all the same)")
        with _bars() as progress:
            manifest = put_back(stores, folder, only=wanted, force=force, progress=progress)
    console.print(f"Restored what was stored at {manifest.made_at}. Deleted since then, and now back: see docs/operations.md.")


def _running() -> str | None:
    """The address of a server of ours that answers on this machine."""
    from actions.settings import Settings as ActionSettings

    settings, actions = Settings.from_environment(), ActionSettings.from_environment()
    for host, port in ((settings.host, settings.port), (actions.action_host, actions.action_port)):
        url = f"http://{host}:{port}"
        try:
            httpx.get(f"{url}/health", timeout=2)
        except httpx.HTTPError:
            continue
        return url
    return None


def _tell(manifest: Manifest) -> None:
    table = Table("store", "kind", "rows")
    for name, entry in manifest.stores.items():
        table.add_row(name, entry.kind, str(sum(entry.rows.values())))
    console.print(table)


@contextmanager
def _bars() -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def told(store: str, done: int, total: int) -> None:
            if store not in tasks:
                tasks[store] = bars.add_task(store)
            bars.update(tasks[store], completed=done, total=total)

        yield told


@contextmanager
def _told_clearly() -> Iterator[None]:
    from bot.backup.errors import BackupFailed

    try:
        yield
    except BackupFailed as error:
        console.print(f"[bold red]{error}[/]")
        raise typer.Exit(1) from None
