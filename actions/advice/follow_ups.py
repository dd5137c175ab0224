"""Answers to "why", "sources", "next steps" and "example": all refer to what was shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer, Button, payload
from actions.advice.cases import find_cases
from actions.advice.items import because_payload, because_words, item_line, item_payload, item_text, source_line
from actions.advice.phrases import Phrases
from actions.advice.planning import Planner, Step
from actions.rules.guidance import Source
from actions.rules.matcher import Match
from actions.rules.profile import Profile

PLAN_LENGTH = 6
CASES_SHOWN = 3


@dataclass(frozen=True)
class Shown:
    """What the person saw last: the topic, the ids of headline and items in their order, and for which situation."""

    topic: str | None = None
    ids: tuple[str, ...] = ()
    profile: Profile = Profile()
    headline: str | None = None
    """The id among them that stands above the list and has no number."""

    @property
    def numbered(self) -> tuple[str, ...]:
        """The ids as they were numbered, the first being 1."""
        return tuple(id_ for id_ in self.ids if id_ != self.headline)


def explain(adviser: Adviser, shown: Shown, profile: Profile, language: str) -> Answer:
    """Why each item of the last answer was given: the facets that brought it in, and what it rests on."""
    matches = adviser.matches(shown.ids, shown.topic, shown.profile)
    if not matches or shown.topic is None:
        return _nothing_yet(adviser, "explanation", profile, language)
    reasons = [_reason(adviser, match, language) for match in matches]
    lines = [adviser.phrases.say("why_intro", language, topic=adviser.phrases.topic(shown.topic, language))]
    gap = adviser.phrases.say("sentence_separator", language)
    numbers = {id_: number for number, id_ in enumerate(shown.numbered, start=1)}
    items = []
    for match, reason in zip(matches, reasons):
        number = numbers.get(match.rule.id)
        opening = f"{number}. " if number else ""
        lines.append(f"{opening}{_shorten(match.rule.text[language])}{gap}→ {reason}")
        items.append(_explained(adviser, match, reason, language) | {"number": number})
    return Answer("explanation", language, "\n".join(lines), profile, {"topic": shown.topic, "items": items})


def cite(adviser: Adviser, shown: Shown, profile: Profile, language: str) -> Answer:
    """The sources of the last answer, each with the items that rest on it."""
    matches = adviser.matches(shown.ids, shown.topic, shown.profile)
    if not matches or shown.topic is None:
        return _nothing_yet(adviser, "sources", profile, language)
    say = adviser.phrases.say
    cited: dict[Source, list[str]] = {}
    for match in matches:
        for source in match.rule.sources:
            cited.setdefault(source, []).append(match.rule.id)
    practice = [match.rule.id for match in matches if not match.rule.sources]
    lines = [say("sources_intro", language, topic=adviser.phrases.topic(shown.topic, language))] if cited else []
    lines += [f"{number}. {source_line(source, language, adviser.phrases)}" for number, source in enumerate(cited, start=1)]
    if practice:
        lines.append(say("sources_practice", language, count=len(practice)))
    fields = {
        "topic": shown.topic,
        "sources": [{**source.as_dict(), "items": ids} for source, ids in cited.items()],
        "practice": practice,
    }
    return Answer("sources", language, "\n".join(lines), profile, fields)


def detail(adviser: Adviser, shown: Shown, id_: str, number: int, profile: Profile, language: str) -> Answer:
    """One item of the last answer in full: its text, why it was given, how sure it is, and each source with its address."""
    say = adviser.phrases.say
    match = next(iter(adviser.matches([id_], shown.topic, shown.profile)), None)
    if match is None or shown.topic is None:
        return _nothing_yet(adviser, "explanation", profile, language)
    rule = match.rule
    reason = _reason(adviser, match, language)
    lines = [say("detail_intro", language, number=number, kind=say(f"headings.{rule.kind}", language))]
    lines += [item_text(rule, language, adviser.phrases), reason]
    lines += [source_line(source, language, adviser.phrases) for source in rule.sources]
    item = _explained(adviser, match, reason, language) | {"number": number, "sources": [s.as_dict() for s in rule.sources]}
    buttons = (Button(say("buttons.next_steps", language), payload("next_steps", choice=shown.topic)),)
    return Answer("explanation", language, "\n".join(lines), profile, {"topic": shown.topic, "items": [item]}, buttons)


def plan(adviser: Adviser, planner: Planner, topic: str, profile: Profile, language: str) -> Answer:
    """The actions on a topic that fit the profile in the order in which they fall due, each with week and owner."""
    book, phrases = adviser.book(), adviser.phrases
    selection = book.select(topic, profile)
    matches = {match.rule.id: match for match in islice(selection.best({"action"}), PLAN_LENGTH)}
    steps = planner.in_order([match.rule for match in matches.values()])
    headline = phrases.say("plan_intro", language, topic=phrases.topic(topic, language))
    lines, items = [headline], []
    for number, step in enumerate(steps, start=1):
        match = matches[step.rule.id]
        when, who = (
            when_due(step, language, phrases),
            step.owner[language] if step.owner else phrases.say("plan_no_owner", language),
        )
        lines.append(phrases.say("plan_step", language, when=when, who=who))
        lines.append(item_line(number, match, language, phrases))
        items.append(item_payload(match, language, phrases) | {"when": when, "week": step.weeks, "owner": who})
    fields = {
        "topic": topic,
        "headline": headline,
        "items": items,
        "missing": list(selection.missing),
        "more": selection.count("action") - len(steps),
        "release": book.release,
        "plan": True,
    }
    return Answer("advice", language, "\n".join(lines), profile, fields, topic=topic, shown=tuple(step.rule.id for step in steps))


def when_due(step: Step, language: str, phrases: Phrases) -> str:
    """The place of a step in time, in words."""
    if step.weeks is not None:
        return phrases.say("plan_week", language, week=step.weeks)
    key = "plan_contingent" if step.is_contingent else "plan_recurring" if step.is_recurring else "plan_undated"
    return phrases.say(key, language)


def examples(
    adviser: Adviser, topic: str | None, profile: Profile, language: str, *, text: str = "", seen: Sequence[str] = ()
) -> Answer:
    """Cases that fit the company named, the topic, the market or the sector; the best match first."""
    say = adviser.phrases.say
    found = find_cases(adviser.book().cases, profile, adviser.taxonomy, topic=topic, text=text)
    fresh = [match for match in found if match.rule.id not in seen] or found
    cases = fresh[:CASES_SHOWN]
    where = adviser.phrases.profile(profile, language) or say("cases_any", language)
    lines = [say("cases_intro", language, facets=where)] if cases else [say("cases_none", language)]
    lines += [item_line(number, match, language, adviser.phrases) for number, match in enumerate(cases, start=1)]
    fields = {"topic": topic, "items": [item_payload(match, language, adviser.phrases) for match in cases]}
    ids = tuple(match.rule.id for match in cases)
    return Answer("cases", language, "\n".join(lines), profile, fields, topic=topic, shown=ids if topic and cases else None)


def _explained(adviser: Adviser, match: Match, reason: str, language: str) -> dict[str, Any]:
    rule = match.rule
    return {
        "id": rule.id,
        "text": item_text(rule, language, adviser.phrases),
        "reason": reason,
        "because": because_payload(match.because),
        "as_of": rule.as_of,
        "checked_on": rule.checked_on,
        "confidence": rule.confidence,
    }


def _reason(adviser: Adviser, match: Match, language: str) -> str:
    say, rule = adviser.phrases.say, match.rule
    facets = because_words(match, language, adviser.phrases)
    applies = say("why_because", language, facets=facets) if facets else say("why_general", language)
    if rule.sources:
        names = adviser.phrases.join((source.publisher for source in rule.sources), language)
        rests = say("why_sourced", language, sources=names, as_of=rule.as_of, checked_on=rule.checked_on)
    else:
        rests = say("why_practice", language, checked_on=rule.checked_on)
    return applies + say("sentence_separator", language) + rests


def _shorten(text: str, length: int = 90) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _nothing_yet(adviser: Adviser, kind: str, profile: Profile, language: str) -> Answer:
    return Answer(kind, language, adviser.phrases.say("nothing_yet", language), profile, {"items": [], "sources": []})
