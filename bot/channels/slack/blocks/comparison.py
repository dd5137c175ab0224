"""Markets side by side: a table where it can be read, else one market under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels import phrases
from bot.channels.slack.blocks.answer import Answer
from bot.channels.slack.blocks.elements import Span, cell, header, listed, paragraphs, remarks, slanted, weight, words
from bot.channels.slack.blocks.message import Block
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import clean, label
from bot.channels.slack.blocks.texts import text

READABLE_MARKETS = 3
"""In a wider table a phone shows columns of a few characters."""

LONGEST_TABLE = 10_000
"""Characters in the cells of a table."""

LONGEST_CELL = 1500
MOST_ROWS = 100


def comparison(answer: Answer) -> list[Group]:
    """What holds in each market topic by topic, what to do about it there, and what is much the same."""
    rows, markets, language = answer.listed("rows"), [str(m) for m in answer.card.get("markets") or []], answer.language
    if not rows or not markets:
        return []
    opening = header(answer.lines[0].rstrip(":：")) if answer.lines else []
    groups = _table(opening, rows, markets, language) or [opening, *(_row(row, markets, language) for row in rows)]
    common = [phrases.topic_name(str(topic), language) for topic in answer.card.get("common") or []]
    if common:
        topics = phrases.say("reason_separator", language).join(common)
        groups.append(remarks([label(phrases.say("compare_common", language, topics=topics), 500)]))
    return groups


def _table(opening: Group, rows: Sequence[Mapping[str, Any]], markets: list[str], language: str) -> list[Group]:
    """The opening with the whole as one table; nothing if it would be too large, too long or too wide."""
    names = [words(phrases.value_name(market, language), bold=True) for market in markets]
    lines: list[list[list[Span]]] = [[[words(text("comparison_topic", language), bold=True)], *([name] for name in names)]]
    lines += [
        [[words(clean(row.get("title")), bold=True)], *(_told(row, market, language) for market in markets)] for row in rows
    ]
    if len(markets) > READABLE_MARKETS or len(lines) > MOST_ROWS:
        return []
    table: Block = {
        "type": "table",
        "column_settings": [{"is_wrapped": True}] * (1 + len(markets)),
        "rows": [[cell([span for span in spans if span["text"]]) for spans in line] for line in lines],
    }
    longest = max(weight(each) for row in table["rows"] for each in row)
    return [[*opening, table]] if weight(table) <= LONGEST_TABLE and longest <= LONGEST_CELL else []


def _row(row: Mapping[str, Any], markets: list[str], language: str) -> Group:
    blocks = paragraphs([words(clean(row.get("title")), bold=True)])
    for market in markets:
        told = _told(row, market, language)
        if told:
            blocks += listed([words(f"{phrases.value_name(market, language)}\n", bold=True), *told])
    return blocks


def _told(row: Mapping[str, Any], market: str, language: str) -> list[Span]:
    """What a cell says: what holds there and, after an arrow, what to do about it."""
    for told in row.get("cells") or []:
        if told.get("market") == market:
            meaning = clean((told.get("meaning") or {}).get("text"))
            spans = [words(clean(told.get("text"))), *([words(f"\n→ {meaning}", italic=slanted(language))] if meaning else [])]
            return [span for span in spans if span["text"]]
    return []
