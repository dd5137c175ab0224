"""Keeps the profile's processes running: starts them in order, starts again what ends, replaces servers one by one, stops all.

Ready-made supervisors (supervisor, circus, honcho) start again what ends, but none waits until a process is ready before it goes
on to the next, and none replaces servers one by one behind a proxy, which is what a new model needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

from bot.production.plan import Slots
from bot.production.process import Process, Spec
from bot.production.proxy import BACK_IN_USE_SECONDS
from bot.production.state import Member, Reload, State, StateFile
from bot.starting import StartFailed

logger = logging.getLogger(__name__)

_BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_STEADY_SECONDS = 60
"""A process that has run for so long is started again at once when it ends."""
_CHECK_SECONDS = 5.0
_UNWELL_CHECKS = 6
"""A minute: a server that gets too little of the processor must not be ended for it, since starting costs more."""

MakeSpec = Callable[[int, int], Spec]
"""Makes the description of a server out of its number and port."""


class _Kept:
    """A process that is kept running."""

    def __init__(self, spec: Spec, process: Process) -> None:
        self.spec = spec
        self.process = process
        self.restarts = 0
        self.is_waiting = False
        self.since = time.time()
        self.keeper: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        if self.is_waiting:
            return "waiting to start again"
        return "ready" if self.process.is_ready else "starting"


class Supervisor:
    """All processes of one profile; the caller decides on their order."""

    def __init__(self, log_folder: Path, state_file: StateFile, url: str, pid: int) -> None:
        self._log_folder = log_folder
        self._state_file = state_file
        self._told = State(pid=pid, url=url)
        self._kept: dict[str, _Kept] = {}

    async def start(self, *specs: Spec) -> None:
        """Start processes side by side and return when all are ready; from then on they are kept running.

        Raises:
            StartFailed: one of them did not become ready.
        """
        begun = [_Kept(spec, Process(spec, self._log_folder)) for spec in specs]
        for kept in begun:
            self._kept[kept.spec.name] = kept
            await kept.process.start()
        self.tell()
        await asyncio.gather(*(kept.process.wait_until_ready() for kept in begun))
        for kept in begun:
            kept.keeper = asyncio.create_task(self._keep(kept))
        self.tell()

    async def stop(self, *names: str) -> None:
        """Stop processes side by side."""
        going = [self._kept.pop(name) for name in names if name in self._kept]
        await asyncio.gather(*(self._end(kept) for kept in going))
        self.tell()

    def process(self, name: str) -> Process | None:
        """The process called ``name``, if there is one."""
        return self._kept[name].process if name in self._kept else None

    def names(self, prefix: str = "") -> list[str]:
        """The names of the processes that are kept running."""
        return [name for name in self._kept if name.startswith(prefix)]

    async def replace(self, name: str, number: int, make: MakeSpec, slots: Slots) -> None:
        """Put a new server in an old one's place: the new one is ready before the old one is asked to go.

        Raises:
            StartFailed: the new one did not become ready; the old one serves on.
        """
        old = self._kept[name]
        port = slots.take()
        fresh = _Kept(make(number, port), Process(make(number, port), self._log_folder))
        await fresh.process.start()
        try:
            await fresh.process.wait_until_ready()
        except StartFailed:
            await fresh.process.stop()
            slots.give_back(port)
            raise
        await asyncio.sleep(BACK_IN_USE_SECONDS)  # until nginx looks at this port again
        self._kept[name] = fresh
        fresh.keeper = asyncio.create_task(self._keep(fresh))
        self.tell()
        await self._end(old)
        if old.spec.port is not None:
            slots.give_back(old.spec.port)

    def tell(self, *, is_ready: bool | None = None, reload: Reload | None = None) -> None:
        """Write down for others how things stand."""
        if is_ready is not None:
            self._told.is_ready = is_ready
        if reload is not None:
            self._told.reload = reload
        self._told.processes = {
            name: Member(kept.process.pid, kept.spec.port, kept.state, kept.restarts, kept.since)
            for name, kept in self._kept.items()
        }
        self._state_file.write(self._told)

    @property
    def last_reload(self) -> Reload:
        """How the last replacement of all servers went."""
        return self._told.reload

    async def _end(self, kept: _Kept) -> None:
        kept.process.is_stopping = True
        if kept.keeper:
            kept.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await kept.keeper
        await kept.process.stop()

    async def _keep(self, kept: _Kept) -> None:
        """Start the process again whenever it ends or is no longer well."""
        failures = 0
        while True:
            watch = asyncio.create_task(self._kill_when_unwell(kept.process))
            try:
                code = await kept.process.wait()
            finally:
                watch.cancel()
            steady = time.monotonic() - kept.process.started_at > _STEADY_SECONDS
            failures = 0 if steady else failures + 1
            delay = _BACKOFF_SECONDS[min(failures, len(_BACKOFF_SECONDS) - 1)]
            logger.error("%s ended with code %s; starting it again in %.1f s", kept.spec.name, code, delay)
            kept.process.is_ready, kept.is_waiting = False, True
            kept.restarts += 1
            self.tell()
            await asyncio.sleep(delay)
            kept.process, kept.is_waiting, kept.since = Process(kept.spec, self._log_folder), False, time.time()
            await kept.process.start()
            self.tell()
            try:
                await kept.process.wait_until_ready()
                logger.info("%s is ready again", kept.spec.name)
            except StartFailed as error:
                logger.error("%s", error)
                kept.process.kill()
            self.tell()

    async def _kill_when_unwell(self, process: Process) -> None:
        """A process that hangs does not end by itself."""
        failed = 0
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            failed = 0 if await process.is_well() else failed + 1
            if failed >= _UNWELL_CHECKS:
                logger.error("%s does not answer; ending it", process.spec.name)
                process.kill()
                return
