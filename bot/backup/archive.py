"""Makes a backup of all stores, and puts one back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timezone
from pathlib import Path

from bot.backup import postgresql, sqlite_files
from bot.backup.errors import BackupFailed
from bot.backup.manifest import Manifest, StoreEntry, checksum
from bot.backup.stores import Store
from serving.version import VERSION

Progress = Callable[[str, int, int], None]
"""Is told the store's name, how much of it is done, and how much it is."""


def back_up(stores: Sequence[Store], parent: Path, progress: Progress = lambda *_: None) -> tuple[Path, Manifest]:
    """Make a new folder in ``parent`` with a backup; gives it once it is whole.

    Raises:
        BackupFailed: a store cannot be read or the folder cannot be written; no folder is left behind.
    """
    made_at = datetime.now(timezone.utc)
    folder = parent / f"qiao-{made_at:%Y%m%dT%H%M%SZ}"
    partial = parent / f".{folder.name}.partial"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir(mode=0o700)
        entries = {store.name: entry for store in stores if (entry := _copy_out(store, partial, progress)) is not None}
        if not entries:
            raise BackupFailed(
                "there is nothing to back up: no store holds anything yet; see QIAO_VAR and the addresses in README"
            )
        files = {path.name: checksum(path) for path in sorted(partial.iterdir())}
        manifest = Manifest(made_at.isoformat(timespec="seconds"), VERSION, entries, files)
        manifest.write(partial)
        partial.replace(folder)
    except OSError as error:
        raise BackupFailed(f"the backup cannot be written: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder, manifest


def restore(
    stores: Sequence[Store],
    folder: Path,
    *,
    only: Collection[str] = (),
    force: bool = False,
    progress: Progress = lambda *_: None,
) -> Manifest:
    """Put a backup back; everything is checked before anything is changed.

    Args:
        stores: where the settings say that things are stored.
        folder: the backup.
        only: names of stores; the others are left alone (default: all of the backup).
        force: also over stores that hold something.
        progress: is told how far it is.

    Raises:
        BackupFailed: the backup is not whole, does not fit the stores, or they hold something.
    """
    manifest = Manifest.read(folder)
    wanted = list(only) or list(manifest.stores)
    by_name = {store.name: store for store in stores}
    for name in wanted:
        if name not in manifest.stores or name not in by_name:
            raise BackupFailed(f"the backup has no {name!r}; it has: {', '.join(manifest.stores)}")
        _check(by_name[name], manifest.stores[name], force=force)
    manifest.verify(folder)
    for name in wanted:
        _put_back(by_name[name], manifest.stores[name], folder, progress)
    return manifest


def _check(store: Store, entry: StoreEntry, *, force: bool) -> None:
    kind = "sqlite" if store.is_sqlite else "postgresql"
    if kind != entry.kind:
        raise BackupFailed(f"the backup of {store.name} is of {entry.kind}, but {store.variable} names {store.address}")
    is_empty = sqlite_files.is_empty(store) if store.is_sqlite else postgresql.is_empty(store)
    if not is_empty and not force:
        raise BackupFailed(f"{store.address} ({store.name}) is not empty; --force replaces all that it holds")


def _copy_out(store: Store, folder: Path, progress: Progress) -> StoreEntry | None:
    copy = sqlite_files.copy_out if store.is_sqlite else postgresql.copy_out
    return copy(store, folder, lambda done, total: progress(store.name, done, total))


def _put_back(store: Store, entry: StoreEntry, folder: Path, progress: Progress) -> None:
    def told(done: int, total: int) -> None:
        progress(store.name, done, total)

    if store.is_sqlite:
        sqlite_files.put_back(store, folder, told)
    else:
        postgresql.put_back(store, entry, folder, told)
