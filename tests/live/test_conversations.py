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
    seen: list[dict[str, Any]] = []
    for step, turn in enumerate(dialogue["turns"], start=1):
        said = turn["say"] if "say" in turn else _button(seen, turn["press"])
        reply = assistant.say(f"dialogue-{dialogue['name']}", said)
        seen += reply.buttons
        where = f"turn {step} ({said!r}): {reply.payload or reply.text}"
        assert reply.text, f"no reply in {where}"
        for name, expected in turn["expect"].items():
            _CHECKS[name](reply, expected, previous, where)
        previous = reply


def _button(seen: list[dict[str, Any]], wanted: str | dict[str, str]) -> str:
    """The payload of a button by its title: the latest that was offered, or with ``{first: title}`` the first, an old one."""
    title = wanted["first"] if isinstance(wanted, dict) else wanted
    found = [button["payload"] for button in seen if button["title"] == title]
    assert found, f"no button {title!r} among {[button['title'] for button in seen]}"
    return found[0] if isinstance(wanted, dict) else found[-1]


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


def _says(reply: Reply, expected: str | list[str], _: Reply | None, where: str) -> None:
    for words in [expected] if isinstance(expected, str) else expected:
        assert words in reply.text, f"{words!r} is missing in {where}"


def _never_says(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert expected not in reply.text, where


def _offers(reply: Reply, expected: str | list[str], _: Reply | None, where: str) -> None:
    titles = [button["title"] for button in reply.buttons]
    for title in [expected] if isinstance(expected, str) else expected:
        assert title in titles, f"{title!r} is not among {titles} in {where}"


def _asks_nothing(reply: Reply, _expected: bool, _: Reply | None, where: str) -> None:
    assert "question" not in reply.payload or reply.kind == "assessment", where


def _asks(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert reply.payload.get("question", {}).get("facet") == expected, where


def _state(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert reply.payload.get("state") == expected, where


def _number(reply: Reply, expected: int, _: Reply | None, where: str) -> None:
    """The number of the assessment's open question, asked now or come back to."""
    asked = reply.payload.get("number") or reply.payload.get("pending", {}).get("number")
    assert asked == expected, where


def _markets(reply: Reply, expected: list[str], _: Reply | None, where: str) -> None:
    assert reply.payload.get("markets") == expected, where


def _document_language(reply: Reply, expected: str, _: Reply | None, where: str) -> None:
    assert reply.payload.get("document_language") == expected, where


def _same_items(reply: Reply, expected: bool, previous: Reply | None, where: str) -> None:
    assert previous is not None
    same = [item["id"] for item in reply.payload["items"]] == [item["id"] for item in previous.payload["items"]]
    assert same is expected, where


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
    "never_says": _never_says,
    "offers": _offers,
    "asks": _asks,
    "asks_nothing": _asks_nothing,
    "state": _state,
    "number": _number,
    "markets": _markets,
    "same_items": _same_items,
    "document_language": _document_language,
}
