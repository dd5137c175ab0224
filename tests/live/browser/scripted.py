"""The real web channel and the real pages in a thread of the test process; what the adviser says is made up by the test."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from bot.channels.web.pages import DIST
from tests.channels.web.serving import Adviser, Server, serving

_WAIT_SECONDS = 60


class ScriptedServer:
    """A server to whose messages the test gives the replies: ``says({"question": [{"text": …, "custom": …}]})``."""

    def __init__(self, folder: Path, **options: Any) -> None:
        """``options`` are those of :func:`tests.channels.web.serving.serving`."""
        self._folder = folder
        self._options = options
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._server: Server | None = None
        self._failure: BaseException | None = None

    def start(self) -> ScriptedServer:
        """Start it and wait until it listens."""
        self._thread.start()
        assert self._is_up.wait(_WAIT_SECONDS), "the scripted server did not start"
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop it."""
        assert self._loop is not None and self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_WAIT_SECONDS)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._running.url

    @property
    def understood(self) -> list[str]:
        """The messages that the adviser was given, each time that it was."""
        return [str(message.text) for message in self._running.adviser.understood]

    def says(self, replies: dict[str, list[dict[str, Any]]]) -> None:
        """Give the replies to certain messages."""
        self._running.adviser.replies.update(replies)

    def hold(self) -> None:
        """Keep the end of every reply of the adviser's own back until :meth:`release`."""
        self._running.adviser.hold = asyncio.Event()

    def release(self) -> None:
        """Let replies end."""
        adviser: Adviser = self._running.adviser
        assert adviser.hold is not None and self._loop is not None
        self._loop.call_soon_threadsafe(adviser.hold.set)

    @property
    def _running(self) -> Server:
        assert self._server is not None
        return self._server

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with serving(self._folder, pages=DIST, **self._options) as server:
                self._server = server
                self._is_up.set()
                await self._end.wait()
        except BaseException as error:
            self._failure = error
            self._is_up.set()
            raise
