"""A web channel that really listens, over a real database and real locks; only what Rasa would say is made up."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from rasa.core.channels.channel import UserMessage, register
from rasa.server import add_root_route, configure_cors
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from bot.channels.sessions import Sessions
from bot.channels.web import WebInput
from bot.channels.web.pages import Pages
from bot.locks import ConversationLocks
from bot.settings import Settings, WebLimits
from bot.stores import ConversationStore
from tests.sanic_classes import rewrite_once

rewrite_once()

SECRET = "a secret of the tests " * 3
NO_LIMITS = WebLimits(session_messages=0, address_messages=0, address_sessions=0, session_running=0, running=0, body_bytes=16_384)


@dataclass
class Adviser:
    """Stands in for Rasa's processor: notes what it understands, answers, keeps the turn in the tracker.

    With ``hold`` the last message of a reply waits for it; ``replies`` has those to certain texts.
    """

    store: ConversationStore
    understood: list[UserMessage] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event | None = None
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reply: list[dict[str, Any]] = field(default_factory=lambda: [{"text": "an answer"}, {"custom": {"type": "advice"}}])

    async def handle_message(self, message: UserMessage) -> None:
        self.understood.append(message)
        self.asked.set()
        tracker = await self.store.retrieve(message.sender_id) or DialogueStateTracker(message.sender_id, [])
        tracker.update(
            UserUttered(
                message.text,
                parse_data={"intent": {"name": "x"}},
                input_channel=message.input_channel,
                message_id=message.message_id,
                metadata=message.metadata,
            )
        )
        known = self.replies.get(message.text or "")
        for number, sent in enumerate(self.reply if known is None else known):
            if self.hold is not None and known is None and number == len(self.reply) - 1:
                await self.hold.wait()
            uttered = BotUttered(sent.get("text"), {key: sent.get(key) for key in ("buttons", "custom")})
            tracker.update(uttered)
            await message.output_channel.send_response(message.sender_id, uttered.message())
        await self.store.save(tracker)


class Client:
    """A person's browser: keeps the token of one session."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.headers: dict[str, str] = {}
        self.conversation = ""

    async def open(self) -> Client:
        """Begin a conversation."""
        opened = (await self.http.post("/webhooks/web/session")).json()
        self.headers = {"Authorization": f"Bearer {opened['session']}"}
        self.conversation = opened["conversation"]
        return self

    async def say(self, message: Any, **fields: Any) -> httpx.Response:
        """Send a message and get the whole reply."""
        return await self.http.post("/webhooks/web/message", json={"message": message, **fields}, headers=self.headers)

    async def history(self, **query: str) -> dict[str, Any]:
        """What was said."""
        reply = await self.http.get("/webhooks/web/history", params=query, headers=self.headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    @asynccontextmanager
    async def stream(self, message: str, **fields: Any) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
        """Send a message and get the reply as it comes."""
        headers = {**self.headers, "Accept": "text/event-stream"}
        body = {"message": message, **fields}
        async with self.http.stream("POST", "/webhooks/web/message", json=body, headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            yield events(response)


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """Server-sent events as (name, data); a comment as (":", text)."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith(":"):
            yield ":", line[1:].strip()
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


@dataclass
class Server:
    """A running server."""

    url: str
    adviser: Adviser
    app: Sanic
    http: httpx.AsyncClient

    async def visitor(self) -> Client:
        """Somebody with a conversation of their own."""
        return await Client(self.http).open()


@asynccontextmanager
async def serving(
    folder: Path,
    *,
    limits: WebLimits = NO_LIMITS,
    pages: Path | None = None,
    session_seconds: int = 3600,
    locks: ConversationLocks | None = None,
    **changes: Any,
) -> AsyncIterator[Server]:
    """A server over the conversations in ``folder``; ``changes`` are made to the settings."""
    settings = replace(Settings.from_environment(), web_limits=limits, redis_url=None, allowed_origins=())
    settings = replace(settings, **changes)
    store = ConversationStore(f"sqlite:///{folder / 'conversations.db'}", domain=Domain.empty())
    adviser = Adviser(store)
    app = Sanic(f"web-{uuid.uuid4().hex}", configure_logging=False)
    app.config.PROXIES_COUNT = settings.trusted_proxies or None
    add_root_route(app)
    configure_cors(app, list(settings.allowed_origins) or None)
    channel = WebInput(settings, Sessions(SECRET, session_seconds), Pages(pages or folder / "no-pages", settings.allowed_origins))
    register([channel], app, "/webhooks/")
    app.ctx.agent = SimpleNamespace(
        processor=adviser, tracker_store=store, lock_store=locks or ConversationLocks(), is_ready=lambda: True
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            yield Server(url, adviser, app, http)
    finally:
        await server.before_stop()
        server.close()
        for connection in server.connections:
            connection.abort()
        store.engine.dispose()
        Sanic._app_registry.pop(app.name)
