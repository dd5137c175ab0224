"""The channel in a server of its own, with somebody in the adviser's place who answers as a test wishes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.slack import SlackInput
from bot.starting import free_port
from tests.sanic_classes import rewrite_once

rewrite_once()

_numbers = itertools.count(1)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class Replica:
    """One process's side, in the test's own event loop; ``async with`` starts and stops it as the server would."""

    def __init__(self, on_new_message: OnNewMessage) -> None:
        """Reads the environment, as the server does at its start."""
        self.app = Sanic(f"replica-{next(_numbers)}", configure_logging=False)
        self.app.blueprint(SlackInput().blueprint(on_new_message), url_prefix="/webhooks/slack")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Replica:
        self.server = await self.app.create_server(
            "127.0.0.1", self.port, backlog=1024, return_asyncio_server=True, asyncio_server_kwargs={"start_serving": False}
        )
        assert self.server is not None
        await self.server.startup()
        await self.server.before_start()
        await self.server.start_serving()
        await self.server.after_start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.server is not None
        await self.server.before_stop()
        await self.server.close()
        for connection in list(self.server.connections):
            connection.abort()
        await self.server.after_stop()


class Echo:
    """Answers every message with its own words, as the adviser does with advice: a text with buttons, and a card."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.said: list[tuple[str, str]] = []
        """Conversation and text of every message, in the order of their answers."""
        self.busy: dict[str, int] = {}
        self.overlaps = 0
        self.at_once = 0

    async def __call__(self, message: UserMessage) -> None:
        conversation = str(message.sender_id)
        self.overlaps += bool(self.busy.get(conversation))
        self.busy[conversation] = self.busy.get(conversation, 0) + 1
        self.at_once = max(self.at_once, sum(self.busy.values()))
        try:
            await asyncio.sleep(self.seconds)
            self.said.append((conversation, str(message.text)))
            for utterance in self.utterances(str(message.text)):
                await message.output_channel.send_response(conversation, utterance)
        finally:
            self.busy[conversation] -= 1

    def utterances(self, text: str) -> list[dict[str, Any]]:
        """What is answered to a text."""
        card = {"type": "smalltalk", "language": "en", "profile": {}}
        return [{"text": f"You said: {text}", "buttons": [{"title": "More", "payload": "/more"}]}, {"custom": card}]

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [text for _, text in self.said]


async def eventually(condition: Callable[[], Any], seconds: float = 20.0) -> None:
    """Return when the condition holds; fail when it does not in time."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
