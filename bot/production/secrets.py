"""Secrets of the production profile: made once, each in a file that only its owner can read, never logged."""

from __future__ import annotations

from pathlib import Path

from bot.channels.sessions import read_or_make_secret


class Secrets:
    """Passwords by name; one that does not exist is made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def get(self, name: str) -> str:
        """The secret called ``name`` (64 hexadecimal digits)."""
        return read_or_make_secret(self._folder / name)
