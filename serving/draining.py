"""Stopping without losing a message: first ``/ready`` says no, then what is in progress finishes, then the server ends.

On SIGTERM or SIGINT:

1. ``is_draining`` is true, so that ``/ready`` answers 503 and a proxy sends new messages elsewhere. Messages that come all the
   same are answered as ever, for ``drain_notice_seconds``.
2. What was in progress then may finish, within ``drain_seconds``; also what no open HTTP request stands for.
3. The server stops listening and waits for the answers that are still being sent, again up to ``drain_seconds``.

A second signal ends it at once.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import Gauge
from sanic import Sanic

from serving import tracing
from serving.settings import ServingSettings

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.05


class Work:
    """What a server has in progress, and whether it is about to stop."""

    def __init__(self) -> None:
        self.is_draining = False
        self._in_progress: set[object] = set()

    @contextmanager
    def in_progress(self) -> Iterator[None]:
        """Count a piece of work while the ``with`` block runs."""
        token = object()
        self._in_progress.add(token)
        try:
            yield
        finally:
            self._in_progress.discard(token)

    def __len__(self) -> int:
        return len(self._in_progress)

    async def finish(self, seconds: float) -> bool:
        """Wait until what is in progress now is done; ``False`` if it is not in time. What begins later is not waited for."""
        waited_for = set(self._in_progress)
        deadline = time.monotonic() + seconds
        while waited_for & self._in_progress:
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True


WORK = Work()
"""This process's work."""

Gauge("qiao_in_progress", "Messages, or actions, that are being answered.").set_function(lambda: len(WORK))


def drain_on_signals(app: Sanic, settings: ServingSettings) -> None:
    """Let the application end in this way."""
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = settings.drain_seconds

    @app.after_server_start
    async def listen(app: Sanic, loop: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, app, settings)

    @app.after_server_stop
    async def flush(_: Sanic, __: Any) -> None:
        await asyncio.to_thread(tracing.stop_tracing)


def _stop(app: Sanic, settings: ServingSettings) -> None:
    if WORK.is_draining:
        app.stop()
        return
    WORK.is_draining = True
    app.ctx.qiao_draining = asyncio.get_running_loop().create_task(_drain(app, settings))


async def _drain(app: Sanic, settings: ServingSettings) -> None:
    logger.info("asked to stop; %d messages are in progress", len(WORK))
    await asyncio.sleep(settings.drain_notice_seconds)
    if not await WORK.finish(settings.drain_seconds):
        logger.warning("%d messages are given up after %g s", len(WORK), settings.drain_seconds)
    app.stop()
