"""What is old goes by itself: the daily tasks of both servers."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text, update

from actions import server as action_server
from actions.records.models import AssessmentRow
from actions.records.records import Records, now
from actions.rules.database import open_engine, writing
from actions.rules.profile import Profile
from bot import server
from bot.settings import Settings
from bot.stores import ConversationStore, create_tables


@asynccontextmanager
async def running(task: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """A task that runs meanwhile."""
    started = asyncio.create_task(task)
    try:
        yield
    finally:
        started.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await started


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)


async def test_assistant_deletes_conversations_that_are_silent_for_the_retention_period(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ConversationStore(database_url)
    create_tables(store.engine)
    rows = {"old": 8.0, "kept": 8.0, "new": 0.1}
    with store.engine.begin() as connection:
        for sender, days in [*rows.items(), ("kept", 0.5)]:
            connection.execute(
                text("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (:s, 'user', :t, '{}')"),
                {"s": sender, "t": time.time() - days * 86400},
            )

    def held() -> set[str]:
        with store.engine.connect() as connection:
            return set(connection.execute(text("SELECT sender_id FROM events")).scalars())

    monkeypatch.setattr(server, "_FIRST_EXPIRY_SECONDS", 0.01)
    settings = dataclasses.replace(Settings.from_environment(), retention_days=7)
    app = SimpleNamespace(ctx=SimpleNamespace(agent=SimpleNamespace(tracker_store=store)))
    async with running(server._expire_daily(app, settings)):  # type: ignore[arg-type]
        await until(lambda: held() == {"kept", "new"})
    store.engine.dispose()


async def test_action_server_deletes_old_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'records.db'}")
    records = Records(engine)
    for _ in range(2):
        records.add_assessment("somebody", Profile(), {}, {}, 50)
    with writing(engine) as connection:
        connection.execute(update(AssessmentRow).where(AssessmentRow.id == 1).values(created_at=now() - timedelta(days=8)))

    def held() -> list[int]:
        with engine.connect() as connection:
            return list(connection.execute(select(AssessmentRow.id)).scalars())

    monkeypatch.setattr(action_server, "records", lambda: records)
    monkeypatch.setattr(action_server, "settings", lambda: SimpleNamespace(retention_days=7))
    async with running(action_server._purge_daily()):
        await until(lambda: held() == [2])
    engine.dispose()
