"""Calls of the action server: they carry what Rasa's carry, only less of it, and their replies are judged as Rasa judges them."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import rasa
from aiohttp import web
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import patches
from bot.patches import action_calls

DOMAIN = Domain.from_dict({"actions": ["action_advise"], "slots": {"sector": {"type": "text", "mappings": [{"type": "custom"}]}}})


def action() -> RemoteAction:
    return RemoteAction("action_advise", EndpointConfig("http://127.0.0.1:1", enable_selective_domain=True))


def tracker() -> DialogueStateTracker:
    talk: list[Any] = []
    for number in range(20):
        talk += [UserUttered(f"question {number}", input_channel="web"), ActionExecuted("action_advise"), BotUttered("answer")]
    talk += [SlotSet("sector", "batteries"), UserUttered("last", input_channel="web")]
    return DialogueStateTracker.from_events("someone", talk, slots=DOMAIN.slots)


def test_rasa_is_the_version_that_the_patches_are_for() -> None:
    assert rasa.__version__ == patches.MADE_FOR
    for original in (action_calls._original_format, action_calls._original_validate):
        assert inspect.getmodule(original).__name__ == "rasa.core.actions.action"  # type: ignore[union-attr]
    assert inspect.getmodule(action_calls._original_session).__name__ == "rasa.utils.endpoints"  # type: ignore[union-attr]


def test_action_is_sent_the_present_turn_and_all_slots(patched: None) -> None:
    call = action()._action_call_format(tracker(), DOMAIN)
    patches.undo()
    whole = action()._action_call_format(tracker(), DOMAIN)
    assert call.keys() == whole.keys() and call["tracker"].keys() == whole["tracker"].keys()
    assert [event["text"] for event in call["tracker"]["events"]] == ["last"] and len(whole["tracker"]["events"]) > 60
    for part in ("slots", "latest_message", "sender_id", "latest_input_channel"):
        assert call["tracker"][part] == whole["tracker"][part]


GOOD = [
    {"events": [], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": []},
    {"events": [{"event": "slot", "name": "a", "value": None, "timestamp": None, "metadata": {}}]},
    {"events": [{"event": "followup", "name": "action_listen"}], "responses": []},
    {},
]
BAD = [
    {"events": [{"name": "no type"}], "responses": []},
    {"events": [{"event": "slot", "name": "no value"}]},
    {"events": [{"event": "slot", "name": 5, "value": 1}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": "today"}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": True}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "metadata": []}]},
    {"events": "none"},
    {"responses": ["text"]},
    {"responses": {}},
    [],
    None,
]


@pytest.mark.parametrize("reply", GOOD)
def test_good_reply_passes(patched: None, reply: dict[str, Any]) -> None:
    assert action()._validate_action_result(reply)


@pytest.mark.parametrize("reply", BAD)
def test_bad_reply_is_refused_with_rasas_own_words(patched: None, reply: Any) -> None:
    with pytest.raises(ValidationError, match="Failed to validate Action server response"):
        action()._validate_action_result(reply)


@pytest.mark.parametrize("reply", GOOD + BAD)
def test_rasa_itself_judges_alike(reply: Any) -> None:
    try:
        passes = action()._validate_action_result(reply)
    except ValidationError:
        passes = False
    assert passes is (reply in GOOD)


async def test_calls_share_a_connection(patched: None) -> None:
    connections: set[Any] = set()

    async def handle(request: web.Request) -> web.Response:
        connections.add(request.transport)
        return web.json_response({"events": [], "responses": []})

    async with _server(handle) as url:
        for _ in range(5):
            assert await EndpointConfig(url).request(json={}) == {"events": [], "responses": []}
        assert len(connections) == 1


async def test_a_restarted_action_server_is_reached_again(patched: None) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.json_response({})

    async with _server(handle, keep_pool=True) as url:
        await EndpointConfig(url).request(json={})
    async with _server(handle, port=int(url.rsplit(":", 1)[1])) as again:
        assert await EndpointConfig(again).request(json={}) == {}


def test_patches_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_PATCHES", "0")
    assert not patches.apply() and RemoteAction._action_call_format is action_calls._original_format


def test_another_rasa_is_left_alone(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(patches, "version", lambda _: "3.7.0")
    assert not patches.apply() and "3.7.0" in caplog.text


@asynccontextmanager
async def _server(handle: Any, port: int = 0, keep_pool: bool = False) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    if not keep_pool:
        await action_calls.close()
    await runner.cleanup()
