"""What is found in the turns: counts by time, topic, market and language, and questions that deserve a look."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from actions.rules.guidance import Condition
from actions.rules.taxonomy import Taxonomy
from bot.insights.masking import mask
from bot.insights.turns import Turn

UNSURE_BELOW = 0.4
"""A typed question understood with less confidence than this deserves a look."""

_ADVISING = frozenset({"advice", "comparison"})
_FURTHER = frozenset({"more", "example", "next_steps", "why", "sources"})
_DAYS_UNTIL_WEEKS, _DAYS_UNTIL_MONTHS = 31, 370
_LISTED = 200


@dataclass
class Listed:
    """Messages of the same words that deserve a look, with personal data masked; without ``text`` if texts are left out."""

    on: date
    """The last day on which it was said."""
    text: str | None
    language: str | None
    guess: str | None
    confidence: float
    times: int = 1


class Selection:
    """Keeps a fixed number of messages: those understood with the least confidence, and the latest of those."""

    def __init__(self, *, with_text: bool) -> None:
        self.count = 0
        self._with_text = with_text
        self._kept: dict[tuple[str | None, str | None, str | None], Listed] = {}
        self._order: list[tuple[float, float, int, tuple[str | None, str | None, str | None]]] = []
        """A heap; the first to be dropped stands first."""

    def add(self, turn: Turn) -> None:
        """Consider a message."""
        self.count += 1
        rank = (-turn.confidence, turn.at.timestamp(), self.count)
        if len(self._kept) >= _LISTED and rank < self._order[0][:3]:
            return
        text = mask(turn.text) if self._with_text else None
        key = (text, turn.language, turn.guess)
        known = self._kept.get(key)
        if known is not None:
            known.times += 1
            known.on = max(known.on, turn.at.date())
            return
        if len(self._kept) >= _LISTED:
            del self._kept[heapq.heappop(self._order)[-1]]
        heapq.heappush(self._order, (*rank, key))
        self._kept[key] = Listed(turn.at.date(), *key, round(turn.confidence, 3))

    def listed(self) -> list[Listed]:
        """The messages kept, the least understood first, and of those the latest."""
        return [self._kept[key] for *_, key in sorted(self._order, key=lambda entry: entry[:3], reverse=True)]


@dataclass
class Gap:
    """How often guidance was asked for that there was none of."""

    times: int = 0
    conversations: int = 0


@dataclass
class Clarified:
    """What became of the questions that were asked back."""

    asked: int = 0
    picked: int = 0
    said_again: int = 0
    left: int = 0
    choices: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    """By what the message was most like and what the person picked."""


@dataclass
class Findings:
    """Everything that was found; times are UTC days, the first of each bucket."""

    since: datetime
    until: datetime
    bucket: str
    """``day``, ``week`` or ``month``."""
    unanswered: Selection
    not_understood: Selection
    """Asked back about."""
    unsure: Selection
    """Answered, but on a guess."""
    out_of_scope: Selection
    messages: int = 0
    conversations: int = 0
    by_channel: Counter[str] = field(default_factory=Counter)
    by_answer: Counter[tuple[date, str]] = field(default_factory=Counter)
    by_language: Counter[tuple[date, str]] = field(default_factory=Counter)
    topics: Counter[tuple[date, str]] = field(default_factory=Counter)
    markets: Counter[tuple[date, str]] = field(default_factory=Counter)
    topics_by_market: Counter[tuple[str, str]] = field(default_factory=Counter)
    market_gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    """By topic and market: nothing that names the market or a region of it."""
    regional_only: dict[tuple[str, str], Gap] = field(default_factory=dict)
    """By topic and market: something on its region, nothing on the market itself."""
    sector_gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    """By topic and sector: nothing that names the sector."""
    clarified: Clarified = field(default_factory=Clarified)

    def buckets(self) -> list[date]:
        """The first days of all buckets of the time."""
        days = (self.since + timedelta(days=number) for number in range(max(1, (self.until - self.since).days)))
        return sorted({_start_of(self.bucket, day) for day in days})


def find(
    turns: Iterable[Turn],
    since: datetime,
    until: datetime,
    taxonomy: Taxonomy,
    conditions_of: Callable[[str], Condition] = lambda _: {},
    *,
    with_text: bool = True,
) -> Findings:
    """Go through the turns of a time, which come conversation after conversation.

    Args:
        turns: what :func:`bot.insights.turns.read_turns` gives.
        since: when the time begins (UTC).
        until: when it ends.
        taxonomy: which countries a region covers.
        conditions_of: gives an item's conditions by its id; an answer tells those of its items, but not of its headline.
        with_text: whether to list what people wrote, with personal data masked.
    """
    days = (until - since) / timedelta(days=1)
    bucket = "day" if days <= _DAYS_UNTIL_WEEKS else "week" if days <= _DAYS_UNTIL_MONTHS else "month"
    listed = partial(Selection, with_text=with_text)
    reader = _Reader(Findings(since, until, bucket, listed(), listed(), listed(), listed()), taxonomy, conditions_of)
    for turn in turns:
        reader.take(turn)
    reader.end_conversation()
    return reader.findings


class _Reader:
    """Goes through conversations, one after the other."""

    def __init__(self, findings: Findings, taxonomy: Taxonomy, conditions_of: Callable[[str], Condition]) -> None:
        self.findings = findings
        self._taxonomy = taxonomy
        self._conditions_of = conditions_of
        self._conversation: str | None = None
        self._seen: set[tuple[str, str, str]] = set()
        self._asked_back: Turn | None = None

    def take(self, turn: Turn) -> None:
        """Count a turn."""
        found = self.findings
        if turn.conversation != self._conversation:
            self.end_conversation()
            self._conversation = turn.conversation
            found.conversations += 1
        bucket = _start_of(found.bucket, turn.at)
        found.messages += 1
        found.by_channel[turn.channel] += 1
        if turn.language:
            found.by_language[bucket, turn.language] += 1
        self._follow_clarification(turn)
        kinds = [str(answer.get("type")) for answer in turn.answers]
        for kind in kinds or ["text" if turn.is_answered else "none"]:
            found.by_answer[bucket, kind] += 1
        self._list(turn, kinds)
        for answer in turn.answers:
            if answer.get("type") in _ADVISING and turn.intent not in _FURTHER:
                self._count_question(bucket, answer)

    def end_conversation(self) -> None:
        """What was asked back last was left open."""
        if self._asked_back is not None:
            self.findings.clarified.left += 1
        self._asked_back = None
        self._seen.clear()

    def _list(self, turn: Turn, kinds: list[str]) -> None:
        found = self.findings
        if not kinds and turn.channel != "cmdline":  # a terminal gets texts only
            found.unanswered.add(turn)
        elif turn.is_button:
            return
        elif "clarify" in kinds:
            found.not_understood.add(turn)
        elif "out_of_scope" in kinds:
            found.out_of_scope.add(turn)
        elif turn.confidence < UNSURE_BELOW and _ADVISING.intersection(kinds):
            found.unsure.add(turn)

    def _follow_clarification(self, turn: Turn) -> None:
        """Note what a person did about the question that was asked back."""
        clarified = self.findings.clarified
        if self._asked_back is not None:
            offered = {topic for answer in self._asked_back.answers for topic in answer.get("topics") or ()}
            if turn.is_button and turn.intent in offered:
                clarified.picked += 1
                clarified.choices[self._asked_back.guess, turn.intent] += 1
            else:
                clarified.said_again += 1
        asks_back = any(answer.get("type") == "clarify" and answer.get("topics") for answer in turn.answers)
        self._asked_back = turn if asks_back else None
        clarified.asked += asks_back

    def _count_question(self, bucket: date, answer: Mapping[str, Any]) -> None:
        found = self.findings
        topic = answer.get("topic")
        profile = answer.get("profile") or {}
        markets = answer.get("markets") or profile.get("market") or []
        for market in markets:
            found.markets[bucket, market] += 1
        if topic is None:
            return
        found.topics[bucket, topic] += 1
        for market in markets:
            found.topics_by_market[topic, market] += 1
        if answer.get("type") != "advice":
            return
        reasons: list[Mapping[str, Any]] = [item.get("because") or {} for item in answer.get("items") or []]
        if answer.get("headline_id"):
            reasons.append(self._conditions_of(str(answer["headline_id"])))
        named = {market for reason in reasons for market in _as_list(reason.get("market"))}
        for market in markets:
            if market not in named:
                regional = named.intersection(self._taxonomy.regions_of(market))
                self._note_gap("regional_only" if regional else "market_gaps", topic, market)
        sector = profile.get("sector")
        if sector and not any(sector in _as_list(reason.get("sector")) for reason in reasons):
            self._note_gap("sector_gaps", topic, sector)

    def _note_gap(self, kind: str, topic: str, value: str) -> None:
        gap = getattr(self.findings, kind).setdefault((topic, value), Gap())
        gap.times += 1
        gap.conversations += (kind, topic, value) not in self._seen
        self._seen.add((kind, topic, value))


def _start_of(bucket: str, at: datetime) -> date:
    day = at.date()
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket == "month" else day


def _as_list(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, Collection) else []
