"""Calls of an action server that restarts, with a real server."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.action_retries import retrying


class Server:
    """Answers with the given statuses in turn; ``0`` breaks the connection off."""

    def __init__(self, *statuses: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.bodies: list[Any] = []
        self._statuses = list(statuses)

    async def __aenter__(self) -> Server:
        app = web.Application()
        app.router.add_post("/webhook", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        status = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
        if not status and request.transport:
            request.transport.abort()
        return web.json_response({"events": [], "responses": []}, status=status or 200)

    def endpoint(self, patience_seconds: float = 4) -> EndpointConfig:
        return retrying(EndpointConfig(f"http://127.0.0.1:{self.port}/webhook"), patience_seconds)


async def test_a_call_that_breaks_off_is_made_again_with_the_same_words() -> None:
    async with Server(0, 503, 502, 200) as server:
        reply = await server.endpoint().request("post", json={"next_action": "action_advise"})
    assert reply == {"events": [], "responses": []}
    assert server.bodies == [{"next_action": "action_advise"}] * 4


async def test_a_server_that_starts_late_is_waited_for() -> None:
    server = Server(200)
    call = asyncio.create_task(server.endpoint().request("post", json={}))
    await asyncio.sleep(0.7)
    assert not call.done()
    async with server:
        assert await call == {"events": [], "responses": []}


async def test_a_server_that_stays_away_is_given_up() -> None:
    started = time.monotonic()
    with pytest.raises(aiohttp.ClientConnectionError):
        await Server(200).endpoint(patience_seconds=1).request("post", json={})
    assert 0.4 < time.monotonic() - started < 5


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_what_the_server_itself_says_is_believed_at_once(status: int) -> None:
    async with Server(status) as server:
        with pytest.raises(ClientResponseError):
            await server.endpoint().request("post", json={})
    assert len(server.bodies) == 1
