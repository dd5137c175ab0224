"""``GET /health`` (the process is up) and ``GET /ready`` (it can answer, and is not about to stop)."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.conversations import CannotDelete, unwrapped
from bot.settings import Settings
from serving.draining import WORK

_WAIT_SECONDS = 3.0
"""What does not answer within this time is not reachable."""
_KEPT_SECONDS = 1.0
"""So long a finding is given out again, however many ask."""


def add_health(app: Sanic, settings: Settings) -> None:
    """Add both routes.

    ``/ready`` gives 200 or 503, and for each part whether it can be used: ``model``, ``action_server``, ``store`` (the rules
    store, as the action server sees it), ``conversations`` (their database), ``locks`` (Redis; ``null`` without), and the
    ``release`` in force. Locks do not count, since a replica goes on without them.
    """
    readiness = _Readiness(app, settings)

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @app.get("/ready")
    async def ready(_: Request) -> HTTPResponse:
        state = await readiness.state()
        is_ready = not WORK.is_draining and all(state[part] for part in ("model", "action_server", "store", "conversations"))
        draining = {"draining": True} if WORK.is_draining else {}
        return response.json({"ready": is_ready, **state, **draining}, status=200 if is_ready else 503)


class _Readiness:
    """Asks the parts, at most once a second."""

    def __init__(self, app: Sanic, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._asking = asyncio.Lock()
        self._found: dict[str, Any] = {}
        self._found_at = float("-inf")

    async def state(self) -> dict[str, Any]:
        """What can be used."""
        async with self._asking:
            if time.monotonic() - self._found_at > _KEPT_SECONDS:
                self._found = await self._ask()
                self._found_at = time.monotonic()
        return self._found

    async def _ask(self) -> dict[str, Any]:
        agent = getattr(self._app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return {"model": False, "action_server": False, "store": False, "conversations": False, "locks": None}
        actions, conversations, locks = await asyncio.gather(
            _action_server_state(self._settings.action_url), _is_reachable(agent.tracker_store), _is_reachable(agent.lock_store)
        )
        return {"model": True, **actions, "conversations": conversations is not False, "locks": locks}


async def _is_reachable(store: Any) -> bool | None:
    """Whether the store behind Rasa's wrappers answers; ``None`` if it is in this process."""
    try:
        ask = getattr(unwrapped(store), "is_reachable", None)
    except CannotDelete:
        ask = getattr(store, "is_reachable", None)
    if ask is None:
        return None
    try:
        reachable: bool | None = await asyncio.wait_for(ask(), _WAIT_SECONDS)
    except asyncio.TimeoutError:
        return False
    return reachable


async def _action_server_state(url: str) -> dict[str, Any]:
    """Whether the action server answers, and whether it can read the rules store."""
    timeout = aiohttp.ClientTimeout(total=_WAIT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url}/ready") as reply:
            body = await reply.json()
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
        return {"action_server": False, "store": False}
    return {"action_server": True, "store": bool(body.get("ready")), "release": body.get("release")}
