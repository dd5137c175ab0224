"""The readiness assessment: an open question, and the result with its chart."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.channels import phrases
from bot.channels.slack.blocks.answer import Answer
from bot.channels.slack.blocks.elements import fields, header, listing, paragraphs, prose, remarks, words
from bot.channels.slack.blocks.items import items
from bot.channels.slack.blocks.message import Upload
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import clean, label
from bot.channels.slack.blocks.texts import text


def assessment(answer: Answer) -> list[Group]:
    """A question with its number above it, or the result; anything else is a text."""
    if answer.listed("scores"):
        return _result(answer)
    question = answer.card.get("question")
    wording = clean(question.get("text")) if isinstance(question, dict) else ""
    before, found, _ = clean(answer.text).rpartition(wording) if wording else ("", "", "")
    if not found:
        return []
    *said, where = before.strip().split("\n")
    return [[*paragraphs(prose("\n".join(said))), *remarks([label(where)]), *paragraphs([words(wording, bold=True)])]]


def chart(card: dict[str, Any], title: str, language: str) -> Upload | None:
    """The chart of a result, as a picture on our own server."""
    try:
        path = urlsplit(str(card.get("chart") or "")).path
    except ValueError:
        return None
    if not path.startswith("/documents/"):
        return None
    return Upload(f"{path.removesuffix('.svg')}.png", text("chart_filename", language), title)


def _result(answer: Answer) -> list[Group]:
    """Points by dimension, the change since last time, what cost most, and what to do next."""
    card, language, scores = answer.card, answer.language, answer.listed("scores")
    opening = header(phrases.say("assessment_title", language, total=card.get("total")))
    opening += fields((label(score.get("title")), label(score.get("points"))) for score in scores)
    previous = card.get("previous")
    if isinstance(previous, dict):
        before, date = int(previous["total"]), phrases.day(str(previous["date"]), language)
        change = f"{int(card['total']) - before:+d}"
        opening += remarks([label(phrases.say("assessment_previous", language, date=date, before=before, change=change))])
    groups = [opening]
    reasons = [clean(str(reason).lstrip("•")) for score in scores for reason in score.get("reasons") or []]
    weak = listing(([words(reason)] for reason in reasons if reason), heading=phrases.say("assessment_weak", language))
    groups += [[block] for block in weak]
    entries = items(answer.listed("items"), language)
    if entries:
        entries[0] = [*paragraphs([words(phrases.say("assessment_actions", language), bold=True)]), *entries[0]]
    return [*groups, *entries]
