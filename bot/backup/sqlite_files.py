"""SQLite: a consistent copy of a file that is being written, and putting it back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bot.backup.errors import BackupFailed
from bot.backup.manifest import StoreEntry
from bot.backup.stores import Store

Progress = Callable[[int, int], None]

_PAGES = 4096
_WAIT_SECONDS = 30


def file_name(store: Store) -> str:
    """The name of the store's copy."""
    return f"{store.name}.db"


def is_empty(store: Store) -> bool:
    """Whether nothing is stored: no file, or no row in any of our tables. A damaged file is not empty."""
    if not store.path.exists():
        return True
    try:
        with closing(_open(store.path)) as source:
            return not any(_rows(source, store).values())
    except sqlite3.Error:
        return False


def copy_out(store: Store, folder: Path, progress: Progress) -> StoreEntry | None:
    """Copy the database into the folder while others go on using it; ``None`` if there is none.

    Raises:
        BackupFailed: it cannot be read, or is damaged.
    """
    if not store.path.exists():
        return None
    target_path = folder / file_name(store)
    target_path.touch(mode=0o600)
    try:
        with closing(_open(store.path)) as source, closing(sqlite3.connect(target_path)) as target:
            # with a transaction open, all steps copy the same state; without, each write of others would start it over
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total))
            target.execute("PRAGMA journal_mode=DELETE")
            faults = target.execute("PRAGMA quick_check(1)").fetchone()[0]
            if faults != "ok":
                raise BackupFailed(f"{store.path} is damaged: {faults}")
            revision = None
            rows = _rows(target, store)
            if store.version_table in rows:
                revision = target.execute(f'SELECT max(version_num) FROM "{store.version_table}"').fetchone()[0]  # noqa: S608
    except sqlite3.Error as error:
        raise BackupFailed(f"{store.path} ({store.name}) cannot be copied: {error}") from error
    return StoreEntry("sqlite", rows, revision)


def put_back(store: Store, folder: Path, progress: Progress) -> None:
    """Replace the database with the copy in the folder, at a stroke.

    Raises:
        BackupFailed: the place cannot be written; the database is as it was.
    """
    path = store.path
    new = path.with_name(f"{path.name}.restored")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        with closing(_open(folder / file_name(store))) as source, closing(sqlite3.connect(new)) as target:
            source.backup(target, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total))
        descriptor = os.open(new, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        for suffix in ("-wal", "-shm", "-journal"):  # they belong to the old file and would spoil the new one
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        new.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(f"{path} ({store.name}) cannot be restored: {error}") from error
    finally:
        new.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_WAIT_SECONDS, isolation_level=None)


def _rows(database: sqlite3.Connection, store: Store) -> dict[str, int]:
    """The number of rows of each of our tables that is there."""
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        table: int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
        for table in store.tables
        if table in names
    }
