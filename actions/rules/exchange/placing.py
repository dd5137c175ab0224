"""Decides in which file of a content folder an entry stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from actions.rules.content import Library
from actions.rules.schema import RuleEntry, SourceEntry

UNCITED_SOURCES = "topics/sources.yml"
_FULL = 1_000
"""Entries; a new file takes no more, so that it stays well below the size up to which a file is read."""


@dataclass
class FileEntries:
    """What one file holds."""

    sources: list[SourceEntry] = field(default_factory=list)
    rules: list[RuleEntry] = field(default_factory=list)


def place(library: Library, known: Mapping[str, str]) -> dict[str, FileEntries]:
    """The files of ``library`` with their entries, in the library's order.

    Args:
        library: the entries.
        known: where entries stand already, as in :attr:`Library.places`. Others get a file by topic or market, and a source
            the file of the first rule that cites it.
    """
    files: dict[str, FileEntries] = {}
    counts = Counter(known.values())
    cited: dict[str, str] = {}
    for rule in library.rules:
        name = known.get(rule.id) or _with_room(_usual_file(rule), counts)
        files.setdefault(name, FileEntries()).rules.append(rule)
        for id_ in rule.sources:
            cited.setdefault(id_, name)
    for source in library.sources:
        name = known.get(f"source:{source.id}") or cited.get(source.id) or UNCITED_SOURCES
        files.setdefault(name, FileEntries()).sources.append(source)
    return files


def _usual_file(rule: RuleEntry) -> str:
    markets = rule.when.get("market", [])
    if rule.kind == "case":
        return f"cases/{rule.topic.removeprefix('case_')}.yml"
    if len(markets) == 1:
        return f"markets/{markets[0]}.yml"
    return f"topics/{rule.topic}.yml"


def _with_room(name: str, counts: Counter[str]) -> str:
    """``name``, or the first of ``…_2.yml``, ``…_3.yml`` that is not full; counts the new entry."""
    path = PurePosixPath(name)
    number = 1
    while counts[name] >= _FULL:
        number += 1
        name = str(path.with_name(f"{path.stem}_{number}{path.suffix}"))
    counts[name] += 1
    return name
