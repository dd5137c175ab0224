"""The columns of the tables of rules and sources, and how an entry becomes a row and a row an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from actions.rules.exchange.cells import NO, YES, join_list, split_list
from actions.rules.schema import Confidence, Kind, Outcome, RuleEntry, SourceEntry, Status
from actions.rules.snapshots import Entry
from actions.rules.taxonomy import FACETS, LANGUAGES

_NARROW, _MEDIUM, _WIDE, _TEXT = 11, 18, 32, 60
"""Widths of columns, in characters."""


@dataclass(frozen=True)
class Column:
    """A column: its name, where its value stands in an entry, and what an author should know of it."""

    name: str
    path: tuple[str, ...]
    about: str
    width: int = _NARROW
    is_list: bool = False
    is_number: bool = False
    choices: tuple[str, ...] = ()
    """The only values allowed, if they are few."""

    def cell(self, entry: Mapping[str, Any]) -> str:
        """What stands in this column for ``entry``."""
        value: Any = entry
        for part in self.path:
            value = None if value is None else value.get(part)
        if value is None:
            return ""
        if isinstance(value, bool):
            return YES if value else NO
        return join_list(value) if self.is_list else str(value)


@dataclass(frozen=True)
class Layout:
    """The columns of one table."""

    noun: str
    """What a row is: "rules" or "sources", as in a content file."""
    model: type[Entry]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def cells(self, entry: Entry) -> list[str]:
        """The row of an entry."""
        values = entry.dict()
        return [column.cell(values) for column in self.columns]

    def raw_entry(self, cells: Mapping[str, str]) -> dict[str, object]:
        """The entry of a row as an author would have written it, unchecked; an empty cell gives no value."""
        entry: dict[str, Any] = {}
        for column in self.columns:
            cell = cells.get(column.name, "").strip()
            if not cell:
                continue
            inner = entry
            for part in column.path[:-1]:
                inner = inner.setdefault(part, {})
            inner[column.path[-1]] = split_list(cell) if column.is_list else cell
        return entry

    def column_of(self, path: Sequence[str | int]) -> int | None:
        """The position of the column in which the value at ``path`` of an entry stands; ``None`` for no column."""
        named = tuple(part for part in path if isinstance(part, str))
        if not named:
            return None
        fitting = (i for i, column in enumerate(self.columns) if column.path[: len(named)] == named)
        return next(fitting, None)


def _bilingual(name: str, about: str, width: int = _TEXT) -> list[Column]:
    return [Column(f"{name}_{language}", (name, language), f"{about} ({language})", width) for language in LANGUAGES]


def _condition(name: str, about: str) -> list[Column]:
    return [Column(f"{name}_{facet}", (name, facet), f"{about} {facet}", _MEDIUM, is_list=True) for facet in FACETS]


RULES = Layout(
    "rules",
    RuleEntry,
    (
        Column("id", ("id",), "Names the rule for ever. Never change it; give a new rule a new one.", _WIDE),
        Column("topic", ("topic",), "The topic's id, as in taxonomy.yml.", _MEDIUM),
        Column("kind", ("kind",), "What sort of item it is.", choices=get_args(Kind)),
        *_bilingual("title", "Title; a case needs one", _WIDE),
        *_bilingual("text", "The item itself, on one line"),
        *_bilingual("lesson", "What a case teaches; cases only"),
        *_condition("when", "Applies only to this"),
        *_condition("unless", "Does not apply to this"),
        Column("weight", ("weight",), "0 to 100: the order among equally specific items; empty means 50.", is_number=True),
        Column("overrides", ("overrides",), "Ids of the more general rules that this one replaces.", _WIDE, is_list=True),
        Column("sources", ("sources",), "Ids of the sources that it cites.", _WIDE, is_list=True),
        Column("legal", ("legal",), "Whether the answer adds that local counsel must check it.", choices=(YES, NO)),
        Column("as_of", ("as_of",), "The date for which it holds: YYYY, YYYY-MM or YYYY-MM-DD."),
        Column("checked_on", ("checked_on",), "When somebody last checked it.", 12),
        Column("review_by", ("review_by",), "When somebody must look again.", 12),
        Column("confidence", ("confidence",), "How sure we are; low cannot be published.", choices=get_args(Confidence)),
        Column("status", ("status",), "Only published rules are shown to people.", choices=get_args(Status)),
        Column("companies", ("companies",), "The names under which a person may ask for a case.", _WIDE, is_list=True),
        Column("related_topics", ("related_topics",), "Other topics to which a case belongs.", _WIDE, is_list=True),
        Column("outcome", ("outcome",), "How a case ended.", choices=get_args(Outcome)),
    ),
)

SOURCES = Layout(
    "sources",
    SourceEntry,
    (
        Column("id", ("id",), "Names the source for ever; rules cite it by this.", _WIDE),
        Column("title", ("title",), "The publication's title.", _TEXT),
        Column("publisher", ("publisher",), "Who published it.", _WIDE),
        Column("url", ("url",), "Its web address; empty only if it truly has none.", _TEXT),
        Column("published", ("published",), "YYYY, YYYY-MM or YYYY-MM-DD; empty if undated."),
    ),
)

LAYOUTS = (RULES, SOURCES)
