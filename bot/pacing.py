"""So many turns compute at once; the others wait for their turn without keeping the event loop from anything else.

Understanding, policies and trackers run on the server's only event loop, some milliseconds at a time. If all messages that are
being answered take their turns there, whatever else arrives (an event of Slack, which gives up after three seconds; a probe; a
page) waits for all of them. A few turns use the processor as well as many do. A turn that waits for the action server computes
nothing and keeps no place; when its answer is there, it goes on before others begin.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig

TURNS_AT_ONCE = 8
"""Fewer cost answers a second, more cost whatever else waits; measured in docs/slack.md."""

_has_place: ContextVar[bool] = ContextVar("has_place", default=False)


class Pace:
    """The pace of one process."""

    def __init__(self, at_once: int = TURNS_AT_ONCE) -> None:
        self._free = at_once
        self._going_on: deque[asyncio.Future[None]] = deque()
        self._beginning: deque[asyncio.Future[None]] = deque()

    def set_for(self, agent: Agent) -> None:
        """Let the agent's messages be handled at this pace, each once it holds its conversation's lock."""
        processor = agent.processor
        if processor is not None:
            processor.handle_message = self._paced(processor.handle_message)  # type: ignore[method-assign]

    def spare(self, endpoint: EndpointConfig) -> EndpointConfig:
        """The same endpoint, whose calls keep no place while they are under way."""
        request = endpoint.request

        async def call(*args: Any, **kwargs: Any) -> Any:
            if not _has_place.get():
                return await request(*args, **kwargs)
            self._leave()
            try:
                return await request(*args, **kwargs)
            finally:
                await self._enter(self._going_on)

        endpoint.request = call  # type: ignore[method-assign]
        return endpoint

    def _paced(self, handle: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
        async def paced(message: Any) -> Any:
            await self._enter(self._beginning)
            token = _has_place.set(True)
            try:
                return await handle(message)
            finally:
                _has_place.reset(token)
                self._leave()

        return paced

    async def _enter(self, queue: deque[asyncio.Future[None]]) -> None:
        if self._free:
            self._free -= 1
            return
        place = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                queue.remove(place)
            else:  # it was given just now
                self._leave()
            raise

    def _leave(self) -> None:
        queue = self._going_on or self._beginning
        if queue:
            queue.popleft().set_result(None)
        else:
            self._free += 1
