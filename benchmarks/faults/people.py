"""People who send messages as the widget does: each under an id of its own, again and again until it is answered."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

QUESTIONS = (
    "How do we choose a local partner in Vietnam?",
    "我们在印尼建镍厂，怎么跟当地社区打交道？",
    "How do we win the trust of regulators in Germany as a state-owned battery maker?",
    "在匈牙利建厂要注意什么？",
    "why?",
    "sources",
    "还有吗？",
    "What should we say to the press after an accident in Brazil?",
)
PATIENCE_SECONDS = 120.0
"""How long a person tries; a message that is not answered by then counts as unanswered."""
_RETRY_SECONDS = 0.3
_OPENING_AT_ONCE = 32
_SILENCE_SECONDS = 35.0


@dataclass
class Sent:
    """One message: what was sent, and what became of it as its sender saw it. Times are seconds since the process's start."""

    conversation: str
    id: str
    text: str
    began: float
    ended: float = 0.0
    attempts: int = 0
    is_answered: bool = False
    replies: list[dict[str, Any]] = field(default_factory=list)
    """Of the attempt that was answered."""
    troubles: list[str] = field(default_factory=list)
    """What the earlier attempts met with."""

    @property
    def seconds(self) -> float:
        """How long the person waited."""
        return self.ended - self.began


Pause = tuple[float, float]
_NO_PAUSE: Pause = (0.0, 0.0)


async def _sleep_unless(stopped: asyncio.Event, seconds: float) -> None:
    if seconds:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stopped.wait(), seconds)


class Person:
    """One conversation of the web chat; odd ones read a stream, even ones one JSON answer."""

    def __init__(self, client: httpx.AsyncClient, url: str, number: int, questions: Sequence[str] = QUESTIONS) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._streams = bool(number % 2)
        self._questions = itertools.islice(itertools.cycle(questions), number, None)
        self._token = ""
        self.conversation = ""
        self.count = 0

    async def open(self) -> None:
        """Ask for a session, until there is one."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                reply = await self._client.post(f"{self._url}/webhooks/web/session")
                if reply.status_code == 200:
                    self._token, self.conversation = reply.json()["session"], reply.json()["conversation"]
                    return
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError(f"no session at {self._url}")
            await asyncio.sleep(_RETRY_SECONDS)

    async def talk(self, until: asyncio.Event, pause: Pause = _NO_PAUSE, begin: float = 0.0) -> list[Sent]:
        """Ask one question after the other until told to stop, the first after ``begin`` seconds; gives what was sent."""
        if not self.conversation:
            await self.open()
        sent: list[Sent] = []
        await _sleep_unless(until, begin)
        while not until.is_set():
            sent.append(await self.say(next(self._questions)))
            await _sleep_unless(until, random.uniform(*pause))
        return sent

    async def say(self, text: str) -> Sent:
        """Send a message until it is answered."""
        self.count += 1
        message = Sent(self.conversation, f"m-{secrets.token_hex(8)}", text, began=time.monotonic())
        deadline = message.began + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            message.attempts += 1
            try:
                message.replies = await (self._stream(message) if self._streams else self._ask(message))
                message.is_answered = True
                break
            except (httpx.HTTPError, _NotYet, json.JSONDecodeError) as trouble:
                message.troubles.append(f"{type(trouble).__name__} {trouble}".strip())
                await asyncio.sleep(_RETRY_SECONDS)
        message.ended = time.monotonic()
        return message

    async def _ask(self, message: Sent) -> list[dict[str, Any]]:
        reply = await self._client.post(f"{self._url}/webhooks/web/message", json=self._body(message), headers=self._headers())
        if reply.status_code != 200:
            raise _NotYet(f"{reply.status_code} {reply.text[:120]}")
        return list(reply.json()["messages"])

    async def _stream(self, message: Sent) -> list[dict[str, Any]]:
        headers = {**self._headers(), "Accept": "text/event-stream"}
        replies: list[dict[str, Any]] = []
        event = ""
        address = f"{self._url}/webhooks/web/message"
        async with self._client.stream("POST", address, json=self._body(message), headers=headers) as reply:
            if reply.status_code != 200:
                raise _NotYet(f"{reply.status_code} {(await reply.aread())[:120].decode('utf-8', 'replace')}")
            async for line in reply.aiter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ").strip()
                elif line.startswith("data: ") and event == "message":
                    replies.append(json.loads(line.removeprefix("data: ")))
                elif line.startswith("data: ") and event == "error":
                    raise _NotYet(f"error event {line[:120]}")
                elif line.startswith("data: ") and event == "done":
                    return replies
        raise _NotYet("the stream ended before the answer did")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    @staticmethod
    def _body(message: Sent) -> dict[str, str]:
        return {"message": message.text, "id": message.id, "language": "en"}


class _NotYet(Exception):
    """The server answered, but not the message."""


class Crowd:
    """Many people at once."""

    def __init__(
        self, url: str, people: int, *, pause: Pause = _NO_PAUSE, questions: Callable[[int], Sequence[str]] = lambda _: QUESTIONS
    ) -> None:
        """``pause`` is how long, at least and at most, a person thinks before the next question; ``questions`` are a person's."""
        limits = httpx.Limits(max_connections=people + 10, max_keepalive_connections=people + 10)
        self._client = httpx.AsyncClient(timeout=_SILENCE_SECONDS, limits=limits)
        self._people = [Person(self._client, url, number, questions(number)) for number in range(people)]
        self._pause = pause
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[list[Sent]]] = []

    @property
    def count(self) -> int:
        """Messages that were begun so far."""
        return sum(person.count for person in self._people)

    async def start(self) -> None:
        """Open all sessions and let everybody talk; they begin one by one over as long as a pause may last."""
        opening = asyncio.Semaphore(_OPENING_AT_ONCE)

        async def open_one(person: Person) -> None:
            async with opening:
                await person.open()

        await asyncio.gather(*(open_one(person) for person in self._people))
        begins = [self._pause[1] * number / len(self._people) for number in range(len(self._people))]
        self._tasks = [
            asyncio.create_task(person.talk(self._stop, self._pause, begin)) for person, begin in zip(self._people, begins)
        ]

    async def stop(self) -> list[Sent]:
        """Let everybody finish what they are saying; gives all that was sent, in the order in which it was begun."""
        self._stop.set()
        talks = await asyncio.gather(*self._tasks)
        await self._client.aclose()
        return sorted((message for talk in talks for message in talk), key=lambda message: message.began)
