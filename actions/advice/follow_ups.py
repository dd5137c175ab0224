"""Answers to "why", "sources", "next steps" and "example": all refer to what was shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer
from actions.advice.cases import find_cases
from actions.advice.items import because_payload, because_words, item_line, item_payload, item_text
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


def explain(adviser: Adviser, shown: Shown, profile: Profile, language: str) -> Answer:
    """Why each item of the last answer was given: the facets that brought it in, and what it rests on."""
    matches = adviser.matches(shown.ids, shown.topic, shown.profile)
    if not matches or shown.topic is None:
        return _nothing_yet(adviser, "explanation", profile, language)
    reasons = [_reason(adviser, match, language) for match in matches]
    lines = [adviser.phrases.say("why_intro", language, topic=adviser.phrases.topic(shown.topic, language))]
    gap = adviser.phrases.say("sentence_separator", language)
    lines += [
        f"{number}. {_shorten(match.rule.text[language])}{gap}→ {reason}"
        for number, (match, reason) in enumerate(zip(matches, reasons), start=1)
    ]
    items = [
        {
            "id": match.rule.id,
            "text": item_text(match.rule, language, adviser.phrases),
            "reason": reason,
            "because": because_payload(match.because),
            "as_of": match.rule.as_of,
            "checked_on": match.rule.checked_on,
            "confidence": match.rule.confidence,
        }
        for match, reason in zip(matches, reasons)
    ]
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
    lines += [
        f"{number}. "
        + say(
            "sources_line",
            language,
            title=source.title,
            publisher=source.publisher,
            published=source.published or say("undated", language),
            url=source.url or "",
        ).strip()
        for number, source in enumerate(cited, start=1)
    ]
    if practice:
        lines.append(say("sources_practice", language, count=len(practice)))
    fields = {
        "topic": shown.topic,
        "sources": [{**source.as_dict(), "items": ids} for source, ids in cited.items()],
        "practice": practice,
    }
    return Answer("sources", language, "\n".join(lines), profile, fields)


def plan(adviser: Adviser, topic: str, profile: Profile, language: str) -> Answer:
    """The actions on a topic that fit the profile, as an ordered plan."""
    book = adviser.book()
    selection = book.select(topic, profile)
    steps = list(islice(selection.best({"action"}), PLAN_LENGTH))
    headline = adviser.phrases.say("plan_intro", language, topic=adviser.phrases.topic(topic, language))
    lines = [headline, *(item_line(number, match, language, adviser.phrases) for number, match in enumerate(steps, start=1))]
    fields = {
        "topic": topic,
        "headline": headline,
        "items": [item_payload(match, language, adviser.phrases) for match in steps],
        "missing": list(selection.missing),
        "more": selection.count("action") - len(steps),
        "release": book.release,
        "plan": True,
    }
    ids = tuple(match.rule.id for match in steps)
    return Answer("advice", language, "\n".join(lines), profile, fields, topic=topic, shown=ids)


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
