"""Guidance as the rest of the program sees it: immutable rules and sources, independent of files and databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Condition = Mapping[str, frozenset[str]]
"""Facet to values: every facet must hold, any one of its values suffices."""


@dataclass(frozen=True)
class Source:
    """A publication that an item cites."""

    id: str
    title: str
    publisher: str
    url: str | None
    published: str | None

    def as_dict(self) -> dict[str, str | None]:
        """The source as the answer payload carries it."""
        return {"title": self.title, "publisher": self.publisher, "url": self.url, "published": self.published}


@dataclass(frozen=True)
class Rule:
    """One item of guidance with the conditions under which it holds. Texts are keyed by language."""

    id: str
    topic: str
    kind: str
    text: Mapping[str, str]
    when: Condition = field(default_factory=dict)
    unless: Condition = field(default_factory=dict)
    weight: int = 50
    overrides: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    legal: bool = False
    as_of: str = ""
    checked_on: str = ""
    review_by: str = ""
    confidence: str = "medium"
    title: Mapping[str, str] | None = None
    companies: tuple[str, ...] = ()
    related_topics: tuple[str, ...] = ()
    outcome: str | None = None
    lesson: Mapping[str, str] | None = None


class RuleHeader(NamedTuple):
    """What of a rule decides whether and where it is shown, without its texts."""

    id: str
    kind: str
    when: Mapping[str, Sequence[str]]
    unless: Mapping[str, Sequence[str]]
    weight: int
    as_of: str
    overrides: Sequence[str]
