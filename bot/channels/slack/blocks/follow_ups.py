"""Cards that look back at an answer: why it was given, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels import phrases
from bot.channels.slack.blocks.answer import Answer
from bot.channels.slack.blocks.elements import Span, header, linked, listed, listing, paragraphs, prose, remarks, slanted, words
from bot.channels.slack.blocks.items import footnote
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import clean, label


def explanation(answer: Answer) -> list[Group]:
    """Each item with the reason for it; an item that was asked about has its sources as well."""
    entries = answer.listed("items")
    if not entries:
        return []
    groups: list[Group] = [header(answer.lines[0].rstrip(":：")) if answer.lines else []]
    for entry in entries:
        spans = [words(clean(entry.get("text")))]
        body = listed(spans, number=entry["number"]) if isinstance(entry.get("number"), int) else paragraphs(spans)
        reason = paragraphs([words(f"→ {clean(entry.get('reason'))}", italic=slanted(answer.language))])
        groups.append([*body, *reason, *(footnote(entry, answer.language) if entry.get("sources") else [])])
    return groups


def sources(answer: Answer) -> list[Group]:
    """Each source as a link with publisher and date; how many items rest on practice."""
    entries, practice = answer.listed("sources"), answer.card.get("practice")
    if not entries:
        return []
    groups: list[Group] = [header(answer.lines[0].rstrip(":：")) if answer.lines else []]
    groups += [[block] for block in listing((_source(entry, answer.language) for entry in entries), numbered=True)]
    if practice:
        groups.append(remarks([label(phrases.say("sources_practice", answer.language, count=len(practice)), 300)]))
    return groups


def _source(entry: Mapping[str, Any], language: str) -> list[Span]:
    about = [clean(entry.get("publisher")), clean(entry.get("published")) or phrases.say("undated", language)]
    title = linked(entry.get("url"), entry.get("title") or entry.get("publisher"))
    return [span for span in (title, words(" · " + " · ".join(filter(None, about)))) if span["text"]]


def plain_text(answer: Answer) -> list[Group]:
    """The text as it is, with its addresses as links."""
    return [paragraphs(prose(answer.text))]
