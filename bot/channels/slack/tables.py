"""The channel's tables. Times are seconds since the epoch; ids are digests that name nobody."""

from __future__ import annotations

from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")

INBOX = Table(
    "slack_inbox",
    METADATA,
    Column("number", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("lane", String(64), nullable=False),
    Column("is_prompt", Boolean, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("ready_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("holder", String(64)),
    Column("lease_until", Float),
    Column("payload", LargeBinary),
    Column("outbox", LargeBinary),
    Column("posted", Integer, nullable=False, default=0),
    Column("done_at", Float),
    Index("ix_slack_inbox_open", "done_at", "ready_at"),
    Index("ix_slack_inbox_lane", "lane", "done_at", "number"),
)
"""What came in: an event is taken in by its key once, kept until it is answered, and its key for a while longer."""

PEOPLE = Table(
    "slack_people",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("language", String(2), nullable=False),
    Column("changed_at", Float, nullable=False),
)
"""The language that a person has chosen."""

THREADS = Table(
    "slack_threads",
    METADATA,
    Column("thread", String(64), primary_key=True),
    Column("opened_at", Float, nullable=False, index=True),
)
"""Threads of Slack's assistant, each of which is a conversation of its own."""

CONVERSATIONS = Table(
    "slack_conversations",
    METADATA,
    Column("conversation", String(64), primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("seen_at", Float, nullable=False, index=True),
)
"""Whose conversations there are; those that several people share belong to nobody."""

INSTALLATIONS = (
    SQLAlchemyInstallationStore.build_bots_table(METADATA, SQLAlchemyInstallationStore.default_bots_table_name),
    SQLAlchemyInstallationStore.build_installations_table(METADATA, SQLAlchemyInstallationStore.default_installations_table_name),
    SQLAlchemyOAuthStateStore.build_oauth_states_table(METADATA, SQLAlchemyOAuthStateStore.default_table_name),
)
"""The tables of Bolt's stores, which have room for encrypted tokens in the database."""
