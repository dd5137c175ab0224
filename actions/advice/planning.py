"""Puts actions in an order of time: when each is due and who does it, as its own text says; nothing is added to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from actions.rules.guidance import Rule

SHORTEST_CLOSING = 7
"""Days; a shorter span at the end of a sentence says how fast to react."""

_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(), start=1
    )
}
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_SPAN = (
    r"(?:within|in|inside|not later than|no later than|by the end of)\s+(?:the\s+(?:first|next)\s+)?"
    r"(?:(?P<count>\d+|"
    + "|".join(_NUMBERS)
    + r"|an?)\s+(?:working\s+|business\s+|calendar\s+)?|the first )(?P<unit>day|week|month|quarter|year)s?\b"
)
_OPENING = re.compile(rf"^{_SPAN}", re.IGNORECASE)
_CLOSING = re.compile(rf"\b{_SPAN}\W*$", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.;:!?])\s+")
_CONTINGENT = re.compile(r"^(?:after|if|when|whenever|once|should|in case|where|upon)\b", re.IGNORECASE)
_REACTION = re.compile(
    r"\b(?:answer|repl|respon|notif|correct|publish|confirm|acknowledg|appeal|refund|repair|report)\w*\b[^,;]{0,40}$",
    re.IGNORECASE,
)
"""Verbs before a span which say how fast to react, not when the action is due."""

_RECURRING = re.compile(
    r"\b(?:every|each|once a|twice a) (?:day|week|month|quarter|year|half-year)\b"
    r"|\b(?:weekly|monthly|quarterly|yearly|annually|half-yearly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Step:
    """An action with its place in time: ``due_days`` from the start (``None``: its text names no date) and who does it."""

    rule: Rule
    due_days: float | None
    is_recurring: bool
    is_contingent: bool
    """Whether it is for the case that something happens."""
    owner: Mapping[str, str] | None

    @property
    def weeks(self) -> int | None:
        """The week by the end of which it is due, from 1."""
        return None if self.due_days is None else max(1, -(-int(self.due_days * 24) // (7 * 24)))


@dataclass(frozen=True)
class Planner:
    """Reads deadlines and owners out of actions."""

    roles: Sequence[Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path) -> Planner:
        """Read ``roles.yml`` of the content folder."""
        return cls(yaml.safe_load((folder / "roles.yml").read_text(encoding="utf-8")))

    def step(self, rule: Rule) -> Step:
        """What the action's English text says of time and owner (the Chinese says the same)."""
        text = rule.text["en"]
        return Step(rule, due_days(text), _RECURRING.search(text) is not None, is_contingent(text), self._owner(text))

    def in_order(self, rules: Sequence[Rule]) -> list[Step]:
        """Dated steps by date, then undated ones in their order of importance, what only recurs, and what waits for an event."""
        return sorted(map(self.step, rules), key=_place)

    def _owner(self, text: str) -> Mapping[str, str] | None:
        """The first role of which the text says that it does something."""
        found = [(match.start(), -len(role["en"]), role) for role in self.roles if (match := _doer(role["en"]).search(text))]
        return min(found, key=lambda entry: entry[:2])[2] if found else None


def _place(step: Step) -> tuple[int, float]:
    if step.due_days is not None:
        return 0, step.due_days
    return (3 if step.is_contingent else 2 if step.is_recurring else 1), 0


def due_days(text: str) -> float | None:
    """The deadline that an English text sets for the action itself, in days; ``None`` if it sets none.

    It opens a sentence ("Within 60 days the country manager …") or closes the first one ("… within 30 days."). A span after a
    condition or a reaction ("answer within two days") says something else.
    """
    sentences = _SENTENCES.split(text.strip())
    for sentence in sentences:
        found = _OPENING.match(sentence)
        if found:
            return _days(found)
    first = sentences[0]
    found = _CLOSING.search(first)
    if found and not is_contingent(text) and not _REACTION.search(first[: found.start()]) and _days(found) >= SHORTEST_CLOSING:
        return _days(found)
    return None


def is_contingent(text: str) -> bool:
    """Whether an action is for the case that something happens."""
    return _CONTINGENT.match(text.strip()) is not None


def _days(found: re.Match[str]) -> float:
    count = (found["count"] or "1").lower()
    return (int(count) if count.isdigit() else _NUMBERS.get(count, 1)) * _DAYS[found["unit"].lower()]


@lru_cache(maxsize=256)
def _doer(role: str) -> re.Pattern[str]:
    """A role as the subject of a sentence: "The country manager meets …", "the plant and HR agree …", "Legal files …"."""
    name = re.escape(role)
    verb = r"(?:\w+ly )?[a-z]+s\b(?! of)"
    return re.compile(rf"(?:\b[Tt]he |^|(?<=[.;:] )){name} (?:and [\w -]{{2,40}} )?{verb}|\b[Tt]he {name} and \w", re.IGNORECASE)
