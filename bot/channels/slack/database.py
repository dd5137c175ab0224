"""The channel's own small database: opened, brought up to date, and written by one thread that commits in groups."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bot.channels.slack.settings import SlackCannotStart

logger = logging.getLogger(__name__)

VERSION_TABLE = "alembic_version_slack"
MIGRATIONS = Path(__file__).with_name("migrations")
_ADVISORY_LOCK = 0x516C6163
_WAIT_SECONDS = 5
_MOST_IN_GROUP = 200
_MOST_OTHERS = 10
"""So many jobs may an urgent one have to wait for."""
_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

_Result = TypeVar("_Result")
Job = Callable[[Connection], _Result]


def open_database(url: str) -> Engine:
    """An engine for ``url`` (SQLite or PostgreSQL); the folder of an SQLite file is made."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, future=True, pool_pre_ping=True, pool_size=3, connect_args={"connect_timeout": _WAIT_SECONDS}
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # connections are kept, and may move between threads one at a time; SQLAlchemy would open the file for every transaction
    arguments = {"check_same_thread": False, "timeout": _WAIT_SECONDS}
    engine = create_engine(parsed, future=True, poolclass=QueuePool, connect_args=arguments)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """A write-ahead log that is on the disk when a transaction ends; BEGIN is left to us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database still lacks; processes that start together take turns.

    Raises:
        SlackCannotStart: it cannot be read or changed, or is newer than this program.
    """
    address = engine.url.render_as_string(hide_password=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
            found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
            if found == known[0]:
                return
            if found is not None and found not in known:
                raise SlackCannotStart(f"{address} has schema {found!r}, which is newer than this version of Qiao knows")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise SlackCannotStart(f"cannot use {address} (QIAO_SLACK_DB_URL): {getattr(error, 'orig', error)}") from error


@dataclass(frozen=True)
class _Request:
    job: Job[Any]
    future: Future[Any] = field(default_factory=Future)


class Database:
    """Runs jobs one after the other in a thread of its own.

    What is waiting shares a transaction, since making it durable costs far more than the statements: a storm of events is
    taken in with a few commits. Urgent jobs go first and wait for no others.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._urgent: deque[_Request] = deque()
        self._other: deque[_Request] = deque()
        self._waiting = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="slack-database", daemon=True)
        self._thread.start()

    async def run(self, job: Job[_Result], *, urgent: bool = False) -> _Result:
        """What ``job`` gives, once it is committed.

        Raises:
            SQLAlchemyError: the database cannot be used; nothing of the job was kept.
        """
        return await asyncio.wrap_future(self.submit(job, urgent=urgent))

    def submit(self, job: Job[_Result], *, urgent: bool = False) -> Future[_Result]:
        """Like :meth:`run`, for several who wait for the same; whoever waits no longer does not undo it."""
        request = _Request(job)
        request.future.set_running_or_notify_cancel()
        with self._waiting:
            if self._is_closed:
                request.future.set_exception(SQLAlchemyError("the channel's database is closed"))
                return request.future
            (self._urgent if urgent else self._other).append(request)
            self._waiting.notify()
        return request.future

    def insert(self, table: Table) -> Any:
        """An ``INSERT`` that knows ``ON CONFLICT``."""
        return _INSERTS[self.engine.dialect.name](table)

    def close(self) -> None:
        """Finish what is waiting, and end."""
        with self._waiting:
            self._is_closed = True
            self._waiting.notify()
        self._thread.join()
        self.engine.dispose()

    def _work(self) -> None:
        while True:
            with self._waiting:
                self._waiting.wait_for(lambda: self._urgent or self._other or self._is_closed)
                group = self._next_group()
            if not group and self._is_closed:
                return
            if self._commit(group) is not None:
                self._commit_singly(group)

    def _next_group(self) -> list[_Request]:
        waiting, most = (self._urgent, _MOST_IN_GROUP) if self._urgent else (self._other, _MOST_OTHERS)
        group: list[_Request] = []
        while waiting and len(group) < most:
            group.append(waiting.popleft())
        return group

    def _commit(self, group: list[_Request]) -> Exception | None:
        """Commit all or nothing; gives what kept it from it."""
        try:
            with self.engine.begin() as connection:
                results = [request.job(connection) for request in group]
        except Exception as error:
            return error
        for request, result in zip(group, results):
            request.future.set_result(result)
        return None

    def _commit_singly(self, group: list[_Request]) -> None:
        """One request may have spoilt it for all; but where the database is away, that holds for each of them."""
        away: Exception | None = None
        for request in group:
            error = away or self._commit([request])
            if error is not None:
                request.future.set_exception(error)
            if isinstance(error, OperationalError):
                away = error
