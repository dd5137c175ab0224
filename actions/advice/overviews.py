"""Answers that look across topics: markets side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer
from actions.advice.items import item_text
from actions.rules.matcher import LOCAL, Match
from actions.rules.profile import Profile

MAX_COMPARED = 4
COMPARED_KINDS = ("fact", "risk", "action")
COMPARISON_ROWS = 7
COMMON_SHOWN = 4


def compare(adviser: Adviser, profile: Profile, language: str, topic: str | None = None) -> Answer:
    """Two to four markets side by side: for each topic what holds in each, the topic asked about first.

    Only what names the market (or a region of it) is compared; a row in which all markets share the same item says nothing
    and is left out, but named as common. ``meaning`` of a cell is what a firm with this profile should do about it there.
    """
    say, phrases = adviser.phrases.say, adviser.phrases
    markets = profile.market[:MAX_COMPARED]
    if len(markets) < 2:
        return Answer("comparison", language, say("compare_need", language), profile, {"markets": list(markets), "rows": []})
    topics = [*([topic] if topic else []), *(name for name in adviser.taxonomy.topics if name != topic)]
    ranked = sorted(
        ((name, {market: _local(adviser, name, profile.with_market(market)) for market in markets}) for name in topics),
        key=lambda row: (row[0] != topic, -sum(match is not None for match in row[1].values())),
    )
    telling = [(name, cells) for name, cells in ranked if _tells_apart(cells)][:COMPARISON_ROWS]
    common = [name for name, cells in ranked if all(cells.values()) and not _tells_apart(cells)]
    names = phrases.join((phrases.value(market, language) for market in markets), language)
    lines = [say("compare_intro", language, markets=names)]
    if telling:
        told = [phrases.topic(name, language) for name, _ in telling[:COMMON_SHOWN]]
        lines.append(say("compare_differs", language, topics=say("reason_separator", language).join(told)))
    if common:
        shared = [phrases.topic(name, language) for name in common[:COMMON_SHOWN]]
        lines.append(say("compare_common", language, topics=say("reason_separator", language).join(shared)))
    rows: list[dict[str, Any]] = []
    for name, cells in telling:
        row: dict[str, Any] = {"topic": name, "title": phrases.topic(name, language), "cells": []}
        lines.append(row["title"])
        for market, match in cells.items():
            text = item_text(match.rule, language, phrases) if match else say("compare_empty", language)
            lines.append(say("compare_cell", language, market=phrases.value(market, language), text=text))
            action = _action(adviser, name, profile.with_market(market), match)
            meaning = {"id": action.rule.id, "text": item_text(action.rule, language, phrases)} if action else None
            if meaning and not rows:
                lines.append(say("compare_meaning", language, text=meaning["text"]))
            cell = {"market": market, "items": [match.rule.id] if match else [], "text": text, "meaning": meaning}
            row["cells"].append(cell)
        rows.append(row)
    fields = {"markets": list(markets), "rows": rows, "topic": topic, "common": common}
    return Answer("comparison", language, "\n".join(lines), profile, fields)


def _tells_apart(cells: Mapping[str, Match | None]) -> bool:
    known = {match.rule.id for match in cells.values() if match}
    return bool(known) and not (len(known) == 1 and all(cells.values()))


def _local(adviser: Adviser, topic: str, profile: Profile) -> Match | None:
    """The best item on a topic that names the market, else its region; facts before risks before actions."""
    selection = adviser.book().select(topic, profile)
    each = (selection.best([kind], [level]) for level in LOCAL for kind in COMPARED_KINDS)
    return next((match for matches in each for match in matches), None)


def _action(adviser: Adviser, topic: str, profile: Profile, told: Match | None) -> Match | None:
    """The best action there that names the market or its region, unless it is what the cell tells already."""
    found = adviser.book().select(topic, profile).best({"action"}, LOCAL)
    return next((match for match in found if told is None or match.rule.id != told.rule.id), None)
