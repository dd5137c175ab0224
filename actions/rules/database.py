"""Opens the rules database, brings its schema up to date, and says in plain words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from actions.rules.errors import StoreUnavailable

WRITE_WAIT_SECONDS = 30
"""How long a load waits for another one to finish before it is refused."""

_READ_WAIT_SECONDS = 5
_ADVISORY_LOCK = 0x5169616F
"""The number of the PostgreSQL lock that loads take; spells "Qiao"."""

_REMEDIES = {
    (
        "readonly database",
        "read-only transaction",
        "permission denied",
    ): "the database is read-only: use an account and a disk that may write",
    ("is full", "no space left"): "the disk is full: make room on it",
    ("is locked", "lock timeout", "canceling statement due to lock"): (
        f"another load has been at work for {WRITE_WAIT_SECONDS} s: wait until it is done and try again"
    ),
    ("unable to open", "could not connect", "connection refused", "could not translate"): (
        "the database cannot be opened: check its address (QIAO_RULES_URL) and that it runs"
    ),
    (
        "malformed",
        "not a database",
    ): "the file is damaged or no SQLite database: restore it from a backup, or remove it and load anew",
    ("password authentication",): "the user or the password is wrong: check QIAO_RULES_URL",
}
_MISSING_TABLE = ("no such table", "does not exist")


def open_engine(url: str) -> Engine:
    """An engine for ``url``; the folder of an SQLite file is made, and foreign keys are enforced."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, future=True, pool_pre_ping=True)
    # connections are kept and may move between threads, one at a time; SQLAlchemy would open the file for every answer
    engine = create_engine(parsed, future=True, poolclass=QueuePool, connect_args={"check_same_thread": False})
    if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Enforce foreign keys, let readers go on while a load writes (write-ahead log), and leave BEGIN to us.

    The driver would begin transactions late and never around CREATE TABLE; see SQLAlchemy's notes on pysqlite.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={_READ_WAIT_SECONDS * 1000}")
    if not cursor.execute("PRAGMA query_only").fetchone()[0]:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except Exception as error:  # a database opened read-only keeps the journal that it has
            if "readonly" not in str(error):
                raise
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={WRITE_WAIT_SECONDS * 1000}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else changes the store; readers go on with what was there before.

    Another writer waits. All or nothing is written, whatever happens to the process.

    Raises:
        StoreUnavailable: the database cannot be written; nothing changed. The message says what to do.
    """
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{WRITE_WAIT_SECONDS}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
            yield connection
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"cannot write {describe(engine)}; nothing was changed: {explain(error)}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from.

    Raises:
        StoreUnavailable: the database cannot be read. The message says what to do.
    """
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"cannot read {describe(engine)}: {explain(error)}") from error


def explain(error: SQLAlchemyError) -> str:
    """What a database error means and what to do about it, in a sentence; else the driver's own words."""
    said = str(getattr(error, "orig", None) or error).strip()
    if is_missing_table(error):
        return "it holds no guidance yet; run: python -m actions.rules load"
    for signs, remedy in _REMEDIES.items():
        if any(sign in said.lower() for sign in signs):
            return f"{remedy} ({said})"
    return said


def is_missing_table(error: BaseException | None) -> bool:
    """Whether the store's tables are not there: nothing was ever loaded, or only by an older version."""
    said = str(getattr(error, "orig", None) or error).lower()
    return (
        isinstance(error, DBAPIError) and ("relation" in said or "table" in said) and any(sign in said for sign in _MISSING_TABLE)
    )


@dataclass(frozen=True)
class Schema:
    """A set of tables with migrations of its own; several may live in one database."""

    migrations: Path
    version_table: str = "alembic_version"


RULES = Schema(Path(__file__).with_name("migrations"))


def upgrade_schema(connection: Connection, schema: Schema = RULES) -> None:
    """Run the Alembic migrations that the database still lacks, within the connection's transaction.

    Raises:
        StoreUnavailable: the schema is newer than this program.
    """
    check_schema(connection, schema)
    config = _alembic(schema)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check_schema(connection: Connection, schema: Schema = RULES) -> None:
    """Refuse a database whose schema this program does not know.

    Raises:
        StoreUnavailable: the schema is newer than this program.
    """
    options = {"version_table": schema.version_table}
    revision = MigrationContext.configure(connection, opts=options).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_alembic(schema)).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreUnavailable(
            f"{describe(connection.engine)} has schema revision {revision!r}, which is newer than this version of Qiao "
            f"(it knows up to {max(known)!r}); update Qiao, or name another database in QIAO_RULES_URL. Nothing was changed"
        )


def _alembic(schema: Schema) -> Config:
    config = Config()
    config.set_main_option("script_location", str(schema.migrations))
    config.attributes["version_table"] = schema.version_table
    return config


def describe(engine: Engine) -> str:
    """The database's address without its password, for messages."""
    return engine.url.render_as_string(hide_password=True)
