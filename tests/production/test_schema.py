"""Tables, roles and rights on a real PostgreSQL: made by the owner, as often as one likes; the servers' roles own nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import make_url

from actions.records.records import Records
from actions.rules.database import open_engine
from bot.production.schema import Databases, MigrationFailed, grant, make_roles, migrate
from bot.stores import ConversationStore


@dataclass
class Server:
    """A database of its own with an owner and the servers' roles."""

    admin_url: str
    name: str

    def url(self, role: str) -> str:
        return (
            make_url(self.admin_url)
            .set(username=f"{self.name}_{role}", password="00", database=self.name)
            .render_as_string(False)
        )

    @property
    def owner(self) -> Databases:
        url = self.url("owner")
        return Databases(url, url, url, url)


@pytest.fixture()
def server(postgres_url: str) -> Iterator[Server]:
    made = Server(postgres_url, f"qiao_{uuid.uuid4().hex[:8]}")
    roles = {f"{made.name}_assistant": "00", f"{made.name}_actions": "00"}
    for _ in range(2):
        make_roles(postgres_url, (f"{made.name}_owner", "00"), roles, made.name)
    yield made
    engine = sa.create_engine(postgres_url, future=True, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {made.name} WITH (FORCE)")
        for role in ("owner", *[name.removeprefix(f"{made.name}_") for name in roles]):
            connection.exec_driver_sql(f"DROP ROLE {made.name}_{role}")
    engine.dispose()


def set_up(server: Server) -> None:
    migrate(server.owner)
    grant(server.owner, f"{server.name}_assistant", f"{server.name}_actions")


async def test_servers_work_with_their_own_roles(server: Server) -> None:
    for _ in range(2):  # every start does it again
        set_up(server)
    store = ConversationStore(server.url("assistant"), domain=Domain.empty())
    tracker = DialogueStateTracker("someone", [])
    tracker.update(UserUttered("hello"))
    await store.save(tracker)
    assert await store.is_reachable()
    records = Records(open_engine(server.url("actions")))
    number = records.add_feedback("someone", "positive", None, ["a"], "1")
    records.add_words("someone", number, "well said")
    assert records.held("someone")["feedback"] == 1 and records.forget("someone")["feedback"] == 1


@pytest.mark.parametrize("role", ["assistant", "actions"])
def test_servers_roles_cannot_make_change_or_remove_tables(server: Server, role: str) -> None:
    set_up(server)
    engine = sa.create_engine(server.url(role), future=True)
    for statement in (
        "CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "DROP TABLE events", "DROP TABLE slack_inbox",
        "DROP TABLE tickets", "ALTER TABLE events DROP COLUMN data", "UPDATE events SET data = ''", "TRUNCATE tickets",
        "DELETE FROM alembic_version_records", "DROP INDEX ix_events_sender_id_id",
    ):  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError, match="permission denied|must be owner"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_slacks_tables_are_the_assistants_alone(server: Server) -> None:
    set_up(server)
    for role, may in (("assistant", True), ("actions", False)):
        engine = sa.create_engine(server.url(role), future=True)
        with engine.connect() as connection:
            rights = connection.execute(
                sa.text(
                    "SELECT has_table_privilege('slack_inbox', 'INSERT') AND has_table_privilege('slack_people', 'UPDATE') "
                    "AND has_table_privilege('slack_installations', 'INSERT')"
                )
            )
            assert rights.scalar() is may
        engine.dispose()


def test_a_database_that_is_away_is_named_without_its_password() -> None:
    url = "postgresql://owner:confidential@127.0.0.1:1/qiao"
    with pytest.raises(MigrationFailed, match="127.0.0.1:1") as caught:
        migrate(Databases(url, url, url))
    assert "confidential" not in str(caught.value)


def test_names_of_roles_are_checked(server: Server) -> None:
    with pytest.raises(MigrationFailed, match="no fit name"):
        grant(server.owner, "a; DROP TABLE events", "b")
