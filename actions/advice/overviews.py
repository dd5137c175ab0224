"""Answers that look across topics: markets side by side, a brief on one market, a readiness checklist."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer
from actions.advice.items import item_line, item_payload, item_text
from actions.rules.matcher import LOCAL, Match
from actions.rules.profile import Profile

MAX_COMPARED = 4
COMPARED_KINDS = ("fact", "risk", "action")
COMPARISON_ROWS = 7
BRIEF_ITEMS_PER_PILLAR = 4
CHECKLIST_LENGTH = 8
CHECKLIST_TOPIC = "entry_readiness"


def compare(adviser: Adviser, profile: Profile, language: str, topic: str | None = None) -> Answer:
    """Two to four markets side by side: for each topic what holds in each, the topic asked about first.

    Only what names the market (or a region of it) is compared; a row in which all markets share the same item says nothing
    and is left out.
    """
    say, phrases = adviser.phrases.say, adviser.phrases
    markets = profile.market[:MAX_COMPARED]
    if len(markets) < 2:
        return Answer("comparison", language, say("compare_need", language), profile, {"markets": list(markets), "rows": []})
    topics = [*([topic] if topic else []), *(name for name in adviser.taxonomy.topics if name != topic)]
    rows: list[dict[str, Any]] = []
    lines = [say("compare_intro", language, markets=phrases.join((phrases.value(m, language) for m in markets), language))]
    ranked = sorted(
        ((name, {market: _local(adviser, name, profile.with_market(market)) for market in markets}) for name in topics),
        key=lambda row: (row[0] != topic, -sum(match is not None for match in row[1].values())),
    )
    telling = [(name, cells) for name, cells in ranked if _tells_apart(cells)]
    for name, cells in telling[:COMPARISON_ROWS]:
        lines.append(phrases.topic(name, language))
        row: dict[str, Any] = {"topic": name, "title": phrases.topic(name, language), "cells": []}
        for market, match in cells.items():
            text = item_text(match.rule, language, phrases) if match else say("compare_empty", language)
            lines.append(say("compare_cell", language, market=phrases.value(market, language), text=text))
            row["cells"].append({"market": market, "items": [match.rule.id] if match else [], "text": text})
        rows.append(row)
    return Answer("comparison", language, "\n".join(lines), profile, {"markets": list(markets), "rows": rows, "topic": topic})


def brief(adviser: Adviser, profile: Profile, language: str) -> Answer:
    """A short brief on one market: for each pillar what is particular to it and what to do about it."""
    say, phrases = adviser.phrases.say, adviser.phrases
    if not profile.market:
        return Answer("brief", language, say("brief_need", language), profile, {"market": None, "sections": []})
    market = profile.market[0]
    book = adviser.book()
    lines = [say("brief_intro", language, market=phrases.value(market, language))]
    sections = []
    for pillar, topics in adviser.taxonomy.pillars.items():
        found = [
            match
            for topic in topics
            for match in islice(
                book.select(topic, profile.with_market(market)).best(COMPARED_KINDS, LOCAL), BRIEF_ITEMS_PER_PILLAR
            )
        ]
        chosen = sorted(found, key=lambda match: match.rank)[:BRIEF_ITEMS_PER_PILLAR]
        if not chosen:
            continue
        title = adviser.taxonomy.pillar_titles[pillar][language]
        lines.append(title)
        lines += [item_line(number, match, language, phrases) for number, match in enumerate(chosen, start=1)]
        items = [item_payload(match, language, phrases) for match in chosen]
        sections.append({"pillar": pillar, "title": title, "items": items})
    if not sections:
        lines.append(say("undetailed_market", language, markets=phrases.value(market, language)))
    return Answer("brief", language, "\n".join(lines), profile, {"market": market, "sections": sections, "release": book.release})


def checklist(adviser: Adviser, profile: Profile, language: str) -> Answer:
    """The readiness points that fit the profile, for a person to test the company against."""
    selection = adviser.book().select(CHECKLIST_TOPIC, profile)
    matches = list(islice(selection.best({"action", "metric"}), CHECKLIST_LENGTH))
    lines = [adviser.phrases.say("assessment_intro", language)]
    lines += [item_line(number, match, language, adviser.phrases) for number, match in enumerate(matches, start=1)]
    fields = {"topic": CHECKLIST_TOPIC, "items": [item_payload(match, language, adviser.phrases) for match in matches]}
    ids = tuple(match.rule.id for match in matches)
    return Answer("assessment", language, "\n".join(lines), profile, fields, topic=CHECKLIST_TOPIC, shown=ids)


def _tells_apart(cells: Mapping[str, Match | None]) -> bool:
    known = {match.rule.id for match in cells.values() if match}
    return bool(known) and not (len(known) == 1 and all(cells.values()))


def _local(adviser: Adviser, topic: str, profile: Profile) -> Match | None:
    """The best item on a topic that names the market, else its region; facts before risks before actions."""
    selection = adviser.book().select(topic, profile)
    each = (selection.best([kind], [level]) for level in LOCAL for kind in COMPARED_KINDS)
    return next((match for matches in each for match in matches), None)
