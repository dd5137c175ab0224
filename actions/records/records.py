"""Keeps, finds and deletes what people leave behind."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from actions.records.models import TABLES, AssessmentRow, DocumentRow, FeedbackRow, TicketRow
from actions.rules.database import Schema, reading, upgrade_schema, writing
from actions.rules.profile import Profile

RECORDS = Schema(Path(__file__).with_name("migrations"), "alembic_version_records")

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MAX_WORDS = 2000
"""Characters of feedback or of a question that are kept."""


@dataclass(frozen=True)
class Assessment:
    """A finished assessment: points from 0 to 100 in all and for each dimension."""

    created_at: datetime
    total: int
    scores: Mapping[str, int]
    answers: Mapping[str, str]
    profile: Mapping[str, Any]


@dataclass(frozen=True)
class Ticket:
    """A question for a person."""

    reference: str
    created_at: datetime
    contact: str
    question: str
    language: str
    topic: str | None
    profile: Mapping[str, Any]
    notified_at: datetime | None = None
    closed_at: datetime | None = None
    closing_note: str | None = None


@dataclass(frozen=True)
class Rated:
    """How an item was rated, and what people said of it."""

    item: str
    negative: int
    positive: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """What stands under a link."""

    kind: str
    created_at: datetime
    expires_at: datetime
    content: Mapping[str, Any]


def now() -> datetime:
    """The time in UTC, without a zone, as the tables hold it."""
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


class Records:
    """The records in one database. The tables are made, or brought up to date, on first use.

    Every method raises :class:`~actions.rules.errors.StoreUnavailable` when the database cannot be used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._is_ready = False

    def add_assessment(
        self, conversation: str, profile: Profile, answers: Mapping[str, str], scores: Mapping[str, int], total: int
    ) -> None:
        """Keep a finished assessment."""
        values = {"profile": profile.as_dict(), "answers": dict(answers), "scores": dict(scores), "total": total}
        self._insert(AssessmentRow, conversation, values)

    def assessments(self, conversation: str) -> list[Assessment]:
        """The conversation's assessments, the latest first."""
        query = (
            select(AssessmentRow.__table__).where(AssessmentRow.conversation == conversation).order_by(AssessmentRow.id.desc())
        )
        return [Assessment(r.created_at, r.total, r.scores, r.answers, r.profile) for r in self._read(query)]

    def average_scores(self, since: datetime, until: datetime) -> tuple[int, dict[str, float]]:
        """How many assessments were finished in a time (UTC), and the average points of each dimension and ``total``."""
        sums: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        number = 0
        query = _within(select(AssessmentRow.scores, AssessmentRow.total), AssessmentRow, since, until)
        for scores, total in self._read(query):
            number += 1
            points = {**scores, "total": total}
            sums.update(points)
            counts.update(points.keys())
        return number, {name: sums[name] / counts[name] for name in sums}

    def open_ticket(
        self, conversation: str, contact: str, question: str, language: str, profile: Profile, topic: str | None
    ) -> Ticket:
        """Keep a question for a person; its reference can be told to the asker."""
        reference = "Q-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
        contact, question = contact[:_MAX_WORDS], question[:_MAX_WORDS]
        ticket = Ticket(reference, now(), contact, question, language, topic, profile.as_dict())
        values = {name: getattr(ticket, name) for name in ("reference", "contact", "question", "language", "topic", "profile")}
        self._insert(TicketRow, conversation, values)
        return ticket

    def tickets(self, *, with_closed: bool = False) -> list[Ticket]:
        """Open tickets (or all), the oldest first."""
        query = select(TicketRow.__table__).order_by(TicketRow.id)
        if not with_closed:
            query = query.where(TicketRow.closed_at.is_(None))
        names = Ticket.__dataclass_fields__
        return [Ticket(**{name: row._mapping[name] for name in names}) for row in self._read(query)]

    def conversation_of(self, reference: str) -> str | None:
        """The conversation in which a ticket was opened."""
        query = select(TicketRow.conversation).where(TicketRow.reference == reference.upper())
        return next((row.conversation for row in self._read(query)), None)

    def close_ticket(self, reference: str, note: str | None = None) -> bool:
        """Mark a ticket as done; ``False`` if no open ticket has this reference."""
        query = update(TicketRow).where(TicketRow.reference == reference.upper(), TicketRow.closed_at.is_(None))
        with self._writing() as connection:
            return bool(connection.execute(query.values(closed_at=now(), closing_note=note)).rowcount)

    def mark_notified(self, reference: str) -> None:
        """Remember that somebody was told of a ticket."""
        with self._writing() as connection:
            connection.execute(update(TicketRow).where(TicketRow.reference == reference).values(notified_at=now()))

    def add_feedback(self, conversation: str, rating: str, topic: str | None, items: Sequence[str], release: str) -> int:
        """Keep praise ("positive") or blame ("negative") of an answer; gives its number, to which words can be added."""
        values = {"rating": rating, "topic": topic, "items": list(items), "release": release}
        return int(self._insert(FeedbackRow, conversation, values))

    def add_words(self, conversation: str, feedback: int, words: str) -> None:
        """Add a person's words to their feedback."""
        query = update(FeedbackRow).where(FeedbackRow.id == feedback, FeedbackRow.conversation == conversation)
        with self._writing() as connection:
            connection.execute(query.values(words=words[:_MAX_WORDS]))

    def rated(self, since: datetime | None = None, until: datetime | None = None) -> list[Rated]:
        """Every item that was rated from ``since`` to before ``until`` (UTC; default: ever), the worst first."""
        bad: Counter[str] = Counter()
        good: Counter[str] = Counter()
        words: dict[str, list[str]] = {}
        for row in self._read(_within(select(FeedbackRow.__table__), FeedbackRow, since, until).order_by(FeedbackRow.id)):
            for item in row.items:
                (good if row.rating == "positive" else bad)[item] += 1
                if row.words:
                    words.setdefault(item, []).append(row.words)
        names = sorted({*bad, *good}, key=lambda item: (good[item] - bad[item], -bad[item], item))
        return [Rated(name, bad[name], good[name], tuple(words.get(name, ()))) for name in names]

    def add_document(self, conversation: str, kind: str, content: Mapping[str, Any], days: float) -> str:
        """Keep a document for some days; gives the token under which it is found."""
        token = secrets.token_urlsafe(24)
        values = {"token": token, "kind": kind, "content": dict(content), "expires_at": now() + timedelta(days=days)}
        self._insert(DocumentRow, conversation, values)
        return token

    def document(self, token: str) -> Document | None:
        """The document with this token, unless it has expired."""
        query = select(DocumentRow.__table__).where(DocumentRow.token == token, DocumentRow.expires_at > now())
        return next((Document(r.kind, r.created_at, r.expires_at, r.content) for r in self._read(query)), None)

    def held(self, conversation: str) -> dict[str, int]:
        """How many rows of each table belong to a conversation."""
        self._prepare()
        with reading(self._engine) as connection:
            return {table.__tablename__: _count(connection, table, conversation) for table in TABLES}

    def forget(self, conversation: str) -> dict[str, int]:
        """Delete everything that belongs to a conversation; gives how many rows of each table it was."""
        with self._writing() as connection:
            return {
                table.__tablename__: connection.execute(delete(table).where(table.conversation == conversation)).rowcount
                for table in TABLES
            }

    def purge(self, before: datetime) -> int:
        """Delete what is older than ``before`` (UTC) and documents that have expired; open tickets stay. Gives the row count."""
        with self._writing() as connection:
            deleted = 0
            for table in TABLES:
                old = table.created_at < before
                if table is TicketRow:
                    old = old & TicketRow.closed_at.isnot(None)
                elif table is DocumentRow:
                    old = or_(old, DocumentRow.expires_at < now())
                deleted += connection.execute(delete(table).where(old)).rowcount
            return deleted

    def _insert(self, table: Any, conversation: str, values: Mapping[str, Any]) -> Any:
        """Add a row; gives its primary key."""
        with self._writing() as connection:
            row = insert(table).values(conversation=conversation, created_at=now(), **values)
            return connection.execute(row).inserted_primary_key[0]

    def _read(self, query: Any) -> list[Any]:
        self._prepare()
        with reading(self._engine) as connection:
            return list(connection.execute(query))

    def _writing(self) -> Any:
        self._prepare()
        return writing(self._engine)

    def _prepare(self) -> None:
        with self._lock:
            if not self._is_ready:
                with writing(self._engine) as connection:
                    upgrade_schema(connection, RECORDS)
                self._is_ready = True


def _within(query: Any, table: Any, since: datetime | None, until: datetime | None) -> Any:
    """The query, for rows of a time only; the tables hold UTC without a zone."""
    for bound, condition in ((since, table.created_at.__ge__), (until, table.created_at.__lt__)):
        if bound is not None:
            query = query.where(condition(bound.astimezone(timezone.utc).replace(tzinfo=None) if bound.tzinfo else bound))
    return query


def _count(connection: Connection, table: Any, conversation: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(table.conversation == conversation)).scalar_one())
