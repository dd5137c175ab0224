"""A few turns compute at once; who waits for the action server keeps no place, and goes on before others begin."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.utils.endpoints import EndpointConfig

from bot.pacing import Pace


class Processor:
    """In Rasa's place: computes, asks the action server, computes again."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        self.endpoint = endpoint
        self.computing = 0
        self.most = 0
        self.order: list[str] = []

    async def handle_message(self, message: str) -> str:
        await self._compute()
        self.order.append(f"{message} begins")
        if message != "broken":
            await self.endpoint.request()
        await self._compute()
        if message == "broken":
            raise RuntimeError("no")
        self.order.append(f"{message} ends")
        return message

    async def _compute(self) -> None:
        self.computing += 1
        self.most = max(self.most, self.computing)
        await asyncio.sleep(0.005)
        self.computing -= 1


class Agent:
    def __init__(self, processor: Processor) -> None:
        self.processor = processor


def paced(at_once: int, called: Any) -> Processor:
    pace = Pace(at_once)
    endpoint = EndpointConfig("http://127.0.0.1:1")
    endpoint.request = called  # type: ignore[method-assign]
    processor = Processor(pace.spare(endpoint))
    pace.set_for(Agent(processor))  # type: ignore[arg-type]
    return processor


async def test_not_more_than_so_many_compute_at_once_and_all_are_answered() -> None:
    async def call() -> None:
        await asyncio.sleep(0.01)

    processor = paced(3, call)
    messages = [str(number) for number in range(30)]
    assert await asyncio.gather(*(processor.handle_message(message) for message in messages)) == messages
    assert processor.most == 3


async def test_a_hanging_action_server_keeps_nobody_else_waiting() -> None:
    hanging = asyncio.Event()

    async def call() -> None:
        await hanging.wait()

    processor = paced(1, call)
    turns = [asyncio.create_task(processor.handle_message(str(number))) for number in range(5)]
    await asyncio.sleep(0.2)
    assert processor.order == [f"{number} begins" for number in range(5)]
    hanging.set()
    await asyncio.gather(*turns)


async def test_who_has_begun_goes_on_before_others_begin() -> None:
    async def call() -> None:
        await asyncio.sleep(0)

    processor = paced(1, call)
    await asyncio.gather(*(processor.handle_message(str(number)) for number in range(3)))
    assert processor.order[:3] == ["0 begins", "1 begins", "0 ends"]


async def test_who_fails_or_is_given_up_leaves_the_place_to_others() -> None:
    async def call() -> None:
        await asyncio.sleep(0.01)

    processor = paced(1, call)
    turns = [asyncio.create_task(processor.handle_message(str(number))) for number in range(6)]
    await asyncio.sleep(0)
    for turn in turns[1:4]:
        turn.cancel()
    with pytest.raises(RuntimeError):
        await processor.handle_message("broken")
    await asyncio.gather(*turns, return_exceptions=True)
    assert await processor.handle_message("last") == "last"
    assert processor.most == 1


async def test_calls_outside_of_a_turn_need_no_place() -> None:
    async def call() -> str:
        return "called"

    processor = paced(1, call)
    assert await asyncio.wait_for(processor.endpoint.request(), 1) == "called"
