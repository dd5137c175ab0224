"""Sends a reply while it is uttered, as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sanic.request import Request

from bot.channels.web.once import Turn
from bot.channels.web.refusal import not_kept

EVENT_STREAM = "text/event-stream"
KEEP_ALIVE_SECONDS = 10.0
_HEADERS = {"X-Accel-Buffering": "no"}
"""Tells nginx to pass each event on at once."""


def wants_stream(request: Request) -> bool:
    """Whether the client asks for events rather than for one JSON answer."""
    return EVENT_STREAM in request.headers.get("accept", "")


async def stream(request: Request, turn: Turn, done: Callable[[], dict[str, Any]]) -> None:
    """Send a turn as ``typing``, ``message`` for each message, and ``done`` with what ``done`` gives at the end.

    Instead of ``done`` comes ``error`` if nothing of the turn was kept: the client then sends the message again under its id.
    A client that goes away ends the stream, not the turn.
    """
    events = await request.respond(content_type=f"{EVENT_STREAM}; charset=utf-8", headers=_HEADERS)
    await events.send(_event("typing", {}))
    async for message in turn.follow(KEEP_ALIVE_SECONDS):
        await events.send(": still writing\n\n" if message is None else _event("message", message))
    await events.send(_event("error", not_kept().body()) if turn.is_lost else _event("done", done()))


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
