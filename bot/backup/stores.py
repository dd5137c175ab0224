"""Which databases there are, and which of their tables are ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, make_url

from actions.records.records import RECORDS
from actions.rules.database import RULES
from actions.settings import Settings as ActionSettings
from bot.backup.errors import BackupFailed
from bot.channels.slack.database import MIGRATIONS as SLACK_MIGRATIONS
from bot.channels.slack.database import VERSION_TABLE as SLACK_VERSION_TABLE
from bot.channels.slack.settings import database_url as slack_database_url
from bot.settings import Settings


@dataclass(frozen=True)
class Store:
    """A store; several may share one PostgreSQL database."""

    name: str
    variable: str
    """The setting that names the database."""
    url: URL
    tables: tuple[str, ...]
    """In an order in which they can be filled; that of the schema's version comes first."""
    migrations: Path | None = None
    version_table: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """The file of an SQLite database.

        Raises:
            BackupFailed: it is in memory or named in a way that is not understood.
        """
        database = self.url.database or ""
        if not database or database == ":memory:" or database.startswith("file:"):
            raise BackupFailed(f"{self.variable} names no file: {self.address}")
        return Path(database)

    @property
    def address(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)


def all_stores() -> list[Store]:
    """The stores that the settings name."""
    assistant, actions = Settings.from_environment(), ActionSettings.from_environment()
    stores = [
        Store("conversations", "QIAO_CONVERSATIONS_URL", make_url(assistant.conversations_url), ("events",)),
        _migrated("rules", "QIAO_RULES_URL", actions.rules_url, RULES.migrations, RULES.version_table),
        _migrated("records", "QIAO_RECORDS_URL", actions.records_url, RECORDS.migrations, RECORDS.version_table),
        _migrated("slack", "QIAO_SLACK_DB_URL", slack_database_url(assistant), SLACK_MIGRATIONS, SLACK_VERSION_TABLE),
    ]
    for store in stores:
        if store.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise BackupFailed(f"{store.variable} names neither SQLite nor PostgreSQL: {store.address}")
    return stores


def _migrated(name: str, variable: str, url: str, migrations: Path, version_table: str) -> Store:
    return Store(name, variable, make_url(url), tables_of(migrations, version_table, "head"), migrations, version_table)


@lru_cache(maxsize=32)
def tables_of(migrations: Path, version_table: str, revision: str) -> tuple[str, ...]:
    """The tables that a schema has at a revision: that of the version, then each after those that it refers to."""
    engine = create_engine("sqlite://", future=True)
    with engine.begin() as connection:
        config = alembic_config(migrations, version_table)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        made = [name for name, _ in inspect(connection).get_sorted_table_and_fkc_names() if name and name != version_table]
    engine.dispose()
    return (version_table, *made)


def alembic_config(migrations: Path, version_table: str | None) -> Config:
    """What Alembic needs to know of a schema."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["version_table"] = version_table
    return config
