"""PostgreSQL: the rows of our tables as ``COPY`` writes them, of one state of the database, and putting them back."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.backup.errors import BackupFailed
from bot.backup.manifest import StoreEntry
from bot.backup.stores import Store, alembic_config, tables_of

Progress = Callable[[int, int], None]

_CONNECT_SECONDS = 10
_COMPRESSION = 1


def file_name(store: Store, table: str) -> str:
    """The name of the file with a table's rows."""
    return f"{store.name}.{table}.copy.gz"


def is_empty(store: Store) -> bool:
    """Whether nothing is stored: none of our tables is there, or none has a row besides the schema's version.

    Raises:
        BackupFailed: the database cannot be read.
    """
    with _connected(store, "read") as connection:
        tables = [table for table in _present(connection, store) if table != store.version_table]
        return not any(connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() for table in tables)  # noqa: S608


def copy_out(store: Store, folder: Path, progress: Progress) -> StoreEntry | None:
    """Copy the tables' rows into the folder while others go on using them; ``None`` if there are no tables.

    Raises:
        BackupFailed: they cannot be read, or their schema is not that of this version.
    """
    with _connected(store, "read") as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        tables = _present(connection, store)
        if not tables:
            return None
        revision = _revision(connection, store)
        if store.migrations and revision != _scripts(store).get_current_head():
            raise BackupFailed(
                f"{store.address} ({store.name}) has schema {revision!r}, this version of Qiao wants "
                f"{_scripts(store).get_current_head()!r}; bring it up to date first: python -m bot production migrate"
            )
        columns = {table: [column["name"] for column in inspect(connection).get_columns(table)] for table in tables}
        rows: dict[str, int] = {}
        for number, table in enumerate(tables):
            path = folder / file_name(store, table)
            path.touch(mode=0o600)
            with gzip.open(path, "wb", compresslevel=_COMPRESSION) as file, _cursor(connection) as cursor:
                cursor.copy_expert(f"COPY {table} ({_listed(columns[table])}) TO STDOUT", file)
                rows[table] = int(cursor.rowcount)
            progress(number + 1, len(tables))
    return StoreEntry("postgresql", rows, revision, columns)


def put_back(store: Store, entry: StoreEntry, folder: Path, progress: Progress) -> None:
    """Replace the rows of our tables with those of the backup, all or none; the schema is then brought up to date.

    Raises:
        BackupFailed: the database cannot be written, or does not know the backup's schema; it is as it was.
    """
    if store.migrations and entry.revision not in {script.revision for script in _scripts(store).walk_revisions()}:
        raise BackupFailed(
            f"the backup of {store.name} has schema {entry.revision!r}, which this version of Qiao does not know; "
            "restore it with the version that made it, or a newer one"
        )
    if not store.migrations:
        _make_conversations(store)
    with _connected(store, "write") as connection:
        _empty(connection, store, entry)
        for number, (table, columns) in enumerate(entry.columns.items()):
            if table != store.version_table:  # Alembic has written it
                with gzip.open(folder / file_name(store, table), "rb") as file, _cursor(connection) as cursor:
                    cursor.copy_expert(f"COPY {table} ({_listed(columns)}) FROM STDIN", file)
                _go_on_counting(connection, table)
            progress(number + 1, len(entry.columns))
        if store.migrations:
            _upgrade(connection, store, "head")


def _empty(connection: Connection, store: Store, entry: StoreEntry) -> None:
    """Leave the tables of the backup's schema, empty. Those that have it already are kept, with the rights given on them."""
    if store.migrations and store.version_table:
        revision = _revision(connection, store)
        if revision != entry.revision:
            old = tables_of(store.migrations, store.version_table, revision) if revision else ()
            for table in reversed(old):
                connection.execute(text(f"DROP TABLE IF EXISTS {table} CASCADE"))
            _upgrade(connection, store, str(entry.revision))
            return
    filled = [table for table in entry.columns if table != store.version_table]
    connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))


def _make_conversations(store: Store) -> None:
    # Rasa's store takes seconds to import
    from bot.stores import create_tables, open_conversations

    engine = open_conversations(store.url.render_as_string(hide_password=False))
    try:
        create_tables(engine)
    except SQLAlchemyError as error:
        raise _failed(store, "write", error) from error
    finally:
        engine.dispose()


def _go_on_counting(connection: Connection, table: str) -> None:
    """Let new rows be numbered after those that were put back."""
    for column in inspect(connection).get_columns(table):
        found = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table, "c": column["name"]})
        if sequence := found.scalar():
            name = _listed([column["name"]])
            last = f"SELECT setval(:s, coalesce(max({name}), 0) + 1, false) FROM {table}"  # noqa: S608
            connection.execute(text(last), {"s": sequence})


def _present(connection: Connection, store: Store) -> list[str]:
    there = set(inspect(connection).get_table_names())
    return [table for table in store.tables if table in there]


def _revision(connection: Connection, store: Store) -> str | None:
    if store.version_table is None or store.version_table not in _present(connection, store):
        return None
    return connection.execute(text(f"SELECT max(version_num) FROM {store.version_table}")).scalar()  # noqa: S608


def _scripts(store: Store) -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config(_migrations(store), store.version_table))


def _migrations(store: Store) -> Path:
    assert store.migrations is not None
    return store.migrations


def _upgrade(connection: Connection, store: Store, revision: str) -> None:
    config = alembic_config(_migrations(store), store.version_table)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


@contextmanager
def _connected(store: Store, what: str) -> Iterator[Connection]:
    """A transaction on the store's database."""
    engine = create_engine(store.url, future=True, connect_args={"connect_timeout": _CONNECT_SECONDS})
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        raise _failed(store, what, error) from error
    except engine.dialect.dbapi.Error as error:  # COPY speaks with the driver itself
        raise _failed(store, what, error) from error
    finally:
        engine.dispose()


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own cursor, within the connection's transaction."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def _failed(store: Store, what: str, error: Exception) -> BackupFailed:
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return BackupFailed(f"cannot {what} {store.address} ({store.name}): {said}")
