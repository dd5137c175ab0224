"""What the supervisor tells others, in a file: who runs, where, since when, and how the last replacement went."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class AlreadyRunning(Exception):
    """Another supervisor uses the folder."""


class NotRunning(Exception):
    """No supervisor uses the folder."""


@dataclass
class Member:
    """A process as others see it."""

    pid: int | None
    port: int | None
    state: str
    restarts: int
    since: float
    """Seconds since the epoch."""


@dataclass
class Reload:
    """The last replacement of all servers: ``none``, ``running``, ``done`` or ``failed``."""

    number: int = 0
    state: str = "none"
    message: str = ""


@dataclass
class State:
    """Everything that is told."""

    pid: int
    url: str
    is_ready: bool = False
    processes: dict[str, Member] = field(default_factory=dict)
    reload: Reload = field(default_factory=Reload)


class StateFile:
    """The file, and the lock that lets one supervisor at a time use a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "state.json"
        self._lock_path = folder / "supervisor.lock"
        self._lock: Any = None

    def claim(self) -> None:
        """Take the folder for this process.

        Raises:
            AlreadyRunning: another supervisor has it.
        """
        self._lock = self._lock_path.open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(f"the production profile in {self._path.parent} is already running") from None

    def write(self, state: State) -> None:
        """Tell the state, at a stroke."""
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
        fresh.replace(self._path)

    def remove(self) -> None:
        """Nothing runs any more."""
        self._path.unlink(missing_ok=True)

    def read(self) -> State:
        """What the supervisor last told.

        Raises:
            NotRunning: there is none.
        """
        with self._lock_path.open("a+") as probe:
            try:
                fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass
            else:
                raise NotRunning(f"the production profile does not run in {self._path.parent}; start it: make run-production")
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NotRunning("the production profile is just starting; try again in a moment") from None
        members = {name: Member(**member) for name, member in told.pop("processes").items()}
        return State(processes=members, reload=Reload(**told.pop("reload")), **told)
