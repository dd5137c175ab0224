"""Dialogues in both languages over REST (tests/data/conversations.yml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.live.assistant import Assistant, Reply

DIALOGUES = yaml.safe_load((Path(__file__).parents[1] / "data" / "conversations.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue["name"] for dialogue in DIALOGUES])
def test_dialogue(assistant: Assistant, dialogue: dict[str, Any]) -> None:
    previous: Reply | None = None
    for step, turn in enumerate(dialogue["turns"], start=1):
        reply = assistant.say(f"dialogue-{dialogue['name']}", turn["say"])
        where = f"turn {step} ({turn['say']!r}): {reply.payload or reply.text}"
        assert reply.text, f"no reply in {where}"
        for name, expected in turn["expect"].items():
            _CHECKS[name](reply, expected, previous, where)
        previous = reply


def _type(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert reply.kind == expected, where


def _topic(reply: Reply, expected: str | list[str], _: Reply | None, where: str) -> None:
    assert reply.payload.get("topic") in ([expected] if isinstance(expected, str) else expected), where


def _language(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert reply.payload.get("language") == expected, where


def _profile(reply: Reply, expected: dict[str, Any], _: Reply | None, where: str) -> None:
    for facet, value in expected.items():
        assert reply.payload["profile"][facet] == value, where


def _because_market(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert expected in reply.markets_named, where


def _says(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert expected in reply.text, where


def _instead(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert reply.payload.get("instead") == expected, where


def _new_items(reply: Reply, expected: bool, previous: Reply | None, where: str) -> None:
    assert previous is not None
    before = {item["id"] for item in previous.payload["items"]}
    now = {item["id"] for item in reply.payload["items"]}
    assert now and before.isdisjoint(now) is expected, where


_CHECKS = {
    "type": _type,
    "topic": _topic,
    "language": _language,
    "profile": _profile,
    "because_market": _because_market,
    "says": _says,
    "instead": _instead,
    "new_items": _new_items,
}
