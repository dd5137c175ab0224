"""Items of guidance: the text with its number, and below it in small print why it applies and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.channels import phrases
from bot.channels.slack.blocks.elements import Span, listed, remarks, words
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import clean, label, link

LONGEST_REASONS = 500
LONGEST_DATE = 40


def items(entries: Iterable[Mapping[str, Any]], language: str, *, grouped: bool = False) -> list[Group]:
    """Numbered items; ``grouped`` puts a heading above each run of items of a kind. Each item is a group of its own."""
    groups: list[Group] = []
    kind = ""
    for number, entry in enumerate(entries, start=1):
        heading = ""
        if grouped and entry.get("kind") != kind:
            kind = str(entry.get("kind"))
            heading = _heading(kind, language)
        groups.append([*listed(_item(entry), number=number, heading=heading), *footnote(entry, language)])
    return groups


def footnote(entry: Mapping[str, Any], language: str) -> Group:
    """Why an item applies, and its sources with their dates; what has none is called professional practice."""
    reasons = label(phrases.facet_names(entry.get("because"), language), LONGEST_REASONS)
    cited = [_cited(source, language) for source in entry.get("sources") or []]
    return remarks([reasons, *(cited or [label(phrases.say("practice", language))])])


def _heading(kind: str, language: str) -> str:
    try:
        return phrases.say(f"headings.{kind}", language)
    except KeyError:
        return ""


def _item(entry: Mapping[str, Any]) -> list[Span]:
    """The text; a case's title stands out, and so does when and by whom a step of a plan is done."""
    text, title = clean(entry.get("text")), clean(entry.get("title"))
    due = " · ".join(filter(None, (clean(entry.get("when")), clean(entry.get("owner")))))
    opening = [words(f"{due}\n", bold=True)] if due else []
    if title and text.startswith(title):
        return (
            [*opening, words(title, bold=True), words(text[len(title) :])]
            if text != title
            else [*opening, words(title, bold=True)]
        )
    return [*opening, words(text)] if text else opening


def _cited(source: Mapping[str, Any], language: str) -> str:
    named = link(source.get("url"), source.get("publisher") or source.get("title"))
    published = label(source.get("published") or phrases.say("undated", language), LONGEST_DATE)
    return phrases.say("source_short", language, publisher=named, published=published)
