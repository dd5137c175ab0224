"""Reads releases back as the entries that authors wrote: for comparing, exporting and the history of a rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.sql import Select

from actions.rules.content import Library
from actions.rules.database import is_missing_table, reading
from actions.rules.errors import StoreUnavailable, UnknownRelease
from actions.rules.models import ReleaseRuleRow, ReleaseSourceRow, RuleVersionRow, SourceVersionRow
from actions.rules.releases import release_row
from actions.rules.schema import RuleEntry, SourceEntry

Entry = RuleEntry | SourceEntry

_TABLES = {
    "rule": (RuleVersionRow.__table__, ReleaseRuleRow.__table__),
    "source": (SourceVersionRow.__table__, ReleaseSourceRow.__table__),
}
_BATCH = 500


class Snapshot(Protocol):
    """A state of the guidance: a release, or what stands in the files."""

    name: str

    def digests(self, noun: str) -> Mapping[str, str]:
        """The digest of each rule (``noun`` is "rule") or source ("source") by id."""

    def entries(self, noun: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """The entries with these ids."""


class LibrarySnapshot:
    """What stands in the content files."""

    def __init__(self, library: Library, name: str = "files") -> None:
        self.name = name
        self._entries: dict[str, dict[str, Entry]] = {
            "rule": {entry.id: entry for entry in library.rules},
            "source": {entry.id: entry for entry in library.sources},
        }

    def digests(self, noun: str) -> Mapping[str, str]:
        """The digest of each entry by id."""
        return {id_: entry.digest() for id_, entry in self._entries[noun].items()}

    def entries(self, noun: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """The entries with these ids."""
        return {id_: self._entries[noun][id_] for id_ in ids}


class ReleaseSnapshot:
    """A release in the database, read as it is asked for."""

    def __init__(self, engine: Engine, version: str | None = None) -> None:
        """Args:
        engine: the database.
        version: the release; the current one for ``None``.

        Raises:
            UnknownRelease: there is no such release.
            StoreUnavailable: the database cannot be read.
        """
        self._engine = engine
        with reading(engine) as connection:
            row = release_row(connection, version)
        self.name = str(row.version)
        self._release_id = int(row.id)

    def digests(self, noun: str) -> Mapping[str, str]:
        """The digest of each entry by id."""
        versions = _TABLES[noun][0]
        query = _members(noun, self._release_id).with_only_columns(versions.c[f"{noun}_id"], versions.c.digest)
        with reading(self._engine) as connection:
            return dict(connection.execute(query).all())

    def entries(self, noun: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """The entries with these ids."""
        key = _TABLES[noun][0].c[f"{noun}_id"]
        wanted = sorted(ids)
        found: dict[str, Entry] = {}
        with reading(self._engine) as connection:
            for at in range(0, len(wanted), _BATCH):
                rows = connection.execute(_members(noun, self._release_id).where(key.in_(wanted[at : at + _BATCH])))
                found.update((row[key.name], _entry(noun, row)) for row in rows.mappings())
        return found

    def library(self) -> Library:
        """The whole release; rules and sources in the order of their ids."""
        with reading(self._engine) as connection:
            rules = _all(connection, "rule", self._release_id)
            sources = _all(connection, "source", self._release_id)
        return Library(rules, sources)  # type: ignore[arg-type]


class EmptySnapshot:
    """The state before anything was loaded."""

    name = "nothing"

    def digests(self, noun: str) -> Mapping[str, str]:
        """No entries."""
        return {}

    def entries(self, noun: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """No entries."""
        return {}


def current_snapshot(engine: Engine) -> Snapshot:
    """The current release, or nothing if nothing was loaded yet.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    try:
        return ReleaseSnapshot(engine)
    except UnknownRelease:
        return EmptySnapshot()
    except StoreUnavailable as error:
        if is_missing_table(error.__cause__):
            return EmptySnapshot()
        raise


def _members(noun: str, release_id: int) -> Select:
    versions, members = _TABLES[noun]
    joined = select(versions).join(members, members.c[f"{noun}_version_id"] == versions.c.id)
    return joined.where(members.c.release_id == release_id)


def _all(connection: Connection, noun: str, release_id: int) -> list[Entry]:
    query = _members(noun, release_id).order_by(_TABLES[noun][0].c[f"{noun}_id"])
    return [_entry(noun, row) for row in connection.execute(query).mappings()]


def _entry(noun: str, row: Mapping[str, Any] | Row) -> Entry:
    if noun == "source":
        fields = ("title", "publisher", "url", "published")
        return SourceEntry.parse_obj({"id": row["source_id"], **{name: row[name] for name in fields}})
    return rule_entry(row)


def rule_entry(row: Mapping[str, Any] | Row) -> RuleEntry:
    """A stored rule version as its author wrote it."""
    plain = ("topic", "kind", "weight", "legal", "as_of", "checked_on", "review_by", "confidence", "status", "outcome")
    nested = ("when", "unless", "overrides", "sources", "title", "companies", "related_topics", "lesson")
    return RuleEntry.parse_obj(
        {
            "id": row["rule_id"],
            "text": {"en": row["text_en"], "zh": row["text_zh"]},
            **{name: row[name] for name in plain},
            **{name: row[f"{name}_json"] for name in nested},
        }
    )
