"""The conversations' store under faults: a database that restarts, is slow, read-only, full; nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import make_url

from bot import stores
from bot.stores import (
    ConversationMoved,
    ConversationStore,
    ConversationsUnavailable,
    create_tables,
    fail_loudly,
    open_conversations,
)

PROJECT = Path(__file__).resolve().parents[1]
DOMAIN = Domain.from_dict({"actions": ["action_advise"], "slots": {"sector": {"type": "text", "mappings": [{"type": "custom"}]}}})


def make_store(url: str, **options: Any) -> ConversationStore:
    engine = open_conversations(url)
    create_tables(engine)
    engine.dispose()
    return ConversationStore(url, domain=DOMAIN, **options)


@pytest.fixture()
def store(database_url: str) -> ConversationStore:
    return make_store(database_url)


async def add_turn(store: ConversationStore, name: str, text: str, at: float | None = None) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(name, append_action_listen=False)
    say(tracker, text, at)
    await store.save(tracker)
    return tracker


def say(tracker: DialogueStateTracker, text: str, at: float | None = None) -> None:
    if not tracker.events:
        tracker.update_with_events([ActionExecuted("action_session_start", timestamp=at), SessionStarted(timestamp=at)], DOMAIN)
    tracker.update(UserUttered(text, timestamp=at), DOMAIN)
    tracker.update(SlotSet("sector", text, timestamp=at), DOMAIN)
    tracker.update(BotUttered(f"re {text}", timestamp=at), DOMAIN)


def texts(tracker: DialogueStateTracker | None) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, (UserUttered, BotUttered))] if tracker else []


async def test_turns_come_back_in_order(store: ConversationStore) -> None:
    for text in ("a", "b", "c"):
        await add_turn(store, "someone", text)
    await add_turn(store, "another", "x")
    read = await store.retrieve("someone")
    assert texts(read) == ["a", "re a", "b", "re b", "c", "re c"]
    assert read and read.get_slot("sector") == "c"
    assert await store.retrieve("nobody") is None
    assert await store.is_reachable()
    assert sorted(await store.keys()) == ["another", "someone"]


@pytest.mark.parametrize("name", ["\ud800", "a\x00b"])
async def test_a_name_that_no_database_takes_fails_its_message_and_not_the_process(store: ConversationStore, name: str) -> None:
    with contextlib.suppress(ValueError, ConversationsUnavailable):  # SQLite takes one of them
        await add_turn(store, name, "x")
    await add_turn(store, "someone", "a")
    assert texts(await store.retrieve("someone")) == ["a", "re a"]


async def test_present_session_alone_is_read_unless_all_is_wanted(store: ConversationStore) -> None:
    tracker = await add_turn(store, "someone", "a")
    tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted()], DOMAIN)
    say(tracker, "b")
    await store.save(tracker)
    assert texts(await store.retrieve("someone")) == ["b", "re b"]
    assert texts(await store.retrieve_full_tracker("someone")) == ["a", "re a", "b", "re b"]
    await add_turn(store, "someone", "c")
    assert texts(await store.retrieve_full_tracker("someone")) == ["a", "re a", "b", "re b", "c", "re c"]


async def test_a_clock_set_back_hides_nothing(store: ConversationStore) -> None:
    now = time.time()
    await add_turn(store, "someone", "a", at=now)
    await add_turn(store, "someone", "b", at=now - 86_400)
    await add_turn(store, "someone", "c", at=now - 86_399)
    assert texts(await store.retrieve("someone")) == ["a", "re a", "b", "re b", "c", "re c"]


async def test_saving_twice_adds_nothing(store: ConversationStore) -> None:
    tracker = await add_turn(store, "someone", "a")
    await store.save(tracker)
    assert texts(await store.retrieve("someone")) == ["a", "re a"]


async def test_two_that_answer_one_person_at_once_do_not_lose_each_others_turn(store: ConversationStore) -> None:
    await add_turn(store, "someone", "a")
    first, second = await store.retrieve("someone"), await store.retrieve("someone")
    assert first and second
    say(first, "b")
    say(second, "c")
    await store.save(first)
    with pytest.raises(ConversationMoved):
        await store.save(second)
    await add_turn(store, "someone", "c")
    assert texts(await store.retrieve("someone")) == ["a", "re a", "b", "re b", "c", "re c"]


async def test_two_that_begin_a_conversation_at_once_do_not_either(store: ConversationStore) -> None:
    first, second = DialogueStateTracker("someone", DOMAIN.slots), DialogueStateTracker("someone", DOMAIN.slots)
    say(first, "a")
    say(second, "b")
    saved = await asyncio.gather(store.save(first), store.save(second), return_exceptions=True)
    assert sorted(type(error).__name__ for error in saved) == ["ConversationMoved", "NoneType"]
    assert texts(await store.retrieve("someone")) in (["a", "re a"], ["b", "re b"])


async def test_a_commit_of_which_no_answer_came_is_not_repeated(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_turn(store, "someone", "a")
    write, calls = store._write, []

    def write_and_break_off(*arguments: Any) -> int | None:
        calls.append(1)
        result = write(*arguments)
        if len(calls) == 1:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("server closed the connection"), connection_invalidated=True)
        return result

    monkeypatch.setattr(store, "_write", write_and_break_off)
    await add_turn(store, "someone", "b")
    await add_turn(store, "someone", "c")
    assert len(calls) == 3
    assert texts(await store.retrieve("someone")) == ["a", "re a", "b", "re b", "c", "re c"]


async def test_conversation_deleted_meanwhile_is_not_brought_back(store: ConversationStore) -> None:
    tracker = await add_turn(store, "someone", "a")
    with store.session_scope() as session:
        session.execute(sa.delete(store.SQLEvent).where(store.SQLEvent.sender_id == "someone"))
        session.commit()
    say(tracker, "b")
    with pytest.raises(ConversationMoved):
        await store.save(tracker)
    assert await store.retrieve("someone") is None


async def test_failures_come_through_rasas_wrapper(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = await add_turn(store, "someone", "a")
    agent: Any = type("Agent", (), {})()
    agent.tracker_store = FailSafeTrackerStore(store)
    fail_loudly(agent)

    def broken(*_: object) -> Any:
        raise sa.exc.ProgrammingError("SELECT", {}, Exception("permission denied"))

    monkeypatch.setattr(store, "_read", broken)
    monkeypatch.setattr(store, "_write", broken)
    with pytest.raises(ConversationsUnavailable, match="permission denied"):
        await agent.tracker_store.retrieve("someone")
    say(tracker, "b")
    with pytest.raises(ConversationsUnavailable):
        await agent.tracker_store.save(tracker)
    assert agent.tracker_store._fallback_tracker_store is None


class SlowDoor:
    """A Unix socket in front of PostgreSQL that can be slow, shut, or break what goes through it."""

    def __init__(self, folder: Path, behind: Path) -> None:
        self.path = folder / ".s.PGSQL.5432"
        self.delay = 0.0
        self._behind = behind
        self._server: asyncio.AbstractServer | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._pass_on, str(self.path))

    async def shut(self) -> None:
        """Let nobody in, and break off whoever is in."""
        assert self._server
        self._server.close()
        self.path.unlink(missing_ok=True)
        self.break_off()

    def break_off(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(str(self._behind))
        self._writers |= {writer, inner_writer}
        await asyncio.gather(self._copy(reader, inner_writer), self._copy(inner_reader, writer), return_exceptions=True)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture()
async def door(postgres_schema: str, tmp_path: Path) -> AsyncIterator[SlowDoor]:
    url = make_url(postgres_schema)
    if "host" not in url.query:
        pytest.fail("these tests need a PostgreSQL that listens on a Unix socket (?host=/folder)")
    opened = SlowDoor(tmp_path, Path(str(url.query["host"])) / ".s.PGSQL.5432")
    await opened.open()
    yield opened
    await opened.shut()


async def through(door: SlowDoor, url: str, **options: Any) -> ConversationStore:
    make = make_url(url).update_query_dict({"host": str(door.path.parent)}).render_as_string(hide_password=False)
    return await asyncio.to_thread(make_store, make, **options)


async def test_dropped_connections_are_not_noticed(door: SlowDoor, postgres_schema: str) -> None:
    store = await through(door, postgres_schema)
    for text in ("a", "b"):
        await add_turn(store, "someone", text)
        door.break_off()
    assert texts(await store.retrieve("someone")) == ["a", "re a", "b", "re b"]


async def test_a_restart_delays_a_turn_and_loses_none(door: SlowDoor, postgres_schema: str) -> None:
    store = await through(door, postgres_schema)
    await add_turn(store, "someone", "a")
    await door.shut()
    turn = asyncio.create_task(add_turn(store, "someone", "b"))
    await asyncio.sleep(1.5)
    assert not turn.done()
    await door.open()
    await asyncio.wait_for(turn, 10)
    assert texts(await store.retrieve("someone")) == ["a", "re a", "b", "re b"]


async def test_an_outage_is_told_and_what_was_said_before_is_there_afterwards(door: SlowDoor, postgres_schema: str) -> None:
    store = await through(door, postgres_schema, patience_seconds=1)
    tracker = await add_turn(store, "someone", "a")
    await door.shut()
    say(tracker, "b")
    with pytest.raises(ConversationsUnavailable):
        await store.save(tracker)
    with pytest.raises(ConversationsUnavailable):
        await store.retrieve("someone")
    assert not await store.is_reachable()
    await door.open()
    await add_turn(store, "someone", "b")
    assert texts(await store.retrieve("someone")) == ["a", "re a", "b", "re b"]


async def test_a_slow_database_keeps_nobody_else_waiting(door: SlowDoor, postgres_schema: str) -> None:
    store = await through(door, postgres_schema)
    await add_turn(store, "someone", "a")
    door.delay = 5.0 / 4
    started = time.monotonic()
    reading = asyncio.create_task(store.retrieve("someone"))
    longest = 0.0
    while not reading.done():
        before = time.monotonic()
        await asyncio.sleep(0.02)
        longest = max(longest, time.monotonic() - before)
    assert texts(await reading) == ["a", "re a"]
    assert time.monotonic() - started > 2
    assert longest < 1, "the event loop stood still while the database was slow"


async def test_a_read_only_database_is_told(postgres_schema: str) -> None:
    store = make_store(postgres_schema)
    tracker = await add_turn(store, "someone", "a")
    with store.engine.connect() as connection:
        database, user = connection.execute(sa.text("SELECT current_database(), current_user")).one()
    frozen = make_url(postgres_schema).update_query_dict(
        {"options": f"{make_url(postgres_schema).query['options']} -c default_transaction_read_only=on"}
    )
    read_only = ConversationStore(frozen.render_as_string(hide_password=False), domain=DOMAIN)
    assert texts(await read_only.retrieve("someone")) == ["a", "re a"], (database, user)
    say(tracker, "b")
    started = time.monotonic()
    with pytest.raises(ConversationsUnavailable, match="read-only"):
        await read_only.save(tracker)
    assert time.monotonic() - started < stores.PATIENCE_SECONDS / 2, "waiting does not make a database writable"
    await add_turn(store, "someone", "c")
    assert texts(await store.retrieve("someone")) == ["a", "re a", "c", "re c"]


FULL_DISK = """
import asyncio, resource, sys
from tests.test_stores import ConversationsUnavailable, add_turn, make_store, texts

async def main(url):
    store = make_store(url)
    await add_turn(store, "someone", "a")
    size = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    kept = 0
    try:
        for number in range(2000):
            await add_turn(store, "someone", f"{number} " + 200 * "long ")
            kept += 1
    except ConversationsUnavailable as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("told:", error)
    await add_turn(store, "someone", "after")
    said = texts(await store.retrieve("someone"))
    assert len(said) == 2 * (kept + 2), (len(said), kept)
    assert said[0] == "a" and said[-1] == "re after"
    print("kept", kept)

asyncio.run(main(sys.argv[1]))
"""


def test_a_full_disk_is_told_and_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", FULL_DISK, f"sqlite:///{tmp_path / 'c.db'}", "400000"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    assert "told:" in result.stdout and int(result.stdout.rsplit("kept ", 1)[1]) > 10
