"""What a check reports, and what every check is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from actions.rules.content import Library
from actions.rules.lint.word_lists import WordLists
from actions.rules.schema import Bilingual, RuleEntry, SourceEntry
from actions.rules.taxonomy import Taxonomy

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """Something in the guidance that an author should look at, and what to do about it."""

    file: str
    id: str
    """The rule's id, or ``source:id``."""
    check: str
    level: Level
    message: str

    def as_dict(self) -> dict[str, str]:
        """The finding as plain data, for ``--json`` output."""
        return asdict(self)


@dataclass(frozen=True)
class Material:
    """Everything that a check may look at."""

    library: Library
    taxonomy: Taxonomy
    words: WordLists
    today: date

    @cached_property
    def by_id(self) -> Mapping[str, RuleEntry]:
        """The rules by their ids."""
        return {rule.id: rule for rule in self.library.rules}

    @cached_property
    def replaced_by(self) -> Mapping[str, list[RuleEntry]]:
        """For each overridden rule the published rules of its topic that override it; a rule never counts for itself."""
        found: dict[str, list[RuleEntry]] = {}
        for rule in self.library.rules:
            for id_ in set(rule.overrides):
                other = self.by_id.get(id_)
                if other and rule.status == "published" and other.topic == rule.topic and id_ != rule.id:
                    found.setdefault(id_, []).append(rule)
        return found

    def on_rule(self, check: str, level: Level, rule: RuleEntry, message: str) -> Finding:
        """A finding about a rule."""
        return Finding(self.library.places.get(rule.id, ""), rule.id, check, level, message)

    def on_source(self, check: str, level: Level, source: SourceEntry, message: str) -> Finding:
        """A finding about a source."""
        key = f"source:{source.id}"
        return Finding(self.library.places.get(key, ""), key, check, level, message)


def bilingual_fields(rule: RuleEntry) -> Iterator[tuple[str, Bilingual]]:
    """The rule's texts with their fields' names."""
    yield "text", rule.text
    if rule.title:
        yield "title", rule.title
    if rule.lesson:
        yield "lesson", rule.lesson


def excerpt(text: str, start: int, end: int, margin: int = 8) -> str:
    """The part of ``text`` from ``start`` to ``end`` with a little of what stands around it, in quotation marks."""
    before, after = max(0, start - margin), min(len(text), end + margin)
    return f"“{'…' if before else ''}{text[before:after]}{'…' if after < len(text) else ''}”"
