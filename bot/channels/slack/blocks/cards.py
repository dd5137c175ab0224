"""Rasa's bot messages as messages of Block Kit: which card shows which type, and what stands below it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.channels.slack.blocks import buttons
from bot.channels.slack.blocks.advice import advice, found
from bot.channels.slack.blocks.answer import Answer, answers
from bot.channels.slack.blocks.assessment import assessment, chart
from bot.channels.slack.blocks.brief import brief
from bot.channels.slack.blocks.comparison import comparison
from bot.channels.slack.blocks.elements import paragraphs, prose
from bot.channels.slack.blocks.follow_ups import explanation, plain_text, sources
from bot.channels.slack.blocks.message import SlackMessage
from bot.channels.slack.blocks.pack import Group, numbered, pack
from bot.channels.slack.blocks.text import clean, label
from bot.channels.slack.blocks.texts import text

logger = logging.getLogger(__name__)

LONGEST_SUMMARY = 300

_CARDS: dict[str, Callable[[Answer], list[Group]]] = {
    "advice": advice,
    "cases": found,
    "clarify": found,
    "comparison": comparison,
    "explanation": explanation,
    "sources": sources,
    "assessment": assessment,
    "brief": brief,
}
"""The other types (profile, refusal, out_of_scope, handoff, feedback, privacy, smalltalk) are texts with their buttons."""

_RATED = frozenset({"advice", "cases", "comparison", "brief"})


def render(messages: list[dict[str, Any]], language: str) -> list[SlackMessage]:
    """A turn's bot messages (``text``, ``buttons``, ``custom``) as messages within Slack's limits, in order.

    ``language`` (``en`` or ``zh``) holds where a payload names none. A payload that no card can show is shown as its text.
    """
    return [message for answer in answers(messages, language) for message in _messages(answer)]


def _messages(answer: Answer) -> list[SlackMessage]:
    """The messages of one answer; the chart of an assessment goes with the last one."""
    groups = _card(answer)
    is_card = bool(groups)
    packed = pack([*(groups or plain_text(answer)), *_below(answer, is_card=is_card)])
    summary = _summary(answer)
    made = [
        SlackMessage(
            f"{summary} ({number}/{len(packed)})" if len(packed) > 1 else summary,
            list(numbered(blocks)),
        )
        for number, blocks in enumerate(packed, start=1)
    ]
    picture = chart(answer.card, summary, answer.language) if is_card else None
    return [*made[:-1], replace(made[-1], upload=picture)] if made and picture else made


def _card(answer: Answer) -> list[Group]:
    """The card's groups of blocks; none if the type has no card, or if the text says more than the card would."""
    try:
        groups = _CARDS[answer.kind](answer) if answer.kind in _CARDS else []
    except Exception:
        logger.exception("an answer of type %s cannot be shown as a card; its text is shown", answer.kind)
        return []
    return groups if any(groups) else []


def _below(answer: Answer, *, is_card: bool) -> list[Group]:
    """Follow-ups, then a question or remark that stands after the answer with its own buttons, then the thumbs."""
    remark = clean(answer.card.get("remark")) if is_card else ""
    groups = []
    if remark:
        groups.append(buttons.rows(buttons.follow_ups(answer.buttons)))
        groups.append([*paragraphs(prose(remark)), *buttons.rows(buttons.choices(answer.buttons))])
    else:
        groups.append(buttons.rows(answer.buttons))
    if is_card and (answer.kind in _RATED or answer.card.get("state") == "result"):
        groups.append([buttons.thumbs(text("useful", answer.language), text("not_useful", answer.language))])
    return groups


def _summary(answer: Answer) -> str:
    """What a notification says: the point of the answer in a sentence."""
    question = answer.card.get("question")
    is_open = answer.kind == "assessment" and isinstance(question, dict)
    point = question.get("text") if is_open and isinstance(question, dict) else answer.card.get("headline")
    said = (clean(words).rstrip(":：").strip() for words in (point, next(iter(answer.lines), "")))
    return label(next(filter(None, said), text("answer", answer.language)), LONGEST_SUMMARY)
