"""Turns a matched rule into an item of an answer: as data and as a line of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.advice.phrases import Phrases
from actions.rules.guidance import Rule, Source
from actions.rules.matcher import Match


def item_text(rule: Rule, language: str, phrases: Phrases) -> str:
    """The guidance's words: a case with outcome and lesson, a legal point with its date and the duty to check."""
    text = rule.text[language]
    if rule.kind == "case" and rule.title and rule.lesson and rule.outcome:
        return phrases.say(
            "case_line",
            language,
            title=rule.title[language],
            outcome=phrases.say(f"outcomes.{rule.outcome}", language),
            text=text,
            lesson=rule.lesson[language],
        )
    if rule.legal:
        text += phrases.say("sentence_separator", language) + phrases.say("legal_note", language, as_of=rule.as_of)
    return text


def item_payload(match: Match, language: str, phrases: Phrases) -> dict[str, Any]:
    """An item of the ``advice`` payload."""
    rule = match.rule
    item: dict[str, Any] = {
        "id": rule.id,
        "kind": rule.kind,
        "text": item_text(rule, language, phrases),
        "because": because_payload(match.because),
        "as_of": rule.as_of,
        "sources": [source.as_dict() for source in rule.sources],
    }
    if rule.kind == "case":
        item |= {"title": rule.title and rule.title[language], "outcome": rule.outcome, "companies": list(rule.companies)}
    return item


def because_payload(because: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """Facet values that made an item apply; one value stands bare, several as a list."""
    return {facet: values[0] if len(values) == 1 else list(values) for facet, values in because.items()}


def because_words(match: Match, language: str, phrases: Phrases) -> str:
    """The same in words; empty for general guidance."""
    return phrases.join((phrases.value(value, language) for values in match.because.values() for value in values), language)


def item_line(number: int, match: Match, language: str, phrases: Phrases) -> str:
    """A numbered line: text, then in brackets why it applies and where it comes from."""
    rule = match.rule
    cited = phrases.join((source_words(source, language, phrases) for source in rule.sources), language)
    notes = [because_words(match, language, phrases), cited or phrases.say("practice", language)]
    note = phrases.say("reason_separator", language).join(filter(None, notes))
    gap = phrases.say("sentence_separator", language)
    return f"{number}. {item_text(rule, language, phrases)}{gap}{phrases.say('item_note', language, reasons=note)}"


def source_words(source: Source, language: str, phrases: Phrases) -> str:
    """A source as it is named beside an item: publisher and date."""
    key = "source_short" if source.published else "source_undated"
    return phrases.say(key, language, publisher=source.publisher, published=source.published)


def source_line(source: Source, language: str, phrases: Phrases) -> str:
    """A source in full: title, publisher, date and address."""
    published = source.published or phrases.say("undated", language)
    words = {"title": source.title, "publisher": source.publisher, "published": published, "url": source.url or ""}
    return phrases.say("sources_line", language, **words).strip()
