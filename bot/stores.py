"""Rasa's SQL tracker store, made safe for several replicas and honest about failure.

What Rasa 3.6.21 does, and what is done here instead:

* A dropped connection fails the message. Here it is replaced before use, and a statement that a failing database broke is tried
  again for some seconds: a restart of PostgreSQL delays an answer, it does not lose one.
* On a failing read the conversation silently goes on without its past, on a failing write it goes on in memory and is lost.
  Here both raise :class:`ConversationsUnavailable`.
* New events are told by their number, so that two replicas that answer one person at once lose each other's events. Here a turn
  is saved only if nothing was added since it was read, else :class:`ConversationMoved`.
* The present session is told by the time of its start, so that a clock set back hides what follows. Here by order.
* Every statement blocks the server's only event loop. Here statements run in threads.
* The server makes its tables, so that it must own them. Here it needs to read and write only.
* A value that the database cannot take (half a character in a sender's name) ends the whole process. Here it fails the message.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore, TrackerStore, create_engine_kwargs
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from rasa.core.agent import Agent  # takes seconds to import

logger = logging.getLogger(__name__)

THREADS = 8
"""Statements of one replica that run at once; also its connections, of which PostgreSQL has 100 by default."""
PATIENCE_SECONDS = 8.0
"""How long a message waits for a database that is restarting."""
_RETRY_SECONDS = 0.2
_CONNECT_SECONDS = 3
_STATEMENT_MILLISECONDS = 10_000
_SQLITE_BUSY_SECONDS = 5

_Result = TypeVar("_Result")
MARK = "_qiao_mark"

EVENTS = SQLTrackerStore.SQLEvent.__table__
# Built once: building a statement costs more than the database needs to answer it.
_OF_SENDER = EVENTS.c.sender_id == sa.bindparam("sender")
_LATEST = sa.select(sa.func.max(EVENTS.c.id)).where(_OF_SENDER)
_LATER = sa.select(EVENTS.c.data).where(_OF_SENDER, EVENTS.c.id > sa.bindparam("last")).order_by(EVENTS.c.id)
_INSERT = sa.insert(EVENTS)
_LOCK_CONVERSATION = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.bindparam("sender"))))
_BEGIN_WRITING = sa.text("BEGIN IMMEDIATE")


class ConversationsUnavailable(Exception):
    """The conversations cannot be read or written now; nothing of the turn was kept, and it can be sent again."""


class ConversationMoved(ConversationsUnavailable):
    """Another replica has added to the conversation since it was read; nothing of the turn was kept."""


@dataclass(frozen=True)
class Mark:
    """How far a tracker is stored: the last row of its conversation, and how many of its events are in rows."""

    last_id: int | None
    events: int


class ConversationStore(SQLTrackerStore):
    """Conversations in SQLite or PostgreSQL; ``endpoints.yml`` names it as ``type: bot.stores.ConversationStore``."""

    def __init__(
        self,
        host: str,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
        **kwargs: Any,
    ) -> None:
        """``host`` is the database's SQLAlchemy URL, as Rasa hands over the ``url`` of its endpoints."""
        self.engine = open_conversations(host)
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self._patience_seconds = float(patience_seconds)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="conversations")
        # SQLite lets one write at a time, and whoever waits for it there sleeps and tries again, mostly for too long
        self._writing: AbstractContextManager[Any] = nullcontext()
        if self.engine.dialect.name == "sqlite":
            self._writing = threading.Lock()
            create_tables(self.engine)
        TrackerStore.__init__(self, domain, event_broker, **kwargs)

    @contextmanager
    def session_scope(self) -> Iterator[Any]:  # type: ignore[override]
        """A session that is closed afterwards. Rasa's takes every ``ValueError`` for a missing schema and exits."""
        with self.sessionmaker() as session:
            yield session

    async def is_reachable(self) -> bool:
        """Whether the database answers and holds the conversations' table."""
        try:
            await self._in_thread(lambda: self._read("", True))
        except SQLAlchemyError:
            return False
        return True

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        rows = await self.patiently(lambda: self._read(sender_id, fetch_events_from_all_sessions))
        if not rows or not self.domain:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, [json.loads(row.data) for row in rows], self.domain.slots)
        setattr(tracker, MARK, Mark(rows[-1].id, len(tracker.events)))
        return tracker

    def _read(self, sender_id: str, whole: bool) -> list[Any]:
        with self.session_scope() as session:
            query = self._event_query(session, sender_id, fetch_events_from_all_sessions=whole)
            return query.with_entities(self.SQLEvent.id, self.SQLEvent.data).all()

    def _event_query(self, session: Any, sender_id: str, fetch_events_from_all_sessions: bool) -> Any:
        """The conversation's rows in order; a session begins with the last row that says so, whatever the clock said."""
        events = self.SQLEvent
        query = session.query(events).filter(events.sender_id == sender_id)
        if not fetch_events_from_all_sessions:
            started = session.query(sa.func.max(events.id)).filter(
                events.sender_id == sender_id, events.type_name == SessionStarted.type_name
            )
            query = query.filter(events.id >= sa.func.coalesce(started.scalar_subquery(), 0))
        return query.order_by(events.id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the tracker's new events, all or none.

        Raises:
            ConversationMoved: somebody else has added to the conversation since this tracker was read.
            ConversationsUnavailable: the database cannot be written.
        """
        await self.stream_events(tracker)
        mark: Mark = getattr(tracker, MARK, None) or Mark(None, 0)
        count = len(tracker.events)
        rows = [self._row(tracker.sender_id, event) for event in itertools.islice(tracker.events, mark.events, count)]
        if rows:
            last_id = await self.patiently(lambda: self._write(tracker.sender_id, mark.last_id, rows))
            setattr(tracker, MARK, Mark(last_id, count))

    @staticmethod
    def _row(sender_id: str, event: Any) -> dict[str, Any]:
        data = event.as_dict()
        return {
            "sender_id": sender_id,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }

    def _write(self, sender_id: str, last_id: int | None, rows: list[dict[str, Any]]) -> int | None:
        """Add the rows if ``last_id`` is still the conversation's last; gives the new last one.

        May be called again after a commit of which no answer came: rows that are there already are not added twice.
        """
        sender = {"sender": sender_id}
        with self._writing, self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(_LOCK_CONVERSATION, sender)
            else:
                connection.execute(_BEGIN_WRITING)  # the driver itself would begin after the reading below
            now = connection.execute(_LATEST, sender).scalar()
            if now != last_id:
                later = connection.execute(_LATER, {**sender, "last": last_id or 0})
                if [row.data for row in later] == [row["data"] for row in rows]:
                    return int(now)
                raise ConversationMoved(f"conversation {sender_id} has moved on since it was read")
            connection.execute(_INSERT, rows)
            written = connection.execute(_LATEST, sender).scalar()
            connection.commit()
        return int(written)

    async def patiently(self, statement: Callable[[], _Result]) -> _Result:
        """Run a statement, again and again while the database comes back.

        Raises:
            ConversationsUnavailable: it did not come back in time, or fails for a reason that waiting does not mend.
        """
        deadline = time.monotonic() + self._patience_seconds
        wait = _RETRY_SECONDS
        while True:
            try:
                return await self._in_thread(statement)
            except SQLAlchemyError as error:
                if not _may_pass(error) or time.monotonic() + wait > deadline:
                    raise ConversationsUnavailable(f"{self.engine.url!r}: {_brief(error)}") from error
                if wait == _RETRY_SECONDS:
                    logger.warning("the conversations' database fails; trying again: %s", _brief(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, 1.0)

    async def _in_thread(self, statement: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, statement)


def open_conversations(url: str) -> Engine:
    """An engine whose connections are tested before use and give up on a database that hangs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        arguments = {"check_same_thread": False, "timeout": _SQLITE_BUSY_SECONDS}
        engine = sa.create_engine(parsed, future=True, poolclass=QueuePool, pool_size=THREADS, connect_args=arguments)
        sa.event.listen(engine, "connect", _use_write_ahead_log)
        return engine
    options = create_engine_kwargs(parsed)
    given = options.get("connect_args", {}).get("options") or parsed.query.get("options") or ""
    options["connect_args"] = {
        "connect_timeout": _CONNECT_SECONDS,
        "keepalives_idle": 10,  # and with the next two: a connection that leads nowhere is noticed within half a minute
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        "application_name": "qiao-assistant",
        "options": f"{given} -c statement_timeout={_STATEMENT_MILLISECONDS} -c idle_in_transaction_session_timeout=30000".strip(),
    }
    return sa.create_engine(parsed, future=True, **{**options, "pool_pre_ping": True, "pool_size": THREADS, "max_overflow": 2})


def create_tables(engine: Engine) -> None:
    """Make the conversations' table and what finds a conversation's last rows fast; needs the right to make tables."""
    SQLTrackerStore.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE INDEX IF NOT EXISTS ix_events_sender_id_id ON events (sender_id, id)"))


def fail_loudly(agent: Agent) -> None:
    """Make an agent's store tell its failures: Rasa wraps every store in one that hides them."""

    def tell(error: Exception) -> None:
        raise error

    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store._on_tracker_store_error = tell


def _use_write_ahead_log(connection: Any, _record: object) -> None:
    """Let readers go on while a turn is written."""
    connection.execute("PRAGMA journal_mode=WAL")


def _may_pass(error: SQLAlchemyError) -> bool:
    """Whether waiting may help: the connection broke or none could be had, or SQLite is busy."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "pgcode", None)
    if code:
        return str(code).startswith(("57P", "08", "40"))
    said = str(error.orig)
    if "locked" in said or "busy" in said:
        return True
    return isinstance(error, OperationalError) and "sqlite" not in type(error.orig).__module__


def _brief(error: SQLAlchemyError) -> str:
    """The driver's own words, without the statement and its parameters, which hold what people said."""
    return str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
