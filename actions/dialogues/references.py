"""Understands "the second one": an item of the last answer, named by its number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from actions.advice import follow_ups
from actions.advice.answer import Answer
from actions.advisory import adviser, settings
from actions.conversation import Turn

_FOLLOW_UPS = frozenset({"more", "why", "sources", "example", "next_steps", "help", "affirm", "nlu_fallback", "out_of_scope", ""})
_SHORT = {"en": 45, "zh": 18}
"""Characters up to which a message points at an item whatever else it is taken for."""


def detail(turn: Turn) -> Answer | None:
    """The item that a message points at, in full with reason and sources; ``None`` if it points at none."""
    ids = turn.shown.numbered
    if not turn.text or not ids or turn.shown.topic is None:
        return None
    if turn.intent not in _FOLLOW_UPS and len(turn.text) > _SHORT[turn.language]:
        return None
    number = number_in(turn.text)
    if number is None:
        return None
    if number == -1:
        number = len(ids)
    if not 1 <= number <= len(ids):
        text = adviser().phrases.say("no_such_item", turn.language, count=len(ids))
        return Answer("clarify", turn.language, text, turn.profile, {"topics": []})
    return follow_ups.detail(adviser(), turn.shown, ids[number - 1], number, turn.profile, turn.language)


def number_in(text: str) -> int | None:
    """The number by which a text points at an item; -1 for the last one, ``None`` for none."""
    plain = text.strip().lower()
    patterns = _patterns()
    for by_number in patterns["words"].values():
        for number, listed in by_number.items():
            if any(re.search(pattern, plain) for pattern in listed):
                return int(number)
    for listed in patterns["number"].values():
        for pattern in listed:
            found = re.search(pattern, plain)
            if found:
                return _number(found[1])
    return None


def topic_about(audience: str | None) -> str | None:
    """What a question is about that names nothing but this audience; ``None`` without one."""
    return str(_patterns()["audience_topics"][audience]) if audience else None


def _number(digits: str) -> int:
    """A number up to 99 in Arabic or Chinese digits."""
    if digits.isdigit():
        return int(digits)
    tens, ten, ones = digits.partition("十")
    units = "一二三四五六七八九"
    if not ten:
        return units.index(digits[0]) + 1
    return 10 * (units.index(tens[0]) + 1 if tens else 1) + (units.index(ones[0]) + 1 if ones else 0)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, Any]:
    return yaml.safe_load((settings().content_folder / "references.yml").read_text(encoding="utf-8"))
