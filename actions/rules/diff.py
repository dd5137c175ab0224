"""What differs between two states of the guidance, and how one rule changed from release to release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from actions.rules.content import Library
from actions.rules.database import reading
from actions.rules.errors import UnknownRule
from actions.rules.models import ReleaseRow, ReleaseRuleRow, RuleVersionRow
from actions.rules.schema import RuleEntry
from actions.rules.snapshots import LibrarySnapshot, ReleaseSnapshot, Snapshot, current_snapshot, rule_entry

Fields = Mapping[str, tuple[Any, Any]]
"""Field to its old and its new value, for the fields that differ."""


@dataclass(frozen=True)
class Changes:
    """What happened to the rules, or to the sources: ids in order, and for changed entries the fields."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, Fields]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def as_dict(self) -> dict[str, Any]:
        """The changes as plain data, for ``--json`` output."""
        fields = {id_: {name: {"old": old, "new": new} for name, (old, new) in f.items()} for id_, f in self.changed.items()}
        return {"added": list(self.added), "removed": list(self.removed), "changed": fields}


@dataclass(frozen=True)
class Difference:
    """What differs from the state called ``old`` to the state called ``new``."""

    old: str
    new: str
    rules: Changes
    sources: Changes

    def __bool__(self) -> bool:
        return bool(self.rules or self.sources)

    def as_dict(self) -> dict[str, Any]:
        """The difference as plain data, for ``--json`` output."""
        return {"old": self.old, "new": self.new, "rules": self.rules.as_dict(), "sources": self.sources.as_dict()}


@dataclass(frozen=True)
class Revision:
    """One step in the history of a rule: in which release it was added, changed or removed."""

    release: str
    created_at: datetime
    event: str
    entry: RuleEntry | None
    fields: Fields


def compare(old: Snapshot, new: Snapshot) -> Difference:
    """What differs between two states.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    return Difference(old.name, new.name, _changes(old, new, "rule"), _changes(old, new, "source"))


def compare_with_release(engine: Engine, library: Library) -> Difference:
    """What loading ``library`` would change.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    return compare(current_snapshot(engine), LibrarySnapshot(library))


def compare_releases(engine: Engine, old: str, new: str | None) -> Difference:
    """What differs between two releases; ``new`` defaults to the current one.

    Raises:
        UnknownRelease: there is no such release.
        StoreUnavailable: the database cannot be read.
    """
    return compare(ReleaseSnapshot(engine, old), ReleaseSnapshot(engine, new))


def history(engine: Engine, rule_id: str) -> list[Revision]:
    """How a rule came to be what it is, the oldest step first.

    Raises:
        UnknownRule: no release has such a rule.
        StoreUnavailable: the database cannot be read.
    """
    releases, versions, members = ReleaseRow.__table__, RuleVersionRow.__table__, ReleaseRuleRow.__table__
    query = (
        select(members.c.release_id, versions)
        .join(versions, versions.c.id == members.c.rule_version_id)
        .where(versions.c.rule_id == rule_id)
    )
    with reading(engine) as connection:
        present = {row["release_id"]: rule_entry(row) for row in connection.execute(query).mappings()}
        made = connection.execute(select(releases).order_by(releases.c.id)).all()
    if not present:
        raise UnknownRule(rule_id)
    steps: list[Revision] = []
    before: RuleEntry | None = None
    for release in made:
        now = present.get(release.id)
        fields = _fields(before.dict() if before else {}, now.dict() if now else {})
        if fields:
            event = "changed" if before and now else "added" if now else "removed"
            steps.append(Revision(release.version, release.created_at, event, now, fields if event == "changed" else {}))
        before = now
    return steps


def _changes(old: Snapshot, new: Snapshot, noun: str) -> Changes:
    before, after = old.digests(noun), new.digests(noun)
    changed = sorted(id_ for id_ in before.keys() & after.keys() if before[id_] != after[id_])
    was, is_ = old.entries(noun, changed), new.entries(noun, changed)
    return Changes(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        {id_: _fields(was[id_].dict(), is_[id_].dict()) for id_ in changed},
    )


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Fields:
    names = [*old, *(name for name in new if name not in old)]
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}
