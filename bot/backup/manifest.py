"""The manifest of a backup: what it holds, made by which version, with the checksum of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.backup.errors import BackupFailed

NAME = "manifest.json"
FORMAT = 1

_BLOCK = 1 << 20


@dataclass(frozen=True)
class StoreEntry:
    """One store in a backup."""

    kind: str
    """``sqlite`` or ``postgresql``."""
    rows: Mapping[str, int]
    """By table."""
    revision: str | None = None
    """Of the schema, where it has revisions."""
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    """By table; of PostgreSQL only."""


@dataclass(frozen=True)
class Manifest:
    """A whole backup."""

    made_at: str
    """UTC."""
    version: str
    """Of Qiao."""
    stores: Mapping[str, StoreEntry]
    files: Mapping[str, str]
    """Checksums (SHA-256) by name."""

    def write(self, folder: Path) -> None:
        """Write the manifest into the backup's folder."""
        path = folder / NAME
        path.touch(mode=0o600)
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a backup.

        Raises:
            BackupFailed: the folder holds no backup, or one that this version does not understand.
        """
        path = folder / NAME
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BackupFailed(f"{folder} is no backup: it has no {NAME}") from None
        except (OSError, ValueError) as error:
            raise BackupFailed(f"{path} cannot be read: {error}") from None
        if raw.get("format") != FORMAT:
            raise BackupFailed(f"{folder} was made by another version of Qiao ({raw.get('version')}); restore it with that one")
        try:
            stores = {name: StoreEntry(**entry) for name, entry in raw["stores"].items()}
            return cls(raw["made_at"], raw["version"], stores, dict(raw["files"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise BackupFailed(f"{path} is damaged: {error!r}") from None

    def verify(self, folder: Path) -> None:
        """Compare every file with its checksum.

        Raises:
            BackupFailed: a file is missing or was changed.
        """
        for name, expected in self.files.items():
            path = folder / name
            if path.parent != folder or not path.is_file():
                raise BackupFailed(f"{path} is missing; nothing was restored")
            if checksum(path) != expected:
                raise BackupFailed(f"{path} is not as it was written (its checksum differs); nothing was restored")


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
