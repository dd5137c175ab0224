"""Conversations over REST, so many at once, each waiting for its answer before it goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

TURNS = (
    "How do we win the trust of regulators in Germany as a state-owned battery maker?",
    "/why",
    "我们在印尼建镍厂，怎么跟当地社区打交道？",
    "/more",
    "How do we choose a local partner in Vietnam?",
    "/sources",
    "hello",
    "我们在匈牙利的工厂被媒体指责污染，怎么应对？",
)
TURNS_EACH = 8
"""Then the person leaves and another comes."""


@dataclass(frozen=True)
class Load:
    """What so many conversations at once met with."""

    seconds: float
    milliseconds: Sequence[float]
    """Of each message, sorted."""
    unanswered: int

    def percentile(self, share: float) -> float:
        """The time within which a share of the messages was answered, in ms."""
        return self.milliseconds[min(len(self.milliseconds) - 1, int(share * len(self.milliseconds)))]

    @property
    def per_second(self) -> float:
        """Messages answered in a second."""
        return len(self.milliseconds) / self.seconds


async def converse(address: str, at_once: int, seconds: float) -> Load:
    """Keep ``at_once`` conversations going for a while.

    Args:
        address: where Rasa's REST channel takes messages.
        at_once: how many people talk.
        seconds: how long.
    """
    times: list[float] = []
    unanswered = 0
    end = time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)

    async def person(number: int) -> None:
        nonlocal unanswered
        turn = 0
        while time.perf_counter() < end:
            sender = f"load-{at_once}-{number}-{turn // TURNS_EACH}"
            started = time.perf_counter()
            reply = await client.post(address, json={"sender": sender, "message": TURNS[turn % TURNS_EACH]})
            times.append(1000 * (time.perf_counter() - started))
            unanswered += not reply.is_success or not reply.json()
            turn += 1

    async with httpx.AsyncClient(timeout=120, limits=limits) as client:
        started = time.perf_counter()
        await asyncio.gather(*(person(number) for number in range(at_once)))
        return Load(time.perf_counter() - started, sorted(times), unanswered)


def long_conversation(address: str, message: str, turns: int) -> list[float]:
    """The milliseconds of each turn of one conversation in which the same message is sent again and again."""
    times = []
    with httpx.Client(timeout=120) as client:
        for _ in range(turns):
            started = time.perf_counter()
            client.post(address, json={"sender": "long", "message": message}).raise_for_status()
            times.append(1000 * (time.perf_counter() - started))
    return times
