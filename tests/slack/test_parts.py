"""The channel's smaller parts: words as people meant them, ids, keys of repeats, encryption, schema, pace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect

from bot.channels.slack.arrivals import arrival
from bot.channels.slack.database import Database, open_database, upgrade
from bot.channels.slack.inbox import Inbox
from bot.channels.slack.logs import library_logger
from bot.channels.slack.outcomes import retry_after
from bot.channels.slack.places import Person, Place, conversation
from bot.channels.slack.secrecy import CannotDecrypt, Ids, Sealer
from bot.channels.slack.settings import SlackCannotStart
from bot.channels.slack.tables import METADATA
from bot.channels.slack.text import spoken
from bot.channels.slack.workers import back_off
from tests.slack.emulator import payloads as said

IDS = Ids("a secret")


@pytest.mark.parametrize(
    "written, meant",
    [
        ("<@U0BOT> how do we enter Poland?", "how do we enter Poland?"),
        ("<@U0BOT|qiao>, please", ", please"),
        ("<@U0BEN> asks", "asks"),
        ("<@U0BEN|ben> asks", "@ben asks"),
        ("R&amp;D &lt;in&gt; Brno", "R&D <in> Brno"),
        ("&amp;lt;", "&lt;"),
        ("see <https://x.example/a|the law> and <https://y.example>", "see the law and https://y.example"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("<!here> <!subteam^S1|@team> in <#C1|legal>", "@team in #legal"),
        ("在<@U0BOT>波兰", "在 波兰"),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_a_message_is_read_as_it_was_meant(written: str, meant: str) -> None:
    assert spoken(written, "U0BOT") == meant


@given(st.text())
def test_any_text_can_be_read(written: str) -> None:
    assert "<@U0BOT>" not in spoken(f"{written} <@U0BOT>", "U0BOT")


def test_conversations_differ_by_workspace_channel_thread_and_person_and_by_the_secret() -> None:
    people = [Person(team, user) for team in ("T1", "T2") for user in ("U1", "U2")]
    places = [Place("U1"), *(Place(channel, thread) for channel in ("C1", "C2") for thread in ("1.1", "1.2"))]
    ids = {conversation(IDS, person, place, "person") for person in people for place in places}
    assert len(ids) == 4 + 4 * 4
    assert not ids & {conversation(Ids("another"), person, place, "person") for person in people for place in places}
    assert {conversation(IDS, person, Place("C1", "1.1"), "thread") for person in people[:2]} == {
        conversation(IDS, people[0], Place("C1", "1.1"), "thread")
    }
    assert all(len(id_) <= 255 for id_ in ids)


def key(body: dict[str, Any]) -> str:
    came = arrival(body, IDS, "person")
    assert came is not None
    return came.key


def test_every_delivery_of_one_event_has_one_key_and_no_other_event_has_it() -> None:
    event, button = said.direct("a question"), said.press("/why")
    again = {**event, "event_time": 0, "token": "another"}
    assert key(event) == key(again) and key(button) == key({**button, "token": "another"})
    bodies = [
        event,
        {**event, "event_id": "Ev2"},
        {**event, "team_id": "T9", "authorizations": []},
        button,
        said.press("/why"),
        said.command("a question", "https://x.example"),
        said.home_opened(),
        {key: value for key, value in said.direct("without an id").items() if key != "event_id"},
        {key: value for key, value in said.direct("without an id either").items() if key != "event_id"},
    ]
    assert len({key(body) for body in bodies}) == len(bodies)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "event", "user", "channel", "container", "actions", "view", "id"]), inner)
        ),
        max_leaves=12,
    )
)
def test_whatever_stands_in_an_event_it_is_taken_in_or_left_alone(inner: Any) -> None:
    for kind in ("message", "app_mention", "app_home_opened"):
        body = said.event({"type": kind, "channel": inner, "user": "U1", "text": inner, "files": inner})
        arrival(body, IDS, "person")


def test_what_is_sealed_is_opened_by_any_of_the_keys_and_by_no_other() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Sealer([old]).seal("保密".encode())
    assert b"\xe4" not in sealed
    assert Sealer([new, old]).open(sealed).decode() == "保密"
    assert not Sealer([new, old]).is_current(sealed) and Sealer([old, new]).is_current(sealed)
    for keys in ([new], []):
        with pytest.raises(CannotDecrypt):
            Sealer(keys).open(sealed)
    plain = Sealer([]).seal(b"{}")
    assert plain == b"{}" and Sealer([new]).open(plain) == b"{}"


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"Retry-After": "3"}, 3),
        ({"retry-after": ["7"]}, 7),
        ({}, 1),
        ({"Retry-After": "soon"}, 1),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "99999"}, 600),
        ({"Retry-After": []}, 1),
    ],
)
def test_slack_says_how_long_to_wait(headers: dict[str, Any], seconds: float) -> None:
    assert retry_after(headers) == seconds


def test_waits_grow_to_a_minute() -> None:
    assert [back_off(attempt) for attempt in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_schema_is_what_the_channel_and_bolt_expect(kind: str, database_url_of: Callable[[str], str]) -> None:
    url = database_url_of(kind)
    engine = open_database(url)
    upgrade(engine)
    upgrade(engine)
    found = inspect(create_engine(url, future=True))
    assert len(METADATA.tables) == 7
    for table in METADATA.tables.values():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns.keys() == {column.name for column in table.columns}
        assert all(columns[column.name] == column.nullable for column in table.columns), table.name
    engine.dispose()


def test_a_schema_from_the_future_is_left_alone(database_url_of: Callable[[str], str]) -> None:
    engine = open_database(database_url_of("sqlite"))
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version_slack SET version_num = 's9999'")
    with pytest.raises(SlackCannotStart, match="newer than this version"):
        upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_job_that_fails_spoils_no_other(kind: str, database_url_of: Callable[[str], str]) -> None:
    engine = open_database(database_url_of(kind))
    upgrade(engine)
    database = Database(engine)
    inbox = Inbox(database, Sealer([]), "me", 30)

    def broken(_: Any) -> None:
        raise ValueError("no")

    bodies = [said.direct(f"{number}") for number in range(20)]
    jobs = [inbox.take_in(came) for body in bodies if (came := arrival(body, IDS, "person"))]
    results = await asyncio.gather(*jobs, database.run(broken), database.run(lambda _: "fine"), return_exceptions=True)
    assert results[:20] == [True] * 20
    assert isinstance(results[20], ValueError) and results[21] == "fine"
    entries, _ = await inbox.take(50, is_prompt=False)
    assert len(entries) == 1, "of one person's messages only the first can be taken"
    database.close()


async def test_keys_are_forgotten_after_a_day(database_url_of: Callable[[str], str]) -> None:
    engine = open_database(database_url_of("sqlite"))
    upgrade(engine)
    database, now = Database(engine), [1000.0]
    came = arrival(said.direct("a question"), IDS, "person")
    assert came is not None

    def inbox() -> Inbox:
        return Inbox(database, Sealer([]), "me", 30, clock=lambda: now[0])

    assert await inbox().take_in(came) is True
    ((entry,), _) = await inbox().take(1, is_prompt=False)
    await inbox().finish(entry)
    now[0] += 80_000
    await inbox().purge(1)
    assert await inbox().take_in(came) is False
    now[0] += 10_000
    await inbox().purge(1)
    assert await inbox().take_in(came) is True
    database.close()


def test_slacks_libraries_log_no_ticket_and_no_token(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ConnectionError("wss://wss.slack.com/link/?ticket=s3cr3t&app_id=A1")
    except ConnectionError:
        library_logger().exception("failed with %s at response_url: https://hooks.slack.com/s3cr3t", "xoxb-1-s3cr3t")
    assert "s3cr3t" not in caplog.text and "ticket=‹hidden›" in caplog.text
