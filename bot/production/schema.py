"""Makes and updates all tables as their owner, and gives the servers' roles what they need and no more.

| role | may |
|---|---|
| owner | everything; used here and to load guidance, never by a server |
| assistant | read, add and delete conversations; the Slack channel's own tables |
| actions | read guidance; read, add, change and delete records |
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from actions.records.models import Base as RecordsBase
from actions.records.records import RECORDS
from actions.rules.database import RULES, open_engine, upgrade_schema, writing
from actions.rules.errors import StoreUnavailable
from actions.rules.models import Base as RulesBase

CONVERSATION_TABLES = ("events",)
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class MigrationFailed(Exception):
    """A database could not be brought up to date; the message says which and why."""


@dataclass(frozen=True)
class Databases:
    """The SQLAlchemy URLs of the stores."""

    conversations: str
    rules: str
    records: str
    slack: str | None = None
    """Only where the Slack channel is open."""


def migrate(owner: Databases) -> None:
    """Bring the tables of all three stores up to date; loads no guidance.

    Raises:
        MigrationFailed: a database cannot be reached or changed; each store's changes are made together or not at all.
    """
    # Rasa's store takes seconds to import
    from bot.stores import create_tables, open_conversations

    try:
        for url, schema in ((owner.rules, RULES), (owner.records, RECORDS)):
            engine = open_engine(url)
            with writing(engine) as connection:
                upgrade_schema(connection, schema)
            engine.dispose()
        engine = open_conversations(owner.conversations)
        create_tables(engine)
        engine.dispose()
    except StoreUnavailable as error:
        raise MigrationFailed(str(error)) from error
    except SQLAlchemyError as error:
        address = make_url(owner.conversations).render_as_string(hide_password=True)
        raise MigrationFailed(f"cannot make the conversations' table in {address}: {getattr(error, 'orig', error)}") from error
    if owner.slack:
        _upgrade_slack(owner.slack)


def _upgrade_slack(url: str) -> None:
    # imported only where the channel is open
    from bot.channels.slack.database import open_database, upgrade
    from bot.channels.slack.settings import SlackCannotStart

    engine = open_database(url)
    try:
        upgrade(engine)
    except SlackCannotStart as error:
        raise MigrationFailed(str(error)) from error
    finally:
        engine.dispose()


def grant(owner: Databases, assistant_role: str, actions_role: str) -> None:
    """Let the servers' roles do what they must, and nothing else; PostgreSQL only.

    Raises:
        MigrationFailed: a role does not exist, or the owner may not grant.
    """
    for role in (assistant_role, actions_role):
        if not _ROLE.fullmatch(role):
            raise MigrationFailed(f"{role!r} is no fit name for a role (lower-case letters, digits, underscores)")
    conversations, rules, records, inbox = (
        open_engine(url) for url in (owner.conversations, owner.rules, owner.records, owner.slack or owner.conversations)
    )
    engines = (conversations, rules, records, inbox)
    try:
        for engine in engines:
            _close(engine, (assistant_role, actions_role))
        _allow(conversations, assistant_role, "SELECT, INSERT, DELETE", CONVERSATION_TABLES)
        _allow(rules, actions_role, "SELECT", [*RulesBase.metadata.tables, RULES.version_table])
        _allow(records, actions_role, "SELECT, INSERT, UPDATE, DELETE", RecordsBase.metadata.tables)
        _allow(records, actions_role, "SELECT", [RECORDS.version_table])
        if owner.slack:
            from bot.channels.slack.database import VERSION_TABLE
            from bot.channels.slack.tables import METADATA

            _allow(inbox, assistant_role, "SELECT, INSERT, UPDATE, DELETE", METADATA.tables)
            _allow(inbox, assistant_role, "SELECT", [VERSION_TABLE])
    except SQLAlchemyError as error:
        raise MigrationFailed(f"rights could not be given: {getattr(error, 'orig', error)}") from error
    finally:
        for engine in engines:
            engine.dispose()


def make_roles(admin_url: str, owner: tuple[str, str], roles: dict[str, str], database: str) -> None:
    """Make the owner, the servers' roles and the database on a server of our own; passwords are set anew each time."""
    engine = sa.create_engine(admin_url, future=True, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for role, password in {owner[0]: owner[1], **roles}.items():
            exists = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
            verb = "ALTER" if exists else "CREATE"
            connection.exec_driver_sql(
                f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'"  # hexadecimal digits
            )
        exists = connection.execute(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": database}).scalar()
        if not exists:
            connection.exec_driver_sql(f"CREATE DATABASE {database} OWNER {owner[0]}")
    engine.dispose()


def _close(engine: Engine, roles: Iterable[str]) -> None:
    """Take away what everybody may do by default, and whatever the roles were given before."""
    with engine.begin() as connection:
        name = connection.dialect.identifier_preparer.quote(
            str(connection.execute(sa.text("SELECT current_database()")).scalar())
        )
        connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        if _owns_schema(connection):
            connection.exec_driver_sql("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for role in roles:
            connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
            connection.exec_driver_sql(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}")
            connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {name} TO {role}")
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")


def _owns_schema(connection: Connection) -> bool:
    query = "SELECT pg_has_role(current_user, nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'public'"
    return bool(connection.execute(sa.text(query)).scalar())


def _allow(engine: Engine, role: str, rights: str, tables: Iterable[str]) -> None:
    """Give rights on tables, and on the sequences that number their rows."""
    sequences = sa.text(
        "SELECT sequence.oid::regclass::text FROM pg_depend JOIN pg_class AS sequence ON sequence.oid = objid "
        "WHERE sequence.relkind = 'S' AND refobjid = CAST(:table AS regclass)"
    )
    with engine.begin() as connection:
        for table in tables:
            connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {role}")
            if "INSERT" in rights:
                for sequence in connection.execute(sequences, {"table": table}).scalars():
                    connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE {sequence} TO {role}")
