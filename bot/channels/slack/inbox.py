"""What Slack has delivered and we have acknowledged: durable, taken in once, answered by one process at a time.

An event is taken in under its key before it is acknowledged, so that neither a repeat nor a crash can do harm. Whoever answers
it holds a lease and renews it; a process that died lets its leases run out, and any other goes on where it stopped: before the
adviser was asked, or with what of the answer is not posted yet. Of a conversation only the oldest open entry can be taken, so
its order holds on all replicas; among conversations the one goes first that has waited longest since its last turn.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.engine import Connection

from bot.channels.slack.database import Database, Job
from bot.channels.slack.secrecy import CannotDecrypt, Sealer
from bot.channels.slack.tables import CONVERSATIONS, INBOX, THREADS

logger = logging.getLogger(__name__)

KEYS_KEPT_SECONDS = 86_400
"""Slack gives up repeating an event after about an hour."""

_KEYS_AT_HAND = 10_000
_LOCKED_SECONDS = 60.0
"""When to try an entry again that no key opens."""
_EARLIER = INBOX.alias("earlier")


@dataclass(frozen=True)
class Arrival:
    """An event as it comes in.

    ``lane`` is the conversation within which order holds; ``is_prompt`` what must be done at once and needs no adviser.
    """

    key: str
    lane: str
    is_prompt: bool
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """An event that this process holds; ``outbox`` is what is to be posted, ``None`` before the adviser was asked."""

    number: int
    key: str
    lane: str
    body: dict[str, Any]
    received_at: float
    attempts: int
    """How often it was taken, this time included."""
    outbox: dict[str, Any] | None
    posted: int
    """Parts of the outbox that are known to be posted."""


class Inbox:
    """The inbox of one process, which is known by ``holder`` to the others. Methods raise SQLAlchemyError when it is away."""

    def __init__(
        self, database: Database, sealer: Sealer, holder: str, lease_seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._holder = holder
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._insert = database.insert(INBOX).on_conflict_do_nothing(index_elements=["key"])
        self._seen: OrderedDict[str, Future[bool]] = OrderedDict()

    async def take_in(self, arrival: Arrival) -> bool:
        """Whether it is new; once this returns, it is on the disk.

        Repeats that this process has seen cost nothing, also while the first is still being written.
        """
        earlier = self._seen.get(arrival.key)
        if earlier is not None and not _has_failed(earlier):
            await asyncio.wrap_future(earlier)
            return False
        writing = self._seen[arrival.key] = self._database.submit(self._writing(arrival), urgent=True)
        if len(self._seen) > _KEYS_AT_HAND:
            self._seen.popitem(last=False)
        return await asyncio.wrap_future(writing)

    def _writing(self, arrival: Arrival) -> Job[bool]:
        now = self._clock()
        values = {
            "key": arrival.key,
            "lane": arrival.lane,
            "is_prompt": arrival.is_prompt,
            "received_at": now,
            "ready_at": now,
            "attempts": 0,
            "posted": 0,
            "payload": self._sealed(arrival.body),
        }
        return lambda connection: connection.execute(self._insert, values).rowcount == 1

    async def take(self, count: int, *, is_prompt: bool) -> tuple[list[Entry], float]:
        """Up to ``count`` entries that nobody else works on, which this process holds from now on; and the seconds until some
        other may be ready."""
        rows, next_at = await self._database.run(lambda connection: self._take(connection, count, is_prompt))
        entries = [entry for row in rows if (entry := await self._entry(row)) is not None]
        return entries, math.inf if next_at is None else max(0.0, next_at - self._clock())

    async def _entry(self, row: Any) -> Entry | None:
        """The entry in a row; one that no key opens waits for it."""
        try:
            body = self._opened(row.payload)
            outbox = self._opened(row.outbox) if row.outbox is not None else None
        except CannotDecrypt as error:
            logger.error("a message from Slack is %s", error)
            values = {"holder": None, "lease_until": None, "ready_at": self._clock() + _LOCKED_SECONDS, "attempts": row.attempts}
            await self._execute(update(INBOX).where(INBOX.c.number == row.number).values(**values))
            return None
        return Entry(row.number, row.key, row.lane, body, row.received_at, row.attempts + 1, outbox, row.posted)

    def _take(self, connection: Connection, count: int, is_prompt: bool) -> tuple[list[Any], float | None]:
        now = self._clock()
        of_kind = and_(INBOX.c.done_at.is_(None), INBOX.c.is_prompt == is_prompt)
        waiting = select(INBOX).where(of_kind, _is_free(now), INBOX.c.ready_at <= now, _is_first())
        taken = []
        for row in connection.execute(waiting.order_by(INBOX.c.ready_at, INBOX.c.number).limit(count)).all():
            mine = update(INBOX).where(INBOX.c.number == row.number, _is_free(now))
            values = {"holder": self._holder, "lease_until": now + self._lease_seconds, "attempts": row.attempts + 1}
            if connection.execute(mine.values(**values)).rowcount == 1:
                taken.append(row)
        ready_at = func.coalesce(INBOX.c.lease_until, INBOX.c.ready_at)
        return taken, connection.execute(select(func.min(ready_at)).where(of_kind, ready_at > now)).scalar()

    async def renew(self, numbers: Sequence[int]) -> None:
        """Say that this process still works on these."""
        lease = update(INBOX).where(INBOX.c.number.in_(numbers), INBOX.c.holder == self._holder)
        await self._execute(lease.values(lease_until=self._clock() + self._lease_seconds))

    async def keep_outbox(self, entry: Entry, outbox: Mapping[str, Any]) -> bool:
        """Keep what is to be posted, so that the adviser need not be asked again; ``False`` if the entry was lost to another."""
        return await self._change(entry, outbox=self._sealed(outbox), posted=0)

    async def note_posted(self, entry: Entry, posted: int) -> bool:
        """Keep how far the posting has come; ``False`` if the entry was lost to another."""
        return await self._change(entry, posted=posted)

    async def finish(self, entry: Entry) -> None:
        """It is answered: what it said is deleted, its key stays for a day, and the lane's next entry queues up behind others."""
        now = self._clock()
        done = {"payload": None, "outbox": None, "holder": None, "lease_until": None, "done_at": now}

        def job(connection: Connection) -> None:
            connection.execute(_held(entry, self._holder).values(**done))
            following = update(INBOX).where(INBOX.c.lane == entry.lane, INBOX.c.done_at.is_(None), INBOX.c.ready_at < now)
            connection.execute(following.values(ready_at=now))

        await self._database.run(job)

    async def put_back(self, entry: Entry, after_seconds: float = 0.0, *, counts: bool = True) -> None:
        """Let it be taken again, by whomever, after so many seconds; ``counts`` if it counts as an attempt."""
        values = {"holder": None, "lease_until": None, "ready_at": self._clock() + after_seconds}
        if not counts:
            values["attempts"] = entry.attempts - 1
        await self._change(entry, **values)

    async def purge(self, kept_seconds: float) -> None:
        """Delete keys that Slack repeats no more, and what belongs to conversations that have been silent for long."""
        now = self._clock()
        await self._execute(delete(INBOX).where(INBOX.c.done_at < now - KEYS_KEPT_SECONDS))
        await self._execute(delete(THREADS).where(THREADS.c.opened_at < now - kept_seconds))
        await self._execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.seen_at < now - kept_seconds))

    async def _change(self, entry: Entry, **values: Any) -> bool:
        change = _held(entry, self._holder).values(**values)
        return await self._database.run(lambda connection: connection.execute(change).rowcount == 1)

    async def _execute(self, statement: Any) -> None:
        await self._database.run(lambda connection: connection.execute(statement).rowcount)

    def _sealed(self, values: Mapping[str, Any]) -> bytes:
        return self._sealer.seal(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))

    def _opened(self, sealed: bytes) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(self._sealer.open(sealed))
        return opened


def _has_failed(writing: Future[bool]) -> bool:
    return writing.done() and writing.exception() is not None


def _is_free(now: float) -> Any:
    return and_(INBOX.c.done_at.is_(None), or_(INBOX.c.lease_until.is_(None), INBOX.c.lease_until < now))


def _is_first() -> Any:
    """Nothing older of the lane is open."""
    older = exists().where(_EARLIER.c.lane == INBOX.c.lane, _EARLIER.c.done_at.is_(None), _EARLIER.c.number < INBOX.c.number)
    return ~older


def _held(entry: Entry, holder: str) -> Any:
    return update(INBOX).where(INBOX.c.number == entry.number, INBOX.c.holder == holder)
