"""Writes checked guidance into the database as a release, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from actions.rules.content import Library
from actions.rules.database import describe, upgrade_schema
from actions.rules.errors import StoreUnavailable, UnknownRelease
from actions.rules.models import CurrentReleaseRow, ReleaseRow, RuleRow, RuleSourceRow, SourceRow
from actions.rules.schema import RuleEntry


@dataclass(frozen=True)
class ReleaseInfo:
    """A release of the guidance; ``version`` is year.month.number (UTC)."""

    version: str
    created_at: datetime
    rule_count: int
    is_current: bool
    is_new: bool = False


def load_release(engine: Engine, library: Library) -> ReleaseInfo:
    """Make ``library`` the current release.

    Unchanged guidance makes no new release. Readers see the old release until the single transaction commits.

    Raises:
        StoreUnavailable: the database cannot be written; nothing changed.
    """
    try:
        upgrade_schema(engine)
        with Session(engine, future=True) as session, session.begin():
            current = _current(session)
            if current is not None and current.digest == library.digest:
                return _info(current, is_current=True)
            release = ReleaseRow(
                version=_next_version(session),
                digest=library.digest,
                created_at=datetime.now(timezone.utc).replace(tzinfo=None),
                rule_count=len(library.rules),
            )
            session.add(release)
            session.flush()
            _insert_content(session, release.id, library)
            _point_at(session, release.id)
            return _info(release, is_current=True, is_new=True)
    except SQLAlchemyError as error:
        raise _unavailable("write", engine, error) from error


def list_releases(engine: Engine) -> list[ReleaseInfo]:
    """All releases, the newest first.

    Raises:
        StoreUnavailable: the database cannot be read.
    """
    try:
        with Session(engine, future=True) as session:
            current = _current(session)
            rows = session.execute(select(ReleaseRow).order_by(ReleaseRow.id.desc())).scalars()
            return [_info(row, is_current=current is not None and row.id == current.id) for row in rows]
    except SQLAlchemyError as error:
        raise _unavailable("read", engine, error) from error


def roll_back(engine: Engine, version: str) -> ReleaseInfo:
    """Make an earlier release current again.

    Raises:
        UnknownRelease: there is no such release.
        StoreUnavailable: the database cannot be used; nothing changed.
    """
    try:
        with Session(engine, future=True) as session, session.begin():
            release = session.execute(select(ReleaseRow).where(ReleaseRow.version == version)).scalar_one_or_none()
            if release is None:
                known = session.execute(select(ReleaseRow.version).order_by(ReleaseRow.id)).scalars().all()
                raise UnknownRelease(version, list(known))
            _point_at(session, release.id)
            return _info(release, is_current=True)
    except SQLAlchemyError as error:
        raise _unavailable("use", engine, error) from error


def _unavailable(doing: str, engine: Engine, error: SQLAlchemyError) -> StoreUnavailable:
    return StoreUnavailable(
        f"cannot {doing} {describe(engine)} ({getattr(error, 'orig', error)}); nothing was changed. Check that the database is "
        "reachable, writable and not full, and that guidance was loaded: python -m actions.rules load"
    )


def _current(session: Session) -> ReleaseRow | None:
    query = select(ReleaseRow).join(CurrentReleaseRow, CurrentReleaseRow.release_id == ReleaseRow.id)
    return session.execute(query).scalar_one_or_none()


def _point_at(session: Session, release_id: int) -> None:
    pointer = session.get(CurrentReleaseRow, 1)
    if pointer is None:
        session.add(CurrentReleaseRow(id=1, release_id=release_id))
    else:
        pointer.release_id = release_id


def _next_version(session: Session) -> str:
    now = datetime.now(timezone.utc)
    month = f"{now.year}.{now.month}."
    versions = session.execute(select(ReleaseRow.version).where(ReleaseRow.version.like(f"{month}%"))).scalars()
    return f"{month}{max((int(version.rsplit('.', 1)[1]) for version in versions), default=0) + 1}"


def _info(row: ReleaseRow, *, is_current: bool, is_new: bool = False) -> ReleaseInfo:
    return ReleaseInfo(row.version, row.created_at, row.rule_count, is_current, is_new)


def _insert_content(session: Session, release_id: int, library: Library) -> None:
    sources = [{"release_id": release_id, "source_id": entry.id, **entry.dict(exclude={"id"})} for entry in library.sources]
    rules = [_rule_values(release_id, entry) for entry in library.rules]
    citations = [
        {"release_id": release_id, "rule_id": entry.id, "position": position, "source_id": source}
        for entry in library.rules
        for position, source in enumerate(entry.sources)
    ]
    tables = (SourceRow.__table__, sources), (RuleRow.__table__, rules), (RuleSourceRow.__table__, citations)
    for table, rows in tables:
        if rows:
            session.execute(insert(table), rows)


def _rule_values(release_id: int, entry: RuleEntry) -> dict[str, object]:
    return {
        "release_id": release_id,
        "rule_id": entry.id,
        "topic": entry.topic,
        "kind": entry.kind,
        "text_en": entry.text.en,
        "text_zh": entry.text.zh,
        "when_json": entry.when,
        "unless_json": entry.unless,
        "weight": entry.weight,
        "overrides_json": entry.overrides,
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
