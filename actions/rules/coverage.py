"""How much guidance there is for each topic and market, and where it is thin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.rules.book import RuleBook
from actions.rules.guidance import Rule
from actions.rules.matcher import LOCAL
from actions.rules.profile import Profile
from actions.rules.taxonomy import LANGUAGES, Taxonomy

_OF_THE_LANGUAGE = {"en": re.compile("[A-Za-z]"), "zh": re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")}


@dataclass(frozen=True)
class Cell:
    """What a person who asks about a topic and a market, and tells nothing else, is shown over all pages."""

    topic: str
    market: str
    items: int
    """Published items that apply, without cases."""
    local: int
    """Those of them that name the market itself or a region of it."""
    texts: Mapping[str, int]
    """For each language the items all of whose texts are written in it."""

    def faults(self, minimum: int) -> list[str]:
        """Why the cell is a gap; empty if it is none.

        Args:
            minimum: how many items there should be at least.
        """
        found = []
        if self.items < minimum:
            found.append(f"{self.items} of {minimum} items")
        if not self.local:
            found.append("no local item")
        lacking = ((self.items - count, language) for language, count in self.texts.items())
        return found + [f"{count} without {language} text" for count, language in lacking if count]

    def as_dict(self) -> dict[str, Any]:
        """The cell as plain data, for ``--json`` output."""
        return {
            "topic": self.topic,
            "market": self.market,
            "items": self.items,
            "local": self.local,
            "texts": dict(self.texts),
        }


@dataclass(frozen=True)
class Coverage:
    """The matrix of topics and markets."""

    topics: Sequence[str]
    markets: Sequence[str]
    cells: Mapping[tuple[str, str], Cell]
    """By topic and market."""

    def gaps(self, minimum: int) -> list[Cell]:
        """The cells that are gaps, by topic and market in their order."""
        return [cell for cell in self.cells.values() if cell.faults(minimum)]


def coverage_of(rules: Sequence[Rule], taxonomy: Taxonomy, more_markets: Iterable[str] = ()) -> Coverage:
    """How ``rules`` cover each topic and each country and region for which guidance was written.

    Topics of cases are left out: what they offer for a market are its cases.

    Args:
        rules: the published rules.
        taxonomy: the vocabulary.
        more_markets: markets to look at although nothing was written for them.
    """
    told = {rule.topic for rule in rules if rule.kind == "case"}
    book = RuleBook.of((rule for rule in rules if rule.topic not in told), taxonomy)
    topics = [topic for topic in taxonomy.topics if topic not in told]
    markets = sorted(book.markets | set(more_markets), key=lambda market: (taxonomy.is_region(market), market))
    cells = {(topic, market): _cell(book, topic, market) for topic in topics for market in markets}
    return Coverage(topics, markets, cells)


def _cell(book: RuleBook, topic: str, market: str) -> Cell:
    selection = book.select(topic, Profile(market=(market,)))
    matches = selection.matches
    local = sum(match.market_level in LOCAL for match in matches)
    texts = {language: sum(_is_written(match.rule, language) for match in matches) for language in LANGUAGES}
    return Cell(topic, market, len(matches), local, texts)


def _is_written(rule: Rule, language: str) -> bool:
    """Whether the texts of ``rule`` exist in ``language``; a copy of the other language's text does not count."""
    texts = (rule.text, rule.title, rule.lesson)
    return all(_OF_THE_LANGUAGE[language].search(text.get(language, "")) for text in texts if text)
