"""Writes checked guidance into the database as a release, in one transaction; lists releases and goes back to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row

from actions.rules.content import Library, Progress
from actions.rules.database import reading, upgrade_schema, writing
from actions.rules.errors import UnknownRelease
from actions.rules.models import (
    CurrentReleaseRow,
    ReleaseRow,
    ReleaseRuleRow,
    ReleaseSourceRow,
    RuleVersionRow,
    SourceVersionRow,
)
from actions.rules.schema import RuleEntry, SourceEntry

_BATCH = 2000

_releases = ReleaseRow.__table__
_current = CurrentReleaseRow.__table__


@dataclass(frozen=True)
class ReleaseInfo:
    """A release of the guidance; ``version`` is year.month.number (UTC)."""

    version: str
    created_at: datetime
    rule_count: int
    is_current: bool
    is_new: bool = False
    note: str | None = None

    def as_dict(self) -> dict[str, str | int | bool | None]:
        """The release as plain data, for ``--json`` output."""
        return {
            "release": self.version,
            "created_at": f"{self.created_at.isoformat()}Z",
            "rules": self.rule_count,
            "current": self.is_current,
            "note": self.note,
        }


def load_release(engine: Engine, library: Library, *, note: str | None = None, progress: Progress | None = None) -> ReleaseInfo:
    """Make ``library`` the current release.

    Unchanged guidance makes no new release. Readers see the old release until the single transaction commits; a load that
    is killed leaves it as it was. A second load at the same time waits for the first.

    Args:
        engine: the database.
        library: checked guidance.
        note: why the release was made, for the list of releases.
        progress: told how many of how many entries are written.

    Raises:
        StoreUnavailable: the database cannot be written; nothing changed.
    """
    with writing(engine) as connection:
        upgrade_schema(connection)
        current = _current_release(connection)
        if current is not None and current.digest == library.digest:
            return _info(current, is_current=True)
        version, now = _next_version(connection), datetime.now(timezone.utc).replace(tzinfo=None)
        values = {"version": version, "digest": library.digest, "created_at": now, "rule_count": len(library.rules), "note": note}
        release_id = int(connection.execute(insert(_releases).values(**values)).inserted_primary_key[0])
        writer = _Writer(connection, release_id, len(library.rules) + len(library.sources), progress)
        writer.write(library.sources, "source", _source_values)
        writer.write(library.rules, "rule", _rule_values)
        _point_at(connection, release_id)
        return ReleaseInfo(version, now, len(library.rules), True, True, note)


def list_releases(engine: Engine) -> list[ReleaseInfo]:
    """All releases, the newest first.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    with reading(engine) as connection:
        current = _current_release(connection)
        rows = connection.execute(select(_releases).order_by(_releases.c.id.desc()))
        return [_info(row, is_current=current is not None and row.id == current.id) for row in rows]


def roll_back(engine: Engine, version: str) -> ReleaseInfo:
    """Make an earlier release current again.

    Raises:
        UnknownRelease: there is no such release.
        StoreUnavailable: the database cannot be used; nothing changed.
    """
    with writing(engine) as connection:
        release = release_row(connection, version)
        _point_at(connection, release.id)
        return _info(release, is_current=True)


def release_row(connection: Connection, version: str | None) -> Row:
    """The release called ``version``; the current one for ``None``.

    Raises:
        UnknownRelease: there is no such release; the message lists those that exist.
    """
    if version is None:
        current = _current_release(connection)
        if current is not None:
            return current
    else:
        found = connection.execute(select(_releases).where(_releases.c.version == version)).first()
        if found is not None:
            return found
    known = connection.execute(select(_releases.c.version).order_by(_releases.c.id)).scalars().all()
    raise UnknownRelease(version or "current", list(known))


def _current_release(connection: Connection) -> Row | None:
    return connection.execute(select(_releases).join(_current, _current.c.release_id == _releases.c.id)).first()


def _point_at(connection: Connection, release_id: int) -> None:
    if connection.execute(update(_current).where(_current.c.id == 1).values(release_id=release_id)).rowcount == 0:
        connection.execute(insert(_current).values(id=1, release_id=release_id))


def _next_version(connection: Connection) -> str:
    now = datetime.now(timezone.utc)
    month = f"{now.year}.{now.month}."
    versions = connection.execute(select(_releases.c.version).where(_releases.c.version.like(f"{month}%"))).scalars()
    return f"{month}{max((int(version.rsplit('.', 1)[1]) for version in versions), default=0) + 1}"


def _info(row: Row, *, is_current: bool) -> ReleaseInfo:
    return ReleaseInfo(row.version, row.created_at, row.rule_count, is_current, note=row.note)


class _Writer:
    """Writes the versions of entries that the database lacks, and lists the release's versions."""

    _TABLES = {
        "source": (SourceVersionRow.__table__, ReleaseSourceRow.__table__),
        "rule": (RuleVersionRow.__table__, ReleaseRuleRow.__table__),
    }

    def __init__(self, connection: Connection, release_id: int, total: int, progress: Progress | None) -> None:
        self._connection = connection
        self._release_id = release_id
        self._total = total
        self._done = 0
        self._progress = progress

    def write(self, entries: Sequence[RuleEntry] | Sequence[SourceEntry], noun: str, values_of: object) -> None:
        versions, memberships = self._TABLES[noun]
        name = versions.c[f"{noun}_id"]
        known = {(row[0], row[1]): row[2] for row in self._connection.execute(select(name, versions.c.digest, versions.c.id))}
        following = (self._connection.execute(select(func.max(versions.c.id))).scalar() or 0) + 1
        for batch in _batches(entries):
            new, members = [], []
            for entry in batch:
                key = (entry.id, entry.digest())
                if key not in known:
                    known[key] = following
                    new.append({"id": following, name.name: entry.id, "digest": key[1], **values_of(entry)})  # type: ignore[operator]
                    following += 1
                members.append({"release_id": self._release_id, f"{noun}_version_id": known[key]})
            if new:
                self._connection.execute(insert(versions), new)
            self._connection.execute(insert(memberships), members)
            self._done += len(batch)
            if self._progress:
                self._progress(self._done, self._total)


def _batches(entries: Sequence[RuleEntry] | Sequence[SourceEntry]) -> Iterable[Sequence[RuleEntry | SourceEntry]]:
    return (entries[at : at + _BATCH] for at in range(0, len(entries), _BATCH))


def _source_values(entry: SourceEntry) -> dict[str, object]:
    return entry.dict(exclude={"id"})


def _rule_values(entry: RuleEntry) -> dict[str, object]:
    return {
        "topic": entry.topic,
        "kind": entry.kind,
        "text_en": entry.text.en,
        "text_zh": entry.text.zh,
        "when_json": entry.when,
        "unless_json": entry.unless,
        "weight": entry.weight,
        "overrides_json": entry.overrides,
        "sources_json": entry.sources,
        "legal": entry.legal,
        "as_of": entry.as_of,
        "checked_on": entry.checked_on,
        "review_by": entry.review_by,
        "confidence": entry.confidence,
        "status": entry.status,
        "title_json": entry.title.dict() if entry.title else None,
        "companies_json": entry.companies,
        "related_topics_json": entry.related_topics,
        "outcome": entry.outcome,
        "lesson_json": entry.lesson.dict() if entry.lesson else None,
    }
