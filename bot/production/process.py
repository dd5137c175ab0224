"""One supervised process: its output goes into rotated files, it is stopped politely, and it ends when the supervisor is gone."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import pwd
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from bot.settings import PROJECT_FOLDER
from bot.starting import StartFailed

LOG_BYTES, LOG_FILES = 10_000_000, 5
_LOOK_SECONDS = 0.2
_TAIL_LINES = 25
_PR_SET_PDEATHSIG = 1

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Spec:
    """How a process is started, how one tells that it is ready and that it is well, and how it is stopped."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    is_ready: Check
    ready_within_seconds: float = 30
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_seconds: float = 10
    is_well: Check | None = None
    """Asked now and then; a process that is not well several times in a row is killed, and started again."""
    user: str | None = None
    """The account to run as, if the supervisor runs as root and the process must not."""
    port: int | None = None


class Process:
    """A running instance of a :class:`Spec`."""

    def __init__(self, spec: Spec, log_folder: Path) -> None:
        self.spec = spec
        self.started_at = time.monotonic()
        self.is_ready = False
        self.is_stopping = False
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._log = _log_file(log_folder / f"{spec.name}.log")
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, if it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended; ``None`` while it runs."""
        return self._process.returncode if self._process else None

    @property
    def last_words(self) -> str:
        """The last lines that it wrote."""
        return "\n".join(self._tail)

    async def start(self) -> None:
        """Start it, without waiting until it is ready."""
        self.started_at = time.monotonic()
        account: dict[str, Any] = {}
        if self.spec.user:
            account = {"user": self.spec.user, "group": pwd.getpwnam(self.spec.user).pw_gid, "extra_groups": ()}
        self._process = await asyncio.create_subprocess_exec(
            *self.spec.command,
            cwd=PROJECT_FOLDER,
            env=dict(self.spec.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is the supervisor's, which stops all in order
            preexec_fn=_ending_with_parent(self.spec.stop_signal),
            **account,
        )
        self._reader = asyncio.create_task(self._copy_output())

    async def wait_until_ready(self) -> None:
        """Return once it is ready.

        Raises:
            StartFailed: it ended, or is not ready in time.
        """
        deadline = time.monotonic() + self.spec.ready_within_seconds
        while time.monotonic() < deadline:
            if self.exit_code is not None:
                await self._finish_log()
                raise StartFailed(f"{self.spec.name} ended with code {self.exit_code} before it was ready:\n{self.last_words}")
            if await _holds(self.spec.is_ready):
                self.is_ready = True
                return
            await asyncio.sleep(_LOOK_SECONDS)
        raise StartFailed(f"{self.spec.name} is not ready after {self.spec.ready_within_seconds:g} s:\n{self.last_words}")

    async def is_well(self) -> bool:
        """Whether it still does its work."""
        return self.spec.is_well is None or await _holds(self.spec.is_well)

    async def wait(self) -> int:
        """Wait for its end; gives the exit code."""
        assert self._process
        code = await self._process.wait()
        await self._finish_log()
        return code

    async def stop(self) -> None:
        """Ask it to stop, and end it if it does not in time."""
        self.is_stopping, self.is_ready = True, False
        if self.pid is None:
            return
        self.signal(self.spec.stop_signal)
        try:
            await asyncio.wait_for(self.wait(), self.spec.stop_within_seconds)
        except asyncio.TimeoutError:
            self.kill()
            await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it runs."""
        if self._process and self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def kill(self) -> None:
        """End it and what it started at once."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def _copy_output(self) -> None:
        assert self._process and self._process.stdout
        while line := await _line_of(self._process.stdout):
            text = line.decode("utf-8", "replace").rstrip("\n")
            self._tail.append(text)
            self._log.emit(logging.makeLogRecord({"msg": text}))

    async def _finish_log(self) -> None:
        if self._reader:
            await asyncio.wait({self._reader}, timeout=1)  # a grandchild may hold the pipe open
        self._log.close()


async def _line_of(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # longer than the reader's buffer: the part is dropped, the rest goes on
        return b"(a line too long for the log)\n"


async def _holds(check: Check) -> bool:
    try:
        return await check()
    except Exception:
        return False


def _log_file(path: Path) -> RotatingFileHandler:
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def _ending_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Lets Linux send the child this signal should the supervisor be killed, so that nothing is left behind."""
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):  # not Linux
        return lambda: None
    return lambda: prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) and None
