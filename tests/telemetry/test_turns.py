"""What is told of a turn: figures with bounded labels, an id in every line, stages around Rasa's own methods."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from prometheus_client import REGISTRY
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.channels.intake import converse
from bot.telemetry import action_calls, metrics, stages
from bot.telemetry.turns import is_in_turn, observed_turn
from serving.draining import WORK
from serving.logs import begin_request, current_request_id
from tests.channels.test_intake import BrokenOutput, answering, failing, silent


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    "on_new_message, output, grown",
    [
        (answering, CollectingOutputChannel, {"qiao_unanswered_messages_total": 0, "qiao_failed_messages_total": 0}),
        (silent, CollectingOutputChannel, {"qiao_unanswered_messages_total": 1, "qiao_failed_messages_total": 0}),
        (failing, CollectingOutputChannel, {"qiao_unanswered_messages_total": 1, "qiao_failed_messages_total": 1}),
        (answering, BrokenOutput, {"qiao_unanswered_messages_total": 0, "qiao_undelivered_replies_total": 1}),
    ],
)
async def test_turns_that_go_wrong_are_counted(on_new_message: Any, output: Any, grown: dict[str, int]) -> None:
    before = {name: figure(name, channel="web") for name in grown}
    counted = figure("qiao_messages_total", channel="web", language="en")
    await converse(on_new_message, "hello", output(), "somebody", "web")
    assert {name: figure(name, channel="web") - before[name] for name in grown} == grown
    assert figure("qiao_messages_total", channel="web", language="en") == counted + 1


async def test_labels_take_known_values_only() -> None:
    async def odd(message: UserMessage) -> None:
        await message.output_channel.send_response("x", {"custom": {"type": "zoe@example.org"}})

    before = figure("qiao_answers_total", type="other")
    await converse(odd, "hello", CollectingOutputChannel(), "zoe@example.org", "channel-of-zoe")
    metrics.count_intent("intent-of-zoe", frozenset({"greet"}))
    assert figure("qiao_answers_total", type="other") == before + 1
    told = "\n".join(f"{sample.name}{sample.labels}" for family in REGISTRY.collect() for sample in family.samples)
    assert "zoe" not in told and "'channel': 'other'" in told and "'intent': 'other'" in told


async def test_every_message_has_an_id_and_is_work_in_progress() -> None:
    seen: list[tuple[str | None, int, bool]] = []

    async def look(message: UserMessage) -> None:
        seen.append((current_request_id(), len(WORK), is_in_turn()))
        await answering(message)

    begin_request("from-the-http-request")
    await converse(look, "hello", CollectingOutputChannel(), "a", "web")
    assert seen == [("from-the-http-request", 1, True)]
    assert len(WORK) == 0 and not is_in_turn()


def test_active_conversations_are_counted_once_and_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    active = metrics._Active()
    now = [1000.0]
    monkeypatch.setattr(metrics.time, "monotonic", lambda: now[0])
    for conversation in ("a", "b", "a"):
        active.note(conversation)
    assert active.count() == 2
    now[0] += metrics.ACTIVE_SECONDS / 2
    active.note("a")
    now[0] += metrics.ACTIVE_SECONDS / 2 + 1
    assert active.count() == 1


def test_active_conversations_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_MOST_ACTIVE", 100)
    active = metrics._Active()
    for number in range(1000):
        active.note(str(number))
    assert active.count() == 100


@pytest.fixture()
def observed() -> Iterator[None]:
    stages.observe(frozenset({"greet"}))
    yield
    stages.undo()


def test_stages_are_methods_that_rasa_has_and_calls() -> None:
    source = inspect.getsource(MessageProcessor)
    for name in stages.STAGE_OF:
        assert callable(getattr(MessageProcessor, name)) and f"self.{name}(" in source


async def test_stages_are_timed_and_counted_in_turns_only(observed: None) -> None:
    class Processor(MessageProcessor):
        def __init__(self) -> None:
            self.http_interpreter = None
            self.domain = None

        def _parse_message_with_graph(self, *_: Any, **__: Any) -> dict[str, Any]:
            return {"text": "hello", "intent": {"name": "greet"}, "entities": []}

    processor = Processor()
    before = figure("qiao_stage_seconds_count", stage="understanding"), figure("qiao_intents_total", intent="greet")
    await processor.parse_message(UserMessage("hello"))
    assert figure("qiao_intents_total", intent="greet") == before[1]
    with observed_turn("web", "en", "somebody", "hello"):
        await processor.parse_message(UserMessage("hello"))
    assert figure("qiao_stage_seconds_count", stage="understanding") == before[0] + 2
    assert figure("qiao_intents_total", intent="greet") == before[1] + 1


def test_observing_twice_counts_once_and_can_be_undone() -> None:
    original = MessageProcessor.parse_message
    stages.observe(frozenset())
    stages.observe(frozenset())
    assert inspect.unwrap(MessageProcessor.parse_message) is original
    assert MessageProcessor.parse_message.__wrapped__ is original  # type: ignore[attr-defined]
    stages.undo()
    assert MessageProcessor.parse_message is original


FAILURES = [
    (asyncio.TimeoutError(), "timeout"),
    (aiohttp.ServerDisconnectedError(), "unreachable"),
    (ClientResponseError(500, "Internal Server Error", b'{"request_body": "what Zoe said"}'), "error"),  # type: ignore[arg-type]
    (ClientResponseError(400, "Bad Request", '{"action_name": "a"}'), "rejected"),
]


@pytest.mark.parametrize("failure, reason", FAILURES)
async def test_failing_action_calls_are_counted_and_keep_no_text(failure: Exception, reason: str) -> None:
    endpoint = EndpointConfig("http://127.0.0.1:1")

    async def fail(*_: Any, **__: Any) -> None:
        raise failure

    endpoint.request = fail  # type: ignore[method-assign]
    before = figure("qiao_action_call_failures_total", reason=reason)
    with pytest.raises(type(failure)) as caught:
        await action_calls.observe(endpoint).request(json={"next_action": "action_advise"})
    assert figure("qiao_action_call_failures_total", reason=reason) == before + 1
    assert "Zoe" not in repr(caught.value) and "Zoe" not in str(caught.value.__cause__)


async def test_action_call_carries_the_request_id_beside_its_own_headers() -> None:
    endpoint = EndpointConfig("http://127.0.0.1:1", headers={"X-Ours": "1"})
    sent: dict[str, Any] = {}

    async def take(*_: Any, **named: Any) -> dict[str, Any]:
        sent.update(named)
        return {"events": []}

    endpoint.request = take  # type: ignore[method-assign]
    begin_request("an-id-of-a-request")
    await action_calls.observe(endpoint).request(json={"next_action": "x"}, headers={"X-Given": "2"}, method="post")
    assert sent["headers"] == {"X-Given": "2", "X-Request-ID": "an-id-of-a-request"} and sent["method"] == "post"
