"""Writes several files so that either all of them change or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from actions.rules.exchange.errors import ExchangeError
from actions.rules.yaml_reader import MAX_FILE_BYTES

_PENDING = ".pending"
"""Ends the names of files that are not in force yet; readers of content pass over them."""


def write_files(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write ``files`` (name to text; ``None`` removes the file) into ``folder``; names may lead into subfolders.

    Everything is written beside its place first and then renamed, so that an error while writing changes nothing.

    Raises:
        ExchangeError: a content file would be too large to be read again, or the folder cannot be written.
    """
    encoded = {folder / name: text.encode() for name, text in files.items() if text is not None}
    for path, text in encoded.items():
        if path.suffix != ".csv" and len(text) > MAX_FILE_BYTES:
            raise ExchangeError(f"{path} would be larger than {MAX_FILE_BYTES:,} bytes; write a folder or a part of the guidance")
    pending: list[Path] = []
    try:
        for path, text in encoded.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with pending_path(path).open("wb") as file:
                pending.append(pending_path(path))
                file.write(text)
        for path in encoded:
            pending_path(path).replace(path)
        for name in files.keys() - {path.relative_to(folder).as_posix() for path in encoded}:
            (folder / name).unlink()
    except OSError as error:
        raise ExchangeError(f"cannot write into {folder}: {error.strerror} ({error.filename})") from error
    finally:
        for path in pending:
            path.unlink(missing_ok=True)


def pending_path(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(f".{path.name}{_PENDING}")
