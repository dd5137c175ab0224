"""The patches of Rasa: they give what Rasa gives, only less of it; these tests fail when Rasa changes what they replace."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import rasa
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import patches

DOMAIN = Domain.from_dict({"actions": ["action_advise"], "slots": {"sector": {"type": "text", "mappings": [{"type": "custom"}]}}})


@pytest.fixture()
def patched() -> Iterator[None]:
    assert patches.apply()
    yield
    patches.undo()


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
    for original in (patches._original_format, patches._original_validate):
        assert inspect.getmodule(original).__name__ == "rasa.core.actions.action"  # type: ignore[union-attr]


def test_action_is_sent_the_present_turn_and_all_slots(patched: None) -> None:
    call = action()._action_call_format(tracker(), DOMAIN)
    patches.undo()
    whole = action()._action_call_format(tracker(), DOMAIN)
    assert call.keys() == whole.keys() and call["tracker"].keys() == whole["tracker"].keys()
    assert [event["text"] for event in call["tracker"]["events"]] == ["last"] and len(whole["tracker"]["events"]) > 60
    for part in ("slots", "latest_message", "sender_id", "latest_input_channel"):
        assert call["tracker"][part] == whole["tracker"][part]


@pytest.mark.parametrize(
    "reply",
    [{"events": [], "responses": [{"text": "x"}]}, {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": []}],
)
def test_good_reply_passes(patched: None, reply: dict[str, Any]) -> None:
    assert action()._validate_action_result(reply)


def test_bad_reply_is_refused_with_rasas_own_words(patched: None) -> None:
    with pytest.raises(ValidationError, match="Failed to validate Action server response"):
        action()._validate_action_result({"events": [{"name": "no type"}], "responses": "none"})


def test_patches_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_PATCHES", "0")
    assert not patches.apply() and RemoteAction._action_call_format is patches._original_format


def test_another_rasa_is_left_alone(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.7.0")
    assert not patches.apply() and "3.7.0" in caplog.text
